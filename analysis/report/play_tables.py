"""Tables on groups, best replies, foregone points, halves and convergence: numbers put into words, row by row."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.report.tables import Row, Table
from analysis.words import NOTHING, counted, fixed, percent, points

CHANCE_NOTE = (
    "Chance: uniform random play. Re-matched: the mean over all ways to deal the same messages out anew among those "
    "with the same position and type in the same round; what is above it is due to who met whom. Groups in which "
    "the computer decided for somebody are left out."
)


SHUFFLED = {"shuffled": percent, "above_shuffled": points}


def halves_table(caption: str, rows: Sequence[tuple[str, str, Row]]) -> Table:
    """Hit rates by measure and half of the rounds; rows: (measure, half, row of `measures.success`)."""
    head = ["Play", "Rounds", "n", "Hit rate r (%)", "Chance a (%)", "m = r − a (% points)"]
    head += ["Re-matched (%)", "r − re-matched (% points)"]
    cells = [
        [
            *(measure, half, str(row["n"]), percent(row["rate"]), percent(row["area"]), points(row["selten"])),
            *(show(row[name]) if name in row else NOTHING for name, show in SHUFFLED.items()),
        ]
        for measure, half, row in rows
    ]
    return Table(caption, head, cells, texts=2, note=CHANCE_NOTE)


def group_play_table(caption: str, rows: Sequence[tuple[str, Row]], size: int) -> Table:
    """Groups by what they played; rows: (which, row of `group_play.group_play`)."""
    everybody = "Both" if size == 2 else f"All {size}"
    head = ["Rounds", "Groups", f"{everybody} dominant (%)", "Other Nash equilibrium (%)"]
    head += ["No equilibrium, somebody dominant (%)", "Neither (%)"]
    kinds = ("all_dominant", "other_nash", "some_dominant", "neither")
    cells = [[name, str(row["n"]), *(percent(row[kind] / row["n"]) for kind in kinds)] for name, row in rows]
    note = "Groups in which everybody has a dominant message. If all play one, that is a Nash equilibrium too."
    return Table(caption, head, cells, note=note)


def foregone_table(caption: str, first: str, rows: Sequence[tuple[str, Row, Row]]) -> Table:
    """Best replies and foregone points by whatever the first column names; rows: (its entry, row of
    `measures.success`, row of `measures.foregone`)."""
    head = [first, "n", "Best replies (%)", "Chance (%)", "Points foregone: mean", "Median", "Most"]
    head += ["Mean by chance", "Share of what was at stake (%)", "Mean loss against a dominant message"]
    cells = [
        [
            *(name, str(hits["n"]), percent(hits["rate"]), percent(hits["area"])),
            *(fixed(lost[column], 2) for column in ("mean", "median", "most", "chance")),
            *(percent(lost["share"]), fixed(lost["loss"], 2)),
        ]
        for name, hits, lost in rows
    ]
    note = (
        "Foregone: points of a best reply to what the others really did, less points earned; the share is of the "
        "points between a best and a worst reply. The last column is the mean over all messages of the others, each "
        "equally likely, and needs no knowledge of them."
    )
    return Table(caption, head, cells, note=note)


def selection_table(caption: str, rows: Sequence[tuple[str, Row]]) -> Table:
    """Which equilibria were played; rows: (types, row of `group_play.selection`)."""
    head = ["Types", "Groups", "with several equilibria", "Equilibria played", "different ones", "payoff-dominant"]
    names = ("n", "several", "equilibria", "different", "payoff_dominant")
    cells = [[name, *(str(int(row[column])) for column in names)] for name, row in rows]
    note = (
        "An equilibrium is payoff-dominant if everybody likes it as much as any other or better; there may be none, "
        "and where there is one equilibrium only it is payoff-dominant."
    )
    return Table(caption, head, cells, note=note)


def convergence_table(caption: str, rows: Sequence[tuple[str, Row]]) -> Table:
    """Convergence of units; rows: (play, row of `convergence.convergence_summary`)."""
    head = ["Play", "Units", "Settled", "Median round of those", "First round (%)", "Last round (%)"]
    head += ["Hit rate: % points a round", "Distance a round"]
    cells = [
        [
            *(name, str(row["units"]), str(row["settled"]), fixed(row["settled_round"], 1)),
            *(percent(row["first_rate"]), percent(row["last_rate"])),
            *(fixed(100 * row["rate_slope"], 2), fixed(row["distance_slope"], 3)),
        ]
        for name, row in rows
    ]
    note = (
        "Units: matching silos or sessions, found from who met whom. Settled: from some round on all groups of the "
        "unit play the prediction in every round to the last. Rates and slopes (least squares, by round) are means "
        "over units."
    )
    return Table(caption, head, cells, note=note)


def bands_sentence(units: int, level: float, least: int, method: str, what: str = "Bands") -> str:
    """N, unit and method of the bands (or bars) of a figure, or why there are none."""
    if units < least:
        return f"No {what.lower()}: {counted(units, 'independent unit')}, and {what.lower()} need {least}."
    return f"{what}: pointwise {100 * level:g} % intervals, {units} independent units ({method})."


def records_by(table: pd.DataFrame, column: str, order: Sequence[str]) -> list[tuple[str, Row]]:
    """Rows of a table by the text in a column, in the given order; those that are not there are left out."""
    found = {str(row[column]): row for row in table.to_dict("records")}
    return [(name, {str(key): value for key, value in found[name].items()}) for name in order if name in found]
