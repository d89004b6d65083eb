"""Is the paid round the drawn one, and does everybody's money follow from points, exchange rate and show-up fee?"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, about_part, compared, findings
from analysis.games import Part
from mechanisms.session.draws import paid_part, paid_round
from mechanisms.writing import half_up

PLACES = (("round", "position"), ("round",))
"""Whose points a compensation is the mean of: of the first of these that anybody has played in."""


def check(part: Part) -> list[pd.DataFrame]:
    """The paid round and the earnings of one part of one session; practice is never paid."""
    found = []
    rows = part.rows[part.rows["is_paid_round"].notna().to_numpy()]
    paid = np.zeros(len(rows), dtype=bool)
    if not part.practice and drawn_part(part) in (None, part.number):
        paid = is_paid(part, rows)
    found += compared(rows, "is_paid_round", paid.astype(np.float64))
    if part.practice:
        return found
    money = earnings(part)
    rows = part.rows[part.rows["part_earnings"].notna().to_numpy()]
    expected = rows["participant_id"].map({person: float(amount) for person, amount in money.items()}).to_numpy()
    found += compared(rows, "part_earnings", expected, max(1.0, float(np.abs(expected).max(initial=0))))
    return found + _half_closed(part) + _compensation(part) + _cut(part)


def is_paid(part: Part, rows: pd.DataFrame) -> np.ndarray:
    """Whether the round of each row counts if its part does, shape (n_rows,)."""
    paid = paid_round(part.treatment, part.session_code, part.number)
    return np.ones(len(rows), dtype=bool) if paid is None else (rows["round"] == paid).to_numpy()


def drawn_part(part: Part) -> int | None:
    """The part of the session that is paid if one is drawn; None: all parts."""
    if part.rows["pay_parts"].iloc[0] == "all":
        return None
    return paid_part(len(named_parts(part)), part.session_code)


def named_parts(part: Part) -> list[str]:
    """The treatments of all parts of the session."""
    return str(part.rows["parts"].iloc[0]).split(";")


def earnings(part: Part) -> dict[int, Decimal]:
    """Unrounded money of each participant_id from the paid rounds; a round without result counts 0.

    The points come from the exported points_units, which checks.play compares with the game; points for guesses are
    paid in the same rounds.
    """
    rows = part.rows[is_paid(part, part.rows)]
    guesses, instead = _units(part, rows, "belief_points"), _units(part, rows, "compensation")
    own = (rows["decided_by"] != "computer").astype("int64")  # what the computer earned in a seat is nobody's
    units = rows["points_units"].fillna(0).astype("int64") * own + guesses + instead
    units = units.groupby(rows["participant_id"]).sum()
    everybody = {int(person): Decimal(0) for person in part.rows["participant_id"].unique()}
    return everybody | {
        person: part.treatment.money(total) for person, total in zip(units.index.tolist(), units.tolist(), strict=True)
    }


def _units(part: Part, rows: pd.DataFrame, column: str) -> pd.Series:
    """Points as whole smallest units; a blank counts 0."""
    return (rows[column].fillna(0) * 10**part.treatment.rounding).round().astype("int64")


def _compensation(part: Part) -> list[pd.DataFrame]:
    """For a round that was not played: the mean points of those in the same position, or of all, halves up."""
    rows = part.rows[part.rows["compensation"].notna().to_numpy()]
    if rows.empty:
        return []
    found = []
    wrong = rows[rows["points_units"].notna().to_numpy() | (part.treatment.protocol.partner_left != "compensate")]
    if len(wrong):
        found.append(
            findings(IMPOSSIBLE, wrong, "compensation", wrong["compensation"], "blank", "not to be compensated")
        )
    played = part.rows[part.rows["points_units"].notna().to_numpy()]
    units = played["points_units"].astype("int64")
    sums = {name: units.groupby([played[key] for key in name]).agg(["sum", "count"]) for name in PLACES}
    expected = []
    for place in zip(rows["round"].tolist(), rows["position"].tolist(), strict=True):
        known = next((table.loc[key] for name, table in sums.items()
                      if (key := place[: len(name)] if len(name) > 1 else place[0]) in table.index), None)  # fmt: skip
        total, count = (0, 1) if known is None else (int(known["sum"]), int(known["count"]))
        expected.append(float(part.treatment.points_value((2 * total + count) // (2 * count))))
    return found + compared(rows, "compensation", np.array(expected))


def _cut(part: Part) -> list[pd.DataFrame]:
    """Rounds that nobody has played, although people were paid and have played others: the session was cut."""
    if not part.rows["total_payment"].notna().any():
        return []
    played = part.rows["message"].notna().groupby(part.rows["round"]).any()
    missing = played.index[~played].tolist()
    if not missing or not played.any():
        return []
    named = ", ".join(map(str, missing[:10])) + (", …" if len(missing) > 10 else "")
    problem = "people were paid, but nobody has played these rounds"
    return [about_part(part.session_code, part.number, "message", f"round {named}: nothing", "decisions", problem)]


def _half_closed(part: Part) -> list[pd.DataFrame]:
    """Paid round, earnings and total are all blank (not yet paid) or all filled."""
    filled = part.rows[["is_paid_round", "part_earnings", "total_payment"]].notna()
    mixed = part.rows[(filled.any(axis=1) & ~filled.all(axis=1)).to_numpy()]
    return (
        [findings(IMPOSSIBLE, mixed, "total_payment", mixed["total_payment"], "all blank or all filled", "half paid")]
        if len(mixed)
        else []
    )


def missing_parts(session: list[Part]) -> list[str]:
    """Parts that the session had and these files do not hold; without them total payments cannot be recomputed."""
    there = {part.number for part in session}
    return [f"{k} ({name})" for k, name in enumerate(named_parts(session[0]), 1) if k not in there]


def check_payments(session: list[Part]) -> list[pd.DataFrame]:
    """The total payment of everybody in one session: all its parts and the fee, at least 0, rounded once, halves up."""
    found = [
        *_one_value(session, "parts", {str(parts) for part in session for parts in part.rows["parts"].unique()}),
        *_one_value(session, "pay_parts", {str(rule) for part in session for rule in part.rows["pay_parts"].unique()}),
        *_one_value(session, "show_up_fee", {str(part.treatment.protocol.show_up_fee) for part in session}),
        *_one_value(session, "currency_decimals", {str(k) for part in session for k in part.rows["currency_decimals"]}),
    ]
    if found or missing_parts(session):
        return found
    fee, decimals = session[0].treatment.protocol.show_up_fee, _decimals(session)
    total: dict[int, Decimal] = {}
    for part in session:
        counts = drawn_part(part) in (None, part.number)
        for person, amount in earnings(part).items():
            total[person] = total.get(person, fee) + amount * counts
    payment = {person: float(half_up(max(Decimal(0), amount), decimals)) for person, amount in total.items()}
    for part in session:
        rows = part.rows[part.rows["total_payment"].notna().to_numpy()]
        decided = rows.groupby("participant_id")["message"].transform("count") > 0
        rows = rows[(decided | (rows["total_payment"] != 0)).to_numpy()]  # who never came gets no show-up fee
        found += compared(rows, "total_payment", rows["participant_id"].map(payment).to_numpy())
    return found


def _decimals(session: list[Part]) -> int:
    return int(session[0].rows["currency_decimals"].iloc[0])


def _one_value(session: list[Part], column: str, values: set[str]) -> list[pd.DataFrame]:
    if len(values) == 1:
        return []
    named, problem = ", ".join(sorted(values)), f"the rows of the session differ in {column}"
    return [about_part(session[0].session_code, session[0].number, column, named, "one value a session", problem)]
