"""Strong equilibria (Aumann 1959): no coalition can gain by changing its members' messages together.

Coalitions are gone through in the order of their size, those of one size in lexicographic order. Group manipulation of
truth-telling is in mechanisms.solutions.group_manipulability.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mechanisms.arrays import IntArray, as_choice, as_wholes, check_sums, takes
from mechanisms.games.comparisons import Margin, margin_of, margins_of
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.shown import Shown
from mechanisms.solutions.group_manipulability import JointLie, group_strategy_proofness
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.verdicts import TooLargeError, Verdict

__all__ = [
    "CoalitionDeviation",
    "JointLie",
    "coalitions",
    "group_strategy_proofness",
    "strong_equilibria",
    "strong_equilibrium",
]

GAINS = ("all", "some")
"""What counts as a gain of a coalition: all members are better off, or some are and none is worse off."""

MAX_OPERATIONS = 2e10
CHUNK_ENTRIES = 1 << 20
FEW = 4
"""So many equilibria are gone through one by one."""


class Work:
    """Comparisons that may be made; TooLargeError before more are."""

    def __init__(self, most: float) -> None:
        self.most, self.spent = most, 0.0

    def spend(self, equilibria: int, deviations: int, members: tuple[int, ...]) -> None:
        """So many different equilibria are compared with each joint deviation of the coalition."""
        self.spent += float(equilibria) * deviations * len(members)
        if self.spent > self.most:
            raise TooLargeError(
                f"too large: {equilibria} equilibria x {deviations:.3g} joint deviations of coalition {members} make "
                f"{self.spent:.3g} comparisons, with those before, more than {self.most:.3g}; a coarser grid of "
                "messages would fit"
            )


@dataclass(frozen=True)
class CoalitionDeviation(Shown):
    """The members of a coalition gain by playing `deviation` instead of `profile` while the others stay.

    Attributes
    ----------
    coalition : indices of its members, ascending
    profile, deviation : messages of all players, indices
    before, after : payoffs of the members, in the order of `coalition`
    """

    coalition: tuple[int, ...]
    profile: tuple[int, ...]
    deviation: tuple[int, ...]
    before: tuple[int | float, ...]
    after: tuple[int | float, ...]

    @property
    def gain(self) -> int | float:
        """The members' total gain."""
        return sum(self.after) - sum(self.before)


def coalitions(n: int, smallest: int = 1) -> Iterator[tuple[int, ...]]:
    """All coalitions of n players, in the order of their size.

    >>> list(coalitions(3, smallest=2))
    [(0, 1), (0, 2), (1, 2), (0, 1, 2)]
    """
    for size in range(smallest, n + 1):
        yield from combinations(range(n), size)


@takes(game=NormalFormGame)
def strong_equilibria(game: NormalFormGame, gain: str = "all") -> IntArray:
    """All strong equilibria in pure messages.

    Parameters
    ----------
    game : NormalFormGame; integer payoffs exactly, floats within 1e-9 of the largest absolute payoff
    gain : "all" or "some"
        all: no coalition can make all its members strictly better off (strong equilibrium, Aumann 1959);
        some: nor make some members better off and none worse off (strictly strong equilibrium): fewer remain.

    Returns
    -------
    ndarray (k, n) of message indices, lexicographic, possibly none; each is a pure Nash equilibrium

    Raises
    ------
    ValueError
        If `gain` is neither of the two.
    TooLargeError
        If too many equilibria and deviations would have to be compared.

    Examples
    --------
    Two Nash equilibria, one better for both.

    >>> strong_equilibria(NormalFormGame([[[2, 0], [0, 1]], [[2, 0], [0, 1]]])).tolist()
    [[0, 0]]
    """
    _check_gain(gain)
    return strong_among(game, pure_nash_equilibria(game), gain)


def strong_among(game: NormalFormGame, found: IntArray, gain: str = "all", work: Work | None = None) -> IntArray:
    """Those of the pure Nash equilibria `found` (k, n) of a game that are strong; see strong_equilibria.

    work : what may be compared, for several games together; by default MAX_OPERATIONS for each coalition
    """
    margins = margins_of(game.payoffs)
    check_sums(game.n, game.payoffs)
    for members in coalitions(game.n, smallest=2):
        if len(found):
            given = work or Work(MAX_OPERATIONS)
            found = found[~_gains_at(game, found, members, gain, [margins[i] for i in members], given)]
    return found


@takes(game=NormalFormGame)
def strong_equilibrium(game: NormalFormGame, profile: Sequence[int], gain: str = "all") -> Verdict:
    """Whether one profile is a strong equilibrium.

    Parameters
    ----------
    game, gain : as for strong_equilibria
    profile : message indices (n,)

    Returns
    -------
    Verdict; the witness is the CoalitionDeviation with the largest total gain, of the smallest coalition if several are

    Raises
    ------
    ValueError
        If `gain` is neither of the two or the profile is none.

    Examples
    --------
    >>> strong_equilibrium(NormalFormGame([[[2, 0], [0, 1]], [[2, 0], [0, 1]]]), (1, 1)).witness
    CoalitionDeviation(coalition=(0, 1), profile=(1, 1), deviation=(0, 0), before=(1, 1), after=(2, 2))
    """
    _check_gain(gain)
    at = as_wholes("profile", profile, game.shape, "one message index for each player")
    check_sums(2 * game.n, game.payoffs)
    tolerance, margins = margin_of(game.payoffs)[0], margins_of(game.payoffs)
    deviations = math.prod(1 + size for size in game.shape) - 1
    size = f"{2**game.n - 1} coalitions, {deviations} joint deviations"
    method = "all joint deviations of every coalition"
    if deviations * game.n > MAX_OPERATIONS:
        reason = f"too large: {deviations:.3g} joint deviations; {MAX_OPERATIONS / game.n:.3g} would fit"
        return Verdict("too large", method, size, tolerance, reason=reason)
    best: CoalitionDeviation | None = None
    for members in coalitions(game.n):
        found = _best_deviation(game, at, members, gain, [margins[i] for i in members])
        if found and (best is None or found.gain > best.gain):
            best = found
    return Verdict("fails" if best else "holds", method, size, tolerance, best)


