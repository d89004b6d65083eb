"""The mechanism of Crémer and Riordan (1985), as in S section 3.1, last paragraph.

One agent reports first. Every other agent i receives the sum of the others' payoffs less what the sum of all payoffs
was expected to be after the first report; the first agent pays for it all.
"""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray, as_whole, takes
from mechanisms.environments.social_choice import DirectProblem


@takes(problem=DirectProblem)
def cremer_riordan(problem: DirectProblem, first: int = 0) -> FloatArray:
    """Crémer–Riordan transfers, received; they sum to 0.

    Parameters
    ----------
    problem : DirectProblem
    first : the agent who reports first; for all others the truth is dominant

    Returns
    -------
    ndarray, shape (n, T_1, …, T_n), units of utility

    Raises
    ------
    ValueError
        If there is no agent `first`.

    Examples
    --------
    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> cremer_riordan(park)[:, 0, 1, 0]
    array([ 26., -23.,  -3.])
    """
    first = as_whole("first", first, 0, problem.n - 1)
    payoffs = problem.efficient_payoffs.astype(np.float64)
    total = payoffs.sum(axis=0)
    expected = total
    for agent in range(problem.n):
        if agent != first:
            expected = problem.expectation(agent, expected)
    transfers = total - payoffs - expected
    transfers[first] = 0
    transfers[first] = -transfers.sum(axis=0)
    return transfers
