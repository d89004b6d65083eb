"""The example data: sessions of simulated people, in the columns that the platform exports. Same seed, same bytes.

    python -m examples.make

writes examples/data/. Draws, rules and payoffs are those of the treatments, so that `python -m analysis audit` finds
nothing; the people are made up, as `Person` says. No data of a laboratory went into them.
"""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from examples import rows as export
from mechanisms.session.draws import draw_session, timeout_message
from mechanisms.treatments import Treatment, load_treatment

DATA = Path(__file__).parent / "data"
TREATMENTS = Path(__file__).parents[1] / "treatments"
CASON = tuple((name, number) for name in ("cason_pivotal", "cason_groves") for number in (1, 2, 3, 4))
PRODUCTION = tuple((name, number) for name in ("production_serial", "production_vcg") for number in (1, 2))
FOLDERS = {"cason": CASON, "production": PRODUCTION}
"""Folder -> sessions as (treatment, number)."""

PROTOCOL = {
    "cason": {"practice_rounds": 0},
    "production": {"practice_rounds": 0, "participants": 18, "seconds": 45},
}


@dataclass(frozen=True)
class Person:
    """Somebody who looks for the right message, or replies to what was seen last, and errs.

    principled : plays a dominant message (of several the one nearest to the type) if there is one
    precision : of a logit reply to the last messages seen, for points that are divided by their range
    errors : probability of any message instead, in round 1; falls with 1/√round
    seconds : median time of a decision in round 1
    """

    principled: bool
    precision: float
    errors: float
    seconds: float

    @classmethod
    def draw(cls, rng: np.random.Generator, mood: float) -> Person:
        """mood: what the people of a session have in common, around 0."""
        principled = bool(rng.random() < 0.35)
        precision = float(np.exp(rng.normal(3.5 + mood, 0.5)))
        return cls(principled, precision, float(rng.uniform(0.05, 0.3)), float(np.exp(rng.normal(3.0, 0.3))))

    def message(
        self, rng: np.random.Generator, t: Treatment, i: int, own_type: float, seen: np.ndarray, r: int
    ) -> float:
        """seen : messages of the last group, shape (n,), the own entry is not used; r : round from 1"""
        grid = t.positions[i].messages
        if rng.random() < self.errors / np.sqrt(r):
            return float(rng.choice(grid))
        dominant = t.dominant_messages(i, own_type)
        if self.principled and len(dominant):
            return float(dominant[np.abs(dominant - own_type).argmin()])
        profiles = np.tile(seen, (len(grid), 1))
        profiles[:, i] = grid
        types = np.array([own_type if j == i else place.types[0] for j, place in enumerate(t.positions)])
        points = t.play(types, profiles).points[:, i]  # own points depend on the own type only
        weights = np.exp(self.precision * np.sqrt(r) * (points - points.max()) / max(1, np.ptp(points)))
        return float(rng.choice(grid, p=weights / weights.sum()))


def session(name: str, number: int, **protocol: float) -> list[dict[str, str]]:
    """All rows of a session; the seed of the treatment plus `number` draws groups and types."""
    loaded = load_treatment(TREATMENTS / f"{name}.toml")
    t = loaded.with_protocol(seed=loaded.protocol.seed + number, **protocol)
    code = f"{name.partition('_')[2][0]}{number:02}{name.replace('_', '')}"[:8]
    rng = np.random.default_rng([t.protocol.seed, *name.encode()])
    draws = draw_session(t, t.protocol.participants)
    mood = rng.normal(0, 0.3)
    people = [Person.draw(rng, mood) for _ in range(t.protocol.participants)]
    seen = [np.array([rng.choice(place.messages) for place in t.positions]) for _ in people]
    rows = []
    for r, groups in enumerate(draws.groups, 1):
        for g, members in enumerate(groups, 1):
            types, seconds = draws.types[r - 1, members], [_seconds(rng, people[person], r) for person in members]
            late = [bool(t.protocol.seconds) and taken >= t.protocol.seconds for taken in seconds]
            messages = [
                timeout_message(t, code, r, int(person) + 1, i)
                if late[i]
                else people[person].message(rng, t, i, float(types[i]), seen[person], r)
                for i, person in enumerate(members)
            ]
            found = export.group_rows(t, code, r, g, (members + 1).tolist(), types, messages, late)
            for row, taken, is_late in zip(found, seconds, late, strict=True):
                taken = float(t.protocol.seconds) if is_late else taken
                begun = export.START + timedelta(days=number, seconds=90 * r)
                row["seconds_taken"] = repr(taken)
                row["decided_at"] = (begun + timedelta(seconds=taken)).isoformat(timespec="milliseconds")
            rows += found
            for person in members:
                seen[person] = np.array(messages)
    export.add_earnings(t, code, rows)
    export.add_payments(t.protocol.show_up_fee, rows)
    return rows


def _seconds(rng: np.random.Generator, person: Person, r: int) -> float:
    """Log-normal around the person's median, which falls with the rounds; milliseconds."""
    return round(float(person.seconds * r**-0.3 * np.exp(rng.normal(0, 0.35))), 3)


def files() -> Iterator[tuple[str, bytes]]:
    """Name in examples/data/ -> bytes: one export a session, as it is downloaded after the session, compressed."""
    for folder, sessions in FOLDERS.items():
        for name, number in sessions:
            rows = session(name, number, **PROTOCOL[folder])
            yield f"{folder}/{rows[0]['session_code']}_custom.csv.gz", gzip.compress(text_of(rows).encode(), mtime=0)


def text_of(rows: list[dict[str, str]]) -> str:
    """The file as text."""
    stream = io.StringIO(newline="")
    export.write_rows(stream, rows)
    return stream.getvalue()


def main() -> int:
    for name, content in files():
        path = DATA / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(f"{name}: {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
