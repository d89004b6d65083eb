"""Questions on what iterated elimination leaves, at every type profile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

import numpy as np

from mechanisms.certificate.certificate import Finding
from mechanisms.certificate.theory import Question, Theory
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.elimination import iterated_elimination, player_of
from mechanisms.solutions.rationalizability import rational_player, rationalizable_messages
from mechanisms.verdicts import TooLargeError, Verdict

MAX_PROGRAMS = 50_000
"""Messages of all players at all type profiles for which a linear program may be needed."""


P = TypeVar("P")
"""One player's payoffs, with what is already known of them."""


class Left(Protocol):
    """What both kinds of elimination tell."""

    @property
    def survivors(self) -> tuple[np.ndarray, ...]: ...

    @property
    def tolerance(self) -> float: ...

    @property
    def rounds(self) -> int: ...

    @property
    def solved(self) -> bool: ...


def solvable(
    theory: Theory,
    eliminate: Callable[[NormalFormGame, list[P]], Left],
    player: Callable[[NormalFormGame, int], P],
    method: str,
) -> Finding:
    """Whether one message profile is left at every type profile, and in how many rounds.

    `eliminate` gets the players of the game, made by `player`: each type is one, in all its games.
    """
    rounds, unsolved, tolerance = [], None, 0.0
    players: dict[tuple[int, int], P] = {}
    for types, game in theory.games():
        for own in enumerate(types):
            if own not in players:
                players[own] = player(game, own[0])
        result = eliminate(game, [players[own] for own in enumerate(types)])
        rounds.append(result.rounds)
        tolerance = max(tolerance, result.tolerance)
        if not result.solved and unsolved is None:
            unsolved = types, result
    most = f"{min(rounds)} to {max(rounds)}" if min(rounds) < max(rounds) else f"{max(rounds)}"
    answer = f"{most} round{'' if most == '1' else 's'}"
    if unsolved is None:
        return Finding(Verdict("holds", method, theory.size, tolerance), answer)
    types, result = unsolved
    left = [f"{len(messages)} of {theory.role(i)}" for i, messages in enumerate(result.survivors)]
    at = f"at {theory.types(types)} " if theory.types(types) else ""
    witness = f"{at}these many messages are left: {', '.join(left)}"
    return Finding(Verdict("fails", method, theory.size, tolerance), answer, witness)


def rationalizable(theory: Theory) -> Finding:
    """Whether one message profile is rationalizable (correlated conjectures) at every type profile."""
    programs = len(theory.type_profiles) * sum(theory.game.n_messages)
    if programs > MAX_PROGRAMS:
        raise TooLargeError(
            f"too large: {programs} messages at all type profiles may need a linear program each, more than "
            f"{MAX_PROGRAMS}; fewer types or a coarser grid of messages would fit"
        )
    method = "elimination of never-best replies by linear programs, checked exactly"
    return solvable(theory, rationalizable_messages, rational_player, method)


QUESTIONS: dict[str, tuple[str, Question]] = {
    "solvable by iterated strict dominance": (
        "by pure messages",
        partial(
            solvable,
            eliminate=lambda game, players: iterated_elimination(game, "strict", players),
            player=partial(player_of, kind="strict"),
            method="iterated elimination of strictly dominated messages",
        ),
    ),
    "O-solvable": (
        "Kumar 2013, section 3",
        partial(
            solvable,
            eliminate=lambda game, players: iterated_elimination(game, "overwhelmed", players),
            player=partial(player_of, kind="overwhelmed"),
            method="iterated elimination of overwhelmed messages",
        ),
    ),
    "unique rationalizable messages": ("correlated conjectures", rationalizable),
}
