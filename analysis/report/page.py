"""The report: one self-contained HTML page, its tables and figures as files, and the data with all predictions.

Same input, same bytes: no clock, no random ids, every seed is fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd
from minijinja import Environment

from analysis.audit import AuditResult
from analysis.behaviour import MODELS, Study, study
from analysis.errors import ExportError
from analysis.figures import units as unit_figures
from analysis.flow import flow
from analysis.folder import whole_or_nothing
from analysis.games import PERSON, drawn
from analysis.inference import Units
from analysis.inference.units import UNIT
from analysis.loading.exports import Exports
from analysis.loading.places import taken
from analysis.measures import bands, chance, outcomes, rates
from analysis.predictions import Predictions, predict
from analysis.report import behaviour_tables, comparison_tables, comparisons, origin, sections
from analysis.report.abstract import abstract
from analysis.report.checked import check_arms, check_columns
from analysis.report.fitting import Page, bound, fit
from analysis.report.further import further
from analysis.report.methods import Sources, methods, summary
from analysis.report.outputs import all_estimates, write_decisions, write_figures, write_tables
from analysis.report.plan import Plan, units_of
from analysis.report.play_results import shown
from analysis.report.registered_tests import in_families
from analysis.report.sequences import sequences_sentence
from analysis.report.tables import Numbers, Table
from analysis.words import listed
from analysis.workers import cores

TEMPLATE = Path(__file__).with_name("report.html.j2")
PAGES = (Page("", 99.0, 2.1), Page("wide", 108.0, 1.5))
"""Two sizes of type on 832 pixels, the width of the page, in digits of the widest of its fonts; A4 has more room."""
Progress = Callable[[str], None]
NO_PLAN = Plan()


def quiet(_: str) -> None:
    """No progress."""


def write_report(
    exports: Exports,
    result: AuditResult,
    out: str | Path,
    behaviour: bool = True,
    progress: Progress = quiet,
    plan: Plan = NO_PLAN,
    workers: int | None = None,
) -> Path:
    """Write the report into the folder `out` (made if missing) and return the path of report.html.

    Files: report.html; decisions.csv (every decision with its predictions); estimates.csv (every test, estimate and
    parameter of a model, all digits); classes.csv (participants' classes in mixtures); methods.txt; tables/ (CSV, TeX,
    Markdown); figures/ (PDF, PNG, SVG). What an earlier report left there is replaced, as a whole and only at the end.

    Parameters
    ----------
    exports, result : of `read_exports` and `audit`
    behaviour : whether models of behaviour are fitted (the longest part)
    progress : is told what begins
    plan : the primary outcome, hypotheses, strata, covariates (nothing planned: everything is exploratory)
    workers : processes that test and fit models, same bytes; None: one for each processor if there are many decisions

    Raises
    ------
    ExportError
        If no decision at all is in the analysis, or a column that the plan names is not there.
    """
    sources, solved = analyse(exports, behaviour, progress, plan, workers)
    progress("figures and tables")
    page = page_of(sources, solved, result, progress)
    target = Path(out)
    with whole_or_nothing(target) as folder:
        html = render(page)
        (folder / "report.html").write_text(html, encoding="utf-8", newline="\n")
        write_decisions(solved.decisions, folder / "decisions.csv")
        estimates = all_estimates(sources.inference, sources.study, page["further"])
        estimates.to_csv(folder / "estimates.csv", index=False, lineterminator="\n", encoding="utf-8")
        if sources.study is not None and len(sources.study.classes):
            classes = sources.study.classes
            classes.to_csv(folder / "classes.csv", index=False, lineterminator="\n", encoding="utf-8")
        text = "\n\n".join(page["methods"]) + "\n"
        (folder / "methods.txt").write_text(text, encoding="utf-8", newline="\n")
        write_tables(page, folder / "tables")
        progress("files of figures")
        write_figures(page, folder / "figures")
    return target / "report.html"


def analyse(
    exports: Exports, behaviour: bool, progress: Progress, plan: Plan = NO_PLAN, workers: int | None = None
) -> tuple[Sources, Predictions]:
    """Everything that is computed, before anything is drawn or written; the solutions are by treatment (`KEY`)."""
    progress("predictions")
    check_columns(exports.decisions, plan)
    # of all rows: who met in practice rounds has met
    units = units_of(exports.decisions, plan)
    solved = predict(exports.decisions)
    solved = replace(solved, decisions=chance.with_chance(outcomes.with_outcomes(solved.decisions)))
    predicted = analysed(solved.decisions, units)
    diagram = flow(exports)
    if predicted.empty:
        raise ExportError(f"no decision is in the analysis: {diagram.sentence}")
    predicted = predicted.assign(**{sections.KEY: sections.keys_of(predicted)})
    solutions = sections.solutions_by_key(predicted, solved.solutions)
    names = sections.names_of(solutions)
    check_arms(plan, names.values())
    table = comparisons.named(predicted, names)
    number = (cores() if len(table) >= MANY else 1) if workers is None else workers
    inference = in_families(comparisons.infer(table, outcomes.comparable(table), units, progress, plan, number))
    fitted = models(taken(exports.decisions), units, progress, workers) if behaviour else None
    whole = with_excluded(solved.decisions, table, units)
    solved = replace(solved, solutions=solutions)
    return Sources(exports, table, names, diagram, units_in(table, units), inference, fitted, whole), solved


def units_in(rows: pd.DataFrame, units: Units) -> Units:
    """The units that have rows; their table counts who is in the rows, not who was recruited."""
    people = rows.drop_duplicates(PERSON).groupby(UNIT)["session_code"]
    return replace(units, table=people.agg(sessions="nunique", participants="size").reset_index())


def with_excluded(predicted: pd.DataFrame, table: pd.DataFrame, units: Units) -> pd.DataFrame | None:
    """The rows that would be analysed, with the columns of `table`, if nobody was excluded; None: nobody is."""
    rows = taken(predicted)
    there = rows["excluded"].astype(bool) & ~rows["practice"].astype(bool) & rows["message"].notna()
    demo = table["demo_session"].eq(True).any()
    there &= demo | ~rows["demo_session"].eq(True).fillna(False).astype(bool)
    if not there.any():
        return None
    rows = rows[there | rows["in_analysis"].astype(bool)]
    arms = table[["treatment", "identity", sections.KEY, comparisons.ARM]].drop_duplicates()
    return rows.assign(**{UNIT: units.of(rows)}).merge(arms, on=["treatment", "identity"])


def analysed(predicted: pd.DataFrame, units: Units) -> pd.DataFrame:
    """The rows in the analysis, with their unit; a group with an excluded member counts like one with a timeout."""
    rows = predicted[predicted["in_analysis"].to_numpy(dtype=bool)]
    left_out = rows["group_timed_out"] | rows["group_excluded"].astype("boolean")
    return rows.assign(**{"group_timed_out": left_out, UNIT: units.of(rows)})


MANY = 2_000
"""Decisions from which on several processes take less time than their start."""


def models(decisions: pd.DataFrame, units: Units, progress: Progress, workers: int | None = None) -> Study:
    """All models of behaviour, for each treatment of which something is in the analysis; others' messages all count.

    workers : processes; None: one for each processor if there are many decisions
    """
    counts = decisions["in_analysis"].astype(bool)
    rows = decisions[counts.groupby([decisions["treatment"], decisions["identity"]]).transform("any")]
    own = counts[rows.index] & ~drawn(rows)
    number = (cores() if len(rows) >= MANY else 1) if workers is None else workers
    return study(rows, MODELS, units.of(rows), own, comparisons.LEVEL, lambda text: progress(f"models: {text}"), number)


def page_of(sources: Sources, solved: Predictions, result: AuditResult, progress: Progress = quiet) -> dict[str, Any]:
    """The page, ready for the template; its order is that of the numbers of tables and figures."""
    numbers, names, rows = Numbers(), dict(sources.names), sources.predicted
    by_name = [(key, name, rows[rows[sections.KEY] == key]) for key, name in names.items()]
    tested = list(sources.inference.outcomes)
    page: dict[str, Any] = {
        "about": origin.about(sources, {i: solved.solutions[i] for i in names}, result),
        "not_computed": list(solved.not_computed),
        "abstract": abstract(sources),
        "summary": summary(sources),
        "design": sections.design(rows, solved.solutions, names, numbers) | {"played": sequences_sentence(rows)},
        "data": sections.data(rows, sources.diagram, sources.units, names, numbers),
        "together": _together(sources, tested, numbers),
    }
    page["comparison"] = sections.comparison(rows, names, numbers) if len(names) > 1 else None
    page["treatments"] = [
        sections.treatment_results(own, solved.solutions[key], name, numbers) for key, name, own in by_name
    ]
    page["inference"] = comparison_tables.section(sources.inference, sources.units, numbers)
    page["inference"]["tables"] += _unit_tables(sources.inference, tested, numbers)
    if sources.study is not None:
        page["behaviour"] = behaviour_tables.section(sources.study, _names(rows, names), numbers)
    page["further"] = [vars(section) for section in further(sources, numbers, progress)]
    page["theory"] = [
        sections.treatment_theory(own, solved.solutions[key], name, numbers) for key, name, own in by_name
    ]
    page["findings"] = origin.findings(result, numbers)
    page["methods"] = [*methods(sources), *(section["methods"] for section in page["further"] if section["methods"])]
    page["files"] = origin.files(sources.exports, numbers)
    return page


def _unit_tables(inference: comparisons.Inference, there: list[outcomes.Outcome], numbers: Numbers) -> list[Table]:
    """The units' means of all outcomes, and above chance of those that different games are compared by."""
    above = list({o.column: o for o, _ in inference.comparisons if o.raw != o.column}.values())
    if not there:
        return []
    found = [comparison_tables.unit_table(inference, there, numbers.table("Means of the independent units"))]
    if above:
        caption = numbers.table("Means of the independent units, above chance")
        found.append(comparison_tables.unit_table(inference, above, caption))
    return found


