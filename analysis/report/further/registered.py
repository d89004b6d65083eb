"""What was registered before the data: its hypotheses with their results, its exclusions, and every deviation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from analysis.inference import Comparison
from analysis.inference.multiple import adjusted
from analysis.inference.results import Estimate
from analysis.measures.outcomes import Outcome
from analysis.registration.document import Registration
from analysis.report.comparisons import Inference
from analysis.report.further.section import Section, estimates_of
from analysis.report.methods import Sources
from analysis.report.tables import Numbers, Table
from analysis.report.writing import p_text, with_limits
from analysis.words import NOTHING, counted
from mechanisms.studies import HypothesisSpec

METHODS = {"ranks": ("Mann–Whitney", "Wilcoxon"), "equivalence": ("equivalence",)}
"""How the methods of further tests begin; any other is the main test."""
RESULTS = ("Result", "Registered hypotheses and their results")


@dataclass(frozen=True)
class Tested:
    """A hypothesis for one pair of arms; estimate None: nothing in the data is about it."""

    spec: HypothesisSpec
    name: str
    pair: str
    outcome: Outcome | None = None
    estimate: Estimate | None = None

    @property
    def p(self) -> float:
        return np.nan if self.estimate is None else self.estimate.p


def registered(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None without a registration."""
    plan = sources.inference.plan
    if plan.registration is None:
        return None
    tested = results_of(plan.registration, sources.inference)
    tables = [_results(tested, numbers)] if tested else []
    if plan.applied:
        rows = [[rule.words, rule.problem or "applied", str(rule.participants)] for rule in plan.applied]
        caption = numbers.table("Registered exclusions")
        tables.append(Table(caption, ["Rule", "Applied", "Participants left out"], rows, texts=2))
    if plan.deviations:
        lines = [[d.what, d.where or "study", d.registered, d.found] for d in plan.deviations]
        caption = numbers.table("Deviations from the registration")
        tables.append(Table(caption, ["What", "Where", "Registered", "Found"], lines, texts=4))
    estimates = estimates_of([(t.outcome.column, t.estimate) for t in tested if t.outcome and t.estimate])
    sentences = (_said(plan.registration), deviations_sentence(len(plan.deviations)))
    return Section(
        "registered", "Registered before the data", sentences, tuple(tables), _methods(tested), (), estimates
    )


def _said(registration: Registration) -> str:
    count = len(registration.study.spec.hypotheses)
    return (
        f"{registration.study.title}: registered on {registration.date} (study file with SHA-256 "
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


def results_of(registration: Registration, inference: Inference) -> list[Tested]:
    """Every registered hypothesis, for each pair of arms that it is about, in the order of the file."""
    found = []
    for k, spec in enumerate(registration.study.spec.hypotheses, 1):
        arms = {registration.treatment_of(arm) for arm in spec.arms}
        about = [
            (outcome, comparison)
            for outcome, comparison in inference.comparisons
            if outcome.raw == spec.outcome and (not arms or arms == set(comparison.means.arms))
        ]
        if not about:
            wanted = f"{spec.arms[1]} − {spec.arms[0]}" if spec.arms else "every pair"
            found.append(Tested(spec, f"H{k}", wanted))
        for outcome, comparison in about:
            pair = f"{comparison.means.arms[1]} − {comparison.means.arms[0]}"
            found.append(Tested(spec, f"H{k}", pair, outcome, _estimate(spec, comparison)))
    return found


def _estimate(spec: HypothesisSpec, comparison: Comparison) -> Estimate | None:
    test = spec.test_in_force
    if test not in METHODS or not comparison.others:  # without others: the main test is a refusal that says why
        return comparison.main
    return next((e for e in comparison.others if e.method.startswith(METHODS[test])), None)


def corrected(tested: list[Tested]) -> list[float]:
    """p-values by Holm's method, within the family that each hypothesis names (none: its kind)."""
    families: dict[str, list[int]] = defaultdict(list)
    for k, one in enumerate(tested):
        families[one.spec.family_in_force].append(k)
    found = np.full(len(tested), np.nan)
    for members in families.values():
        found[members] = adjusted(np.array([tested[k].p for k in members]))
    return [float(p) for p in found]


def _results(tested: list[Tested], numbers: Numbers) -> Table:
    rows = []
    for one, p in zip(tested, corrected(tested), strict=True):
        outcome, estimate = one.outcome, one.estimate
        title = outcome.heading if outcome else one.spec.outcome
        family = one.spec.family_in_force
        effect = with_limits(estimate, outcome.factor, outcome.decimals) if outcome and estimate else NOTHING
        side = estimate.alternative if estimate else one.spec.alternative
        if np.isnan(p):
            verdict = "not tested: no data" if estimate is None else "no test is possible"
        else:
            verdict = "supported" if p <= one.spec.level_in_force else "not supported"
        rows.append([one.name, title, one.pair, family, one.spec.test_in_force, side, effect, p_text(one.p), p_text(p),
                     f"{one.spec.level_in_force:g}", verdict])  # fmt: skip
    head = ["", "Outcome", "Comparison", "Family", "Test", "Alternative", "Difference (95 % interval)", "p",
            "p (family)", "Level", "Result"]  # fmt: skip
    note = (
        "p (family): Holm's method over the registered hypotheses of a family; it is compared with the level. "
        "Alternative: of the difference as it is written here. Between different games differences are above chance."
    )
    return Table(numbers.table(RESULTS[1]), head, rows, texts=6, note=note)


def _methods(tested: list[Tested]) -> str:
    if not tested:
        return "Registration. No hypothesis was registered."
    tests = sorted({one.spec.test_in_force for one in tested})
    return (
        f"Registration. The hypotheses, tests ({', '.join(tests)}), levels, families and rules of exclusion are those "
        "of the registration; Holm's method over the registered hypotheses of each family. Every difference between "
        "the registration and the data, or the code that analysed them, is listed."
    )
