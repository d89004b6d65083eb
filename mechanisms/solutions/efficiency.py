"""How good equilibria are: surplus, price of anarchy, Pareto dominance and payoff dominance among equilibria.

Surplus is what the players get in sum, unless a tensor says otherwise. Ratios of surplus make sense where 0 means
nothing: in units of utility, not in points with a shift. Losses (optimum less surplus) make sense in both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import (
    FloatArray,
    IntArray,
    as_choice,
    as_exact,
    as_flag,
    as_indices,
    as_number,
    check_sums,
    is_whole,
    largest,
    takes,
)
from mechanisms.games.comparisons import RELATIVE_TOLERANCE, margin_of
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.shown import Shown
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.solutions.outcome_ids import classes_of
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import digits

MAX_OPERATIONS = 2e10


@dataclass(frozen=True, eq=False)
class EquilibriumSurplus(Shown):
    """The surplus of every pure Nash equilibrium, beside the largest possible one.

    Attributes
    ----------
    equilibria : int ndarray (k, n), message indices, lexicographic; k may be 0
    surplus : ndarray (k,), int64 (exact) or float64
    optimum : the largest surplus, of all message profiles or as given
    method : what surplus and optimum are
    tolerance : relative tolerance of finding equilibria; 0 = exact
    """

    equilibria: IntArray
    surplus: np.ndarray
    optimum: int | float
    method: str
    tolerance: float

    @property
    def efficiency(self) -> FloatArray:
        """surplus / optimum, shape (k,); NaN unless the optimum is positive."""
        if self.optimum <= 0:
            return np.full(len(self.surplus), np.nan)
        return np.asarray(self.surplus / self.optimum, dtype=np.float64)

    @property
    def loss(self) -> np.ndarray:
        """optimum - surplus, shape (k,)."""
        return np.asarray(self.optimum - self.surplus)

    @property
    def worst(self) -> int | None:
        """Which equilibrium has the least surplus (the first of several); None if there is no equilibrium."""
        return int(self.surplus.argmin()) if len(self.surplus) else None

    @property
    def best(self) -> int | None:
        """Which equilibrium has the largest surplus (the first of several); None if there is no equilibrium."""
        return int(self.surplus.argmax()) if len(self.surplus) else None

    @property
    def price_of_anarchy(self) -> float | None:
        """optimum / least surplus of an equilibrium (Koutsoupias and Papadimitriou 1999): 1 is efficient.

        Infinite if that surplus is not positive but the optimum is; None without equilibrium or positive optimum.
        """
        return self._price(self.worst)

    @property
    def price_of_stability(self) -> float | None:
        """The same with the best equilibrium (Anshelevich et al. 2008)."""
        return self._price(self.best)

    def _price(self, which: int | None) -> float | None:
        if which is None or self.optimum <= 0:
            return None
        surplus = self.surplus[which].item()
        return self.optimum / surplus if surplus > 0 else math.inf


@takes(game=NormalFormGame)
def equilibrium_surplus(
    game: NormalFormGame, surplus: ArrayLike | None = None, optimum: float | None = None
) -> EquilibriumSurplus:
    """Surplus, efficiency and price of all pure Nash equilibria.

    Parameters
    ----------
    game : NormalFormGame; integer payoffs exactly, floats within 1e-9 of the largest absolute payoff
    surplus : array (A_1, …, A_n), optional: the surplus of each message profile. Default: the sum of payoffs.
    optimum : the largest surplus that could be reached. Default: that of the best message profile.

    Returns
    -------
    EquilibriumSurplus

    Raises
    ------
    ValueError
        If `surplus` does not fit or has less than finite numbers, `optimum` is below the surplus of a message profile,
        or sums of payoffs are not exact.

    Examples
    --------
    The prisoners' dilemma: the only equilibrium gives half of what is possible.

    >>> found = equilibrium_surplus(NormalFormGame([[[2, 0], [3, 1]], [[2, 3], [0, 1]]]))
    >>> found.equilibria.tolist(), found.surplus.tolist(), found.optimum, found.price_of_anarchy
    ([[1, 1]], [2], 4, 2.0)
    """
    if surplus is None:
        check_sums(game.n, game.payoffs)
        total, method = game.payoffs.sum(axis=0), "sum of payoffs"
    else:
        total, method = as_exact("surplus", surplus), "surplus as given"
        if total.shape != game.shape:
            raise ValueError(f"surplus has shape {total.shape}; the game has message profiles {game.shape}")
    method += ", optimum over all message profiles" if optimum is None else ", optimum as given"
    found = pure_nash_equilibria(game)
    most = reached = total.max().item()
    slack = RELATIVE_TOLERANCE * largest(total, game.payoffs)  # a surplus may cancel to 0, and rounding is left
    if optimum is not None and (most := _number("optimum", optimum)) < reached - slack:
        raise ValueError(f"optimum is {digits(most)}; a message profile has a surplus of {digits(reached)}")
    return EquilibriumSurplus(found, total[tuple(found.T)], most, method, margin_of(game.payoffs)[0])


@takes(game=NormalFormGame)
def pareto_dominated(game: NormalFormGame, equilibria: ArrayLike, by: str = "equilibria") -> np.ndarray:
    """Which of the equilibria are Pareto-dominated: another profile is worse for nobody and better for somebody.

    Parameters
    ----------
    game : NormalFormGame
    equilibria : int array (k, n), message indices, e.g. from pure_nash_equilibria
    by : "equilibria" (by another of them) or "profiles" (by any message profile of the game)

    Returns
    -------
    bool ndarray (k,). Floating-point payoffs within 1e-9 of the largest absolute payoff of each other, also in a chain,
    count as equal.

    Raises
    ------
    ValueError
        If `by` is neither of the two.
    TooLargeError
        If too many profiles would have to be compared.

    Examples
    --------
    >>> stag_hunt = NormalFormGame([[[4, 0], [3, 3]], [[4, 3], [0, 3]]])
    >>> pareto_dominated(stag_hunt, [[0, 0], [1, 1]])
    array([False,  True])
    """
    as_choice("by", by, ("equilibria", "profiles"))
    at = _as_profiles(game, equilibria)
    if not len(at):
        return np.zeros(0, dtype=bool)
    if by == "equilibria":
        distinct, which = np.unique(_ranks(game, at), axis=0, return_inverse=True)
        return _dominated(distinct)[which.reshape(-1)]
    ranks = _classes(game, game.payoffs.reshape(game.n, -1).T)
    own = ranks[np.ravel_multi_index(tuple(at.T), game.shape)]
    distinct, which = np.unique(own, axis=0, return_inverse=True)
    _check_work(len(distinct), ranks.size)
    found = [bool(_dominates(ranks, row).any()) for row in distinct]
    return np.array(found)[which.reshape(-1)]


@takes(game=NormalFormGame)
def payoff_dominant(game: NormalFormGame, equilibria: ArrayLike, strict: bool = False) -> IntArray:
    """The equilibria that everybody prefers to all others, or likes as much (Harsanyi and Selten 1988).

    Parameters
    ----------
    game, equilibria : as for pareto_dominated
    strict : whether everybody must be strictly better off than in every other equilibrium; then there is at most one

    Returns
    -------
    int ndarray: which of the equilibria are payoff-dominant, ascending, possibly none

    Examples
    --------
    >>> stag_hunt = NormalFormGame([[[4, 0], [3, 3]], [[4, 3], [0, 3]]])
    >>> payoff_dominant(stag_hunt, [[0, 0], [1, 1]], strict=True)
    array([0])
    """
    as_flag("strict", strict)
    at = _as_profiles(game, equilibria)
    if not len(at):
        return np.zeros(0, dtype=np.int64)
    best = (own := _ranks(game, at)) == own.max(axis=0)
    if strict and best.sum(axis=0).max() > 1:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(best.all(axis=1))


def _number(argument: str, value: float) -> float:
    as_number(argument, value)
    return int(value) if is_whole(value) else float(value)


def _as_profiles(game: NormalFormGame, equilibria: ArrayLike) -> IntArray:
    given = as_exact("equilibria", equilibria)
    return as_indices("equilibria", given, game.shape).reshape(-1, game.n) if given.size else np.zeros((0, game.n), int)


def _ranks(game: NormalFormGame, at: IntArray) -> IntArray:
    """Payoffs (k, n) at these profiles, as ranks among them: comparing ranks is exact and transitive."""
    return _classes(game, game.payoffs[:, *at.T].T)


def _classes(game: NormalFormGame, payoffs: np.ndarray) -> IntArray:
    """Payoffs (k, n) as integers in the same order."""
    if payoffs.dtype.kind == "i":
        return payoffs
    scales = np.abs(game.payoffs.reshape(game.n, -1)).max(axis=1).tolist()
    return np.concatenate([classes_of(payoffs[:, [i]], scale) for i, scale in enumerate(scales)], axis=1)


def _dominated(rows: IntArray) -> np.ndarray:
    """Which of the distinct rows, in ascending lexicographic order, are Pareto-dominated by another one.

    A row that dominates another comes after it. So the last one is undominated; what it dominates is taken out, and so
    on.
    """
    dominated = np.zeros(len(rows), dtype=bool)
    left, work = np.arange(len(rows)), 0.0
    while len(left) > 1:
        worse = (rows[left] <= rows[left[-1]]).all(axis=1)
        dominated[left[worse][:-1]] = True
        left = left[~worse]
        work += left.size * rows.shape[1]
        if work > MAX_OPERATIONS:
            _check_work(len(rows), rows.size)
    return dominated


def _dominates(ranks: IntArray, row: IntArray) -> np.ndarray:
    """Which profiles (k, n) dominate one row of payoffs."""
    return np.asarray((ranks >= row).all(axis=1) & (ranks > row).any(axis=1))


def _check_work(rows: int, entries: int) -> None:
    if float(rows) * entries > MAX_OPERATIONS:
        raise TooLargeError(
            f"too large: {rows} different payoffs of equilibria x {entries:.3g} payoffs make more than "
            f"{MAX_OPERATIONS:.3g} comparisons; a coarser grid of messages would fit"
        )
