"""Simulated sessions of some treatments, written to a folder as exports."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.registration.document import Registration
from analysis.registration.sessions import sessions_of
from analysis.simulation.rows import HEADER, lines, lines_of_parts
from mechanisms.shown import Shown, Words
from mechanisms.subjects.parts import StudyArms, simulate_design
from mechanisms.subjects.population import Population
from mechanisms.subjects.simulation import simulate_sessions
from mechanisms.treatments import SessionDesign, Treatment, load_session_design

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
    """One file APP_custom of all sessions of a treatment, or of a file of several parts: `NAME_custom.csv`.

    The same arguments give the same bytes.

    Raises
    ------
    PopulationError, TooLargeError, TreatmentError
        As `simulate_sessions`, `simulate_design` and `load_session_design`.
    """
    made: Treatment | SessionDesign = treatment if isinstance(treatment, Treatment) else load_session_design(treatment)
    if isinstance(made, SessionDesign) and len(made.treatments) == 1:
        made = made.treatments[0]
    if isinstance(made, Treatment):
        people, rounds = made.protocol.participants if participants is None else participants, made.protocol.rounds
    else:
        people = made.participants if participants is None else participants
        rounds = sum(part.protocol.rounds for part in made.treatments)
    return _written(made, population, range(sessions), out, seed, participants, people * rounds, tell)


def write_study(
    registration: Registration,
    populations: Mapping[str, Population],
    out: Path,
    seed: int | None = None,
    sessions: int | None = None,
    participants: int | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> list[Written]:
    """The sessions of a study: a file `STUDY_custom.csv`, or one for the arms that have sessions of their own.

    populations : of each arm; seed : None: that of the study; sessions, participants : as for `sessions_of`

    Raises
    ------
    ExportError, PopulationError, TooLargeError
        As `sessions_of` and `simulate_design`.
    """
    own, found = registration.study.spec.seed if seed is None else seed, []
    for part in sessions_of(registration, sessions, participants):
        rows = sum(t.protocol.participants * t.protocol.rounds for t in part.design.treatments)
        who = [populations[arm] for arm in part.arms.arms]
        found.append(_written(part.design, who, part.numbers, out, own, None, rows, tell, part.arms))
    return found


def _written(
    made: Treatment | SessionDesign, population: Population | list[Population], sessions: range, out: Path, seed: int,
    participants: int | None, rows_of_session: int, tell: Callable[[str], None], study: StudyArms | None = None,
) -> Written:  # fmt: skip
    """A whole file, or none."""
    out.mkdir(parents=True, exist_ok=True)
    path, size = out / f"{made.name}_custom.csv", max(1, CHUNK_ROWS // rows_of_session)
    played, rows, playing, writing = 0, 0, 0.0, 0.0
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.write(HEADER + "\n")
            for k in range(0, len(sessions), size):
                tell(f"{made.name}: session {k + 1} of {len(sessions)}")
                begun, numbers = time.process_time(), sessions[k : k + size]
                if isinstance(made, Treatment) and isinstance(population, Population):
                    simulated = simulate_sessions(made, population, numbers, seed, participants)
                    group_rounds, text = simulated.group_rounds, lines(simulated, str(seed))
                elif isinstance(made, SessionDesign):
                    parts = simulate_design(made, population, numbers, seed, participants, study=study)
                    group_rounds, text = parts.group_rounds, lines_of_parts(parts, str(seed))
                done = time.process_time()
                stream.writelines(text)
                playing, writing = playing + done - begun, writing + time.process_time() - done
                played, rows = played + group_rounds, rows + len(numbers) * rows_of_session
    except BaseException:
        path.unlink(missing_ok=True)  # no export is better than half of one
        raise
    return Written(path, len(sessions), played, rows, playing, writing)
