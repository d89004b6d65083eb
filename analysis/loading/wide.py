"""oTree's own tables as decisions: all_apps_wide (one row a participant) and the table of one app (one row a round).

They hold the same fields of the database as APP_custom.csv, under other names. all_apps_wide also holds the treatments
in force (session.parts), the orders of the parts and the earnings, so that it gives the same decisions, but for the
currency and the version of oTree, which are in no table of oTree's (before 0.3.0 the version of the platform neither).
The table of one app holds no treatment: it can be read if another file says which treatments its sessions played, and
then adds what it knows.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ExportError, Problem, wrong_entry
from analysis.games import treatment_of
from analysis.loading.encoded import Encoded
from analysis.loading.formats import WIDE_COLUMN
from analysis.loading.reading import check_schema
from analysis.loading.schema import COLUMNS, Column, at_least, ranges_of, typed
from analysis.loading.sources import Source
from analysis.loading.texts import Texts

PARTICIPANT = {
    "session_code": "session.code",
    "participant_code": "participant.code",
    "participant_id": "participant.id_in_session",
    "participant_label": "participant.label",
    "is_bot": "participant._is_bot",
    "is_demo": "session.is_demo",
    "ending": "participant.outcome",
}
ROUND = {
    "part": "player.part",
    "round": "player.part_round",
    "practice": "player.practice",
    "round_number": "subsession.round_number",
    "group": "group.id_in_subsession",
    "position": "player.id_in_group",
    "rematched": "player.rematched",
    "sequence": "player.sequence",
    "stage": "player.stage",
    "requests": "player.requests",
    "requests_by": "player.requests_by",
    "requests_at": "player.requests_at",
    "requests_seconds": "player.requests_seconds",
    "after_return": "player.after_return",
    "silo": "player.silo",
    "place": "player.place",
    "type": "player.type_value",
    "message": "player.message",
    "computer_messages": "player.computer_messages",
    "decided_by": "player.decided_by",
    "timed_out": "player.timed_out",
    "decided_at": "player.decided_at",
    "seconds_taken": "player.seconds_taken",
    "own_outcome": "player.own_outcome",
    "outcome": "group.outcome",
    "void": "group.void",
    "quantity": "player.quantity",
    "value": "player.value",
    "cost_share": "player.cost_share",
    "transfer": "player.transfer",
    "payments_received": "player.payments_received",
    "points_units": "player.points_units",
    "compensation_units": "player.compensation_units",
    "belief": "player.belief",
    "belief_units": "player.belief_units",
    "quiz_attempts": "player.quiz_attempts",
    "quiz_failed": "player.quiz_failed",
    "understanding_before": "player.understanding_before",
    "understanding_after": "player.understanding_after",
}
"""Our name -> oTree's, in both tables (in all_apps_wide behind APP.ROUND.)."""

_OWN = {column.name: column for column in COLUMNS}
LONG = (
    *(_OWN[name] for name in PARTICIPANT),
    *(_OWN.get(name, Column(name, "text" if name == "own_outcome" else "whole", blank=True)) for name in ROUND),
)

OF_DECISIONS = ("is_demo", "ending")
"""Of these, what is told with the decisions only."""
PEOPLE = (
    *(_OWN[name] for name in PARTICIPANT if name not in OF_DECISIONS),
    Column("page_index", "whole", check=at_least(0)),
    Column("pages", "whole", check=at_least(0)),
    Column("app", "text", blank=True),
    Column("page", "text", blank=True),
    Column("visited", "flag"),
    Column("consent", "flag", blank=True),
    Column("demo_session", "flag"),  # is_demo of the decisions
)
PEOPLE_NAMES = {name: theirs for name, theirs in PARTICIPANT.items() if name not in OF_DECISIONS} | {
    "page_index": "participant._index_in_pages",
    "pages": "participant._max_page_index",
    "app": "participant._current_app_name",
    "page": "participant._current_page_name",
    "visited": "participant.visited",
    "consent": "player.consent",
    "demo_session": "session.is_demo",
}


@dataclass
class Played:
    """What is known of a session beside its rounds.

    definitions : part -> the treatment in force, JSON text as in APP_custom.csv
    parts, pay_parts, currency, currency_decimals, platform_version, otree_version : as in APP_custom.csv
    orders : participant_id -> order of the parts
    earnings : participant_id -> what oTree stores of the earnings; nothing before they are settled
    """

    definitions: dict[int, str]
    parts: str
    pay_parts: str
    orders: dict[int, str]
    currency: str = ""
    currency_decimals: int | None = None
    platform_version: str = ""
    otree_version: str = ""
    earnings: dict[int, dict[str, Any]] = field(default_factory=dict)