def _names(rows: pd.DataFrame, names: dict[str, str]) -> dict[tuple[str, str], str]:
    """Treatment and identity -> name in the report."""
    first = rows[["treatment", "identity", sections.KEY]].drop_duplicates()
    return {(treatment, identity): names[key] for treatment, identity, key in first.itertuples(index=False)}


def _together(sources: Sources, tested: list[outcomes.Outcome], numbers: Numbers) -> dict[str, Any]:
    """The main outcomes of all treatments: a table, the units as marks, time over rounds."""
    names = list(sources.names.values())
    tables = []
    if tested:  # nothing else where nobody decided
        caption = numbers.table("Main outcomes by treatment" if len(names) > 1 else "Main outcomes")
        tables = [comparison_tables.side_by_side(sources.inference, tested, names, caption)]
    found: dict[str, Any] = {"tables": tables, "figures": []}
    means = [(outcome, sources.inference.means[outcome.column]) for outcome in tested]
    if means:
        drawing = unit_figures.units_figure(means, names, sources.units.kind)
        title = (
            f"Main outcomes of the independent units. Each mark: a {sources.units.kind} "
            f"({_in_arms(sources.predicted, names)}); each line: their mean; shaded: its 95 % interval by Student's t, "
            f"with {bands.LEAST_UNITS} units or more"
        )
        found["figures"].append(shown("units", drawing, numbers.figure(title)))
    own = rates.own_decisions(sources.predicted)
    if own["seconds_taken"].notna().any():
        drawing = unit_figures.seconds_figure(own, names, comparisons.ARM)
        title = (
            f"Mean seconds of a decision by round. Bands: pointwise 95 % intervals of treatments with "
            f"{bands.LEAST_UNITS} independent units or more ({_in_arms(own, names)}; {bands.METHOD})"
        )
        found["figures"].append(shown("seconds", drawing, numbers.figure(title)))
    return found


def _in_arms(rows: pd.DataFrame, names: list[str]) -> str:
    """Units of each treatment, in words."""
    counts = rows.groupby(comparisons.ARM)[UNIT].nunique()
    return listed(f"{counts.get(name, 0)} in {name}" for name in names)


def render(page: dict[str, Any]) -> str:
    """The page as HTML; everything that is not marked safe in the template is escaped."""
    environment = Environment(
        templates={"report.html": TEMPLATE.read_text(encoding="utf-8")}, trim_blocks=True, lstrip_blocks=True
    )
    return environment.render_template("report.html", **_plain(page))


def _plain(value: Any) -> Any:
    """Dataclasses as dicts, for the template, which has no use for figures but their pictures."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items() if key not in ("figure", "estimates")}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, Table):
        fitted = fit(value, PAGES)
        rows = [[cell if k < value.texts else bound(cell) for k, cell in enumerate(row)] for row in value.rows]
        return asdict(replace(value, rows=rows)) | {"parts": fitted.parts, "wide": fitted.page.name == "wide"}
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value
