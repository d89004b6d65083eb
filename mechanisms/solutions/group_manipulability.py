"""Group manipulability of truth-telling: can a coalition gain by reporting something else together?

Checked at every type profile, for every coalition and every joint report of its members, with the others truthful:
without side payments all members must be better off; with side payments their sum of payoffs must be larger, since then
they can share it. A coalition of one is an ordinary manipulation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mechanisms.arrays import IntArray, as_flag, as_whole, check_sums, largest, takes
from mechanisms.games.comparisons import Margin, margin_of, margins_of
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.solutions.type_boxes import Box
from mechanisms.verdicts import Verdict
from mechanisms.writing import counted

MAX_OPERATIONS = 5e10
OPERATIONS_A_CALL = 20_000
CHUNK_ENTRIES = 1 << 16
"""Pairs of type profiles and joint lies that are gone through at once; above it, bounds come first."""
BOUND_COST = 16
"""Bounds of a lie in a box cost as much as so many type profiles for each type in it."""


@dataclass(frozen=True)
class JointLie(Shown):
    """The members of a coalition gain by sending `messages` at the type profile `types`; the others tell the truth.

    Attributes
    ----------
    coalition : indices of its members, ascending
    types, messages : indices, one for each player
    truth_payoffs, lie_payoffs : of the members, in the order of `coalition`
    """

    coalition: tuple[int, ...]
    types: tuple[int, ...]
    messages: tuple[int, ...]
    truth_payoffs: tuple[int | float, ...]
    lie_payoffs: tuple[int | float, ...]

    @property
    def gain(self) -> int | float:
        """The members' total gain."""
        return sum(self.lie_payoffs) - sum(self.truth_payoffs)


@takes(game=BayesianGame)
def group_strategy_proofness(
    game: BayesianGame, side_payments: bool = False, largest_coalition: int | None = None
) -> Verdict:
    """Whether no coalition can manipulate truth-telling at any type profile, whatever its probability.

    Parameters
    ----------
    game : BayesianGame with truthful messages. Integers exactly, floats within 1e-9 of the largest absolute payoff.
    side_payments : whether members can make up for losses among themselves
    largest_coalition : the most members that a coalition may have. Default: all players.

    Returns
    -------
    Verdict. The witness is the JointLie with the largest total gain; of several the one of the smallest coalition. If
    only coalitions up to some size can be gone through, the status is "fails" if one of these gains (`size` says which
    they are), else "too large". "not applicable" if messages are no reports of types.

    Raises
    ------
    ValueError
        If largest_coalition is not between 1 and n, or payoffs are so large that sums are not exact.

    Examples
    --------
    Two players want a project that costs a lie: either gains only if both lie.

    >>> payoffs = [[[[0, 0], [0, 5]], [[0, 0], [0, 0]]]] * 2
    >>> game = BayesianGame(payoffs, [[0.5, 0.5]] * 2, truthful=[[0, 1]] * 2)
    >>> group_strategy_proofness(game).witness
    JointLie(coalition=(0, 1), types=(0, 0), messages=(1, 1), truth_payoffs=(0, 0), lie_payoffs=(5, 5))
    """
    top = game.n if largest_coalition is None else as_whole("largest_coalition", largest_coalition, 1, game.n)
    as_flag("side_payments", side_payments)
    tolerance, margins = margin_of(*game.payoffs)[0], margins_of(game.payoffs)
    method = "every joint report of every coalition at every type profile, " + (
        "the sum of payoffs (side payments)" if side_payments else "all members gain (no side payments)"
    )
    if game.truthful is None:
        return Verdict("not applicable", method, "", tolerance, reason="messages are no reports of types")
    check_sums(_terms(game.n), *game.payoffs)
    search, done, spent = _Search(game, side_payments, margins), 0, 0.0
    while done < top and (spent := spent + _work(game, done + 1)) <= MAX_OPERATIONS:
        done += 1
        for members in combinations(range(game.n), done):
            search.coalition(members)
    size = f"{counted(math.prod(game.n_types), 'type profile')}, coalitions of up to {done}"
    if search.best is None and done < top:
        reason = (
            f"too large: coalitions of up to {done + 1} need {spent:.3g} comparisons, more than {MAX_OPERATIONS:.3g}; "
            f"none of up to {done} gains; fewer types or messages would fit"
        )
        return Verdict("too large", method, size, tolerance, reason=reason)
    return Verdict("fails" if search.best else "holds", method, size, tolerance, search.best)


def _terms(n: int) -> int:
    """How many payoffs are added and subtracted at most (in Box.bound)."""
    return 2 * n * (n + 1)


def _work(game: BayesianGame, size: int) -> float:
    """Comparisons for all coalitions of that size."""
    types, messages = game.n_types, game.n_messages
    total = 0.0
    for members in combinations(range(game.n), size):
        rest = math.prod(types[i] for i in range(game.n) if i not in members)
        total += rest * (OPERATIONS_A_CALL + float(math.prod(types[i] * messages[i] for i in members)))
    return total


