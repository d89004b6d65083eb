"""Utilities and expectations, written down once more."""

import numpy as np


def utilities(problem, transfers, i, own_type):
    """Utility of agent i with a type at every profile of reports, shape (T_1, …, T_n)."""
    return problem.values[i][own_type][problem.efficient_outcome] + transfers[i]


def expected_over(problem, array, agents):
    """Mean of an array (T_1, …, T_n) over the true types of some agents."""
    for agent in agents:
        array = np.expand_dims(np.tensordot(array, problem.priors[agent], axes=(agent, 0)), agent)
    return array
