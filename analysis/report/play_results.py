"""Results of one treatment beyond hit rates: halves, groups, best replies, selection, convergence, with figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.figures import bubbles
from analysis.figures import foregone as foregone_figures
from analysis.figures.colours import TREATMENTS
from analysis.figures.plots import Drawing
from analysis.inference.units import UNIT
from analysis.measures import rates
from analysis.measures.bands import cluster_bands
from analysis.measures.convergence import convergence, convergence_summary
from analysis.measures.group_play import group_play, selection, type_names
from analysis.predictions import theory
from analysis.predictions.solutions import Solutions
from analysis.report import play_tables, tables
from analysis.words import counted

ALL = "all rounds"
ROUNDS = (ALL, *rates.HALVES)
GROUP_PLAY: Mapping[str, tuple[str, str, str]] = {
    "Everybody dominant": rates.GROUP_DOMINANT,
    "Nash equilibrium": rates.NASH,
}


def shown(name: str, drawing: Drawing, caption: str) -> dict[str, Any]:
    """A figure of a section: name (of its files), figure (for `save_figure`), picture (for the page), caption."""
    return {"name": name, "figure": drawing.figure, "picture": drawing.picture, "caption": caption}


def with_bands(table: pd.DataFrame, rows: pd.DataFrame, column: str, by: str = "round") -> pd.DataFrame:
    """A table with one row an entry of `by`, and the columns low and high of the band of the column's mean."""
    if table.empty:
        return table
    return table.merge(cluster_bands(rows, column, (by,))[[by, "low", "high"]], on=by, how="left", validate="1:1")


def play_tables_of(
    predicted: pd.DataFrame, solutions: Solutions, who: str, order: list[str], numbers: tables.Numbers
) -> list[tables.Table]:
    """All tables; `predicted`: decisions of one treatment with `who`, unit and the columns of `shuffle`."""
    own = rates.add_half(rates.own_decisions(predicted))
    groups = rates.add_half(rates.own_groups(predicted))
    found = []
    if rows := _halves(own, groups):
        found.append(play_tables.halves_table(numbers.table("Play and both benchmarks of chance, by halves"), rows))
    if kinds := _group_play(rates.add_half(predicted)):
        caption = numbers.table("What groups played")
        found.append(play_tables.group_play_table(caption, kinds, solutions.treatment.group_size))
    if replies := _replies(own, who, order):
        caption = numbers.table("Best replies and points foregone")
        found.append(play_tables.foregone_table(caption, "Role and type", replies))
    if chosen := _selection(predicted, groups, solutions):
        found.append(play_tables.selection_table(numbers.table("Equilibria that were played"), chosen))
    if settled := _convergence(groups):
        found.append(play_tables.convergence_table(numbers.table("Convergence"), settled))
    return found


def play_figures(
    predicted: pd.DataFrame, solutions: Solutions, who: str, numbers: tables.Numbers
) -> list[dict[str, Any]]:
    """Joint messages, and the distribution of foregone points."""
    own = rates.own_decisions(predicted)
    found = []
    if solutions.treatment.group_size == 2:
        drawing = bubbles.joint_messages(predicted, solutions)
        title = "Messages of both members of each group"
    else:
        drawing = bubbles.own_and_others(own[own["surplus"].notna()], predicted, solutions, who)
        title = "Own message and the others' mean message"
    if drawing is not None:
        found.append(shown("messages", drawing, f"{numbers.figure(title)}. {_all_shown(own, 'decision')}"))
    names = list(dict.fromkeys(own.sort_values(["position", "type"])[who]))[: len(foregone_figures.DASHES)]
    samples = {name: own.loc[own[who] == name, "foregone_points"].to_numpy() for name in names}
    if own["foregone_points"].notna().any():
        chance = foregone_figures.chance_foregone(predicted, solutions)
        label = "Points foregone against a best reply"
        drawing = foregone_figures.foregone_distributions(samples, label, chance)
        caption = f"{numbers.figure('Distribution of points foregone')}. {_all_shown(own, 'decision')}"
        found.append(shown("foregone", drawing, caption))
    return found


