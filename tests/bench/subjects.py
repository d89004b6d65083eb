"""Simulated subjects: group-rounds of two-player treatments, all together against one group at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mechanisms.subjects.population import Population
from mechanisms.subjects.simulation import Simulated, simulate_sessions
from mechanisms.treatments import Treatment, load_treatment
from tests.bench.measure import Case, Other

TREATMENTS = Path(__file__).parents[2] / "treatments"
MODELS = ("uniform", "qre(lambda=0.05)", "reply(lambda=0.05)", "ewa(lambda=0.05, phi=0.9, delta=0.5, kappa=0)")
GROUP_ROUNDS = 30_000
SLOW, ALONE = "one group at a time", 60
"""Group-rounds that are played one group at a time."""


def _cases() -> Iterator[Case]:
    for name in ("chen_serial", "cason_pivotal"):
        treatment = load_treatment(TREATMENTS / f"{name}.toml")
        protocol = treatment.protocol
        sessions = GROUP_ROUNDS * 2 // (protocol.participants * protocol.rounds)
        for text in MODELS:
            population = Population.of(text)
            yield Case(
                f"{name}: {text.partition('(')[0]}",
                f"{GROUP_ROUNDS:,} group-rounds",
                lambda: np.random.default_rng(1).random(GROUP_ROUNDS * 2),
                "one random number a decision",
                lambda t=treatment, p=population, s=sessions: simulate_sessions(t, p, range(s)),
                others=(
                    Other(
                        "one group at a time", lambda _, t=treatment, p=population: _alone(t, p), ALONE / GROUP_ROUNDS
                    ),
                ),
            )


def _alone(treatment: Treatment, population: Population) -> list[Simulated]:
    """Sessions of one group, one after the other."""
    alone = ALONE // treatment.protocol.rounds
    small = treatment.with_protocol(participants=2, matching="partner", practice_rounds=0)
    return [simulate_sessions(small, population, range(s, s + 1)) for s in range(alone)]


BENCHES = {"subjects": lambda: list(_cases())}