class _Search:
    """The joint lie with the largest total gain among the coalitions that were gone through, of several the first."""

    def __init__(self, game: BayesianGame, side_payments: bool, margins: list[Margin]) -> None:
        self.game, self.side_payments, self.margins = game, side_payments, margins
        self.best: JointLie | None = None
        dtype = game.payoffs[0].dtype
        if dtype.kind == "i" and _terms(game.n) * largest(*game.payoffs) < 2**31:
            dtype = np.dtype(np.int32)  # faster, and sums still fit
        self.payoffs = [part.astype(dtype, copy=False) for part in game.payoffs]

    def slack(self, margin: Margin) -> Margin:
        """Bounds of floating-point payoffs are rounded in another way than gains."""
        return margin / 1000 if margin else 0

    def least(self, members: tuple[int, ...]) -> int | float:
        """What a lie of the members must gain more than, together."""
        margin = sum(self.margins[i] for i in members)
        enough = margin if self.side_payments else margin - self.slack(margin)  # if each must gain, that is asked too
        return max(enough, self.best.gain) if self.best else enough

    def coalition(self, members: tuple[int, ...]) -> None:
        """All type profiles and joint reports of one coalition."""
        assert self.game.truthful is not None
        for rest, lies, truth in self._by_types_of_others(members, self.game.truthful):
            self._box(Box(members, rest, lies, truth, (0,) * len(members), np.arange(lies[0].shape[1])))

    def _box(self, box: Box) -> None:
        """A box of type profiles with the lies that may be profitable there: halved until going through it is easy."""
        sizes = box.truth.shape[1:]
        block = max(1, CHUNK_ENTRIES // math.prod(sizes))
        if len(box.names) <= block or math.prod(sizes) <= BOUND_COST * sum(sizes):
            for start in range(0, len(box.names), block):
                self._every_lie(box.only(slice(start, start + block)))
            return
        box = self._promising(box)
        if len(box.names):
            for half in box.halves():
                self._box(half)

    def _promising(self, box: Box) -> Box:
        """The box with those lies that may gain enough somewhere in it, by upper bounds."""
        for member in [] if self.side_payments else range(len(box.members)):
            margin = self.margins[box.members[member]]
            box = box.only(np.flatnonzero(box.bound(box.truth[member], member) > margin - self.slack(margin)))
        least, slack = self.least(box.members), self.slack(sum(self.margins[i] for i in box.members))
        return box.only(np.flatnonzero(box.bound(box.truth.sum(axis=0)) > least - slack))

    def _every_lie(self, box: Box) -> None:
        """All lies at all type profiles of a box."""
        types = box.truth.shape[1:]
        gains = _outer_sum(box.lies) - box.truth.sum(axis=0)
        least = self.least(box.members)
        if gains.max() <= least:
            return
        found = np.flatnonzero(gains > least)
        if not self.side_payments:
            margins = [self.margins[i] for i in box.members]
            found = found[_all_gain(found, box.lies, box.truth.reshape(len(box.members), -1), margins)]
        if len(found):
            k = found[gains.reshape(-1)[found].argmax()]
            lie, *own_types = map(int, np.unravel_index(k, (gains.shape[0], *types)))
            at = [low + t for low, t in zip(box.corner, own_types, strict=True)]
            self.best = _joint_lie(self.game, box.members, at, box.rest, int(box.names[lie]))

    def _by_types_of_others(
        self, members: tuple[int, ...], truthful: tuple[IntArray, ...]
    ) -> Iterator[tuple[tuple[int, ...], list[np.ndarray], np.ndarray]]:
        """For each type profile of the others (who are truthful): it; the payoffs (T_i, joint reports) of each member i
        by type; and the members' payoffs (members, types of members …) under the truth."""
        game = self.game
        others = [i for i in range(game.n) if i not in members]
        shape = [game.n_messages[i] for i in members]
        truth_at = np.ravel_multi_index(np.ix_(*(truthful[i] for i in members)), shape)
        index = [np.arange(size) if i in members else truthful[i] for i, size in enumerate(game.n_messages)]
        payoffs = [self.payoffs[i][np.ix_(np.arange(game.n_types[i]), *index)] for i in members]
        order = [0, *(i + 1 for i in others), *(i + 1 for i in members)]
        own = [part.transpose(order).reshape(len(part), -1, math.prod(shape)) for part in payoffs]
        own_type = np.ogrid[tuple(slice(game.n_types[i]) for i in members)]
        rest_types = [game.n_types[i] for i in others]
        for k in range(math.prod(rest_types)):
            lies = [part[:, k] for part in own]
            truth = np.stack([part[t, truth_at] for part, t in zip(lies, own_type, strict=True)])
            yield tuple(map(int, np.unravel_index(k, rest_types))) if others else (), lies, truth


def _outer_sum(parts: list[np.ndarray]) -> np.ndarray:
    """Sums over members of (T_i, lies) for all combinations of types: (lies, T_1, …)."""
    total = parts[0].T
    for k, part in enumerate(parts[1:], start=1):
        total = total[..., None] + part.T.reshape(-1, *[1] * k, len(part))
    return total


def _all_gain(found: np.ndarray, lies: list[np.ndarray], truth: np.ndarray, margins: list[Margin]) -> np.ndarray:
    """Which of the flat indices `found` into (lies, T_1, …) make every member better off."""
    lie, types = np.divmod(found, truth.shape[1])
    own_types = np.unravel_index(types, [len(part) for part in lies])
    gains = [part[t, lie] - own[types] for part, own, t in zip(lies, truth, own_types, strict=True)]
    return np.logical_and.reduce([gain > margin for gain, margin in zip(gains, margins, strict=True)])


def _joint_lie(
    game: BayesianGame, members: tuple[int, ...], own_types: list[int], rest: tuple[int, ...], lie: int
) -> JointLie:
    assert game.truthful is not None
    others = [i for i in range(game.n) if i not in members]
    type_of = dict(zip([*members, *others], [*own_types, *rest], strict=True))
    types = tuple(type_of[i] for i in range(game.n))
    truth = tuple(int(game.truthful[i][t]) for i, t in enumerate(types))
    sent = dict(zip(members, map(int, np.unravel_index(lie, [game.n_messages[i] for i in members])), strict=True))
    messages = tuple(sent.get(i, message) for i, message in enumerate(truth))
    before, after = (
        tuple(game.payoffs[i][(types[i], *profile)].item() for i in members) for profile in (truth, messages)
    )
    return JointLie(members, types, messages, before, after)
