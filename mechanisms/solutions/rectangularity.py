"""The rectangularity property (K section 2; Saijo, Sjöström and Yamato 2007) of a direct mechanism on finite types.

f satisfies it if for all profiles u, v: whenever every i of type u_i is indifferent between f(v) and f(u_i, v_-i), then
f(v) = f(u). Going through all pairs takes T^2n steps. Two local conditions are equivalent to it:

(1) if i of type u_i is indifferent between f(v) and f(u_i, v_-i), these two outcomes are equal;
(2) for i < j, reports r_i and r_j: if f(r_i, v_-i) = f(r_j, v_-j) = f(v), then f(r_i, r_j, v_-ij) = f(v) too.

Proof. Necessity of (1): take u = (u_i, v_-i); the others' premises are trivial. Of (2): take u = (r_i, r_j, v_-ij);
the premises of i and j hold because the outcomes are equal. Sufficiency: let the premise hold for u and v. By (1),
f(u_i, v_-i) = f(v) for all i. Turn v into u one player after another. After k players the outcome is still f(v), and
each j who is left can still turn alone without changing it: true for k = 0, and if it is true for k, then (2) for
player k + 1 and each such j shows it for k + 1. After n steps f(u) = f(v). ∎

Let S_i(v) be the set of i's reports that give f(v) against v_-i, a bit mask. (1) says that S_i(v) is the set of i's
types that are indifferent. (2) says that S_i is the same at all members of S_j(v), and since these sets partition j's
reports, it is enough to compare each v with the first member. That is n T^(n+1) + n² T^n steps in all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import IntArray, as_array
from mechanisms.games.comparisons import Margin, as_payoffs, margin_of, margins_of
from mechanisms.shown import Shown
from mechanisms.verdicts import Verdict
from mechanisms.writing import counted

MAX_MASK_BYTES = 2_000_000_000


@dataclass(frozen=True)
class RectangularityFailure(Shown):
    """Types u and reports v: every i of type u_i is indifferent between f(v) and f(u_i, v_-i), yet f(v) is not f(u).

    So at types u the reports v are a Nash equilibrium of the direct mechanism if it is strategy-proof: a bad one.

    Attributes
    ----------
    types, reports : u and v, indices, one for each player
    outcome, wanted : the ids f(v) and f(u)
    """

    types: tuple[int, ...]
    reports: tuple[int, ...]
    outcome: int
    wanted: int


def rectangularity(outcomes: ArrayLike, payoffs: Sequence[ArrayLike]) -> Verdict:
    """Whether a social choice function satisfies the rectangularity property (K section 2).

    Parameters
    ----------
    outcomes : int array (T_1, …, T_n), ids: equal exactly if everybody gets the same; see outcome_ids.py
    payoffs : n arrays, payoffs[i] of shape (T_i, T_1, …, T_n): what type t of i gets from f(report profile). Integers
        are compared exactly, floats within 1e-9 of the largest absolute payoff.

    Returns
    -------
    Verdict with a RectangularityFailure as witness

    Raises
    ------
    ValueError
        If shapes do not fit, or a type gets different payoffs from one outcome.

    Examples
    --------
    A project for two is built if both want it. A type who does not want it is indifferent to it if the other vetoes.

    >>> import numpy as np
    >>> built = [[0, 0], [0, 1]]
    >>> payoffs = [[np.multiply(built, -2), built]] * 2
    >>> rectangularity(built, payoffs).witness
    RectangularityFailure(types=(1, 1), reports=(0, 0), outcome=0, wanted=1)
    """
    return decide(*checked(outcomes, payoffs))


def decide(ids: IntArray, own: Sequence[np.ndarray], with_strategy_proofness: bool = False) -> Verdict:
    """The verdict on checked input; if asked, on strategy-proofness too, but then a failure comes without witness.

    Equal outcomes give equal payoffs. So the rule is strategy-proof and satisfies (1) exactly if S_i(v) is the set of
    i's types that do not prefer the truth to i's report in v: both are settled by reading the payoffs once.
    """
    tolerance, margins = margin_of(*own)[0], margins_of(own)
    size = counted(ids.size, "type profile")
    method = "two local conditions, equivalent to all pairs of profiles"
    needed = sum(_mask_width(count) for count in ids.shape) * ids.size
    if needed > MAX_MASK_BYTES:
        reason = f"too large: bit masks need {needed:.3g} bytes, more than {MAX_MASK_BYTES:.3g}; fewer types would fit"
        return Verdict("too large", method, size, tolerance, reason=reason)
    masks: list[np.ndarray] = []
    for j in range(ids.ndim):
        mismatch, planes = _same_outcome(ids, own[j], j, margins[j], with_strategy_proofness)
        if mismatch is not None and with_strategy_proofness:
            return Verdict("fails", method, size, tolerance)
        words = _as_words(planes)
        found = _not_rectangles(ids, masks, words, j) if mismatch is None else _failure_of_one(*mismatch, j)
        if found:
            types, reports = found
            witness = RectangularityFailure(types, reports, int(ids[reports]), int(ids[types]))
            return Verdict("fails", method, size, tolerance, witness)
        masks.append(words)
    return Verdict("holds", method, size, tolerance)


Profile = tuple[int, ...]


def _same_outcome(
    ids: IntArray, own: np.ndarray, i: int, margin: Margin, at_least: bool
) -> tuple[tuple[np.ndarray, np.ndarray, int] | None, np.ndarray]:
    """S_i as bits, uint8 (⌈T_i / 8⌉, profiles), and where it is not the set of types that are indifferent (or, with
    `at_least`, do not prefer the truth): the first of these sets, the second one, and the type that is in one only."""
    count = ids.shape[i]
    planes = np.zeros((-(-count // 8), *ids.shape), dtype=np.uint8)
    for report in reversed(range(count)):
        same = ids == ids.take([report], axis=i)
        truth = own[report].take([report], axis=i)
        if at_least:
            tied = own[report] >= truth - margin
        else:
            tied = own[report] == truth if margin == 0 else np.abs(own[report] - truth) <= margin
        if np.count_nonzero(same != tied):
            return (same, tied, report), planes.reshape(len(planes), -1)
        plane = planes[report // 8]
        plane += plane  # a shift by one bit, which numpy does faster so
        plane |= same.view(np.uint8)
    return None, planes.reshape(len(planes), -1)


def _failure_of_one(same: np.ndarray, tied: np.ndarray, report: int, i: int) -> tuple[Profile, Profile]:
    if (same & ~tied).any():
        where = tuple(np.argwhere(same & ~tied)[0].tolist())
        raise ValueError(
            f"payoffs[{i}][{report}] differs between report profile {where} and the same one with report {report} of "
            f"player {i}, though outcomes has the same id for both"
        )
    reports = tuple(np.argwhere(tied & ~same)[0].tolist())
    return with_report(reports, i, report), reports


def _not_rectangles(ids: IntArray, masks: list[np.ndarray], own: np.ndarray, j: int) -> tuple[Profile, Profile] | None:
    """A failure (u, v) of condition (2) for j and some i < j, from the masks (words, profiles) of these players."""
    if not masks:
        return None
    at, to = _later_members(own, ids.shape, j)
    for i, words in enumerate(masks):
        for word in words:
            differ = word.take(at) != word.take(to)
            if np.count_nonzero(differ):
                k = int(differ.argmax())
                here, there = (tuple(map(int, np.unravel_index(x[k], ids.shape))) for x in (at, to))
                return _failure_of_two(ids, i, j, here, there)
    return None


def _later_members(words: np.ndarray, shape: tuple[int, ...], j: int) -> tuple[IntArray, IntArray]:
    """The profiles (flat) in which j's report is not the first of its set S_j, and the same with that first report."""
    bits = 8 * words.dtype.itemsize
    along_j = (-1, *[1] * (len(shape) - 1 - j))
    earlier = np.zeros(shape, dtype=bool)
    for k, word in enumerate(words):
        below = [(1 << max(0, min(r - k * bits, bits))) - 1 for r in range(shape[j])]
        earlier |= (word.reshape(shape) & np.array(below, dtype=words.dtype).reshape(along_j)) != 0
    at = np.flatnonzero(earlier)
    first = np.zeros(len(at), dtype=np.int32)
    for k in reversed(range(len(words))):
        word = words[k].take(at)
        lowest = (word & (~word + 1)).astype(np.float32)  # a power of two: exact
        exponent = (lowest.view(np.int32) >> 23) - 127
        np.copyto(first, k * bits + exponent, where=word != 0)
    report = np.broadcast_to(np.arange(shape[j], dtype=np.int32).reshape(along_j), shape)[earlier]
    return at, at - (report - first) * math.prod(shape[j + 1 :])


