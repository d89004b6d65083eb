"""Requests in stages: what was asked for in each stage, whether it was what theory says at its history, and who was
served with how much, beside what straightforward play of all would have served."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.games import treatment_of
from analysis.inference.results import Estimate, library
from analysis.inference.units import UNIT
from analysis.measures.bands import LEAST_UNITS, METHOD, cluster_bands
from analysis.predictions.request_play import requests_of
from analysis.report.comparisons import ARM, LEVEL
from analysis.report.further.section import Section, estimates_of
from analysis.report.methods import Sources
from analysis.report.tables import Numbers, Table, records
from analysis.report.writing import interval_text
from analysis.words import NOTHING, capital, counted, fixed
from mechanisms.session.in_stages import straightforward_exits
from mechanisms.session.record import NOT_OWN
from mechanisms.verdicts import TooLargeError

OF_GROUP = ["session_code", "part", "round", "group"]
PERSON = ["session_code", "part", "participant_id"]
REQUESTS = {
    "request": ("Mean request", 1.0, 2),
    "straightforward_played": ("Straightforward (%)", 100.0, 1),
    "stage_played": ("Best at its history (%)", 100.0, 1),
    "stage_area": ("by chance (%)", 100.0, 1),
    "stage_loss": ("Points lost", 1.0, 2),
}
"""Column of a request -> head, factor and decimals in the table."""
EXITS = {
    "request": ("Served", 1.0, 2),
    "predicted": ("Straightforward play", 1.0, 2),
    "same_units": ("As many (%)", 100.0, 1),
    "same_person": ("The same player (%)", 100.0, 1),
}
"""The same of those who are served."""


def stages(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None where nobody requests in stages."""
    rows = sources.predicted
    asked = requests_of(rows)
    if asked.empty:
        return None
    people = rows[[*PERSON, ARM, UNIT]].drop_duplicates(PERSON)
    asked = asked.merge(people, on=PERSON, how="inner")
    own = ~asked["decided_by"].isin(NOT_OWN)
    whole = own.groupby([asked[key] for key in OF_GROUP]).transform("all")
    exits = _exits(asked[whole & asked["served"].astype(bool)], rows)
    noun = sources.units.kind
    of_requests = {column: _bands(asked[own], column) for column in REQUESTS}
    of_exits = {column: _bands(exits, column) for column in EXITS}
    tables = [
        _table(numbers.table("Requests by stage"), asked[own], REQUESTS, of_requests, "Requests", noun),
        _table(numbers.table("Who is served, by stage"), exits, EXITS, of_exits, "Groups", noun),
    ]
    estimates = [*_estimates(of_requests, "decision", noun), *_estimates(of_exits, "group", noun)]
    found = estimates_of(estimates, corrected=False)
    who, where = len(asked[PERSON].drop_duplicates()), len(asked[OF_GROUP].drop_duplicates())
    told = (
        f"{counted(int(own.sum()), 'request')} of {counted(who, 'participant')} in {counted(where, 'group')} that were "
        f"served whole. {int((~own).sum())} that were drawn or made by the computer, and the exits of their groups, "
        "are left out."
    )
    return Section("stages", "Requests in stages", (told,), tuple(tables), METHODS, estimates=found)


METHODS = (
    "Requests in stages. A straightforward request is the best quantity if all who are left asked for as much, of "
    "several the largest (Moulin and Shenker 1992; Kumar 2013, section 4). Best at its history: the request maximises "
    "the own expected points, given what was seen, if all others, and the player later, request straightforwardly. "
    "Exits are compared with those of a group with the same types in which all request straightforwardly from the "
    "first stage on. Intervals: "
    f"{METHOD}."
)
NOTE = (
    f"In parentheses {100 * LEVEL:.0f} % intervals over independent units ({METHOD}), from {LEAST_UNITS} units on. "
    f"{NOTHING}: too large to compute."
)


def _exits(served: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """One row a group and stage: who was served with how much, and who would have been by straightforward play."""
    first = rows.drop_duplicates([*OF_GROUP, "position"]).sort_values([*OF_GROUP, "position"], kind="stable")
    types = first.groupby(OF_GROUP, sort=False)["type"].agg(tuple)
    definitions = first.groupby(OF_GROUP, sort=False)["definition"].first().astype(str)
    found = []
    for row in records(served):
        group = tuple(row[key] for key in OF_GROUP)
        exits = _predicted(definitions[group], types[group])
        position, units = exits[row["stage"] - 1] if exits else (np.nan, np.nan)
        known = bool(exits)
        found.append({
            **row, "predicted": units,
            "same_units": float(row["request"] == units) if known else np.nan,
            "same_person": float(row["position"] == position) if known else np.nan,
        })  # fmt: skip
    return pd.DataFrame(found, columns=[*served.columns, "predicted", "same_units", "same_person"])


@lru_cache(maxsize=4096)
def _predicted(definition: str, types: tuple[float, ...]) -> tuple[tuple[int, float], ...]:
    """(position from 1, units) of each stage; empty where it is too large to compute."""
    try:
        return tuple((i + 1, units) for i, units in straightforward_exits(treatment_of(definition), types))
    except TooLargeError:
        return ()


Bands = dict[tuple[str, int], dict[str, Any]]


def _bands(rows: pd.DataFrame, column: str) -> Bands:
    """Mean and interval by treatment and stage."""
    if not rows[column].notna().any():
        return {}
    table = cluster_bands(rows, column, (ARM, "stage"), UNIT, LEVEL)
    return {(str(row[ARM]), int(row["stage"])): row for row in records(table)}


def _table(
    caption: str, rows: pd.DataFrame, columns: dict[str, tuple[str, float, int]], bands: dict[str, Bands], what: str,
    unit: str,
) -> Table:  # fmt: skip
    lines = []
    for (arm, stage), own in rows.groupby([ARM, "stage"], sort=True, observed=True):
        cells = [_cell(bands[column].get((arm, stage)), *columns[column][1:]) for column in columns]
        lines.append([str(arm), str(stage), str(len(own)), str(own[UNIT].nunique()), *cells])
    head = ["Treatment", "Stage", what, f"{capital(unit)}s", *(head for head, *_ in columns.values())]
    return Table(caption, head, lines, texts=2, note=NOTE)


def _cell(row: dict[str, Any] | None, factor: float, decimals: int) -> str:
    if row is None:
        return NOTHING
    limits = interval_text(row["low"] * factor, row["high"] * factor, decimals)
    return fixed(row["mean"] * factor, decimals) + ("" if limits == NOTHING else f" ({limits})")


def _estimates(bands: dict[str, Bands], observation: str, unit: str) -> list[tuple[str, Estimate]]:
    found = []
    for column, of_column in bands.items():
        for (arm, stage), row in of_column.items():
            counts = ((arm, int(row["units"])),), ((arm, int(row["n"])),)
            one = Estimate(f"{column}: {arm}, stage {stage}", "mean", library("numpy", "scipy"), unit, *counts)
            limits = (float(row["low"]), float(row["high"]))
            mean = replace(
                one, effect_name="mean", effect=float(row["mean"]), interval=limits, level=LEVEL,
                interval_method=METHOD, observation=observation,
            )  # fmt: skip
            found.append((column, mean))
    return found
