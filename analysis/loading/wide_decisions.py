"""Rounds of oTree's own tables (`wide`) as decisions, with the same columns and entries as APP_custom.csv."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import Problem, wrong_entry
from analysis.games import treatment_of
from analysis.loading.reading import check_schema, joined
from analysis.loading.schema import COLUMN_NAMES, COLUMNS, DECISIONS, KINDS, typed
from analysis.loading.versions import app_of
from analysis.loading.wide import PARTICIPANT, ROUND, OtreeTable, Played
from mechanisms.treatments import Treatment

SAME_NAME = (
    "participants", "rounds", "matching", "fixed_roles", "feedback", "pay", "seed", "practice_rounds",
    "practice_against", "language",
)  # fmt: skip
"""Columns that are attributes of the protocol."""


def decisions_of(table: OtreeTable, known: Mapping[str, Played]) -> tuple[pd.DataFrame, list[Problem]]:
    """The rounds of one of oTree's tables as decisions, index = line.

    known : by session, what the other files say: it is used where the table itself says nothing
    """
    found, problems = [typed(COLUMNS, {}, np.zeros(0, dtype=np.int64))[0]], []
    for code, rows in table.rounds.groupby("session_code", sort=True):
        played, other = table.played.get(str(code)), known.get(str(code))
        if played is None and other is None:
            what = (
                f"session {code}: this table does not say which treatment was played; add APP_custom.csv (Custom "
                "exports) or all_apps_wide of the session"
            )
            problems.append(Problem(table.name, what))
            continue
        if played is not None and other is not None:
            played.currency, played.currency_decimals = other.currency, other.currency_decimals
            played.platform_version, played.otree_version = other.platform_version, other.otree_version
        made, bad = _decisions(table.name, rows, played or other)  # type: ignore[arg-type]
        found.append(made)
        problems += bad
    return joined(found), problems


def _decisions(name: str, rows: pd.DataFrame, played: Played) -> tuple[pd.DataFrame, list[Problem]]:
    rows = rows.reset_index(drop=True)
    problems = []
    for known, column in ((played.definitions, "part"), (played.orders, "participant_id")):
        for row in rows[~rows[column].isin(list(known))].to_dict("records"):
            otree = row["before"] + ROUND[column] if column in ROUND else PARTICIPANT[column]
            problems.append(wrong_entry(name, row["line"], otree, row[column], "one that the session has"))
    if problems:
        return rows.iloc[:0], problems
    rows = rows.assign(
        parts=played.parts,
        order=rows["participant_id"].map(played.orders),
        pay_parts=played.pay_parts,
        currency=played.currency,
        currency_decimals=2 if played.currency_decimals is None else played.currency_decimals,
        platform_version=played.platform_version,
        otree_version=played.otree_version,
        study="",  # oTree's tables do not say it
        arm="",
        timed_out=rows["timed_out"].fillna(False),
        outcome=rows["own_outcome"].where(rows["own_outcome"] != "", rows["outcome"]),
        definition=rows["part"].map(played.definitions),
    )
    by_part = [_of_treatment(part, treatment_of(played.definitions[number])) for number, part in rows.groupby("part")]
    rows = pd.concat(by_part)
    several = len(played.definitions) > 1
    apps = {k: app_of(treatment_of(text), several, played.platform_version) for k, text in played.definitions.items()}
    rows["app"] = rows["app"].where(rows["app"] != "", rows["part"].map(apps))
    rows = _paid(rows, played)
    dtypes = {
        column.name: KINDS[column.kind].dtype_if_blank if column.blank else KINDS[column.kind].dtype
        for column in COLUMNS
    }
    made = rows[[*COLUMN_NAMES]].astype(dtypes).set_axis(pd.Index(rows["line"], name="line"))
    return made, check_schema(name, made, DECISIONS)


def _of_treatment(rows: pd.DataFrame, treatment: Treatment) -> pd.DataFrame:
    """What follows from the treatment: its own columns, roles, type labels, points, partners."""
    protocol, scale = treatment.protocol, 10.0**treatment.rounding
    inside = rows["position"].clip(upper=treatment.group_size) - 1
    pairs = list(zip(inside.tolist(), rows["type"].tolist(), strict=True))
    labels = {(i, value): treatment.positions[i].label(value) for i, value in set(pairs)}
    alone = rows["practice"] & (protocol.practice_against == "computer")
    return rows.assign(
        treatment=treatment.name,
        identity=treatment.identity,
        mechanism=treatment.mechanism,
        environment=treatment.environment,
        group_size=treatment.group_size,
        information=treatment.information,
        rounding=treatment.rounding,
        **{name: getattr(protocol, name) for name in SAME_NAME},
        **{name: float(getattr(protocol, name)) for name in ("seconds", "exchange_rate", "show_up_fee")},
        role=[treatment.positions[i].role for i in inside.tolist()],
        type_label=[labels[pair] for pair in pairs],
        points=rows["points_units"].astype("float64") / scale,
        compensation=rows["compensation_units"].astype("float64") / scale,
        belief_points=rows["belief_units"].astype("float64") / scale,
        partners=_partners(rows).where(~alone, ""),
        move=_moves(rows),
    )


def _moves(rows: pd.DataFrame) -> pd.Series:
    """Who reported first (1), second, …, from the order of the group; blank where all did at the same time."""
    pairs = zip(rows["sequence"].astype(str), rows["position"].astype(str), strict=True)
    places = [text.split(";").index(own) + 1 if own in text.split(";") else pd.NA for text, own in pairs]
    return pd.Series(pd.array(places, dtype="Int64"), index=rows.index)


def _partners(rows: pd.DataFrame) -> pd.Series:
    """participant_id of the others in the group, in the order of positions."""
    ordered = rows.reset_index(drop=True).assign(place=np.arange(len(rows))).sort_values("position", kind="stable")
    texts = np.full(len(rows), "", dtype=object)
    for _, members in ordered.groupby(["app", "round_number", "group"], sort=False):
        people = members["participant_id"].astype(str).tolist()
        for k, place in enumerate(members["place"].tolist()):
            texts[place] = ";".join(people[:k] + people[k + 1 :])
    return pd.Series(texts, index=rows.index, dtype="str")


def _paid(rows: pd.DataFrame, played: Played) -> pd.DataFrame:
    """Paid round, earnings of the part and total, where they are settled."""
    settled: list[tuple[Any, Any, float, float, float]] = []
    columns = zip(rows["participant_id"], rows["part"], rows["round"], rows["practice"], strict=True)
    for person, number, round_number, practice in columns:
        earnings = played.earnings.get(int(person), {"parts": []})
        part = next((part for part in earnings["parts"] if part["part"] == number), None)
        if part is None:
            settled.append((pd.NA, pd.NA, np.nan, np.nan, np.nan))
            continue
        fee = float(earnings.get("show_up_fee", "nan"))
        counts = earnings["paid_part"] in (None, number) and part["paid_round"] in (None, round_number)
        flags = bool(counts and not practice), earnings.get("own_draw", pd.NA)
        settled.append((*flags, float(part["money"]), float(earnings["total"]), fee))
    paid, own, money, total, fees = zip(*settled, strict=True)
    return rows.assign(
        is_paid_round=pd.array(paid, dtype="boolean"), own_draw=pd.array(own, dtype="boolean"), part_earnings=money,
        total_payment=total, fee_paid=fees,
    )  # fmt: skip
