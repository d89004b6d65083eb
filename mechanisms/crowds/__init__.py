"""Demand games of many players, solved by their structure instead of a table of all profiles.

What a player pays beside the own demand depends, with one good, on little of what the others demand: on their total
(proportional, Aumann–Shapley and equal sharing), on how many demand at least each quantity (serial and all methods
along the diagonal), or on how many demand what (every rule that treats all alike). A rule's record says which
(``Rule.others``); everything here follows from that, in whole smallest units, as tables of all profiles would say it.

- crowd.py: the game with its kinds of players, and own points against given others
- facing.py: own points against everything that the others can do: dominance, the least and the most points
- equilibria.py: all pure Nash equilibria as numbers of players, by totals.py, levels.py or counts.py
- elimination.py: iterated elimination for kinds of players
- replies.py: best replies one after another, for games without structure
"""