def _best_deviation(
    game: NormalFormGame, profile: tuple[int, ...], members: tuple[int, ...], gain: str, margins: list[Margin]
) -> CoalitionDeviation | None:
    where = tuple(slice(None) if i in members else a for i, a in enumerate(profile))
    gains = np.stack([game.payoffs[i][where] - game.payoffs[(i, *profile)] for i in members])
    ok = _is_gain(gains, gain, margins)
    if not ok.any():
        return None
    total = gains.sum(axis=0)
    chosen = np.unravel_index(int(np.where(ok, total, total.min() - 1).argmax()), total.shape)
    changed = dict(zip(members, map(int, chosen), strict=True))
    deviation = tuple(changed.get(i, a) for i, a in enumerate(profile))
    before, after = (tuple(game.payoffs[(i, *at)].item() for i in members) for at in (profile, deviation))
    return CoalitionDeviation(members, profile, deviation, before, after)


def _gains_at(
    game: NormalFormGame, profiles: IntArray, members: tuple[int, ...], gain: str, margins: list[Margin], work: Work
) -> np.ndarray:
    """At which of the profiles (k, n) the coalition can gain: bool (k,).

    Where the members' total is as large as it can be, given the others, they cannot; the rest is gone through.
    """
    others = [i for i in range(game.n) if i not in members]
    rows, columns = (math.prod(game.shape[i] for i in part) for part in (members, others))
    if len(profiles) <= FEW:
        work.spend(len(profiles), rows, members)
        return np.array([_gains_there(game, tuple(profile), members, gain, margins) for profile in profiles.tolist()])
    at = np.zeros(len(profiles), dtype=np.int64)
    for i in others:
        at = at * game.shape[i] + profiles[:, i]
    now = np.stack([game.payoffs[(i, *profiles.T)] for i in members])
    most = sum(game.payoffs[i] for i in members).max(axis=members).reshape(-1)
    suspects = np.flatnonzero(now.sum(axis=0) < most[at] + sum(margins))
    if gain == "all":
        for i, payoff in zip(members, now, strict=True):
            suspects = suspects[payoff[suspects] < game.payoffs[i].max(axis=members).reshape(-1)[at[suspects]]]
    gains = np.zeros(len(profiles), dtype=bool)
    if not len(suspects):
        return gains
    where, what, of = _kinds(at[suspects], now[:, suspects])
    work.spend(len(where), rows, members)
    own = [game.payoffs[i].transpose(*members, *others).reshape(rows, columns) for i in members]
    can = np.zeros(len(where), dtype=bool)
    block = max(1, CHUNK_ENTRIES // (rows * len(members)))
    for start in range(0, len(where), block):
        some = slice(start, start + block)
        change = np.stack([part[:, where[some]] - payoff[some] for part, payoff in zip(own, what, strict=True)])
        can[some] = _is_gain(change, gain, margins).any(axis=0)
    gains[suspects] = can[of]
    return gains


def _kinds(at: IntArray, now: np.ndarray) -> tuple[IntArray, np.ndarray, IntArray]:
    """Profiles at which the others do the same, `at` (k,), and the members have the same payoffs `now` (m, k), are one
    kind: (others and payoffs of each kind, the kind of each profile (k,))."""
    order = np.lexsort((at, *now))
    new = np.ones(len(at), dtype=bool)
    new[1:] = (np.diff(at[order]) != 0) | (now[:, order[1:]] != now[:, order[:-1]]).any(axis=0)
    first, kind = order[new], np.empty(len(at), dtype=np.int64)
    kind[order] = np.cumsum(new) - 1
    return at[first], now[:, first], kind


def _gains_there(
    game: NormalFormGame, profile: tuple[int, ...], members: tuple[int, ...], gain: str, margins: list[Margin]
) -> bool:
    """Whether the coalition can gain at one profile, where only what it can change is read."""
    where = tuple(slice(None) if i in members else a for i, a in enumerate(profile))
    change = np.stack([game.payoffs[i][where] - game.payoffs[(i, *profile)] for i in members])
    return bool(_is_gain(change, gain, margins).any())


def _is_gain(change: np.ndarray, gain: str, margins: list[Margin]) -> np.ndarray:
    """Whether changes of the members' payoffs, first axis members, are a gain of the coalition."""
    margin = np.reshape(margins, (-1, *[1] * (change.ndim - 1)))
    if gain == "all":
        return np.all(change > margin, axis=0)
    return np.all(change >= -margin, axis=0) & np.any(change > margin, axis=0)


def _check_gain(gain: str) -> None:
    as_choice("gain", gain, GAINS)
