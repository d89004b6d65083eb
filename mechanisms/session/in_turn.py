"""Reports one after another: what backward induction says of a group that is in the middle of a round.

The game is that of the treatment in its sequence. With complete information everybody knows the types that were drawn;
else they expect the others' types as the priors say.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from mechanisms.bayesian import SequentialEquilibrium, sequential_equilibrium
from mechanisms.games.private_types import BayesianGame
from mechanisms.treatments import Treatment


@lru_cache(maxsize=64)
def _game(treatment: Treatment) -> BayesianGame:
    return treatment.bayesian_game()


def _among(game: BayesianGame, at: Sequence[int]) -> BayesianGame:
    """The same game when everybody knows that these are the types."""
    truths = None if game.truthful is None else [truth[[t]] for truth, t in zip(game.truthful, at, strict=True)]
    return BayesianGame([game.payoffs[i][[t]] for i, t in enumerate(at)], [[1.0]] * game.n, truths)


def equilibrium_in_turn(treatment: Treatment, types: Sequence[float]) -> tuple[SequentialEquilibrium, tuple[int, ...]]:
    """One equilibrium of the treatment in its sequence, and the places of these types in it.

    Raises
    ------
    TooLargeError
        If the game is too large to be solved.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> park = load_treatment("treatments/park_pairwise_sequential.toml").in_sequence([1, 0, 2])
    >>> found, at = equilibrium_in_turn(park, [8, 20, 8])
    >>> found.path(at)
    (0, 1, 0)
    """
    at = tuple(int(np.searchsorted(p.types, t)) for p, t in zip(treatment.positions, types, strict=True))
    if treatment.information == "complete":
        return _equilibrium(treatment, at), (0,) * len(at)
    return _equilibrium(treatment, None), at


@lru_cache(maxsize=1024)
def _equilibrium(treatment: Treatment, known: tuple[int, ...] | None) -> SequentialEquilibrium:
    game = _game(treatment)
    return sequential_equilibrium(game if known is None else _among(game, known), treatment.sequence)


def messages_in_turn(treatment: Treatment, types: Sequence[float], said: Sequence[float | None]) -> list[float]:
    """The messages of a group, by position: those that were sent (`said`), and then what the equilibrium says.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> park = load_treatment("treatments/park_pairwise_sequential.toml")
    >>> messages_in_turn(park, [8, 20, 8], [20, None, None])
    [20.0, 20.0, 8.0]
    """
    found, at = equilibrium_in_turn(treatment, types)
    history: list[int] = []
    for player in found.order:
        grid, given = treatment.positions[player].messages, said[player]
        own = found.strategies[player][(*history, at[player])] if given is None else np.searchsorted(grid, given)
        history.append(int(own))
    return [float(p.messages[history[found.order.index(i)]]) for i, p in enumerate(treatment.positions)]
