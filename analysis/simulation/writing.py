"""Simulated sessions of some treatments, written to a folder as exports."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import ExportError
from analysis.registration.document import Registration
from analysis.registration.sessions import sessions_of
from analysis.simulation.rows import HEADER, lines, lines_of_parts
from mechanisms.shown import Shown, Words
from mechanisms.subjects.parts import StudyArms, simulate_design
from mechanisms.subjects.population import Population
from mechanisms.subjects.simulation import simulate_sessions
from mechanisms.treatments import SessionDesign, Treatment, load_session_design
from mechanisms.writing import counted

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
        group_rounds, rows = (
            counted(count, one, form=",") for count, one in ((self.group_rounds, "group-round"), (self.rows, "row"))
        )
        return (
            f"{self.path.name}: {counted(self.sessions, 'session')}, {group_rounds}, {rows}; "
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
    first: int = 0,
) -> Written:
    """One file APP_custom of all sessions of a treatment, or of a file of several parts: `NAME_custom.csv`.

    first : number of the first session: what chance decides in sessions of the same number and seed is the same, in
        other treatments too. The same arguments give the same bytes.

    Raises
    ------
    ExportError
        If the file is there, and is not of simulated sessions only.
    PopulationError, TooLargeError, TreatmentError
        As `simulate_sessions`, `simulate_design` and `load_session_design`.
    """
    made: Treatment | SessionDesign = treatment if isinstance(treatment, Treatment) else load_session_design(treatment)
    if isinstance(made, SessionDesign) and len(made.treatments) == 1:
        made = made.treatments[0]
    if isinstance(made, Treatment):
        people, rounds = made.protocol.participants, made.protocol.rounds
        play = _plays_of(made, population, seed, participants)
    else:
        people, rounds = made.participants, sum(part.protocol.rounds for part in made.treatments)
        play = _plays_of_parts(made, population, seed, participants)
    rows = rounds * (people if participants is None else participants)
    return _written(made.name, play, range(first, first + sessions), out, rows, tell)


def write_study(
    registration: Registration,
    populations: Mapping[str, Population],
    out: Path,
    seed: int | None = None,
    sessions: int | None = None,
    participants: int | None = None,
    tell: Callable[[str], None] = lambda text: None,
    first: int = 0,
) -> list[Written]:
    """The sessions of a study: a file `STUDY_custom.csv`, or one for the arms that have sessions of their own.

    populations : of each arm; seed : None: that of the study; sessions, participants : as for `sessions_of`; first :
        as for `write_sessions`

    Raises
    ------
    ExportError, PopulationError, TooLargeError
        As `sessions_of`, `write_sessions` and `simulate_design`.
    """
    own, found = registration.study.spec.seed if seed is None else seed, []
    for part in sessions_of(registration, sessions, participants):
        rows = sum(t.protocol.participants * t.protocol.rounds for t in part.design.treatments)
        who = [populations[arm] for arm in part.arms.arms]
        play = _plays_of_parts(part.design, who, own, None, part.arms)
        numbers = range(first + part.numbers.start, first + part.numbers.stop)
        found.append(_written(part.design.name, play, numbers, out, rows, tell))
    return found


Plays = Callable[[range], tuple[int, Iterator[str]]]
"""Sessions with these numbers: how many rounds of groups, and the lines of their export."""


def _plays_of(treatment: Treatment, population: Population, seed: int, participants: int | None) -> Plays:
    def play(numbers: range) -> tuple[int, Iterator[str]]:
        found = simulate_sessions(treatment, population, numbers, seed, participants)
        return found.group_rounds, lines(found, str(seed))

    return play


def _plays_of_parts(
    design: SessionDesign, population: Population | list[Population], seed: int, participants: int | None,
    study: StudyArms | None = None,
) -> Plays:  # fmt: skip
    def play(numbers: range) -> tuple[int, Iterator[str]]:
        found = simulate_design(design, population, numbers, seed, participants, study=study)
        return found.group_rounds, lines_of_parts(found, str(seed))

    return play


def _written(
    name: str, play: Plays, sessions: range, out: Path, rows_of_session: int, tell: Callable[[str], None]
) -> Written:
    """A whole file, or none."""
    out.mkdir(parents=True, exist_ok=True)
    path, size = out / f"{name}_custom.csv", max(1, CHUNK_ROWS // rows_of_session)
    _need_free(path)
    played, rows, playing, writing = 0, 0, 0.0, 0.0
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.write(HEADER + "\n")
            for k in range(0, len(sessions), size):
                tell(f"{name}: session {k + 1} of {len(sessions)}")
                begun, numbers = time.process_time(), sessions[k : k + size]
                group_rounds, text = play(numbers)
                done = time.process_time()
                stream.writelines(text)
                playing, writing = playing + done - begun, writing + time.process_time() - done
                played, rows = played + group_rounds, rows + len(numbers) * rows_of_session
    except BaseException:
        path.unlink(missing_ok=True)  # no export is better than half of one
        raise
    return Written(path, len(sessions), played, rows, playing, writing)


def _need_free(path: Path) -> None:
    """ExportError if a file is there that cannot be made again: simulated sessions can, what people did cannot."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = enumerate(csv.DictReader(stream), 2)
        if kept := next((k for k, row in rows if row.get("is_bot") != "1"), None):
            raise ExportError(
                f"{path}, line {kept}: is there already, with decisions that were not simulated (is_bot is not 1): "
                "nothing was overwritten; use another --out"
            )
