"""Groves mechanisms: t_i = (sum of the others' reported payoffs) + h_i(the others' reports)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, as_listed, as_numbers, takes
from mechanisms.environments.social_choice import DirectProblem
from mechanisms.options import DirectOptions
from mechanisms.rule import ENVIRONMENTS, Rule
from mechanisms.shown import Shown
from mechanisms.transfers.reported import reported, sums_of_others

if TYPE_CHECKING:
    from mechanisms.played.play import DirectGame


@takes(problem=DirectProblem)
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
    transfers = sums_of_others(problem.efficient_payoffs)
    if h is None:
        return transfers
    h = as_listed("h", h, f"{problem.n} functions of the others' reports, as arrays")
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


@dataclass(frozen=True, eq=False)
class OthersPayoffs(Shown):
    """Groves: everybody receives what the others get together.

    Attributes
    ----------
    reported : ndarray, shape (n,)
    others : ndarray, shape (n,), what the others get together, for each player
    transfers : ndarray, shape (n,), received: `others`
    """

    reported: FloatArray

    @property
    def others(self) -> FloatArray:
        return sums_of_others(self.reported)

    @property
    def transfers(self) -> FloatArray:
        return self.others


def explain_groves(game: DirectGame, messages: IntArray) -> OthersPayoffs:
    """The steps to the transfers at reports (n,), by their places on the grids."""
    return OthersPayoffs(reported(game.problem, messages))


RULE = Rule(
    name="groves",
    messages="reports",
    function=groves,
    source="Groves 1973",
    sentence="Groves with h = 0: the efficient outcome for the reports; everybody receives the sum of what the "
    "outcome is worth to the others at their reports.",
    environments=ENVIRONMENTS,
    options=DirectOptions,
    explain=explain_groves,
)