def _failure_of_two(ids: IntArray, i: int, j: int, here: Profile, there: Profile) -> tuple[Profile, Profile]:
    """here and there differ in j's report only and have one outcome; some report of i keeps it at just one of them."""
    for reports, other in ((here, there), (there, here)):
        for report in range(ids.shape[i]):
            types = with_report(other, i, report)
            if ids[with_report(reports, i, report)] == ids[reports] != ids[types]:
                return types, reports
    raise AssertionError("the masks differ")


def _mask_width(count: int) -> int:
    """Bytes of a mask of that many reports: 1, 2, 4 or a multiple of 8."""
    needed = -(-count // 8)
    return next((width for width in (1, 2, 4) if needed <= width), -(-needed // 8) * 8)


def _as_words(planes: np.ndarray) -> np.ndarray:
    """Masks (bytes, profiles) as (words, profiles) of up to 64 bits."""
    width = _mask_width(8 * len(planes))
    word = np.dtype(f"u{min(width, 8)}")
    words = np.zeros((width // word.itemsize, planes.shape[1]), dtype=word)
    for k, plane in enumerate(planes):
        words[k // word.itemsize] |= plane.astype(word) << word.type(8 * (k % word.itemsize))
    return words


def with_report(profile: Profile, i: int, report: int) -> Profile:
    """The profile with another report of player i."""
    return (*profile[:i], int(report), *profile[i + 1 :])


def checked(outcomes: ArrayLike, payoffs: Sequence[ArrayLike]) -> tuple[IntArray, tuple[np.ndarray, ...]]:
    """Ids (compact, so that comparing them is fast) and payoffs of a direct mechanism, or ValueError."""
    ids = as_array("outcomes", outcomes)
    if ids.dtype.kind not in "iu" or ids.size == 0 or ids.ndim == 0:
        raise ValueError(f"outcomes has dtype {ids.dtype} and shape {ids.shape}; it must be integer ids (T_1, …, T_n)")
    own = as_payoffs(payoffs)
    if len(own) != ids.ndim:
        raise ValueError(f"payoffs has {len(own)} players; outcomes has {ids.ndim}")
    for i, part in enumerate(own):
        if part.shape != (ids.shape[i], *ids.shape):
            raise ValueError(f"payoffs[{i}] has shape {part.shape}; it must be {(ids.shape[i], *ids.shape)}")
    small = np.iinfo(np.int32)
    fits = small.min <= ids.min() and ids.max() <= small.max
    return np.ascontiguousarray(ids, dtype=np.int32 if fits else ids.dtype), own
