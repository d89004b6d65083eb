"""Simulated subjects: models of behaviour that estimate, simulate and play as bots are the same objects here.

models/       one model a file: choice probabilities of every decision, given its past, for a vector of parameters
population    who takes part: mixtures of models, parameters that differ between people and sessions, by name
sessions      sessions that nobody has played yet, many at once
simulation    all groups of all sessions together, round by round
seat          one decision of one seat, for the laboratory's robots: the same numbers as in a simulation
"""
