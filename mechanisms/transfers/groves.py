"""Groves mechanisms: t_i = (sum of the others' reported payoffs) + h_i(the others' reports)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import as_numbers
from mechanisms.environments.social_choice import DirectProblem


def groves(problem: DirectProblem, h: Sequence[ArrayLike] | None = None) -> np.ndarray:
    """Groves transfers, received.

    Parameters
    ----------
    problem : DirectProblem
    h : sequence of n arrays or numbers, optional
        h[i] broadcasts to (T_1, …, T_n) and must not vary along axis i (length 1 there, or constant). Default: 0.

    Returns
    -------
    ndarray, shape (n, T_1, …, T_n), units of utility

    Raises
    ------
    ValueError
        If some h[i] has the wrong shape or depends on agent i's own report.

    Examples
    --------
    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> problem = SocialChoiceProblem([[[3, 0]], [[-1, 0]]], [[1], [1]])
    >>> groves(problem).ravel(), groves(problem, [10, 20]).ravel()
    (array([-1,  3]), array([ 9., 23.]))
    """
    payoffs = problem.efficient_payoffs
    transfers = payoffs.sum(axis=0) - payoffs
    if h is None:
        return transfers
    if len(h) != problem.n:
        raise ValueError(f"h has {len(h)} entries; it needs one for each of the {problem.n} agents")
    return transfers + np.stack([_checked(problem, i, constant) for i, constant in enumerate(h)])


def _checked(problem: DirectProblem, i: int, constant: ArrayLike) -> np.ndarray:
    array = as_numbers(f"h[{i}]", constant)
    try:
        full = np.broadcast_to(array, problem.shape)
    except ValueError:
        raise ValueError(f"h[{i}] has shape {array.shape}; it must broadcast to {problem.shape}") from None
    if np.ptp(full, axis=i).any():
        raise ValueError(f"h[{i}] varies along axis {i}; it may depend on the reports of the others only")
    return full
