"""Coalition-proofness: no coalition gains together by a joint lie (S Definition 6)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mechanisms.arrays import takes
from mechanisms.bayesian._weights import NO_TRUTH, WeightedGame, no_truth, weighted_game
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError, Verdict

MAX_COMPARISONS = 4e11
"""Pairs of a coalition's types and joint messages, over all coalitions: some minutes."""

MAX_WORK = 4e10
"""Pairs of a coalition's types and everybody's messages, over all coalitions, if types are correlated."""

BLOCK = 1 << 16
"""Numbers in one block of sums: small enough for a processor's cache."""


@dataclass(frozen=True)
class JointLie(Shown):
    """The joint lie that gains a coalition most.

    Attributes
    ----------
    coalition : its members, ascending
    types, lies : indices of their types and of the messages they send, in that order
    truth, payoff : expected sum of the members' points if they tell the truth, and with the lies, the others telling
        the truth
    """

    coalition: tuple[int, ...]
    types: tuple[int, ...]
    lies: tuple[int, ...]
    truth: float
    payoff: float

    @property
    def gain(self) -> float:
        """What the lie adds to the coalition's expected sum, in points."""
        return self.payoff - self.truth


@takes(game=BayesianGame)
def coalition_proofness(game: BayesianGame) -> Verdict:
    """Whether no coalition of any size gains by a joint lie at any of its members' types (S Definition 6).

    Members know each other's types and care for the sum of their payoffs; outsiders tell the truth and their types are
    expected by the priors, given the members' types if types are correlated. Types with probability 0 count too, but
    not types that can occur one by one and not together. Single players are coalitions, so this includes Bayesian
    incentive compatibility. Payoffs are taken as they are: rounding to points alone can let a coalition of k
    gain up to k smallest units.

    Parameters
    ----------
    game : BayesianGame

    Returns
    -------
    Verdict; the witness is the JointLie with the largest gain (of equal ones that of the smallest, first coalition);
        "too large" above MAX_COMPARISONS pairs of types and lies, or above MAX_WORK if types are correlated

    Examples
    --------
    Two players each get 3 if both report b, and 2 for a report of the own type a: alone a lie loses.

    >>> own = [[[2, 2], [0, 3]]]
    >>> game = BayesianGame([own, [[[2, 0], [2, 3]]]], [[1], [1]], [[0], [0]])
    >>> coalition_proofness(game).witness
    JointLie(coalition=(0, 1), types=(0, 0), lies=(1, 1), truth=4.0, payoff=6.0)
    """
    method = "every joint lie of every coalition at all types of its members, outsiders telling the truth"
    if game.truthful is None:
        return no_truth(method, game)
    comparisons = math.prod(1.0 + t * a for t, a in zip(game.n_types, game.n_messages, strict=True)) - 1
    size = f"{2**game.n - 1} coalitions, {comparisons:.4g} pairs of types and joint messages"
    types = math.prod(1.0 + size for size in game.n_types) - 1
    if reason := _too_large(game, game.n, comparisons, types):
        return Verdict("too large", method, size, reason=reason)
    weighted = weighted_game(game)
    best: JointLie | None = None
    for coalition in _coalitions(game.n):
        lie = _best_joint_lie(weighted, coalition)
        if lie is not None and (best is None or lie.gain > best.gain):
            best = lie
    return Verdict("fails" if best else "holds", method, size, weighted.tolerance, best)


def best_joint_lie(game: BayesianGame, coalition: Collection[int]) -> JointLie | None:
    """One coalition's most profitable joint lie (S Definition 6), None if none gains.

    Raises
    ------
    ValueError
        If the coalition is empty or names no players, or messages are no reports of types.
    TooLargeError
        If its types and joint messages make more than MAX_COMPARISONS pairs, or MAX_WORK if types are correlated.

    Examples
    --------
    >>> game = BayesianGame([[[[2, 2], [0, 3]]], [[[2, 0], [2, 3]]]], [[1], [1]], [[0], [0]])
    >>> best_joint_lie(game, [0, 1]).gain, best_joint_lie(game, [1])
    (2.0, None)
    """
    members = tuple(sorted(set(coalition)))
    if not members or not set(members) <= set(range(game.n)):
        raise ValueError(f"coalition is {list(coalition)}; it must name one or more of the players 0…{game.n - 1}")
    if game.truthful is None:
        raise ValueError(f"game has no truthful messages: {NO_TRUTH}")
    comparisons = math.prod(float(game.n_types[i] * game.n_messages[i]) for i in members)
    if reason := _too_large(game, len(members), comparisons, math.prod(float(game.n_types[i]) for i in members)):
        raise TooLargeError(reason)
    return _best_joint_lie(weighted_game(game), members)


def _too_large(game: BayesianGame, n: int, comparisons: float, types: float) -> str:
    """Why n players' lies are too many, with what would fit; empty if they are not. `types` counts their profiles."""
    limit, pairs = MAX_COMPARISONS, "types and joint messages"
    if game.joint is not None:
        comparisons = types * math.prod(map(float, game.n_messages))
        n, limit, pairs = game.n, MAX_WORK, "the members' types and everybody's messages"
    if comparisons <= limit:
        return ""
    return (
        f"too large: pairs of {pairs} are {comparisons:.3g}, more than {limit:.3g}; "
        f"{int(limit ** (1 / (2 * n)))} types and messages for each of {n} players would fit"
    )


