"""The tables of the report: numbers put into words, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.games import NOT_OWN_WORDS
from analysis.measures.outcomes import MONEY
from analysis.words import NOTHING, fixed, percent, plain, points

Row = dict[str, Any]
"""One row of a table of `measures`, by column."""


@dataclass(frozen=True)
class Table:
    """caption; head: column names; rows: cells as text; texts: how many columns from the left are words; note below."""

    caption: str
    head: list[str]
    rows: list[list[str]]
    texts: int = 1
    note: str = ""


@dataclass(frozen=True)
class Numbers:
    """Counts tables and figures, so that each has its number."""

    used: dict[str, int] = field(default_factory=dict)

    def table(self, title: str) -> str:
        return self._next("Table", title)

    def figure(self, title: str) -> str:
        return self._next("Figure", title)

    def _next(self, kind: str, title: str) -> str:
        self.used[kind] = self.used.get(kind, 0) + 1
        return f"{kind} {self.used[kind]}. {title}"


SAMPLE = {
    "sessions": "Sessions",
    "participants": "Participants",
    "groups": "Groups that decided",
    "rows": "Rows",
    "decisions": "Decisions",
    **{cause: f"of these {words}" for cause, words in NOT_OWN_WORDS.items()},
    "incomplete": "Not decided",
    "bots": "Decisions by bots",
}
UNUSUAL = ("moved_on", "absent", "computer")
"""Columns that are there only if something is to be counted."""
SAMPLE_NOTE = (
    "Groups are counted once a round. Rows = decisions + not decided. "
    "Decisions by the computer (timed out, and what else is counted) are decisions here, but not in rates of play."
)
RATES = ["r (%)", "a (%)", "m (% points)"]
RATES_NOTE = (
    "r: share of n that agrees with the prediction; a: what uniform random play gives; m = r − a: Selten's measure of "
    "predictive success. Decisions by the computer are left out."
)


def records(table: pd.DataFrame) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def row_where(table: pd.DataFrame, column: str, value: object) -> Row | None:
    """The row in which a column has a value; None if there is none."""
    found = records(table[table[column] == value])
    return found[0] if found else None


def success_cells(row: Row | None) -> list[str]:
    """n, hits, rate, area, m, distance of one row of `measures.success`; dashes if there is none."""
    if row is None:
        return ["0", *[NOTHING] * 5]
    rates = [percent(row["rate"]), percent(row["area"]), points(row["selten"])]
    return [str(row["n"]), str(row["hits"]), *rates, fixed(row["distance"], 2)]


def sample_table(sample: pd.DataFrame, names: dict[str, str], caption: str) -> Table:
    """Who and what is in the data, one row a treatment."""
    shown = [column for column in SAMPLE if column not in UNUSUAL or sample[column].any()]
    rows = [[names[row["identity"]], *(str(row[column]) for column in shown)] for row in records(sample)]
    return Table(caption, ["Treatment", *(SAMPLE[column] for column in shown)], sorted(rows), note=SAMPLE_NOTE)


def play_comparison(
    identities: Iterable[str], names: dict[str, str], play: Sequence[pd.DataFrame], truth: pd.DataFrame, caption: str
) -> Table:
    """One row a treatment; play: the tables of dominant-strategy play and of Nash play; truth: of truthful reports."""
    rows = []
    for identity in identities:
        cells = [success_cells(row_where(table, "identity", identity)) for table in play]
        honest = row_where(truth, "identity", identity)
        reports = [NOTHING] * 2 if honest is None else [percent(honest["rate"]), percent(honest["area"])]
        rows.append([names[identity], *(cell for part in cells for cell in (part[0], *part[2:5])), *reports])
    head = [
        "Treatment",
        "Dominant play: decisions",
        *RATES,
        "Nash play: groups",
        *RATES,
        "Truthful reports (%)",
        "a (%)",
    ]
    return Table(caption, head, rows, note=f"{RATES_NOTE} {NOTHING}: no such prediction exists, or no data.")


def money_comparison(
    identities: Iterable[str],
    names: dict[str, str],
    surplus: pd.DataFrame,
    paid: pd.DataFrame,
    caption: str,
    currency: str = MONEY,
) -> Table:
    """One row a treatment: efficiency and payments."""
    rows = []
    for identity in identities:
        lost, money = row_where(surplus, "identity", identity), row_where(paid, "identity", identity)
        cells = [*surplus_cells(lost), NOTHING if lost is None else fixed(lost["transfers_sum"], 2)]
        cells += [NOTHING] * 2 if money is None else [fixed(money["part_mean"], 2), fixed(money["total_mean"], 2)]
        rows.append([names[identity], "0" if lost is None else str(lost["n"]), *cells])
    head = [
        "Treatment",
        "Groups",
        "At the efficient surplus (%)",
        "Surplus / efficient surplus (%)",
        "Mean surplus lost",
    ]
    head += ["Mean sum of transfers", f"Mean earnings of the part ({currency})", f"Mean total payment ({currency})"]
    note = (
        "Surplus and transfers in units of utility, which differ across environments: compare them only within one. "
        f"{NOTHING}: the efficient surplus is not positive, or no data."
    )
    return Table(caption, head, rows, note=note)


def surplus_cells(row: Row | None) -> list[str]:
    """Share of efficient groups, ratio, mean loss."""
    if row is None:
        return [NOTHING] * 3
    return [percent(row["efficient"]), percent(row["efficiency"]), fixed(row["surplus_lost"], 2)]


def success_table(caption: str, first: str, rows: Sequence[tuple[str, Row | None]], unit: str, note: str = "") -> Table:
    """Hit rates by whatever the first column names; unit: that of the distance."""
    head = [first, "n", "Hits", "Hit rate r (%)", "Chance a (%)", "m = r − a (% points)", f"Mean distance ({unit})"]
    return Table(
        caption, head, [[name, *success_cells(row)] for name, row in rows], note=f"{RATES_NOTE} {note}".strip()
    )


def truth_table(caption: str, rows: Sequence[tuple[str, Row]], unit: str) -> Table:
    """Truthful reports by whatever the first column names."""
    head = [
        "Role and type",
        "n",
        "Truthful (%)",
        "Chance (%)",
        f"Mean report − type ({unit})",
        f"Mean |report − type| ({unit})",
    ]
    cells = [
        [name, str(row["n"]), percent(row["rate"]), percent(row["area"]), fixed(row["bias"], 2), fixed(row["size"], 2)]
        for name, row in rows
    ]
    return Table(caption, head, cells, note="Decisions by the computer are left out.")


def round_table(caption: str, rounds: list[int], play: dict[str, pd.DataFrame], surplus: pd.DataFrame) -> Table:
    """One row a round; play: head of the first column -> table of `measures.success`, left out where it is empty."""
    shown = {head: table for head, table in play.items() if len(table)}
    rows = []
    for number in rounds:
        parts = [success_cells(row_where(table, "round", number)) for table in shown.values()]
        cells = [cell for part in parts for cell in (part[0], part[2], part[3], part[5])]
        rows.append([str(number), *cells, *surplus_cells(row_where(surplus, "round", number))[1:]])
    play_head = [cell for head in shown for cell in (head, *RATES[:2], "distance")]
    head = ["Round", *play_head, "Surplus / efficient surplus (%)", "Surplus lost"]
    return Table(caption, head, rows, note="r: hit rate; a: what chance alone gives; distance and surplus: means.")


def efficiency_table(caption: str, row: Row) -> Table:
    """Surplus of all groups."""
    which = f", over {row['n_ratio']} groups where the latter is positive" if row["n_ratio"] < row["n"] else ""
    rows = [
        ["Groups", str(row["n"])],
        ["Groups with the efficient surplus (%)", percent(row["efficient"])],
        ["Mean surplus of a group (units of utility)", fixed(row["surplus"], 2)],
        ["Mean efficient surplus (units of utility)", fixed(row["efficient_surplus"], 2)],
        ["Mean surplus lost (units of utility)", fixed(row["surplus_lost"], 2)],
        [f"Mean of surplus / efficient surplus{which} (%)", percent(row["efficiency"])],
        ["Mean sum of transfers received in a group (units of utility)", fixed(row["transfers_sum"], 2)],
        ["Mean largest gain of a coalition, with side payments (points)", fixed(row["coalition_gain"], 2)],
        ["The same without side payments, each member gaining (points)", fixed(row["coalition_gain_agreed"], 2)],
    ]
    note = (
        "Surplus: sum of values less cost, without transfers, at the true types. A negative sum of transfers is money "
        "that leaves the group. Gains of coalitions: what two or more members could have gained by changing their "
        "messages together, the others' as they were. Groups in which the computer decided for somebody are left out."
    )
    return Table(caption, ["", "Value"], rows, note=note)


def earnings_table(caption: str, points: pd.DataFrame, paid: Row | None, decimals: int, currency: str = MONEY) -> Table:
    """Points of a round by role, and money of a participant."""
    rows = []
    for row in records(points):
        figures = [fixed(row["mean"], max(2, decimals)), fixed(row["sd"], max(2, decimals))]
        rows.append(
            [f"Points in a round, {row['role']}", str(row["n"]), *figures, plain(row["least"]), plain(row["most"])]
        )
    labels = {"part": f"Earnings of this part ({currency})", "total": f"Total payment, with show-up fee ({currency})"}
    for key, label in labels.items() if paid is not None else ():
        figures = [fixed(paid[f"{key}_{name}"], 2) for name in ("mean", "sd", "least", "most")] if paid else []
        rows.append([label, str(paid["n"]) if paid else "", *figures])
    note = "Timeouts are included: this is what was really given."
    head = ["", "n", "Mean", "Standard deviation", "Least", "Most"]
    return Table(caption, head, rows, note=note if paid is not None else f"{note} Nobody has been paid yet.")
