"""The results of one treatment: play against theory by role and type, by group and by round; efficiency; earnings.

Bands and convergence need the independent units: the column unit, of `analysis.inference.add_units`, which must be
added where the whole export is known. Without it, units are found from the rows that are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.figures import colours, plots
from analysis.inference.units import UNIT, add_units
from analysis.measures import bands, rates
from analysis.measures.group_play import type_names
from analysis.measures.outcomes import currency_of
from analysis.measures.shuffled import shuffle
from analysis.predictions import theory
from analysis.predictions.solutions import Solutions
from analysis.report import tables
from analysis.report.play_results import play_figures, play_tables_of, shown, with_bands
from analysis.report.play_tables import bands_sentence

WHO = "role and type"
LOST = "Surplus lost, by round"


@dataclass(frozen=True)
class Results:
    """Tables, and figures as dicts of name, figure, picture and caption (`play_results.shown`)."""

    tables: list[tables.Table]
    figures: list[dict[str, Any]]


def results(predicted: pd.DataFrame, solutions: Solutions, numbers: tables.Numbers) -> Results:
    """Everything about one treatment; `predicted` holds its decisions only."""
    who = theory.decision_makers(solutions)
    keys = pd.MultiIndex.from_arrays([predicted["position"] - 1, predicted["type"]])
    predicted = predicted.assign(**{WHO: pd.Series(who).reindex(keys).fillna("unknown").to_numpy()})
    predicted = predicted if UNIT in predicted else add_units(predicted)
    predicted = shuffle(predicted, {solutions.treatment.identity: solutions})
    order = list(dict.fromkeys(who.values()))
    own, groups = rates.own_decisions(predicted), rates.own_groups(predicted)
    reports = solutions.treatment.messages_are == "reports"
    unit = "units of the type" if reports else "units of the good"
    found_figures = [
        *_figures(own, groups, order, unit, numbers),
        *play_figures(predicted, solutions, WHO, numbers),
    ]
    found = [*_dominant(own, order, unit, numbers), *_truthful(own, order, unit, numbers)]
    found += _nash(own, groups, type_names(predicted, groups, solutions.treatment), order, unit, numbers)
    found += play_tables_of(predicted, solutions, WHO, order, numbers)
    play = {
        "Dominant play: n": rates.success(own, rates.DOMINANT, ["round"]),
        "Nash play: groups": rates.success(groups, rates.NASH, ["round"]),
    }
    rounds = sorted(int(number) for number in predicted.loc[predicted["message"].notna(), "round"].unique())
    found.append(tables.round_table(numbers.table("Round by round"), rounds, play, rates.efficiency(groups, ["round"])))
    surplus = tables.records(rates.efficiency(groups, ["identity"]))
    found += [tables.efficiency_table(numbers.table("Efficiency"), row) for row in surplus]
    paid = tables.records(rates.payments(predicted))
    decimals = solutions.treatment.rounding
    found.append(
        tables.earnings_table(
            numbers.table("Earnings"),
            rates.points(predicted),
            paid[0] if paid else None,
            decimals,
            currency_of(predicted),
        )
    )
    return Results(found, found_figures)


def panels(
    dominant: pd.DataFrame, nash: pd.DataFrame, nash_title: str = "Nash play", nash_unit: str = "Share of groups"
) -> list[plots.Panel]:
    """The panels of a figure on rates of play; without those that have nothing to show."""
    both = [
        plots.Panel("Dominant-strategy play", "Share of decisions", dominant, colours.DOMINANT, "o"),
        plots.Panel(nash_title, nash_unit, nash, colours.NASH, "s"),
    ]
    return [panel for panel in both if len(panel.table)]


def _by_who(own: pd.DataFrame, measure: tuple[str, str, str], order: list[str]) -> list[tuple[str, tables.Row | None]]:
    """All decisions, then one row for each role and type, in the order of the treatment."""
    everything = tables.records(rates.success(own, measure, ["identity"]))
    parts = rates.success(own, measure, [WHO])
    rows = [(name, tables.row_where(parts, WHO, name)) for name in order]
    return [("All decisions", everything[0] if everything else None), *((name, row) for name, row in rows if row)]


def _dominant(own: pd.DataFrame, order: list[str], unit: str, numbers: tables.Numbers) -> list[tables.Table]:
    rows = _by_who(own, rates.DOMINANT, order)
    if rows[0][1] is None:
        return []
    without = int((own["dominant_count"] == 0).sum())
    note = f"{without} of {len(own)} decisions are left out: no dominant message exists for their role and type."
    caption = numbers.table("Dominant-strategy play by role and type")
    return [tables.success_table(caption, "Role and type", rows, unit, note if without else "")]


def _truthful(own: pd.DataFrame, order: list[str], unit: str, numbers: tables.Numbers) -> list[tables.Table]:
    everything = tables.records(rates.truth(own, ["identity"]))
    if not everything:
        return []
    parts = rates.truth(own, [WHO])
    rows = [(name, tables.row_where(parts, WHO, name)) for name in order]
    shown = [("All decisions", everything[0]), *((name, row) for name, row in rows if row)]
    return [tables.truth_table(numbers.table("Truthful reports by role and type"), shown, unit)]


def _nash(
    own: pd.DataFrame,
    groups: pd.DataFrame,
    types: np.ndarray,
    order: list[str],
    unit: str,
    numbers: tables.Numbers,
) -> list[tables.Table]:
    everything = tables.records(rates.success(groups, rates.NASH, ["identity"]))
    if not everything:
        return []
    by_types = tables.records(rates.success(groups.assign(types=types), rates.NASH, ["types"]))
    few = by_types if 1 < len(by_types) <= theory.MAX_LISTED_PROFILES else []
    rows: list[tuple[str, tables.Row | None]] = [("All groups", everything[0]), *((row["types"], row) for row in few)]
    note = "A hit: the own message belongs to some Nash equilibrium of the group's types, whatever the others did."
    own_rows = _by_who(own, rates.NASH_MESSAGE, order)
    return [
        tables.success_table(numbers.table("Nash play by the types in the group"), "Types", rows, unit, "n: groups."),
        tables.success_table(
            numbers.table("Messages that belong to an equilibrium, by role and type"),
            "Role and type",
            own_rows,
            unit,
            note,
        ),
    ]


def _figures(
    own: pd.DataFrame, groups: pd.DataFrame, order: list[str], unit: str, numbers: tables.Numbers
) -> list[dict[str, Any]]:
    if groups.empty:
        return []
    by_round = [rates.success(own, rates.DOMINANT, ["round"]), rates.success(groups, rates.NASH, ["round"])]
    by_type = [
        with_bands(rates.success(own, measure, [WHO]), own, measure[0], WHO)
        for measure in (rates.DOMINANT, rates.NASH_MESSAGE)
    ]
    found = []
    banded = [
        with_bands(table, rows, measure[0])
        for table, rows, measure in zip(by_round, (own, groups), (rates.DOMINANT, rates.NASH), strict=True)
    ]
    if drawn := panels(banded[0], banded[1]):
        caption = numbers.figure("Rates of play by round.") + f" {_bands_sentence(own, 'Bands')}"
        found.append(shown("rates_by_round", plots.by_round(drawn), caption))
    if drawn := panels(by_type[0], by_type[1], "Message belongs to an equilibrium", "Share of decisions"):
        caption = numbers.figure("Rates of play by role and type.") + f" {_bands_sentence(own, 'Bars')}"
        found.append(shown("rates_by_type", plots.by_row(drawn, WHO, order), caption))
    distances = [
        (name, with_bands(table, rows, measure[2]))
        for name, table, rows, measure in zip(
            ("dominant", "Nash"), by_round, (own, groups), (rates.DOMINANT, rates.NASH), strict=True
        )
        if len(table)
    ]
    lost = with_bands(rates.efficiency(groups, ["round"]), groups, "surplus_lost")
    drawing = plots.distance_and_efficiency(distances, unit, lost)
    title = "Distance to the prediction and surplus lost, by round" if distances else LOST
    caption = f"{numbers.figure(title)}. {_bands_sentence(own, 'Bands')}"
    return [*found, shown("distance_and_surplus", drawing, caption)]


def _bands_sentence(own: pd.DataFrame, what: str) -> str:
    return bands_sentence(own[UNIT].nunique(), 0.95, bands.LEAST_UNITS, bands.METHOD, what)
