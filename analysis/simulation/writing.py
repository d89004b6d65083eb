"""Simulated sessions of some treatments, written to a folder as exports."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analysis.simulation.rows import HEADER, lines
from mechanisms.shown import Shown, Words
from mechanisms.subjects.population import Population
from mechanisms.subjects.simulation import simulate_sessions
from mechanisms.treatments import Treatment, load_treatment

CHUNK_ROWS = 20_000
"""Rows that are simulated and written together."""


@dataclass(frozen=True)
class Written(Shown):
    """path : the export; sessions, group_rounds, rows; playing, writing : seconds of processor time"""

    path: Path
    sessions: int
    group_rounds: int
    rows: int
    playing: float
    writing: float

    def _facts(self) -> dict[str, object]:
        return {"": Words(self.sentence())}

    def sentence(self) -> str:
        speed = self.group_rounds / max(self.playing, 1e-9)
        return (
            f"{self.path.name}: {self.sessions} sessions, {self.group_rounds:,} group-rounds, {self.rows:,} rows; "
            f"played in {self.playing:.1f} s ({speed:,.0f} group-rounds a second), written in {self.writing:.1f} s"
        )


def write_sessions(
    treatment: Treatment | Path,
    population: Population,
    sessions: int,
    out: Path,
    seed: int = 1,
    participants: int | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> Written:
    """One file APP_custom of all sessions of a treatment: `TREATMENT_custom.csv`.

    The same arguments give the same bytes.

    Raises
    ------
    PopulationError, TooLargeError, TreatmentError
        As `simulate_sessions` and `load_treatment`.
    """
    t = load_treatment(treatment) if isinstance(treatment, Path) else treatment
    people = t.protocol.participants if participants is None else participants
    size = max(1, CHUNK_ROWS // (people * t.protocol.rounds))
    out.mkdir(parents=True, exist_ok=True)
    path, rounds, rows, playing, writing = out / f"{t.name}_custom.csv", 0, 0, 0.0, 0.0
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(HEADER + "\n")
        for first in range(0, sessions, size):
            tell(f"{t.name}: session {first + 1} of {sessions}")
            begun = time.process_time()
            found = simulate_sessions(t, population, range(first, min(first + size, sessions)), seed, participants)
            done = time.process_time()
            stream.writelines(lines(found, str(seed)))
            playing, writing = playing + done - begun, writing + time.process_time() - done
            rounds, rows = rounds + found.group_rounds, rows + found.points.size
    return Written(path, sessions, rounds, rows, playing, writing)