def _coalitions(n: int) -> Iterator[tuple[int, ...]]:
    return (members for size in range(1, n + 1) for members in combinations(range(n), size))


def _best_joint_lie(weighted: WeightedGame, coalition: tuple[int, ...]) -> JointLie | None:
    """The coalition's most profitable joint lie; None if none gains."""
    assert weighted.truthful is not None
    if weighted.joint is not None:
        return _best_lie_of_correlated_types(weighted, coalition)
    outsiders = [j for j in range(weighted.n) if j not in coalition]
    sums = [weighted.truthful_sums(i, outsiders) for i in coalition]
    messages = sums[0].shape[1:]
    rows = [own.reshape(len(own), -1) for own in sums]
    shape = tuple(map(len, rows))
    true = np.ravel_multi_index(np.ix_(*(weighted.truthful[i] for i in coalition)), messages)
    truth = sum(own[_along(len(own), k, len(rows)), true] for k, own in enumerate(rows))
    gains = _best_sums(rows).reshape(shape) - truth
    types = np.unravel_index(int(gains.argmax()), shape)
    if not gains[types] > weighted.slack(weighted.scale(outsiders), *coalition):
        return None
    at_types = sum(own[t] for own, t in zip(rows, types, strict=True))
    lies = np.unravel_index(int(np.argmax(at_types)), messages)
    scale = weighted.scale(outsiders)
    told, lied = float(np.asarray(truth)[types] / scale), float(np.max(at_types) / scale)
    return JointLie(coalition, tuple(map(int, types)), tuple(map(int, lies)), told, lied)


def _best_lie_of_correlated_types(weighted: WeightedGame, coalition: tuple[int, ...]) -> JointLie | None:
    """The same, with other beliefs about the outsiders at all types of the members."""
    assert weighted.truthful is not None
    assert weighted.joint is not None
    best, largest = None, 0.0
    together = weighted.joint.sum(axis=tuple(j for j in range(weighted.n) if j not in coalition))
    for types in np.ndindex(together.shape):
        if not together[types] and all(weighted.weights[i][t] for i, t in zip(coalition, types, strict=True)):
            continue
        belief = weighted.belief(coalition, types)
        scale = belief.sum()
        own = np.asarray(sum(weighted.payoffs[i][t] for i, t in zip(coalition, types, strict=True)))
        sums = weighted.expected_reports(own, coalition, belief)
        truth = sums[tuple(weighted.truthful[i][t] for i, t in zip(coalition, types, strict=True))]
        lies = np.unravel_index(int(sums.argmax()), sums.shape)
        if sums[lies] - truth > weighted.slack(scale, *coalition):
            gain, told, lied = (float(part / scale) for part in (sums[lies] - truth, truth, sums[lies]))
            if gain > largest:
                best, largest = JointLie(coalition, types, tuple(map(int, lies)), told, lied), gain
    return best


def _along(size: int, axis: int, n: int) -> np.ndarray:
    """0 … size - 1 along one of n axes."""
    return np.arange(size).reshape([-1 if k == axis else 1 for k in range(n)])


def _best_sums(rows: list[np.ndarray]) -> np.ndarray:
    """max over joint messages m of the sum of rows[k][t_k, m], for all types: shape (T_1 * … * T_k,).

    The sums of the first members and of the last are tabulated for a block of messages at a time; then each row of the
    first table is added to the whole second one. Whole numbers that fit are added as int32: half the memory traffic.
    """
    rows = _narrow(rows)
    half, n_messages = len(rows) // 2, rows[0].shape[1]
    n_last = math.prod(len(own) for own in rows[half:])
    step = max(1, BLOCK // n_last)
    best: np.ndarray | None = None
    for start in range(0, n_messages, step):
        block = [np.ascontiguousarray(own[:, start : start + step].T) for own in rows]
        first, last = _outer_sums(block[:half], block[0]), _outer_sums(block[half:], block[0])
        found = np.empty((first.shape[1], n_last), dtype=last.dtype)
        room = np.empty_like(last)
        for k in range(first.shape[1]):
            np.add(last, first[:, k, None], out=room)
            np.maximum.reduce(room, axis=0, out=found[k])
        best = found if best is None else np.maximum(best, found, out=best)
    assert best is not None
    return best.astype(np.int64).ravel() if best.dtype == np.int32 else best.ravel()


def _outer_sums(block: list[np.ndarray], like: np.ndarray) -> np.ndarray:
    """All sums of one number from each of some arrays (m, T_k): shape (m, product of T_k); 0 for no arrays."""
    total = np.zeros((len(like), 1), dtype=like.dtype)
    for own in block:
        total = (total[:, :, None] + own[:, None, :]).reshape(len(own), -1)
    return total


def _narrow(rows: list[np.ndarray]) -> list[np.ndarray]:
    """The same numbers as int32 if they are int64 and their sums fit."""
    if rows[0].dtype == np.int64 and sum(max(int(own.max()), -int(own.min())) for own in rows) < 2**31:
        return [own.astype(np.int32) for own in rows]
    return rows
