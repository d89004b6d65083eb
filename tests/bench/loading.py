"""Load an export, join the predictions, summarise: against pd.read_csv alone, and against the obvious way row by row.

`python -m tests.bench loading` measures 10^5 decisions; `python -m tests.bench.loading 1000000` runs once with as many
decisions as wanted and prints seconds of processor time, and the peak of the memory of a process that does nothing
else. Each session has a seed of its own, as in a laboratory: no two of them have the same definition.
"""

from __future__ import annotations

import atexit
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import audit, read_exports
from analysis.measures import rates
from analysis.predictions import predict
from analysis.predictions.nearest import nearest_distance
from analysis.predictions.solutions import Solutions
from analysis.simulation.writing import write_sessions
from mechanisms.subjects.population import Population
from mechanisms.treatments import Treatment
from tests.analysis import simulate
from tests.bench.measure import Case, Other


def write(path: Path, decisions: int, participants: int = 24, rounds: int = 20) -> int:
    """Write at least so many decisions: sessions of so many participants and rounds, who send any message. Returns how
    many."""
    treatment = simulate.treatment("production_serial", participants=participants, rounds=rounds)
    sessions = -(-decisions // (participants * rounds))
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        written = write_sessions(treatment, Population.of("uniform"), sessions, Path(folder))
        written.path.replace(path)
    return written.rows


def ours(path: Path) -> pd.DataFrame:
    """Rates of play and efficiency by treatment."""
    return summary(predict(read_exports(path).decisions).decisions)


USED = (
    *(*rates.TREATMENT, *rates.GROUP, "position", "message", "timed_out", "decided_by", "group_timed_out"),
    *(*rates.NASH_MESSAGE, *rates.NASH, "surplus", "efficient_surplus", "surplus_lost", "efficiency"),
    *("transfers_sum", "coalition_gain", "coalition_gain_agreed"),
)
"""Columns that the summary reads: of a large table only these are put together by rows."""


def summary(predicted: pd.DataFrame) -> pd.DataFrame:
    used = predicted[list(dict.fromkeys(USED))]
    own, groups = rates.own_decisions(used), rates.own_groups(used)
    return pd.concat(
        [
            rates.success(own, rates.NASH_MESSAGE, rates.TREATMENT),
            rates.success(groups, rates.NASH, rates.TREATMENT),
            rates.efficiency(groups, rates.TREATMENT),
        ]
    )


@lru_cache
def solutions_of(definition: str) -> Solutions:
    """Even the obvious way solves each game once only."""
    return Solutions(Treatment.from_definition(json.loads(definition)))


def row_wise(path: Path) -> pd.DataFrame:
    """The obvious way: pd.read_csv, DataFrame.apply along rows, groupby.apply for groups; fewer columns than ours."""
    table = pd.read_csv(path)
    table = table.join(table.apply(_row, axis=1))
    groups = table.groupby(["session_code", "part", "round", "group"])[list(table.columns)].apply(_group)
    return pd.concat([table[["truthful", "dominant_played", "dominant_count"]].mean(), groups.mean()])


def _row(row: pd.Series) -> pd.Series:
    weak = solutions_of(row["definition"]).dominant(row["position"] - 1, row["type"])
    distance = np.abs(weak - row["message"]).min() if len(weak) else np.nan
    return pd.Series(
        {
            "dominant_count": len(weak),
            "dominant_distance": distance,
            "dominant_played": distance == 0,
            "truthful": row["message"] == row["type"],
        }
    )


def _group(group: pd.DataFrame) -> pd.Series:
    group = group.sort_values("position")
    solutions = solutions_of(group["definition"].iloc[0])
    types, messages = group["type"].to_numpy(dtype=float), group["message"].to_numpy(dtype=float)
    equilibria = solutions.nash(tuple(types.tolist()))
    distance = nearest_distance(messages[None], equilibria)[0] if len(equilibria) else np.full(len(types), np.nan)
    play = solutions.treatment.play(types, messages)
    surplus, efficient = solutions.treatment.surplus(play), solutions.treatment.efficient_surplus(types)
    return pd.Series(
        {
            "nash_count": len(equilibria),
            "nash_played": (distance == 0).all(),
            "nash_distance": distance.mean(),
            "efficiency": surplus / efficient,
        }
    )


def loading() -> Iterator[Case]:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "serial_custom.csv"
    decisions = write(path, 100_000)
    yield Case(
        "read and check",
        f"{decisions} decisions",
        lambda: pd.read_csv(path),
        "pd.read_csv of the same file",
        lambda: read_exports(path),
        target=4,
    )
    tables = {}
    for participants, rounds in ((24, 20), (6, 5)):
        count = write(path, 50_000, participants, rounds)
        tables[participants] = read_exports(path).decisions
    yield Case(
        "audit",
        f"{count} decisions, {tables[6]['session_code'].nunique()} sessions",
        lambda: audit(tables[24]),
        f"as many decisions in {tables[24]['session_code'].nunique()} sessions",
        lambda: audit(tables[6]),
        target=2,
    )
    write(path, decisions)
    yield Case(
        "load, predict, summarise",
        f"{decisions} decisions",
        lambda: pd.read_csv(path),
        "pd.read_csv of the same file",
        lambda: ours(path),
        others=(Other("row-wise pandas", lambda _: row_wise(path)),),
    )


BENCHES = {"loading": loading}


def steps(path: Path) -> None:
    """From a file to a summary, in this process: seconds of processor time of each step, and the peak of the memory."""
    before, clock = peak(), [time.process_time()]
    exports = read_exports(path)
    read = peak()
    clock.append(time.process_time())
    result = audit(exports.decisions)
    clock.append(time.process_time())
    held = exports.decisions.memory_usage(deep=True).sum() / 1e6
    summary(predict(exports.decisions).decisions)
    clock.append(time.process_time())
    loading, auditing, predicting = np.diff(clock)
    print(
        f"read in {loading:.1f} s, audited in {auditing:.1f} s ({len(result.findings)} findings), predicted and "
        f"summarised in {predicting:.1f} s of processor time; the table holds {held:.0f} MB, the process "
        f"{peak():.0f} MB at its peak ({before:.0f} before, {read:.0f} while reading)"
    )


def peak() -> float:
    """The most that this process has held so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def main(decisions: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "serial_custom.csv")
        count = write(path, decisions)
        print(f"{count} decisions, {path.stat().st_size / 1e6:.0f} MB of CSV", flush=True)
        subprocess.run([sys.executable, "-m", "tests.bench.loading", str(path)], check=True)


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    if given.isdigit():
        main(int(given))
    else:
        steps(Path(given))
