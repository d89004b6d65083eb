"""The sections of the report on design, data, results and theory, ready for the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.figures import plots
from analysis.flow import Flow, flow_svg
from analysis.games import treatment_of
from analysis.inference import Units
from analysis.inference.units import FOUND, MET
from analysis.measures import rates
from analysis.measures.bands import LEAST_UNITS, METHOD
from analysis.measures.group_play import profiles_drawn
from analysis.measures.outcomes import currency_of
from analysis.predictions import theory
from analysis.predictions.solutions import Solutions
from analysis.report import descriptions, results, tables
from analysis.report.play_results import shown, with_bands
from analysis.words import counted, listed

COLUMNS = 3
"""Treatments side by side in one table of the design."""


KEY = "treatment_key"
"""Column that tells treatments apart, see `keys_of`."""


def keys_of(predicted: pd.DataFrame) -> pd.Series:
    """The identity of the game, and the name too where several treatments have the same game: they may differ in their
    protocol, such as feedback."""
    games = predicted[["treatment", "identity"]].drop_duplicates()
    shared = set(games.loc[games["identity"].duplicated(), "identity"])
    several = predicted["identity"].isin(shared)
    return predicted["identity"].where(~several, predicted["identity"] + " " + predicted["treatment"])


def solutions_by_key(predicted: pd.DataFrame, solutions: Mapping[str, Solutions]) -> dict[str, Solutions]:
    """One Solutions a treatment; `predicted` has the column KEY."""
    first = predicted.drop_duplicates(KEY).sort_values(KEY)
    return {
        row[KEY]: solutions[row["identity"]] if row[KEY] in solutions else Solutions(treatment_of(row["definition"]))
        for row in tables.records(first[[KEY, "identity", "definition"]])
    }


def names_of(solutions: Mapping[str, Solutions]) -> dict[str, str]:
    """Key -> name of the treatment, with the identity where one name stands for several games; sorted by name."""
    names = {key: solution.treatment.name for key, solution in solutions.items()}
    taken = list(names.values())
    told_apart = {
        key: name if taken.count(name) == 1 else f"{name} ({solutions[key].treatment.identity})"
        for key, name in names.items()
    }
    return dict(sorted(told_apart.items(), key=lambda entry: entry[1]))


def design(
    predicted: pd.DataFrame, solutions: Mapping[str, Solutions], names: Mapping[str, str], numbers: tables.Numbers
) -> dict[str, Any]:
    """What was played, treatments side by side."""
    facts = {
        identity: dict(descriptions.description(solutions[identity].treatment))
        | _protocol(predicted[predicted[KEY] == identity])
        for identity in names
    }
    treatments = {identity: solutions[identity].treatment for identity in names}
    for setting, entries in descriptions.differing(list(treatments.values())).items():
        for identity, entry in zip(treatments, entries, strict=True):
            facts[identity][setting] = entry
    terms = list(dict.fromkeys(term for entries in facts.values() for term in entries))
    identities = list(names)
    found = []
    for start in range(0, len(identities), COLUMNS):
        here = identities[start : start + COLUMNS]
        rows = [[term, *(facts[identity].get(term, "") for identity in here)] for term in terms]
        caption = numbers.table("Treatments and protocols in force" + (", continued" if start else ""))
        found.append(tables.Table(caption, ["", *(names[identity] for identity in here)], rows, texts=1 + len(here)))
    about = [
        {"name": names[k], "title": t.title, "description": t.description, "source": t.source, "identity": t.identity}
        for k, t in treatments.items()
    ]
    return {"treatments": about, "tables": found}


def _protocol(predicted: pd.DataFrame) -> dict[str, str]:
    """The protocol in force; where sessions differ, every entry with its sessions.

    Those who play the parts of a session in different orders play each part apart from each other.
    """
    sessions = predicted.drop_duplicates(["session_code", "definition"]).sort_values("session_code")
    entries: dict[str, dict[str, list[str]]] = {}
    currency = currency_of(predicted)
    in_parts = predicted[predicted["order"].astype(str).str.contains(";")]
    orders = in_parts.groupby("session_code")["order"].nunique()
    for row in tables.records(sessions[["session_code", "definition", "parts", "pay_parts"]]):
        several = int(orders.get(row["session_code"], 0))
        parts = row["parts"].count(";") + 1 if several and row["pay_parts"] == "one" else 1
        for term, text in descriptions.protocol(treatment_of(row["definition"]), currency, several, parts):
            entries.setdefault(term, {}).setdefault(text, []).append(row["session_code"])
    return {
        term: next(iter(texts))
        if len(texts) == 1
        else "; ".join(f"{text} ({', '.join(codes)})" for text, codes in texts.items())
        for term, texts in entries.items()
    }


def data(
    predicted: pd.DataFrame, diagram: Flow, units: Units, names: Mapping[str, str], numbers: tables.Numbers
) -> dict[str, Any]:
    """From recruited to analysed, what is in the data, and the independent units."""
    steps = [
        [str(row["step"]), *(("−" if row["kind"] == "out" and row[c] else "") + str(row[c]) for c in COUNTS)]
        for row in tables.records(diagram.steps)
        if row["kind"] == "there" or row["decisions"]
    ]
    kept = [
        [f"of these {row['what']}", "", str(row["participants"]), str(row["decisions"])]
        for row in tables.records(diagram.kept)
    ]
    note = (
        "Decisions: rounds of participants, decided or not. What is analysed and flagged is so in decisions.csv, too."
    )
    head = ["Step", "Sessions", "Participants", "Decisions"]
    found = [tables.Table(numbers.table("From recruited to analysed"), head, [*steps, *kept], note=note)]
    found.append(tables.sample_table(rates.sample(_by_key(predicted)), dict(names), numbers.table("The data")))
    rows = [[str(cell) for cell in row] for row in units.table.itertuples(index=False)]
    if units.kind != "participant":
        found.append(
            tables.Table(
                numbers.table("Independent units"),
                ["Unit", "Sessions", "Participants"],
                rows,
                note=f"{ANALYSED} {UNITS_NOTES.get(units.found, '')}".strip(),
            )
        )
    return {"flow": flow_svg(diagram), "sentence": diagram.sentence, "tables": found, "units": units_sentence(units)}


ANALYSED = "Units with participants in the analysis, and how many these are."
UNITS_NOTES = {
    FOUND[MET]: "Found from who met whom in any round, practice rounds too: members of different units never met. "
    "Strangers among whom groups were drawn anew are one unit, whoever happened to meet."
}
COUNTS = ("sessions", "participants", "decisions")


def units_sentence(units: Units) -> str:
    """The independent unit and how many there are."""
    n = len(units.table)
    return (
        f"The independent unit is the {units.kind}, {units.found}: "
        f"{counted(n, units.kind) if ' or ' not in units.kind else counted(n, 'unit')} of "
        f"{listed(sorted({str(k) for k in units.table['participants']}, key=int))} participants."
    )


def _by_key(predicted: pd.DataFrame) -> pd.DataFrame:
    """With the key in the place of the identity, for the tables of `measures`."""
    return predicted.assign(identity=predicted[KEY])


def comparison(predicted: pd.DataFrame, names: dict[str, str], numbers: tables.Numbers) -> dict[str, Any]:
    """All treatments in two tables and one figure."""
    predicted = _by_key(predicted)
    own, groups = rates.own_decisions(predicted), rates.own_groups(predicted)
    play = [
        rates.success(own, rates.DOMINANT, rates.TREATMENT),
        rates.success(groups, rates.NASH, rates.TREATMENT),
    ]
    surplus, paid = rates.efficiency(groups, rates.TREATMENT), rates.payments(predicted)
    found = [
        tables.play_comparison(
            names, names, play, rates.truth(own, rates.TREATMENT), numbers.table("Rates of play, side by side")
        ),
        tables.money_comparison(
            *(names, names, surplus, paid),
            numbers.table("Efficiency and payments, side by side"),
            currency_of(predicted),
        ),
    ]
    play = [
        with_bands(table, rows, measure[0], "identity")
        for table, rows, measure in zip(play, (own, groups), (rates.DOMINANT, rates.NASH), strict=True)
    ]
    dominant, nash = (table.assign(treatment=table["identity"].map(names)) for table in play)
    panels = results.panels(dominant, nash)
    if not panels:
        return {"tables": found, "figures": []}
    drawing = plots.by_row(panels, "treatment", list(names.values()))
    title = "Rates of play and what chance alone gives, by treatment. Bars: pointwise 95 % intervals of treatments"
    caption = numbers.figure(f"{title} with {LEAST_UNITS} independent units or more ({METHOD})")
    return {"tables": found, "figures": [shown("rates_by_treatment", drawing, caption)]}


def treatment_results(
    predicted: pd.DataFrame, solutions: Solutions, name: str, numbers: tables.Numbers
) -> dict[str, Any]:
    """Results of one treatment; `predicted` holds its decisions only."""
    found = results.results(predicted, solutions, numbers)
    treatment = solutions.treatment
    return {
        "name": name,
        "title": treatment.title,
        "tables": [replace(table, caption=_of(table.caption, name)) for table in found.tables],
        "figures": [figure | {"caption": _of(figure["caption"], name)} for figure in found.figures],
    }


def _of(caption: str, name: str) -> str:
    """The caption with the treatment's name behind its title.

    >>> _of("Figure 4. Rates of play. Bands: 95 %.", "park_vcg")
    'Figure 4. Rates of play (park_vcg). Bands: 95 %.'
    """
    number, title, *more = caption.split(". ", 2)
    named = f"{number}. {title.removesuffix('.')} ({name})"
    return ". ".join([named, *more])


def treatment_theory(
    predicted: pd.DataFrame, solutions: Solutions, name: str, numbers: tables.Numbers
) -> dict[str, Any]:
    """What theory says of one treatment."""
    return {
        "name": name,
        "title": solutions.treatment.title,
        "tables": [replace(table, caption=_of(table.caption, name)) for table in _theory_tables(solutions, numbers)],
        "nash": theory.nash_summary(solutions, profiles_drawn(predicted)),
    }


def _theory_tables(solutions: Solutions, numbers: tables.Numbers) -> Sequence[tables.Table]:
    rows = [
        [row["roles"], row["type"], row["dominant"], row["count"], str(row["grid"]), row["area"]]
        for row in theory.dominance_rows(solutions)
    ]
    head = ["Role", "Type", "Dominant messages", "Number", "Messages on the grid", "Share of the grid (%)"]
    note = "Weakly dominant in the points that are paid: a best reply whatever the others do; strictly: the only one."
    found = [tables.Table(numbers.table("Dominant messages"), head, rows, texts=3, note=note)]
    profiles = theory.nash_rows(solutions)
    if profiles:
        rows = [[row["types"], row["text"], row["count"], row["area"]] for row in profiles]
        head = ["Types, in the order of roles", "Equilibria (messages)", "Number", "Share of profiles (%)"]
        found.append(tables.Table(numbers.table("Pure Nash equilibria by types"), head, rows, texts=2))
    return [*found, _certificate(solutions, numbers)]


def _certificate(solutions: Solutions, numbers: tables.Numbers) -> tables.Table:
    rows = [
        [row.concept, row.verdict.status, ". ".join(filter(None, [row.answer, row.witness, row.verdict.reason]))]
        for row in solutions.certificate.rows
    ]
    head = ["Property", "Verdict", "What was found in the game as played"]
    return tables.Table(numbers.table("Theory certificate"), head, rows, texts=3)
