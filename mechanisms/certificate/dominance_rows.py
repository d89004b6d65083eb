"""Questions on dominant messages, and on what can be lost."""

from __future__ import annotations

from dataclasses import replace
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


def unique_dominant(theory: Theory) -> Finding:
    """Whether every type of every role has exactly one weakly dominant message."""
    found = dominant(theory, "weak")
    if not found.verdict.holds:
        return found
    several = [
        f"{theory.who(i, t)} has {len(theory.dominant(i, t))}"
        for i in range(theory.n)
        for t in range(theory.game.n_types[i])
        if len(theory.dominant(i, t)) > 1
    ]
    verdict = replace(found.verdict, status="fails") if several else found.verdict
    return replace(found, verdict=verdict, witness="; ".join(several))


def no_losses(theory: Theory) -> Finding:
    """Whether no message profile gives anybody points below zero."""
    points = [own.reshape(len(own), -1) for own in theory.game.payoffs]
    lowest = min(int(own.min()) for own in points)
    i = next(i for i, own in enumerate(points) if own.min() == lowest)
    t, profile = np.unravel_index(int(points[i].argmin()), points[i].shape)
    messages = np.unravel_index(profile, theory.game.n_messages)
    size = f"{int(np.prod(theory.game.n_messages))} message profiles x {sum(theory.game.n_types)} types"
    verdict = Verdict("fails" if lowest < 0 else "holds", "every payoff", size)
    answer = f"the lowest payoff is {theory.points(lowest).replace('-', '−')}"
    witness = f"{theory.who(i, int(t))}, when {theory.messages([int(m) for m in messages])}" if lowest < 0 else ""
    return Finding(verdict, answer, witness)


QUESTIONS: dict[str, tuple[str, Question]] = {
    "weakly dominant messages": ("every type has one", partial(dominant, kind="weak")),
    "strictly dominant messages": ("every type has one", partial(dominant, kind="strict")),
    "unique dominant message": ("every type has exactly one", unique_dominant),
    "payoffs are never negative": ("points of a round, whatever is played", no_losses),
}
