"""Strategy-proofness (K section 2): the truth is a dominant message of every type, whatever the others report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import IntArray, as_truthful, check_sums
from mechanisms.games.comparisons import Margin, as_payoffs, margin_of
from mechanisms.shown import Shown
from mechanisms.solutions.rectangularity import with_report
from mechanisms.verdicts import Verdict

LONG_ROW = 100


@dataclass(frozen=True)
class ProfitableLie(Shown):
    """Player `player` of type `true_type` gains by sending `message` instead of the truth against the others' messages.

    Attributes
    ----------
    player, true_type, message : indices
    messages : the messages of all with the player's truth in place; against_others says those of the others only
    truth_payoff, lie_payoff : what the player gets either way
    """

    player: int
    true_type: int
    message: int
    messages: tuple[int, ...]
    truth_payoff: int | float
    lie_payoff: int | float

    @property
    def against_others(self) -> tuple[int, ...]:
        """The others' messages, in player order."""
        return self.messages[: self.player] + self.messages[self.player + 1 :]


def strategy_proofness(payoffs: Sequence[ArrayLike], truthful: Sequence[ArrayLike] | None = None) -> Verdict:
    """Whether the truth is a (weakly) dominant message of every type of everybody (K section 2).

    Parameters
    ----------
    payoffs : n arrays, payoffs[i] of shape (T_i, A_1, …, A_n). Integers are compared exactly, floats within 1e-9 of the
        player's largest absolute payoff.
    truthful : n int arrays (T_i,), each type's truthful message. Default: message t is the report of type t.

    Returns
    -------
    Verdict with the ProfitableLie that gains most as witness (the first one of several)

    Raises
    ------
    ValueError
        If shapes do not fit.

    Examples
    --------
    A first-price auction with values 1 and 4 that are reported as bids; the first player wins ties.

    >>> import numpy as np
    >>> bids = np.array([1, 4])
    >>> wins = bids[:, None] >= bids
    >>> payoffs = [[wins * (v - bids[:, None]) for v in bids], [~wins * (v - bids) for v in bids]]
    >>> strategy_proofness(payoffs).witness
    ProfitableLie(player=0, true_type=1, message=0, messages=(1, 0), truth_payoff=0, lie_payoff=3)
    """
    tensors = as_payoffs(payoffs)
    truths = _truthful(tensors, truthful)
    tolerance = margin_of(*tensors)[0]
    method = "the truth against every other message, for every type and all messages of the others"
    size = f"{sum(part.size for part in tensors)} payoffs"
    best: ProfitableLie | None = None
    for i, own in enumerate(tensors):
        margin = margin_of(own)[1]  # of the player's own payoffs: players may differ in scale
        for t, truth in enumerate(truths[i]):
            if _gains(own[t], i, int(truth), margin):
                lie = _best_lie(own[t], i, t, int(truth))
                if best is None or lie.lie_payoff - lie.truth_payoff > best.lie_payoff - best.truth_payoff:
                    best = lie
    return Verdict("fails" if best else "holds", method, size, tolerance, best)


def _gains(own: np.ndarray, i: int, truth: int, margin: Margin) -> bool:
    """Whether some message gives i more than the truth, from i's payoffs (A_1, …, A_n)."""
    if math.prod(own.shape[i + 1 :]) >= LONG_ROW:  # maxima along i's axis are then faster than comparing everything
        own, limit = own.max(axis=i), own.take(truth, axis=i)
    else:
        limit = own.take([truth], axis=i)
    return bool(np.count_nonzero(own > limit + margin))


def _truthful(payoffs: Sequence[np.ndarray], truthful: Sequence[ArrayLike] | None) -> tuple[IntArray, ...]:
    given = [np.arange(len(part)) for part in payoffs] if truthful is None else as_truthful(truthful, len(payoffs))
    for i, (part, truth) in enumerate(zip(payoffs, given, strict=True)):
        n_messages = part.shape[i + 1]
        if truthful is None and len(part) != n_messages:
            raise ValueError(f"payoffs[{i}] has {len(part)} types and {n_messages} messages; say which are truthful")
        if truth.shape != (len(part),) or truth.min() < 0 or truth.max() >= n_messages:
            raise ValueError(
                f"truthful[{i}] is {truth.tolist()}; it must name a message 0…{n_messages - 1} for each type"
            )
    return tuple(given)


def _best_lie(own: np.ndarray, i: int, t: int, truth: int) -> ProfitableLie:
    check_sums(2, own)
    gains = own - own.take([truth], axis=i)
    lie = tuple(map(int, np.unravel_index(int(gains.argmax()), own.shape)))
    messages = with_report(lie, i, truth)
    return ProfitableLie(i, t, lie[i], messages, own[messages].item(), own[lie].item())
