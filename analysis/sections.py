"""The sections of the report, ready for the template: all treatments side by side, and each by itself."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import descriptions, figures, measures, results, tables, theory
from analysis.games import treatment_of
from analysis.solutions import Solutions


def names_of(solutions: dict[str, Solutions]) -> dict[str, str]:
    """Identity -> name of the treatment, with the identity where one name stands for several games; sorted by name."""
    names = {identity: solution.treatment.name for identity, solution in solutions.items()}
    taken = list(names.values())
    told_apart = {i: name if taken.count(name) == 1 else f"{name} ({i})" for i, name in names.items()}
    return dict(sorted(told_apart.items(), key=lambda entry: entry[1]))


def comparison(predicted: pd.DataFrame, names: dict[str, str], numbers: tables.Numbers) -> dict[str, Any]:
    """All treatments in two tables and one figure."""
    own, groups = measures.own_decisions(predicted), measures.own_groups(predicted)
    play = [
        measures.success(own, measures.DOMINANT, measures.TREATMENT),
        measures.success(groups, measures.NASH, measures.TREATMENT),
    ]
    surplus, paid = measures.efficiency(groups, measures.TREATMENT), measures.payments(predicted)
    found = [
        tables.play_comparison(
            names, names, play, measures.truth(own, measures.TREATMENT), numbers.table("Rates of play, side by side")
        ),
        tables.money_comparison(names, names, surplus, paid, numbers.table("Efficiency and payments, side by side")),
    ]
    dominant, nash = (table.assign(treatment=table["identity"].map(names)) for table in play)
    panels = results.panels(dominant, nash)
    if not panels:
        return {"tables": found, "figures": []}
    picture = figures.by_row(panels, "treatment", list(names.values()))
    caption = numbers.figure("Rates of play and what chance alone gives, by treatment")
    return {"tables": found, "figures": [{"picture": picture, "caption": caption}]}


def treatment_section(
    predicted: pd.DataFrame, solutions: Solutions, name: str, numbers: tables.Numbers
) -> dict[str, Any]:
    """Theory and results of one treatment; `predicted` holds its decisions only."""
    treatment = solutions.treatment
    theory_tables = _theory_tables(solutions, numbers)
    shown = results.results(predicted, solutions, numbers)
    return {
        "name": name,
        "title": treatment.title,
        "description": treatment.description,
        "source": treatment.source,
        "identity": treatment.identity,
        "theory": descriptions.description(treatment),
        "protocols": _protocols(predicted),
        "theory_tables": theory_tables,
        "nash": theory.nash_summary(solutions, sorted(set(results.type_profiles(predicted).values()))),
        "tables": shown.tables,
        "figures": shown.figures,
    }


def _protocols(predicted: pd.DataFrame) -> list[dict[str, Any]]:
    """Each protocol that was in force, and the sessions that it was in force in."""
    sessions = predicted.drop_duplicates(["session_code", "definition"]).sort_values("session_code")
    by_protocol: dict[tuple, list[str]] = {}
    for row in tables.records(sessions[["session_code", "definition"]]):
        terms = tuple(descriptions.protocol(treatment_of(row["definition"])))
        by_protocol.setdefault(terms, []).append(row["session_code"])
    return [{"sessions": codes, "terms": list(terms)} for terms, codes in by_protocol.items()]


def _theory_tables(solutions: Solutions, numbers: tables.Numbers) -> list[tables.Table]:
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
