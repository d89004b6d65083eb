"""Mechanisms, games and their solution concepts: numpy arrays in, numpy arrays out.

    >>> from mechanisms import PowerCost, demand_game, pure_nash_equilibria
    >>> game = demand_game([10, 12, 14, 16], range(8), PowerCost(1, 2), "serial")
    >>> game.profiles(pure_nash_equilibria(game))
    array([[1, 2, 2, 3]])

Notation (the papers are K = Kumar 2013, S = Safronov 2018): agents i = 1…n, type theta_i, message m_i (a demand q_i
or a reported type), outcome s, value v_i, cost share x_i (paid), transfer t_i (received; negative: paid), utility u_i
= v_i - x_i + t_i, points = scale * u_i + shift, rounded.

Axis order: tensors over profiles have the agent axis first, ``payoffs[i, a_1, ..., a_n]``; batched inputs have it last,
``demands.shape == (..., n)``. Agents are numbered from 0 in code and from 1 in treatment files and on screens.

What the package offers (``__init__.pyi`` is the list; each is loaded when it is first used):

"""

from mechanisms.lazy import face

__getattr__, __dir__, __all__, _lines = face(__name__, rules=("cost_sharing", "transfers"))
__doc__ += _lines