def replies_compared(
    predicted: pd.DataFrame, names: Mapping[str, str], numbers: tables.Numbers
) -> tuple[list[tables.Table], list[dict[str, Any]]]:
    """Best replies and foregone points of all treatments side by side; names: identity -> name."""
    own = rates.own_decisions(predicted)
    own = own.assign(treatment=own["identity"].map(dict(names)))[own["foregone_points"].notna()]
    if own.empty:
        return [], []
    order = list(names.values())
    caption = numbers.table("Best replies and points foregone, side by side")
    found = [play_tables.foregone_table(caption, "Treatment", _reply_rows(own, "treatment", order))]
    shares = {name: own.loc[own["treatment"] == name, "foregone_share"].to_numpy() for name in order}
    drawn = {name: share for name, share in shares.items() if len(share)}
    if len(drawn) > len(foregone_figures.DASHES):
        return found, []
    label = "Points foregone, share of what was at stake"
    drawing = foregone_figures.foregone_distributions(drawn, label, colours=TREATMENTS)
    caption = f"{numbers.figure(f'{label}, by treatment')}. {_all_shown(own, 'decision')}"
    return found, [shown("foregone_by_treatment", drawing, caption)]


def _all_shown(own: pd.DataFrame, what: str) -> str:
    """N and unit of a figure that shows the data themselves."""
    n, units = int(own["message"].notna().sum()), int(own[UNIT].nunique())
    return f"All {counted(n, what)} of {counted(units, 'independent unit')}, as they are: no uncertainty is drawn."


def _halves(own: pd.DataFrame, groups: pd.DataFrame) -> list[tuple[str, str, tables.Row]]:
    asked = [("Dominant message", rates.DOMINANT, own), ("Best reply", rates.BEST_REPLY, own)]
    asked += [(name, measure, groups) for name, measure in GROUP_PLAY.items()]
    found = []
    for name, measure, rows in asked:
        every = rates.success(rows, measure, ["identity"]).assign(half=ALL)
        table = pd.concat([every, rates.success(rows, measure, ["half"]).astype({"half": "str"})])
        found += [(name, half, row) for half, row in play_tables.records_by(table, "half", ROUNDS)]
    return found


def _group_play(predicted: pd.DataFrame) -> list[tuple[str, tables.Row]]:
    every = group_play(predicted, ["identity"]).assign(half=ALL)
    table = pd.concat([every, group_play(predicted, ["half"]).astype({"half": "str"})])
    return play_tables.records_by(table[table["n"] > 0], "half", ROUNDS)


def _replies(own: pd.DataFrame, who: str, order: list[str]) -> list[tuple[str, tables.Row, tables.Row]]:
    everybody = "All decisions"
    together = _reply_rows(own.assign(**{who: everybody}), who, [everybody])
    return [*together, *_reply_rows(own, who, order)]


def _reply_rows(own: pd.DataFrame, column: str, order: list[str]) -> list[tuple[str, tables.Row, tables.Row]]:
    """(entry of the column, best replies, points foregone), in the given order."""
    own = own[own["foregone_points"].notna()]
    hits = play_tables.records_by(rates.success(own, rates.BEST_REPLY, [column]), column, order)
    lost = play_tables.records_by(rates.foregone(own, [column]), column, order)
    return [(name, hit, loss) for (name, hit), (_, loss) in zip(hits, lost, strict=True)]


def _selection(predicted: pd.DataFrame, groups: pd.DataFrame, solutions: Solutions) -> list[tuple[str, tables.Row]]:
    """By the types in the group; the most frequent ones if they are many."""
    names = type_names(predicted, groups, solutions.treatment)
    table = selection(groups.assign(types=names), ["types"])
    table = table.sort_values(["n", "types"], ascending=[False, True]).head(theory.MAX_LISTED_PROFILES)
    return play_tables.records_by(table, "types", table["types"].tolist())


def _convergence(groups: pd.DataFrame) -> list[tuple[str, tables.Row]]:
    found = []
    for name, (hit, _, distance) in GROUP_PLAY.items():
        summary = convergence_summary(convergence(groups, hit, distance), ["identity"])
        found += [(name, row) for row in tables.records(summary)]
    return found