@dataclass
class OtreeTable:
    """What one of oTree's tables holds, not yet decisions.

    rounds : DataFrame with the columns LONG and app, line, before (what stands before the names of columns)
    people : DataFrame with the columns PEOPLE
    played : by session; of all_apps_wide only
    """

    name: str
    rounds: pd.DataFrame
    people: pd.DataFrame
    played: dict[str, Played]
    problems: list[Problem]
    notes: list[str]


def read_otree_table(source: Source) -> OtreeTable:
    """all_apps_wide or the table of one app."""
    texts, name = Texts(source), source.name
    wide = any(WIDE_COLUMN.fullmatch(column) for column in texts.header)
    apps = sorted(_platform_apps(texts.header), key=lambda app: (app[0], app[1])) if wide else []
    lines, entries = texts.whole()
    rounds, problems = [_no_rounds()], []
    for app, before in [(app, f"{app}.{k}.") for app, k in apps] if wide else [("", "")]:
        table, bad = _rounds(name, lines, entries, app, before)
        rounds.append(table)
        problems += bad
    people, bad = _people(name, lines, entries, wide)
    problems += bad
    played: dict[str, Played] = {}
    if wide:
        problems += _note_played(name, lines, entries, played)
    return OtreeTable(name, pd.concat(rounds), people, played, [*texts.problems, *problems], texts.notes)


def _platform_apps(header: Iterable[str]) -> Iterator[tuple[str, int]]:
    """(app, round) of the apps of this platform."""
    for column in header:
        match = WIDE_COLUMN.fullmatch(column)
        if match and match[3] == "player" and match[4] == "points_units":
            yield match[1], int(match[2])


def _no_rounds() -> pd.DataFrame:
    return typed(LONG, {}, np.zeros(0, dtype=np.int64))[0].assign(
        app=pd.Series(dtype="str"), before=pd.Series(dtype="str"), line=pd.Series(dtype="int64")
    )


