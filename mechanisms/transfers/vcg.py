"""The Vickrey–Clarke–Groves (pivotal) mechanism (S Definition 1)."""

from __future__ import annotations

import numpy as np

from mechanisms.environments.social_choice import DirectProblem
from mechanisms.transfers.groves import groves


def vcg(problem: DirectProblem) -> np.ndarray:
    """VCG transfers, received: t_i = sum_{k != i} u_k(theta) - max_s sum_{k != i} u_k(theta_k, s), never positive.

    Parameters
    ----------
    problem : DirectProblem

    Returns
    -------
    ndarray, shape (n, T_1, …, T_n), units of utility

    Examples
    --------
    In the park of S section 3.1, agents 1 and 3 are each pivotal at (L, H, H) and (H, H, L) respectively.

    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> vcg(park)[:, 0, 1, 1]
    array([  0,   0, -12])
    """
    others = groves(problem)
    best = [np.broadcast_to(problem.best_payoff_of_others(i), problem.shape) for i in range(problem.n)]
    return np.minimum(others - np.stack(best), 0)
