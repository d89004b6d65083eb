"""Questions on dominant messages."""

from __future__ import annotations

from functools import partial

import numpy as np

from mechanisms.certificate.certificate import Finding
from mechanisms.certificate.theory import Question, Theory
from mechanisms.verdicts import Verdict
from mechanisms.writing import listed

METHOD = "every message against every profile of the others"


def dominant(theory: Theory, kind: str) -> Finding:
    """Whether every type of every role has a dominant message, and which."""
    found, without = [], []
    for i in range(theory.n):
        for t in range(theory.game.n_types[i]):
            messages = theory.dominant(i, t, kind)
            if len(messages):
                found.append(f"{theory.who(i, t)}: {listed([theory.message(i, m) for m in messages])}")
            else:
                without.append(theory.who(i, t))
    size = f"{int(np.prod(theory.game.n_messages))} message profiles x {sum(theory.game.n_types)} types"
    verdict = Verdict("fails" if without else "holds", METHOD, size)
    all_types = len(without) == sum(theory.game.n_types)
    witness = f"none for {'any type' if all_types else listed(without)}" if without else ""
    return Finding(verdict, "; ".join(found), witness)


QUESTIONS: dict[str, tuple[str, Question]] = {
    "weakly dominant messages": ("every type has one", partial(dominant, kind="weak")),
    "strictly dominant messages": ("every type has one", partial(dominant, kind="strict")),
}
