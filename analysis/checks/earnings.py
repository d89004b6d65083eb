"""Is the paid round the drawn one, and does everybody's money follow from points, exchange rate and show-up fee?"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd

from analysis.checks.findings import DECISION, IMPOSSIBLE, about_part, compared, findings
from analysis.checks.own_draws import UNKNOWN, draws_alone, have_counted, of_draws, part_of_their_own
from analysis.games import ALIKE, PERSON, Part, batches
from mechanisms.session.draws import paid_part, paid_round
from mechanisms.session.own_draws import own_paid_round
from mechanisms.session.record import GONE
from mechanisms.writing import half_up

OF_A_SESSION = ["session_code", "part", "parts", "pay_parts", "currency_decimals"]

OF_PAYMENTS = list(
    dict.fromkeys([
        *(*DECISION, *ALIKE, "message", "decided_by", "ending", "points_units", "belief_points", "compensation"),
        *("total_payment", "fee_paid"),
    ])
)  # fmt: skip
"""The columns that total payments follow from."""

PLACE = ["session_code", "round", "position"]
"""Whose points a compensation is the mean of."""


def check(part: Part) -> list[pd.DataFrame]:
    """The paid round and the earnings of one part; practice is never paid."""
    found = []
    rows = part.rows[[*DECISION, *of_draws(part.rows), "is_paid_round"]][part.rows["is_paid_round"].notna().to_numpy()]
    rows = rows[(part_of_their_own(rows) != UNKNOWN).to_numpy()]
    paid = np.zeros(len(rows), dtype=bool)
    if not part.practice:
        paid = is_paid(part, rows) & counts(part, rows)
    found += compared(rows, "is_paid_round", paid.astype(np.float64))
    if part.practice:
        return found
    money = earnings(part)
    rows = part.rows[[*DECISION, "part_earnings"]][part.rows["part_earnings"].notna().to_numpy()]
    rows = rows.drop_duplicates([*PERSON, "part_earnings"])  # every round repeats what is of the part
    expected = _of_person(rows, money)
    largest = pd.Series(np.abs(expected)).groupby(rows["session_code"].to_numpy()).transform("max")
    found += compared(rows, "part_earnings", expected, largest.clip(lower=1.0).to_numpy())
    return found + _half_closed(part) + _compensation(part) + _cut(part)


def is_paid(part: Part, rows: pd.DataFrame) -> np.ndarray:
    """Whether the round of each row counts if its part does, shape (n_rows,)."""
    if part.treatment.protocol.pay == "all":
        return np.ones(len(rows), dtype=bool)
    codes, sessions = pd.factorize(rows["session_code"])
    paid = np.array([paid_round(part.of_session[code], code, part.number) for code in sessions], dtype=np.int64)[codes]
    alone = draws_alone(rows)
    if alone.any():
        own = _own_rounds(part)
        paid[alone] = [own.get(who, 0) for who in zip(*(rows[name][alone] for name in PERSON), strict=True)]
    return np.asarray(rows["round"] == paid)


def counts(part: Part, rows: pd.DataFrame) -> np.ndarray:
    """Whether the part is paid to the participant of each row: it is the drawn one, or all are paid."""
    if part.rows["pay_parts"].iloc[0] == "all":
        return np.ones(len(rows), dtype=bool)
    codes, distinct = pd.factorize(rows["session_code"])
    parts = len(named_parts(part))
    drawn = np.array([paid_part(parts, str(code)) for code in distinct], dtype=np.int64)[codes]
    own = part_of_their_own(rows)
    return np.asarray(own.where(own >= 0, pd.Series(drawn, index=rows.index)) == part.number)


def _own_rounds(part: Part) -> dict[tuple[str, int], int]:
    """By participant, of those who draw alone and for whom some round has counted."""
    rows = part.rows[draws_alone(part.rows) & have_counted(part.rows)]
    return {
        (code, person): own_paid_round(part.of_session[code], code, person, rounds.tolist(), part.number) or 0
        for (code, person), rounds in rows.groupby(PERSON, sort=False, observed=True)["round"]
    }


def named_parts(part: Part) -> list[str]:
    """The treatments of all parts of the session."""
    return str(part.rows["parts"].iloc[0]).split(";")


def earnings(part: Part) -> pd.Series:
    """Unrounded money (Decimal) from the paid rounds, index PERSON; a round without result counts 0.

    The points come from the exported points_units, which checks.play compares with the game; points for guesses are
    paid in the same rounds.
    """
    rows = part.rows
    guesses, instead = _units(part, rows, "belief_points"), _units(part, rows, "compensation")
    own = (~rows["decided_by"].isin(GONE)).astype("int64")  # what the computer earned in a seat is nobody's
    units = rows["points_units"].fillna(0).astype("int64") * own + guesses + instead
    units = (units * is_paid(part, rows)).groupby([rows[name] for name in PERSON]).sum()
    money = {total: part.treatment.money(total) for total in units.unique().tolist()}
    return pd.Series([money[total] for total in units.tolist()], index=units.index, dtype=object)


def _of_person(rows: pd.DataFrame, money: pd.Series) -> np.ndarray:
    """The amount of the participant of each row, float."""
    if rows.empty:
        return np.zeros(0)
    return money.astype("float64").reindex(pd.MultiIndex.from_frame(rows[PERSON])).to_numpy()


def _units(part: Part, rows: pd.DataFrame, column: str) -> pd.Series:
    """Points as whole smallest units; a blank counts 0."""
    return (rows[column].fillna(0) * 10**part.treatment.rounding).round().astype("int64")


def _compensation(part: Part) -> list[pd.DataFrame]:
    """For a round that was not played: the mean points of those in the same position, or, where there are none, of the
    rounds that the person has played, no less than 0; halves up.

    Not where the points of somebody who was deleted are missing from the mean.
    """
    unknown = part.rows["session_code"].isin(part.rows["session_code"][part.deleted])
    compensated = part.rows["compensation"].notna().to_numpy() & ~unknown.to_numpy()
    if not compensated.any():
        return []
    rows, found = part.rows[compensated], []
    wrong = rows[rows["points_units"].notna().to_numpy() | (part.treatment.protocol.partner_left != "compensate")]
    if len(wrong):
        found.append(
            findings(IMPOSSIBLE, wrong, "compensation", wrong["compensation"], "blank", "not to be compensated")
        )
    played = part.rows[part.rows["points_units"].notna().to_numpy()]
    others, there = _means(played, rows, PLACE)
    own, _ = _means(played[~played["decided_by"].isin(GONE).to_numpy()], rows, PERSON)
    units = np.where(there, others, np.maximum(own, 0)).tolist()
    return found + compared(rows, "compensation", np.array([float(part.treatment.points_value(u)) for u in units]))


def _means(played: pd.DataFrame, rows: pd.DataFrame, by: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """For each of the rows the mean points of those played with the same key, halves up, and whether there are some."""
    sums = played["points_units"].astype("int64").groupby([played[key] for key in by]).agg(["sum", "count"])
    total, number = sums.reindex(pd.MultiIndex.from_frame(rows[by]), fill_value=0).to_numpy(dtype=np.int64).T
    there = number > 0
    number = np.maximum(number, 1)
    return (2 * total + number) // (2 * number), there


def _cut(part: Part) -> list[pd.DataFrame]:
    """Rounds that nobody has played, although people were paid and have played others: the session was cut.

    Who declines, is taken out or leaves a study is paid before the others: a round is missing only if some whole group
    was paid to the end, and has played before, and somebody was there to play it.
    """
    paid = part.rows["total_payment"].notna().groupby(part.rows["session_code"]).any()
    place = [part.rows["session_code"], part.rows["round"]]
    played = part.rows["message"].notna().groupby(place).any()
    begun = played.groupby("session_code").any()
    to_the_end = part.rows["total_payment"].notna() & part.rows["ending"].isin(["", "complete"])
    group = [*place, part.rows["group"]]
    person = [part.rows["session_code"], part.rows["participant_id"]]
    has_played = part.rows["message"].notna().groupby(person).transform("any")
    whole = to_the_end.groupby(group).transform("all") & has_played.groupby(group).transform("any")
    needed = (whole & ~part.rows["void"].fillna(False).astype(bool)).groupby(place).any()
    cut = played[~played & needed & played.index.get_level_values(0).isin(paid.index[paid & begun])]
    found = []
    for code, rounds in cut.reset_index().groupby("session_code", sort=True)["round"]:
        missing = rounds.tolist()
        named = ", ".join(map(str, missing[:10])) + (", …" if len(missing) > 10 else "")
        problem = "people were paid, but nobody has played these rounds"
        found.append(about_part(str(code), part.number, "message", f"round {named}: nothing", "decisions", problem))
    return found


def _half_closed(part: Part) -> list[pd.DataFrame]:
    """Paid round, earnings and total are all blank (not yet paid) or all filled."""
    filled = part.rows[["is_paid_round", "part_earnings", "total_payment"]].notna()
    mixed = part.rows[[*DECISION, "total_payment"]][(filled.any(axis=1) & ~filled.all(axis=1)).to_numpy()]
    return (
        [findings(IMPOSSIBLE, mixed, "total_payment", mixed["total_payment"], "all blank or all filled", "half paid")]
        if len(mixed)
        else []
    )


def missing_parts(decisions: pd.DataFrame) -> dict[str, list[str]]:
    """By session the parts that it had and these files do not hold: without them payments cannot be recomputed."""
    first = decisions.drop_duplicates(["session_code", "part"]).sort_values(["session_code", "part"], kind="stable")
    there: dict[str, set[int]] = {}
    names: dict[str, str] = {}
    for code, part, parts in first[["session_code", "part", "parts"]].itertuples(index=False):
        there.setdefault(code, set()).add(part)
        names.setdefault(code, parts)
    numbered = {code: enumerate(text.split(";"), 1) for code, text in names.items()}
    missing = {code: [f"{k} ({name})" for k, name in parts if k not in there[code]] for code, parts in numbered.items()}
    return {code: named for code, named in missing.items() if named}


def check_payments(decisions: pd.DataFrame, counting: pd.DataFrame) -> list[pd.DataFrame]:
    """The total payment of everybody: all parts of the session and the fee, at least 0, rounded once, halves up.

    counting : OF_A_SESSION of the decisions that are not practice
    """
    first = counting.drop_duplicates(["session_code", "part"])
    every = [
        (_by_session(part, part.treatment.protocol.show_up_fee), _owed(part), _paid_out(part))
        for part in batches(decisions[[*OF_PAYMENTS, *of_draws(decisions)]])
    ]
    fees, owed, paid_out = (pd.concat(tables) for tables in zip(*every, strict=True))
    found = []
    for column in ("parts", "pay_parts"):
        found += _one_value(counting, column)
    found += _one_value(fees.assign(show_up_fee=fees["value"]), "show_up_fee")
    found += _one_value(counting, "currency_decimals")
    left_out = set(missing_parts(counting)) | {code for table in found for code in table["session_code"]}
    owed = owed[~owed.index.get_level_values(0).isin(left_out)]
    if owed.empty:
        return found
    fee = fees.drop_duplicates("session_code").set_index("session_code")["value"]
    decimals = first.drop_duplicates("session_code").set_index("session_code")["currency_decimals"]
    total: dict[tuple[str, int], Decimal] = {}
    stated = _stated_fees(paid_out)
    for who, amount in zip(owed.index.tolist(), owed.tolist(), strict=True):
        total[who] = total.get(who, stated.get(who, fee[who[0]])) + amount
    places = decimals.to_dict()
    payment = {who: float(half_up(max(Decimal(0), money), places[who[0]])) for who, money in total.items()}
    paid = pd.Series(payment.values(), index=pd.MultiIndex.from_tuples(payment.keys(), names=PERSON))
    rows = paid_out[~paid_out["session_code"].isin(left_out).to_numpy()]
    return found + compared(rows, "total_payment", _of_person(rows, paid))


def _paid_out(part: Part) -> pd.DataFrame:
    """The rows with a total payment, but for those of people who never came: they get no show-up fee.

    What the computer has decided in a seat shows of nobody that somebody was there.
    """
    columns = [*DECISION, "message", "decided_by", "total_payment", "fee_paid", "ending"]
    rows = part.rows.loc[part.rows["total_payment"].notna().to_numpy(), columns]
    own = rows["message"].notna() & ~rows["decided_by"].isin(GONE)
    was_there = own.groupby([rows[name] for name in PERSON]).transform("any")
    return rows[(was_there | (rows["total_payment"] != 0)).to_numpy()]


def _stated_fees(paid_out: pd.DataFrame) -> dict[tuple[str, int], Decimal]:
    """By participant of a study who has not played to the end: what the study pays in place of the show-up fee."""
    rows = paid_out[~paid_out["ending"].isin(["", "complete"]).to_numpy() & paid_out["fee_paid"].notna().to_numpy()]
    first = rows.drop_duplicates(PERSON)
    people = zip(first["session_code"].tolist(), first["participant_id"].tolist(), strict=True)
    return {who: Decimal(repr(fee)) for who, fee in zip(people, first["fee_paid"].tolist(), strict=True)}


def _owed(part: Part) -> pd.Series:
    """What everybody earned in the part, 0 if it is not paid; Decimal, index PERSON."""
    money = earnings(part)
    people = part.rows.drop_duplicates(PERSON).set_index(PERSON, drop=False).reindex(money.index)
    return money.where(counts(part, people), Decimal(0))


def _by_session(part: Part, value: object) -> pd.DataFrame:
    sessions = part.rows["session_code"].unique()
    return pd.DataFrame({"session_code": sessions, "part": part.number, "value": [value] * len(sessions)})


def _one_value(rows: pd.DataFrame, column: str) -> list[pd.DataFrame]:
    """Sessions whose rows differ in a column that has one value for each."""
    distinct = rows[["session_code", column]].drop_duplicates()
    several = distinct[distinct["session_code"].duplicated(keep=False)]
    found = []
    for code, values in several.groupby("session_code", sort=True)[column]:
        part = int(rows.loc[rows["session_code"] == code, "part"].min())
        named, problem = ", ".join(sorted(map(str, values))), f"the rows of the session differ in {column}"
        found.append(about_part(str(code), part, column, named, "one value a session", problem))
    return found
