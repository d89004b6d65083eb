"""Power from behaviour on one process, on several, and on a Ray cluster here: python -m tests.bench.workers [WORKERS].

By the clock, and by the processor time of the busiest process: on a machine that does other things, too, the clock says
little, and the second number is what free cores would need, but for the start of the processes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from analysis.planning.experiments import Arm, Experiments, played
from analysis.planning.work import done, pieces
from mechanisms.subjects.population import Population
from mechanisms.terminal import table
from mechanisms.treatments import load_treatment

TREATMENTS = Path(__file__).parents[2] / "treatments"
EXPERIMENTS, PIECE, SESSIONS = 1200, 50, 8
SUBJECTS = "0.8*qre(lambda=0.05) + 0.2*inattentive"


def wanted() -> Experiments:
    arms = []
    for name in ("cason_pivotal", "cason_groves"):
        definition = json.dumps(load_treatment(TREATMENTS / f"{name}.toml").definition, sort_keys=True)
        arms.append(Arm(definition, Population.of(SUBJECTS), 20))
    return Experiments((arms[0], arms[1]), "earnings", ((SESSIONS, SESSIONS),))


def timed(work: Experiments, first: int, last: int) -> Mapping[str, np.ndarray]:
    """A piece, who made it, and the processor time that it took."""
    begun = time.process_time()
    found = played(work, first, last)
    return {**found, "process": np.array([os.getpid()]), "seconds": np.array([time.process_time() - begun])}


def nothing(first: int, last: int) -> Mapping[str, np.ndarray]:
    return {"nothing": np.zeros(last - first)}


def main(workers: int) -> int:
    work, every, rows, results = partial(timed, wanted()), pieces(EXPERIMENTS, PIECE), [], []
    ways: dict[str, tuple[int, str | None]] = {"one process": (1, None), f"{workers} processes": (workers, None)}
    if find_spec("ray") is not None:
        ways["Ray"] = workers, "local"
    for name, (number, ray) in ways.items():
        begun = time.perf_counter()
        done(nothing, pieces(number, 1), "start", number, ray)
        start = time.perf_counter() - begun
        begun = time.perf_counter()
        found = done(work, every, "bench", number, ray)
        seconds = time.perf_counter() - begun
        busiest = max(found["seconds"][found["process"] == process].sum() for process in set(found["process"].tolist()))
        results.append((found, busiest))
        ratio = results[0][1] / busiest
        rows.append([name, f"{start:.1f}", f"{seconds:.1f}", f"{busiest:.1f}", f"{ratio:.2f}"])
    heads = ["", "start s", "clock s", "busiest process s", "speed-up by processor time"]
    print(f"{EXPERIMENTS} experiments of 2 × {SESSIONS} sessions in {len(every)} pieces; load {os.getloadavg()[0]:.1f}")
    print(table(heads, rows, numbers=True), end="")
    plays = [name for name in results[0][0] if name not in ("process", "seconds")]
    same = all(np.array_equal(found[name], results[0][0][name]) for found, _ in results for name in plays)
    print("the same numbers" if same else "NOT the same numbers")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2))
