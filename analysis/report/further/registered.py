"""What was registered before the data: its hypotheses with their results, its exclusions, and every deviation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.registration.document import Registration
from analysis.registration.testing import OF_OWN_SCALE
from analysis.report.described import STRICT, whose_p
from analysis.report.further.section import Section, estimates_of
from analysis.report.methods import Sources
from analysis.report.registered_tests import Tested, corrected, impossible, least_corrected, results_of
from analysis.report.tables import Numbers, Table
from analysis.report.writing import p_text, with_limits
from analysis.words import NOTHING, counted
from mechanisms.studies.hypotheses import TESTS

RESULTS = ("Result", "Registered hypotheses and their results")


def registered(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None without a registration."""
    plan = sources.inference.plan
    if plan.registration is None:
        return None
    results = results_of(plan.registration, sources.inference)
    tables = [_results(results, numbers)] if results else []
    if plan.applied:
        rows = [[rule.words, rule.problem or "applied", str(rule.participants)] for rule in plan.applied]
        caption = numbers.table("Registered exclusions")
        tables.append(Table(caption, ["Rule", "Applied", "Participants left out"], rows, texts=2))
    if plan.deviations:
        lines = [[d.what, d.where or "study", d.registered, d.found] for d in plan.deviations]
        caption = numbers.table("Deviations from the registration")
        tables.append(Table(caption, ["What", "Where", "Registered", "Found"], lines, texts=4))
    estimates = _estimates(results)
    refused = [
        f"{t.name}, {t.pair}: {t.estimate.note.rstrip('.')}."
        for t in results
        if t.estimate is not None and np.isnan(t.p)
    ]
    sentences = (_said(plan.registration), deviations_sentence(len(plan.deviations)), *refused, *impossible(results))
    return Section(
        "registered", "Registered before the data", sentences, tuple(tables), _methods(results), (), estimates
    )


def _said(registration: Registration) -> str:
    count = len(registration.study.spec.hypotheses)
    when = f"registered on {registration.date}" if registration.date else (
        "as the study file says today, without a dated document (analysis preregister)"
    )  # fmt: skip
    return (
        f"{registration.study.title}: {when} (study file with SHA-256 "
        f"{registration.sha256[:12]}…, version {registration.version}). "
        f"{counted(count, 'hypothesis', 'hypotheses')} {'was' if count == 1 else 'were'} registered; every other "
        "test of this report is exploratory."
    )


def deviations_sentence(count: int) -> str:
    """
    >>> deviations_sentence(0)
    'Data and analysis are as registered: no deviation was found.'
    """
    if not count:
        return "Data and analysis are as registered: no deviation was found."
    return f"{counted(count, 'deviation')} from the registration: see the table of deviations."


TOLD = ("Family", "Test", "Alternative", "Level")


def _results(results: list[Tested], numbers: Numbers) -> Table:
    rows, finer = [], any(one.whole for one in results)
    for one, p, least in zip(results, corrected(results), least_corrected(results), strict=True):
        title = one.outcome.heading if one.outcome else one.spec.outcome
        family = one.spec.family_in_force
        beside = [NOTHING if one.whole is None else p_text(one.whole.p)] if finer else []
        told = [family, one.test, one.spec.alternative, f"{one.spec.level_in_force:g}"]
        rows.append([one.name, title, one.pair, *told, effect_of(one), p_text(one.p), *beside, p_text(p),
                     _least(one, least), one.verdict(p, least)])  # fmt: skip
    head = ["", "Outcome", "Comparison", *TOLD, "Effect (interval)", "p", *(["p, whole sessions"] if finer else []),
            "p (family)", "Least possible p (family)", "Result"]  # fmt: skip
    same = [k for k in range(3, 3 + len(TOLD)) if len({row[k] for row in rows}) == 1]  # else the table is too wide
    alike = ", ".join(f"{head[k].lower()} {rows[0][k]}" for k in same)
    head, *rows = [[cell for k, cell in enumerate(row) if k not in same] for row in [head, *rows]]
    note = (
        f"{alike and f'The same for every row: {alike}. '}"
        "p (family): Holm's method over the registered hypotheses of a family, of which those not tested count "
        f"as p = 1, {STRICT}; it is compared with the level. Least possible p: what the test gives if nothing could "
        "be more extreme, in parentheses after the same correction; above the level no data can support the "
        "hypothesis. Alternative: of the difference as it is written here. Effect: a difference in the unit of the "
        f"outcome, but for {', '.join(sorted(OF_OWN_SCALE))}; in parentheses the 95 % interval (one-sided, where the "
        "test is; 90 % of tests of equivalence). Between different games differences are above chance."
        f"{whose_p(one.estimate for one in results if one.estimate)}"
    )
    return Table(numbers.table(RESULTS[1]), head, rows, texts=3 + len(TOLD) - len(same), note=note)


def _least(one: Tested, least: float) -> str:
    """The least possible p-value, and in parentheses the corrected one; tests on a continuous scale have none."""
    if one.estimate is None or np.isnan(one.p) or np.isnan(one.estimate.least_p):
        return NOTHING
    return f"{p_text(one.estimate.least_p)} ({p_text(least)})"


def _estimates(results: list[Tested]) -> pd.DataFrame:
    """A row for each test; its p_holm is that of the table."""
    there = [(one.outcome, one.estimate, p) for one, p in zip(results, corrected(results), strict=True)]
    made = [(outcome.column, estimate, p) for outcome, estimate, p in there if outcome and estimate]
    rows = estimates_of([entry[:2] for entry in made], corrected=False)
    return rows.assign(p_holm=[p for *_, p in made])


def effect_of(one: Tested) -> str:
    """The estimate with its interval, on the scale of the test."""
    if one.outcome is None or one.estimate is None:
        return NOTHING
    if one.spec.test_in_force in OF_OWN_SCALE:
        return with_limits(one.estimate, 1.0, 2)
    return with_limits(one.estimate, one.outcome.factor, one.outcome.decimals)


def _methods(results: list[Tested]) -> str:
    if not results:
        return "Registration. No hypothesis was registered."
    tests = sorted({one.spec.test_in_force for one in results})
    named = "; ".join(f"{test}: {TESTS[test].words}" for test in tests)
    return (
        "Registration. The hypotheses, tests, levels, families and rules of exclusion are those of the registration; "
        f"Holm's method over the registered hypotheses of each family, tested or not, {STRICT}. {named}. "
        "Permutation tests are those described under inference: studentised, and not below Welch's p where that is "
        "said. Every difference between the registration and the data, or the code that analysed them, is listed."
    )
