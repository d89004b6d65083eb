"""Made-up sessions in the format of the export: draws of the treatment, messages by a rule, results by Treatment.play.

Nothing of `analysis` is used, so that the tests compare two ways to the same numbers.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from examples.rows import add_earnings, add_payments, group_rows, write_rows
from mechanisms.session.draws import draw_session, timeout_message
from mechanisms.session.record import RECORD
from mechanisms.treatments import Treatment, load_treatment
from tests.shared import first_of_each, kind_of_game, mostly_thorough

TREATMENTS = Path(__file__).parents[2] / "treatments"

Rule = Callable[[np.random.Generator, float, np.ndarray], float]
"""(rng, type, grid) -> message."""


def treatment(name: str, **protocol) -> Treatment:
    loaded = load_treatment(TREATMENTS / f"{name}.toml")
    return loaded.with_protocol(**protocol) if protocol else loaded


def one_of_each(names: list[str]):
    """Of these treatments a plain run tries one of each kind of game."""
    return mostly_thorough(names, *first_of_each(names, lambda name: kind_of_game(treatment(name))))


def at_random(rng, type_value, grid):
    return float(rng.choice(grid))


def truth(rng, type_value, grid):
    return float(grid[np.abs(grid - type_value).argmin()])


def session(t: Treatment, code: str = "abcd1234", *arguments, **options) -> list[dict[str, str]]:
    """All rows of a session with one part that went to its end; arguments as for `part_rows`."""
    rows = part_rows(t, code, *arguments, **options)
    add_payments(t.protocol.show_up_fee, rows)
    return rows


def several_parts(treatments: list[Treatment], code: str = "abcd1234") -> list[list[dict[str, str]]]:
    """The rows of each part of a session that went to its end."""
    parts = [part_rows(t, code, part=number) for number, t in enumerate(treatments, 1)]
    rows = [row for part in parts for row in part]
    for row in rows:
        row["app"], row["parts"] = "parts", ";".join(t.name for t in treatments)
        row["order"] = ";".join(map(str, range(1, len(treatments) + 1)))
    add_payments(treatments[0].protocol.show_up_fee, rows)
    return parts


def part_rows(
    t: Treatment, code: str, rule: Rule = at_random, seed: int = 1, timeouts: float = 0.0, part: int = 1
) -> list[dict[str, str]]:
    """All rows of one part; no total payments yet."""
    rng = np.random.default_rng(seed)
    draws = draw_session(t, t.protocol.participants)
    rows = []
    for r in range(t.protocol.rounds):
        for g, members in enumerate(draws.groups[r]):
            types, messages, drawn = draws.types[r, members], [], []
            for i, person in enumerate(members):
                late = bool(rng.random() < timeouts)
                drawn.append(late and t.stages is None)  # in stages each request is drawn by itself
                by_computer = timeout_message(t, code, r + 1, int(person) + 1, i)
                messages.append(by_computer if drawn[i] else rule(rng, types[i], t.positions[i].messages))
            turns = None if draws.sequences is None else draws.sequences[r, g].tolist()
            rows += group_rows(t, code, r + 1, g + 1, (members + 1).tolist(), types, messages, drawn, turns)
    for row in rows:
        row["part"] = str(part)
    add_earnings(t, code, rows)
    return rows


FROM = [entry.name for entry in RECORD]
OF_THE_PERSON = {
    *("participant_label", "stage", "requests", "requests_by", "requests_at", "requests_seconds"),
    *FROM[FROM.index("type") : FROM.index("currency")],
} - {"timed_out"}
"""Columns that are blank once a participant was deleted."""


def forgotten(rows: list[dict[str, str]], *people: str) -> list[dict[str, str]]:
    """The rows as the laboratory exports them when participants were deleted at request."""
    group = ("session_code", "part", "practice", "round", "group")
    touched = {tuple(row[name] for name in group) for row in rows if row["participant_id"] in people}
    left = []
    for row in rows:
        new = row | {"ending": row.get("ending", "")}
        if tuple(row[name] for name in group) in touched:
            new["outcome"] = ""
        if row["participant_id"] in people:
            new |= {name: "" for name in OF_THE_PERSON if name in new}
            new |= {"participant_code": f"gone{row['participant_id']}", "timed_out": "0", "ending": "deleted"}
        left.append(new)
    return left


def write(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as stream:
        write_rows(stream, rows)
    return path
