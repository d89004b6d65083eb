"""Power from behaviour on one process, on two, and on a Ray cluster of two workers: the same pieces of work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from analysis.planning.experiments import Arm, Experiments, played
from analysis.planning.work import done, pieces
from mechanisms.subjects.population import Population
from mechanisms.treatments import load_treatment
from tests.bench.measure import Case, Other

TREATMENTS = Path(__file__).parents[2] / "treatments"
EXPERIMENTS, PIECE, SESSIONS = 320, 40, 8
SUBJECTS = "0.8*qre(lambda=0.05) + 0.2*inattentive"


def _arm(name: str) -> Arm:
    treatment = load_treatment(TREATMENTS / f"{name}.toml")
    return Arm(json.dumps(treatment.definition, sort_keys=True), Population.of(SUBJECTS), 20)


def _cases() -> Iterator[Case]:
    arms = _arm("cason_pivotal"), _arm("cason_groves")
    work = partial(played, Experiments(arms, "earnings", (SESSIONS,)))
    every = pieces(EXPERIMENTS, PIECE)
    ray = Other("Ray, two workers, with its start", lambda _: done(work, every, "bench", 2, "local"))
    if find_spec("ray") is None:
        ray = Other("Ray", None, missing="not installed: requirements-ray.txt")
    yield Case(
        "power from behaviour, two processes",
        f"{EXPERIMENTS} experiments of 2 × {SESSIONS} sessions in {len(every)} pieces",
        lambda: done(work, every, "bench"),
        "one process",
        lambda: done(work, every, "bench", 2),
        others=(ray,),
    )


BENCHES = {"workers": lambda: list(_cases())}
