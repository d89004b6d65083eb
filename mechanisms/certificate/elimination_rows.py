"""Questions on what iterated elimination leaves, at every type profile."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.certificate.certificate import Finding
from mechanisms.certificate.theory import PlayerOf, Question, Theory, Types
from mechanisms.solutions.elimination import eliminate
from mechanisms.solutions.pure_dominance import check_pairs
from mechanisms.verdicts import TooLargeError, Verdict

MAX_PROGRAMS = 50_000
"""Messages of all players at all type profiles for which a linear program may be needed."""


def solvable(theory: Theory, player: PlayerOf, method: str) -> Finding:
    """Whether one message profile is left at every type profile, and in how many rounds."""
    rounds, unsolved = [], None
    check_pairs(theory.game.n_messages)
    shape, copies = theory.distinct.game.n_messages, [np.bincount(place) for place in theory.distinct.places]
    for types in theory.different:
        history: list[Any] = []
        survivors, _ = eliminate(shape, partial(_dropped, theory, player, types), history.append)
        rounds.append(len(history))
        counts = [int(own[left].sum()) for own, left in zip(copies, survivors, strict=True)]
        if unsolved is None and max(counts) > 1:
            unsolved = types, counts
    most = f"{min(rounds)} to {max(rounds)}" if min(rounds) < max(rounds) else f"{max(rounds)}"
    answer = f"{most} round{'' if most == '1' else 's'}"
    if unsolved is None:
        return Finding(Verdict("holds", method, theory.size), answer)
    types, counts = unsolved
    left = [f"{count} of {theory.role(i)}" for i, count in enumerate(counts)]
    at = f"at {theory.types(types)} " if theory.types(types) else ""
    witness = f"{at}these many messages are left: {', '.join(left)}"
    return Finding(Verdict("fails", method, theory.size), answer, witness)


def _dropped(theory: Theory, player: PlayerOf, types: Types, i: int, left: list[np.ndarray]) -> tuple[IntArray, Any]:
    return theory.dropped(player, i, types[i], left)


def rationalizable(theory: Theory) -> Finding:
    """Whether one message profile is rationalizable (correlated conjectures) at every type profile."""
    programs = len(theory.type_profiles) * sum(theory.game.n_messages)
    if programs > MAX_PROGRAMS:
        raise TooLargeError(
            f"too large: {programs} messages at all type profiles may need a linear program each, more than "
            f"{MAX_PROGRAMS}; fewer types or a coarser grid of messages would fit"
        )
    return solvable(theory, Theory.rational, "elimination of never-best replies by linear programs, checked exactly")


QUESTIONS: dict[str, tuple[str, Question]] = {
    "solvable by iterated strict dominance": (
        "by pure messages",
        partial(solvable, player=Theory.dominance, method="iterated elimination of strictly dominated messages"),
    ),
    "O-solvable": (
        "Kumar 2013, section 3",
        partial(solvable, player=Theory.overwhelming, method="iterated elimination of overwhelmed messages"),
    ),
    "unique rationalizable messages": ("correlated conjectures", rationalizable),
}
