"""Other programs for games, as far as they are installed: gambit, nashpy, quantecon (requirements-gambit.txt)."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np

from mechanisms.games.normal_form import NormalFormGame
from tests.bench.measure import Other


def nash(game: NormalFormGame) -> tuple[Other, ...]:
    """All pure Nash equilibria."""
    return (
        _gambit(game, lambda gambit, theirs: gambit.nash.enumpure_solve(theirs)),
        _quantecon(game, lambda quantecon, theirs: quantecon.pure_nash_brute(theirs, tol=0)),
        _nashpy(game, _mutual_best_responses),
    )


def dominance(game: NormalFormGame) -> tuple[Other, ...]:
    """One round of elimination, which leaves a strictly dominant message alone."""
    return (
        _gambit(game, lambda gambit, theirs: _undominated(gambit, theirs)),
        Other("quantecon", None, missing="mixed messages only"),
        Other("nashpy", None, missing="no such function"),
    )


def elimination(game: NormalFormGame) -> tuple[Other, ...]:
    """Iterated elimination of strictly dominated messages."""

    def rounds(gambit: ModuleType, theirs: Any) -> Any:
        before, left = None, _undominated(gambit, theirs)
        while left != before:
            before, left = left, _undominated(gambit, left)
        return left

    return (
        _gambit(game, rounds),
        Other("quantecon", None, missing="mixed messages only"),
        Other("nashpy", None, missing="no such function"),
    )


def quantal_response(game: NormalFormGame, rate: float) -> tuple[Other, ...]:
    """The logit equilibrium of the principal branch at one lambda."""
    return (
        _gambit(game, lambda gambit, theirs: gambit.qre.logit_solve_lambda(theirs, lam=[rate])),
        Other("quantecon", None, missing="no such function"),
        Other("nashpy", None, missing="no such function"),
    )


def _undominated(gambit: ModuleType, support: Any) -> Any:
    return gambit.supports.undominated_strategies_solve(support, strict=True)


def _mutual_best_responses(nashpy: ModuleType, theirs: Any) -> list[tuple[int, int]]:
    rows, columns = theirs.payoff_matrices[0].shape
    own, other = np.eye(rows), np.eye(columns)
    return [(a, b) for a, b in product(range(rows), range(columns)) if all(theirs.is_best_response(own[a], other[b]))]


def _gambit(game: NormalFormGame, solve: Callable[[ModuleType, Any], Any]) -> Other:
    return _peer("gambit", "pygambit", solve, lambda gambit: gambit.Game.from_arrays(*game.payoffs))


def _quantecon(game: NormalFormGame, solve: Callable[[ModuleType, Any], Any]) -> Other:
    def build(quantecon: ModuleType) -> Any:
        order = [[(i + k) % game.n for k in range(game.n)] for i in range(game.n)]  # own messages first
        players = [np.transpose(own, axes).astype(float) for own, axes in zip(game.payoffs, order, strict=True)]
        return quantecon.NormalFormGame([quantecon.Player(own) for own in players])

    return _peer("quantecon", "quantecon.game_theory", solve, build)


def _nashpy(game: NormalFormGame, solve: Callable[[ModuleType, Any], Any]) -> Other:
    if game.n != 2:
        return Other("nashpy", None, missing="two players only")
    return _peer("nashpy", "nashpy", solve, lambda nashpy: nashpy.Game(*game.payoffs))


def _peer(name: str, module: str, solve: Callable[[ModuleType, Any], Any], build: Callable[[ModuleType], Any]) -> Other:
    try:
        found = import_module(module)
    except ImportError:
        return Other(name, None)
    return Other(name, lambda theirs: solve(found, theirs), prepare=lambda: build(found))
