"""Strategy-proofness and secure implementation (K section 2; Saijo, Sjöström and Yamato 2007) on finite types.

A mechanism g securely implements a social choice function f if at every type profile u (K Definition 4)
(i)  some dominant strategy equilibrium s has g(s) = f(u), and
(ii) every Nash equilibrium s has g(s) = f(u).
Some mechanism does exactly if f is strategy-proof and satisfies the rectangularity property (K Proposition 1), and then
f's own direct mechanism does. So for direct mechanisms the two verdicts here must agree, and tests hold them to it.

Alternatives are integer ids, equal exactly if everybody gets the same (outcome_ids.py); values are private,
payoffs[i][t, …] being what type t of player i gets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import IntArray, as_array, takes
from mechanisms.games.best_responses import best_replies
from mechanisms.games.comparisons import Margin, margin_of, margins_of
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.solutions.rectangularity import Profile, RectangularityFailure, checked, decide, rectangularity
from mechanisms.solutions.strategy_proofness import ProfitableLie, strategy_proofness
from mechanisms.verdicts import Verdict
from mechanisms.writing import counted

__all__ = [
    "BadEquilibrium",
    "NoDominantMessage",
    "ProfitableLie",
    "RectangularityFailure",
    "rectangularity",
    "secure_implementation",
    "secure_implementation_by_definition",
    "strategy_proofness",
]

MAX_OPERATIONS = 5e10
OPERATIONS_A_SET = 10_000


@dataclass(frozen=True)
class NoDominantMessage(Shown):
    """No message of this player is (weakly) dominant for this type: (i) of Definition 4 fails.

    Attributes
    ----------
    player, true_type : indices
    """

    player: int
    true_type: int


@dataclass(frozen=True)
class BadEquilibrium(Shown):
    """At true types `types`, `messages` are a Nash equilibrium with another outcome than f's: Definition 4 (ii) fails.

    Attributes
    ----------
    types, messages : indices, one for each player
    outcome, wanted : ids, the equilibrium's and f(types)
    payoffs : what everybody gets in the equilibrium
    """

    types: tuple[int, ...]
    messages: tuple[int, ...]
    outcome: int
    wanted: int
    payoffs: tuple[int | float, ...]


def secure_implementation(outcomes: ArrayLike, payoffs: Sequence[ArrayLike]) -> Verdict:
    """Whether f is securely implementable: strategy-proof and rectangular (K Proposition 1).

    Parameters
    ----------
    outcomes : int array (T_1, …, T_n), the ids of f at all type profiles
    payoffs : n arrays, payoffs[i] of shape (T_i, T_1, …, T_n): what type t of i gets from f(report profile)

    Returns
    -------
    Verdict with a ProfitableLie or, if f is strategy-proof, a RectangularityFailure as witness

    Raises
    ------
    ValueError
        If shapes do not fit. That a type gets the same from equal outcomes is taken for granted.

    Examples
    --------
    >>> import numpy as np
    >>> built = [[0, 0], [0, 1]]
    >>> secure_implementation(built, [[np.multiply(built, -2), built]] * 2).witness
    RectangularityFailure(types=(1, 1), reports=(0, 0), outcome=0, wanted=1)
    """
    ids, own = checked(outcomes, payoffs)
    both = decide(ids, own, with_strategy_proofness=True)
    if both.status == "holds":
        method = "Proposition 1: strategy-proofness: holds, rectangularity: holds"
        return Verdict("holds", method, both.size, both.tolerance)
    proof, rectangular = strategy_proofness(own), rectangularity(ids, own)
    decisive = proof if proof.status != "holds" else rectangular
    method = f"Proposition 1: strategy-proofness: {proof.status}, rectangularity: {rectangular.status}"
    return Verdict(decisive.status, method, rectangular.size, proof.tolerance, decisive.witness, decisive.reason)


@takes(game=BayesianGame)
def secure_implementation_by_definition(game: BayesianGame, outcomes: ArrayLike, choice: ArrayLike) -> Verdict:
    """Whether this mechanism securely implements f at every type profile (K Definition 4).

    The type profiles at which a message profile is a Nash equilibrium form a product set, so each message profile is
    compared with f on its product, and message profiles with the same outcome and product once. Dominant strategy
    equilibria are Nash equilibria: given (ii), (i) says only that everybody has a dominant message.

    Parameters
    ----------
    game : BayesianGame; priors do not matter. Integers exactly, floats within 1e-9 of the largest absolute payoff.
    outcomes : int array (A_1, …, A_n), the id of g at every message profile
    choice : int array (T_1, …, T_n), the id of f at every type profile; ids as in `outcomes`

    Returns
    -------
    Verdict with a BadEquilibrium (the first one by messages, then types) or a NoDominantMessage as witness

    Raises
    ------
    ValueError
        If shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> built = np.array([[0, 0], [0, 1]])
    >>> game = BayesianGame([[-2 * built, built]] * 2, [[0.5, 0.5]] * 2, [[0, 1]] * 2)
    >>> secure_implementation_by_definition(game, built, choice=built).witness
    BadEquilibrium(types=(1, 1), messages=(0, 0), outcome=0, wanted=1, payoffs=(0, 0))
    """
    ids, wanted = as_ids("outcomes", outcomes, game.n_messages), as_ids("choice", choice, game.n_types)
    tolerance, margins = margin_of(*game.payoffs)[0], margins_of(game.payoffs)
    method = "Definition 4: dominant messages and all pure Nash equilibria at every type profile"
    size = f"{counted(wanted.size, 'type profile')} x {ids.size} message profiles"
    replies = [_best_replies_by_type(own, i, margins[i]) for i, own in enumerate(game.payoffs)]
    for i, best in enumerate(replies):
        dominant = np.any(best.all(axis=tuple(k + 1 for k in range(game.n) if k != i)), axis=1)
        if not dominant.all():
            return Verdict("fails", method, size, tolerance, NoDominantMessage(i, int(dominant.argmin())))
    profiles = _distinct_products(replies, ids)
    sets = [best.reshape(len(best), -1)[:, profiles] for best in replies]
    sizes = np.prod([np.count_nonzero(part, axis=0) for part in sets], axis=0, dtype=float)
    work = float(sizes.sum()) + OPERATIONS_A_SET * len(profiles)
    if work > MAX_OPERATIONS:
        reason = f"too large: {work:.3g} comparisons, more than {MAX_OPERATIONS:.3g}; fewer types or messages would fit"
        return Verdict("too large", method, size, tolerance, reason=reason)
    bad = next(_bad_equilibria(profiles, sets, ids, wanted), None)
    if bad is None:
        return Verdict("holds", method, size, tolerance)
    types, messages = bad
    payoffs = tuple(game.payoffs[i][(t, *messages)].item() for i, t in enumerate(types))
    witness = BadEquilibrium(types, messages, int(ids[messages]), int(wanted[types]), payoffs)
    return Verdict("fails", method, size, tolerance, witness)


def _best_replies_by_type(own: np.ndarray, i: int, margin: Margin) -> np.ndarray:
    """Where the own message is a best reply: bool (T_i, A_1, …, A_n)."""
    best = np.empty(own.shape, dtype=bool)
    for t, payoffs in enumerate(own):
        best[t] = best_replies(payoffs, i, margin)
    return best


def _distinct_products(replies: Sequence[np.ndarray], ids: IntArray) -> IntArray:
    """Flat indices of message profiles that are equilibria for some types: the first of each outcome and product."""
    flat = [best.reshape(len(best), -1) for best in replies]
    profiles = np.flatnonzero(np.logical_and.reduce([part.any(axis=0) for part in flat]))
    keys = [np.packbits(part[:, profiles], axis=0).T for part in flat]
    keys.append(ids.reshape(-1)[profiles].reshape(-1, 1).view(np.uint8))
    rows = np.ascontiguousarray(np.concatenate(keys, axis=1))
    _, first = np.unique(rows.view(f"V{rows.shape[1]}")[:, 0], return_index=True)
    return profiles[np.sort(first)]


def _bad_equilibria(
    profiles: IntArray, sets: Sequence[np.ndarray], ids: IntArray, wanted: IntArray
) -> Iterator[tuple[Profile, Profile]]:
    """(types, messages) of Nash equilibria with another outcome than the one wanted: one for each message profile."""
    for k, profile in enumerate(profiles):
        members = [np.flatnonzero(part[:, k]) for part in sets]
        messages = tuple(map(int, np.unravel_index(int(profile), ids.shape)))
        wrong = wanted[np.ix_(*members)] != ids[messages]
        if wrong.any():
            first = np.unravel_index(int(wrong.argmax()), wrong.shape)
            yield tuple(int(part[t]) for part, t in zip(members, first, strict=True)), messages


def as_ids(argument: str, given: ArrayLike, shape: tuple[int, ...]) -> IntArray:
    """Integer ids of outcomes, in that shape."""
    ids = as_array(argument, given)
    if ids.dtype.kind not in "iu" or ids.shape != shape:
        raise ValueError(f"{argument} has dtype {ids.dtype} and shape {ids.shape}; it must be integer ids {shape}")
    return ids.astype(np.int64)