def _rounds(
    name: str, lines: np.ndarray, entries: Mapping[str, Encoded], app: str, before: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of one app (and of one round, in all_apps_wide) that are in force: those that have a part."""
    names = PARTICIPANT | {ours: before + otree for ours, otree in ROUND.items()}
    if names["points_units"] not in entries:
        return _no_rounds(), []
    later = {ours for ours in names if ours in _OWN and _OWN[ours].since} | {"compensation_units"}
    if missing := [otree for ours, otree in names.items() if otree not in entries and ours not in later]:
        what = f"missing column {', '.join(missing[:5])}; expected a table of this version of the platform"
        return _no_rounds(), [Problem(name, what, 1)]
    # a round that was prepared has at least a type: a part that was lost is an error, not a round beyond the plan
    there = entries[names["part"]].filled() | entries[names["type"]].filled()
    chosen = {ours: entries[otree][there] for ours, otree in names.items() if otree in entries}
    unsaid = ~chosen["timed_out"].filled()  # undecided, or by the computer at once: the custom export writes 0 there
    by_computer = chosen["decided_by"].decoded() == "computer" if "decided_by" in chosen else False
    unsaid &= ~chosen["message"].filled() | by_computer
    chosen["timed_out"] = Encoded.of(np.where(unsaid, "0", chosen["timed_out"].decoded()))
    table, wrong = typed(LONG, chosen, lines[there])
    problems = [wrong_entry(name, line, names[column], *rest) for line, column, *rest in wrong]
    if not problems:
        problems = _range_problems(name, table, LONG, names)
    return table.assign(app=app, before=before, line=table.index), problems


def _people(
    name: str, lines: np.ndarray, entries: Mapping[str, Encoded], wide: bool
) -> tuple[pd.DataFrame, list[Problem]]:
    names = PEOPLE_NAMES | ({"consent": "welcome.1.player.consent"} if wide else {})
    names["consent"] = names["consent"] if names["consent"] in entries else ""
    missing = [column for column in names.values() if column and column not in entries]
    if missing:
        what = f"missing column {', '.join(missing)}; expected the table as oTree 6 writes it"
        return typed(PEOPLE, {}, np.zeros(0, dtype=np.int64))[0], [Problem(name, what, 1)]
    table, wrong = typed(PEOPLE, {ours: entries[otree] for ours, otree in names.items() if otree}, lines)
    problems = [wrong_entry(name, line, names[column], *rest) for line, column, *rest in wrong]
    return table, problems or _range_problems(name, table, PEOPLE, names)


def _range_problems(
    name: str, table: pd.DataFrame, columns: tuple[Column, ...], names: Mapping[str, str]
) -> list[Problem]:
    return [
        Problem(problem.file, problem.what, problem.line, names.get(problem.column, problem.column))
        for problem in check_schema(name, table, ranges_of(columns))
    ]


def _note_played(
    name: str, lines: np.ndarray, entries: Mapping[str, Encoded], played: dict[str, Played]
) -> list[Problem]:
    """Add the treatments, orders and earnings of all_apps_wide to `played`; a session is read from its first row, and
    what differs in another row is a problem."""
    problems: list[Problem] = []
    columns = ["session.code", "session.parts", "session.orders", "session.blocks", "session.pay_parts"]
    if any(column not in entries for column in [*columns, "participant.earnings"]):
        return []
    texts_of = {column: entries[column].decoded() for column in columns}
    versions = entries.get("session.platform_version", Encoded.constant("", len(lines))).decoded()
    first: dict[str, tuple[str, ...]] = {}
    for i, line in enumerate(lines.tolist()):
        code, *texts = (str(texts_of[column][i]) for column in columns)
        if not texts[0]:
            continue  # a session of something else
        if code not in first:
            first[code] = tuple(texts)
            try:
                played[code] = _played(str(versions[i]), *texts)
            except (ValueError, SyntaxError, KeyError, TypeError, IndexError, AttributeError, ExportError) as error:
                what = f"{error}; expected the treatments, orders and blocks of the session as oTree writes them"
                problems.append(Problem(name, what, line, "session.parts"))
        for column, text, expected in zip(columns[1:], texts, first[code], strict=True):
            if text != expected:
                problems.append(wrong_entry(name, line, column, text, "the same in all rows of a session"))
        if code in played:
            problems += _note_earnings(name, line, entries, i, played[code])
    return problems


def _played(version: str, parts: str, orders: str, blocks: str, pay_parts: str) -> Played:
    definitions = {}
    for number, definition in enumerate(ast.literal_eval(parts), 1):
        treatment = treatment_of(json.dumps(definition))
        definitions[number] = json.dumps(_kept(treatment.definition, definition), separators=(",", ":"))
    names = ";".join(treatment_of(text).name for text in definitions.values())
    in_order = [";".join(str(int(part)) for part in order) for order in ast.literal_eval(orders)]
    people = {person: in_order[block] for person, block in enumerate(ast.literal_eval(blocks), 1)}
    if pay_parts not in ("all", "one"):
        raise ValueError(f"session.pay_parts is {pay_parts!r}, not all or one")
    return Played(definitions, names, pay_parts, people, platform_version=version)


def _kept(ordered: Any, stored: Any) -> Any:
    """What is stored, in the order of today's keys; keys that came later than the session are not made up."""
    if isinstance(stored, dict):
        return {key: _kept(value, stored[key]) for key, value in ordered.items() if key in stored}
    if isinstance(stored, list | tuple):
        return [_kept(one, its) for one, its in zip(ordered, stored, strict=True)]
    return ordered


def _note_earnings(name: str, line: int, entries: Mapping[str, Encoded], i: int, played: Played) -> list[Problem]:
    text = _entry(entries["participant.earnings"], i)
    if not text:
        return []
    try:
        earnings = ast.literal_eval(text)
        person = int(_entry(entries["participant.id_in_session"], i))
        _, _, decimals = str(earnings["total"]).partition(".")
        float(earnings["total"])
        for part in earnings["parts"]:
            float(part["money"])
            part["part"], part["paid_round"], earnings["paid_part"]
    except (ValueError, SyntaxError, KeyError, TypeError) as error:
        return [wrong_entry(name, line, "participant.earnings", text, f"earnings as oTree writes them ({error})")]
    played.earnings[person] = earnings
    played.currency_decimals = len(decimals)
    return []


def _entry(column: Encoded, i: int) -> str:
    return str(column.texts[column.codes[i]])


def played_of(decisions: pd.DataFrame) -> dict[str, Played]:
    """The same of sessions that APP_custom.csv holds, without the earnings."""
    found = {}
    for code, rows in decisions.groupby("session_code", sort=True):
        first = rows.iloc[0]
        parts, people = rows.drop_duplicates("part"), rows.drop_duplicates("participant_id")
        found[str(code)] = Played(
            dict(zip(parts["part"].tolist(), parts["definition"].astype("str").tolist(), strict=True)),
            str(first["parts"]),
            str(first["pay_parts"]),
            dict(zip(people["participant_id"].tolist(), people["order"].tolist(), strict=True)),
            str(first["currency"]),
            int(first["currency_decimals"]),
            str(first["platform_version"]),
            str(first["otree_version"]),
        )
    return found


def merge_people(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """One row a participant: where the participant was in the latest download; consent from the file that has it."""
    together = pd.concat(tables, ignore_index=True)
    keys = ["session_code", "participant_code"]
    latest = together.sort_values([*keys, "page_index"], kind="stable").groupby(keys, sort=True)
    return latest.last().reset_index()[[column.name for column in PEOPLE]]  # the last entry that is not blank
