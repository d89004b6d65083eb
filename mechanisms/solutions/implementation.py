"""Implementation in Nash equilibria and in dominant strategy equilibria (K Definitions 2 and 3).

A mechanism implements f in equilibria of a kind if at every type profile (i) one of them gives f's outcome, and (ii)
all of them do. Secure implementation (K Definition 4) asks (i) of dominant strategies and (ii) of Nash equilibria.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import IntArray, takes
from mechanisms.games.comparisons import margin_of
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.solutions.dominance import dominant_messages
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.solutions.secure_implementation import as_ids
from mechanisms.verdicts import Verdict
from mechanisms.writing import counted

MAX_PAYOFFS = 2_000_000_000
"""Payoffs of all type profiles together that are gone through."""


@dataclass(frozen=True)
class WrongOutcome(Shown):
    """At true types `types` an equilibrium has another outcome than f's; or, with no messages, there is no equilibrium.

    Attributes
    ----------
    types : indices, one a player
    messages : the equilibrium; empty if there is none
    outcome, wanted : ids, the equilibrium's (None if there is none) and f(types)
    """

    types: tuple[int, ...]
    messages: tuple[int, ...]
    outcome: int | None
    wanted: int


@takes(game=BayesianGame)
def nash_implementation(game: BayesianGame, outcomes: ArrayLike, choice: ArrayLike) -> Verdict:
    """Whether this mechanism implements f in pure Nash equilibria at every type profile (K Definition 2).

    Parameters
    ----------
    game : BayesianGame; priors do not matter. Integers exactly, floats within 1e-9 of the player's largest payoff.
    outcomes : int array (A_1, …, A_n), the id of g at every message profile
    choice : int array (T_1, …, T_n), the id of f at every type profile; ids as in `outcomes`

    Returns
    -------
    Verdict with a WrongOutcome as witness; "too large" above MAX_PAYOFFS

    Raises
    ------
    ValueError
        If shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> built = np.array([[0, 0], [0, 1]])
    >>> game = BayesianGame([[-2 * built, built]] * 2, [[0.5, 0.5]] * 2, [[0, 1]] * 2)
    >>> nash_implementation(game, built, choice=built).witness
    WrongOutcome(types=(1, 1), messages=(0, 0), outcome=0, wanted=1)
    """
    return _implementation(game, outcomes, choice, pure_nash_equilibria, "Definition 2: all pure Nash equilibria")


@takes(game=BayesianGame)
def dominant_strategy_implementation(game: BayesianGame, outcomes: ArrayLike, choice: ArrayLike) -> Verdict:
    """Whether this mechanism implements f in dominant strategy equilibria at every type profile (K Definition 3).

    Parameters, result and errors as in nash_implementation.

    Examples
    --------
    >>> import numpy as np
    >>> built = np.array([[0, 0], [0, 1]])
    >>> game = BayesianGame([[-2 * built, built]] * 2, [[0.5, 0.5]] * 2, [[0, 1]] * 2)
    >>> dominant_strategy_implementation(game, built, choice=built).holds
    True
    """
    return _implementation(game, outcomes, choice, _dominant_profiles, "Definition 3: all dominant strategy equilibria")


def _dominant_profiles(game: NormalFormGame) -> IntArray:
    """Profiles of weakly dominant messages: (k, n)."""
    return np.stack(np.meshgrid(*dominant_messages(game), indexing="ij"), axis=-1).reshape(-1, game.n)


def _implementation(
    game: BayesianGame,
    outcomes: ArrayLike,
    choice: ArrayLike,
    equilibria_of: Callable[[NormalFormGame], IntArray],
    method: str,
) -> Verdict:
    ids, wanted = as_ids("outcomes", outcomes, game.n_messages), as_ids("choice", choice, game.n_types)
    method, size = (
        f"{method} at every type profile",
        f"{counted(wanted.size, 'type profile')} x {ids.size} message profiles",
    )
    tolerance, work = margin_of(*game.payoffs)[0], float(wanted.size) * ids.size * game.n
    if work > MAX_PAYOFFS:
        reason = f"too large: {work:.3g} payoffs, more than {MAX_PAYOFFS:.3g}; fewer types or messages would fit"
        return Verdict("too large", method, size, tolerance, reason=reason)
    for types in np.ndindex(wanted.shape):
        found = equilibria_of(game.at(types))
        reached = ids[tuple(found.T)]
        wrong = np.flatnonzero(reached != wanted[types])
        if len(wrong) or not len(found):
            messages = tuple(found[wrong[0]].tolist()) if len(wrong) else ()
            outcome = int(reached[wrong[0]]) if len(wrong) else None
            witness = WrongOutcome(types, messages, outcome, int(wanted[types]))
            return Verdict("fails", method, size, tolerance, witness)
    return Verdict("holds", method, size, tolerance)
