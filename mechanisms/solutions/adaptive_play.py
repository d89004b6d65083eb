"""Adaptive play: where best reply dynamics and fictitious play go, from every start or from a sample of starts.

- **Best replies** (Cournot 1838): in a round everybody replies to the last profile, all at the same time
  ("simultaneous") or one after another in the order of the players ("sequential"; a round is over when all have
  replied). Each start leads to one limit, a profile that is repeated (a pure Nash equilibrium) or a cycle; this is
  found for all starts, exactly.
- **Fictitious play** (Brown 1951): everybody replies to the frequencies of the others' past profiles, beginning with
  the start as first observation. With three or more players these are frequencies of joint profiles ("correlated"
  fictitious play). Once its replies are a pure Nash equilibrium it repeats it for ever: each of these messages had the
  largest sum of payoffs, and no other gains on it. So such starts are known to reach it. The other starts have not
  settled within the given number of rounds, which proves nothing about later rounds.

Ties: the reply is the best reply with the lowest index. Best reply play therefore leaves a pure Nash equilibrium in
which somebody has a lower best reply. Floating-point payoffs tie within the tolerance of mechanisms.games.comparisons.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import IntArray, as_choice, as_whole, takes
from mechanisms.games.best_responses import best_replies, payoff_rows
from mechanisms.games.comparisons import Margin, margin_of
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError

ORDERS = ("simultaneous", "sequential")
MAX_PROFILES = 50_000_000
"""Best replies from every start: 50 bytes a profile."""
MAX_WORK = 2e11
"""Fictitious play: starts * rounds * messages of all players."""
CHUNK_ENTRIES = 1 << 22


@dataclass(frozen=True, eq=False)
class Limit(Shown):
    """Where play ends up.

    Attributes
    ----------
    profiles : int array (k, n): one profile that is repeated (k = 1, a pure Nash equilibrium), or the cycle in the
        order of play, from its lexicographically smallest profile on
    starts : the number of starts that lead to it
    share : starts as a share of all starts that were tried
    """

    profiles: IntArray
    starts: int
    share: float

    @property
    def is_equilibrium(self) -> bool:
        """Whether it is one profile, repeated."""
        return len(self.profiles) == 1


@dataclass(frozen=True, eq=False)
class AdaptivePlay(Shown):
    """The limits of play.

    Attributes
    ----------
    method : the dynamics, the tie-breaking and the starts, in words
    limits : the limits, those of most starts first, then in lexicographic order
    unsettled : the number of starts whose limit is not known (fictitious play only)
    starts : the number of starts tried
    sampled : whether these are a random sample of all profiles; shares are estimates then
    """

    method: str
    limits: tuple[Limit, ...]
    unsettled: int
    starts: int
    sampled: bool

    @property
    def equilibrium_share(self) -> float:
        """The share of the starts tried from which play reaches a pure Nash equilibrium."""
        return sum(limit.starts for limit in self.limits if limit.is_equilibrium) / self.starts


@takes(game=NormalFormGame)
def best_reply_play(game: NormalFormGame, order: str = "simultaneous") -> AdaptivePlay:
    """Where best replies lead, from every profile.

    Parameters
    ----------
    game : NormalFormGame
    order : "simultaneous" or "sequential"

    Returns
    -------
    AdaptivePlay, nothing sampled and nothing unsettled

    Raises
    ------
    ValueError
        If `order` is neither of the two.
    TooLargeError
        If there are too many profiles.

    Examples
    --------
    >>> coordination = NormalFormGame([[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
    >>> [(limit.profiles.tolist(), limit.share) for limit in best_reply_play(coordination).limits]
    [([[0, 1], [1, 0]], 0.5), ([[0, 0]], 0.25), ([[1, 1]], 0.25)]
    >>> best_reply_play(coordination, "sequential").equilibrium_share
    1.0
    """
    as_choice("order", order, ORDERS)
    return followed(game.shape, [_reply(game, i) for i in range(game.n)], order)


def followed(shape: tuple[int, ...], replies: Sequence[IntArray], order: str) -> AdaptivePlay:
    """The same from the reply of each player to each profile of the others, in C order."""
    profiles = int(np.prod(shape, dtype=object))
    if profiles > MAX_PROFILES:
        raise TooLargeError(
            f"too large: there are {profiles:.3g} profiles, more than {MAX_PROFILES:.3g}; fewer messages would fit"
        )
    step = _rounds(shape, replies, order)
    members, successor, starts = _reached(_first_round(shape, replies, order, step), step)
    ends, which = np.unique(_smallest_of_cycle(successor), return_inverse=True)
    counts = np.bincount(which, weights=starts).astype(np.int64)
    limits = [
        Limit(_cycle(members, successor, int(end), shape), int(count), int(count) / profiles)
        for end, count in zip(ends, counts, strict=True)
    ]
    limits.sort(key=lambda limit: -limit.starts)
    method = f"{order} best replies, ties to the lowest message, from all {profiles} profiles"
    return AdaptivePlay(method, tuple(limits), 0, profiles, False)


@takes(game=NormalFormGame)
def fictitious_play(game: NormalFormGame, rounds: int = 1000, sample: int | None = None, seed: int = 0) -> AdaptivePlay:
    """Where fictitious play leads, from every profile or from a random sample of them.

    Parameters
    ----------
    game : NormalFormGame
    rounds : the number of replies after which a start counts as not settled
    sample : the number of starts to draw, with replacement; None: every profile is a start, once
    seed : of the draw

    Returns
    -------
    AdaptivePlay; its limits are pure Nash equilibria

    Raises
    ------
    ValueError
        If `rounds` or `sample` is not positive, or payoffs are so large that their sums would not be exact.
    TooLargeError
        If starts, rounds and messages are too many.

    Examples
    --------
    >>> coordination = NormalFormGame([[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
    >>> result = fictitious_play(coordination)
    >>> [(limit.profiles.tolist(), limit.share) for limit in result.limits], result.unsettled
    ([([[0, 0]], 0.75), ([[1, 1]], 0.25)], 0)
    """
    rounds, seed = as_whole("rounds", rounds, 1), as_whole("seed", seed, 0)
    sample = None if sample is None else as_whole("sample", sample, 1)
    _check_fictitious(game, rounds, sample)
    profiles = int(np.prod(game.shape))
    starts = np.arange(profiles) if sample is None else np.random.default_rng(seed).integers(0, profiles, sample)
    chunk = max(1, CHUNK_ENTRIES // sum(game.shape))
    reached = np.concatenate([_settle(game, starts[k : k + chunk], rounds) for k in range(0, len(starts), chunk)])
    ends, counts = np.unique(reached[reached >= 0], return_counts=True)
    limits = [
        Limit(np.array(np.unravel_index([end], game.shape)).T, int(count), int(count) / len(starts))
        for end, count in zip(ends, counts, strict=True)
    ]
    limits.sort(key=lambda limit: -limit.starts)
    whence = f"all {profiles} profiles" if sample is None else f"a random sample of {sample} of {profiles} profiles"
    method = f"fictitious play, {rounds} rounds, ties to the lowest message, from {whence}"
    return AdaptivePlay(method, tuple(limits), int(np.count_nonzero(reached < 0)), len(starts), sample is not None)


def _check_fictitious(game: NormalFormGame, rounds: int, sample: int | None) -> None:
    largest = max(int(game.payoffs.max()), -int(game.payoffs.min()))
    if game.payoffs.dtype.kind == "i" and largest * (rounds + 1) >= 2**63:
        raise ValueError(f"rounds is {rounds}; sums of so many payoffs up to {largest} would not be exact")
    starts = float(np.prod(game.shape, dtype=float)) if sample is None else sample
    work = starts * rounds * sum(game.shape)
    if work > MAX_WORK:
        raise TooLargeError(
            f"too large: {starts:.3g} starts, {rounds} rounds and {sum(game.shape)} messages make {work:.3g} sums, "
            f"more than {MAX_WORK:.3g}; a sample of {int(MAX_WORK / rounds / sum(game.shape))} starts would fit"
        )


def _reply(game: NormalFormGame, i: int) -> IntArray:
    """The lowest best reply of player i to each profile of the others, in C order."""
    return _lowest_best(payoff_rows(game, i), 0, margin_of(game.payoffs[i])[1])


def _lowest_best(payoffs: np.ndarray, axis: int, margin: Margin) -> IntArray:
    return (best_replies(payoffs, axis, margin) if margin else payoffs).argmax(axis=axis)


def _rounds(shape: tuple[int, ...], replies: Sequence[IntArray], order: str) -> Callable[[IntArray], IntArray]:
    """From numbers of profiles to the numbers of those that follow on them after one round."""
    others = [_numbering(shape, i) for i in range(len(shape))]

    def step(profiles: IntArray) -> IntArray:
        played = list(np.unravel_index(profiles, shape))
        after = list(played)
        for i, reply in enumerate(replies):
            after[i] = reply[others[i](played if order == "simultaneous" else after)]
        return np.asarray(np.ravel_multi_index(after, shape))

    return step


def _first_round(
    shape: tuple[int, ...], replies: Sequence[IntArray], order: str, step: Callable[[IntArray], IntArray]
) -> IntArray:
    """What follows on every profile, which depends on less than the profile."""
    if order == "sequential":  # the first player's message is forgotten
        return np.tile(step(np.arange(math.prod(shape[1:]))), shape[0])
    after = np.zeros(shape, dtype=np.int64)
    for i, reply in enumerate(replies):
        after += reply.reshape(*shape[:i], 1, *shape[i + 1 :]) * math.prod(shape[i + 1 :])
    return after.reshape(-1)


def _reached(first: IntArray, step: Callable[[IntArray], IntArray]) -> tuple[IntArray, IntArray, IntArray]:
    """The profiles that are still played after some rounds from all starts, what follows on each, how many come to it.

    They become fewer round by round, as a rule quickly. `first` is what follows on all starts; the second array (k,)
    numbers the members (k,) from 0.
    """
    starts = np.bincount(first, minlength=len(first))
    members = np.flatnonzero(starts)
    starts = starts[members]
    while True:
        following, successor = np.unique(step(members), return_inverse=True)
        if 2 * len(following) > len(members):
            return members, np.searchsorted(members, following)[successor], starts
        members, starts = following, np.bincount(successor, weights=starts).astype(np.int64)


def _smallest_of_cycle(successor: IntArray) -> IntArray:
    """The smallest profile of the cycle that each profile leads to, by doubling the number of rounds."""
    smallest, ahead, steps = np.arange(len(successor)), successor, 1
    while steps < len(successor):
        smallest = np.minimum(smallest, smallest[ahead])
        ahead = ahead[ahead]
        steps *= 2
    return smallest[ahead]  # `ahead` is on the cycle, and `smallest` has gone all round it


def _cycle(members: IntArray, successor: IntArray, start: int, shape: tuple[int, ...]) -> IntArray:
    cycle = [start]
    while (following := int(successor[cycle[-1]])) != start:
        cycle.append(following)
    return np.array(np.unravel_index(members[cycle], shape)).T


def _settle(game: NormalFormGame, starts: IntArray, rounds: int) -> IntArray:
    """The profile that fictitious play repeats for ever from each start, or -1 if it has not settled: (starts,)."""
    tables = [np.ascontiguousarray(payoff_rows(game, i).T) for i in range(game.n)]
    margins = [margin_of(table)[1] for table in tables]
    best = [best_replies(table, 1, margin) for table, margin in zip(tables, margins, strict=True)]
    others: list[Callable[[list[IntArray]], IntArray]] = [_numbering(game.shape, i) for i in range(game.n)]
    reached = np.full(len(starts), -1)
    open_, played = np.arange(len(starts)), list(np.unravel_index(starts, game.shape))
    sums = [table[number(played)] for table, number in zip(tables, others, strict=True)]
    for past in range(1, rounds + 1):
        played = [_lowest_best(total, 1, margin * past) for total, margin in zip(sums, margins, strict=True)]
        seen = [number(played) for number in others]
        rests = np.all([is_best[column, own] for is_best, column, own in zip(best, seen, played, strict=True)], axis=0)
        reached[open_[rests]] = np.ravel_multi_index([own[rests] for own in played], game.shape)
        moving = ~rests
        if not moving.any():
            break
        open_ = open_[moving]
        sums = [total[moving] + table[column[moving]] for total, table, column in zip(sums, tables, seen, strict=True)]
    return reached


def _numbering(shape: tuple[int, ...], i: int) -> Callable[[list[IntArray]], IntArray]:
    """A function from everybody's messages to the number of the profile of the others than i."""
    rest = shape[:i] + shape[i + 1 :]
    if not rest:
        return lambda played: np.zeros(len(played[0]), dtype=np.int64)
    return lambda played: np.ravel_multi_index(played[:i] + played[i + 1 :], rest)
