"""What was registered before the data: its hypotheses with their results, its exclusions, and every deviation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.inference.multiple import adjusted
from analysis.inference.results import Estimate
from analysis.measures.outcomes import Outcome
from analysis.registration.document import Registration
from analysis.registration.testing import OF_OWN_SCALE, estimate_of, of_pair
from analysis.report.comparisons import Inference, no_hit
from analysis.report.further.section import Section, estimates_of
from analysis.report.methods import Sources
from analysis.report.tables import Numbers, Table
from analysis.report.writing import p_text, with_limits
from analysis.words import NOTHING, counted
from mechanisms.studies import HypothesisSpec
from mechanisms.studies.hypotheses import CHANCE, TESTS

Result = tuple[str, Outcome, Estimate]
"""Pair, outcome and test of `Tested`."""
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

    @property
    def test(self) -> str:
        """Its name, and its margin if it has one."""
        name, margin = self.spec.test_in_force, self.spec.margin
        return name if margin is None or not TESTS[name].margin else f"{name}, margin {margin:g}"

    def verdict(self, p: float) -> str:
        """What the corrected p-value says."""
        if np.isnan(p):
            return "not tested: no data" if self.estimate is None else "no test is possible"
        return "supported" if p <= self.spec.level_in_force else "not supported"


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
    sentences = (_said(plan.registration), deviations_sentence(len(plan.deviations)), *refused)
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


def results_of(registration: Registration, inference: Inference) -> list[Tested]:
    """Every registered hypothesis, for each pair of arms that it is about, in the order of the file."""
    found = []
    for k, spec in enumerate(registration.study.spec.hypotheses, 1):
        arms = tuple(registration.treatment_of(arm) for arm in spec.arms)
        about = (
            list(_of_pairs(spec, arms, inference)) if len(arms) in (0, 2) else list(_of_means(spec, arms, inference))
        )
        if arms or not registration.arms:
            wanted = _difference(spec.arms, spec) if arms else "every pair"
            found += [Tested(spec, f"H{k}", *one) for one in about] or [Tested(spec, f"H{k}", wanted)]
        else:
            found += _of_every_pair(spec, f"H{k}", registration, about)
    return found


def _of_every_pair(spec: HypothesisSpec, name: str, registration: Registration, about: list[Result]) -> list[Tested]:
    """Of the registered arms, whether the data have them or not; pairs with other arms are exploratory."""
    given, found = {one[0]: one for one in about}, []
    for first, second in combinations(dict.fromkeys(arm.treatment for arm in registration.arms), 2):
        pairs = _difference((first, second), spec), _difference((second, first), spec)
        test = next((given[pair] for pair in pairs if pair in given), None)
        found.append(Tested(spec, name, *test) if test else Tested(spec, name, pairs[0]))
    return found


def _difference(arms: tuple[str, ...], spec: HypothesisSpec) -> str:
    """What is compared, in words."""
    if len(arms) == 1:
        return f"{arms[0]} − {spec.value}"
    return f"{arms[1]} − {arms[0]}" if len(arms) == 2 else ", ".join(arms)


def _of_pairs(spec: HypothesisSpec, arms: tuple[str, ...], inference: Inference) -> Iterator[Result]:
    for outcome, comparison in inference.comparisons:
        pair = comparison.means.arms
        if outcome.raw != spec.outcome or (arms and set(arms) != set(pair)):
            continue
        first, second = arms or pair
        if comparison.others:
            margin = np.nan if spec.margin is None else float(spec.margin) / outcome.factor
            test = of_pair(spec.test_in_force, comparison, (first, second), spec.alternative, margin)
        else:
            test = comparison.main  # without others it is a refusal that says why
        yield _difference((first, second), spec), outcome, test


def _of_means(spec: HypothesisSpec, arms: tuple[str, ...], inference: Inference) -> Iterator[Result]:
    """One arm against a value, or three and more."""
    raw = next((outcome for outcome in inference.outcomes if outcome.column == spec.outcome), None)
    if raw is None or not set(arms) <= set(inference.means[raw.column].arms):
        return
    chance = spec.value == CHANCE or len({inference.games[arm] for arm in arms}) > 1
    outcome = raw.between_games() if chance else raw
    means = inference.means[outcome.column]
    columns = [means.arms.index(arm) for arm in arms]
    means = means.only(~np.isnan(means.means[:, columns]).all(axis=1), columns)
    margin = np.nan if spec.margin is None else float(spec.margin) / outcome.factor
    refusal = no_hit(means, outcome, spec.test_in_force) if chance else None
    if refusal is not None:
        test = refusal
    elif len(arms) == 1:
        value = 0.0 if spec.value == CHANCE else float(spec.value or 0) / outcome.factor
        test = estimate_of(spec.test_in_force, means.against(value, str(spec.value)), spec.alternative, margin)
    else:
        means = replace(means, exchangeable=not chance)
        test = estimate_of(spec.test_in_force, means, spec.alternative)
    yield _difference(arms, spec), outcome, test


def corrected(results: list[Tested]) -> list[float]:
    """p-values by Holm's method, within the family that each hypothesis names (none: its kind).

    What was not tested counts, as p = 1: a family is as large as registered, whatever the data lack.
    """
    families: dict[str, list[int]] = defaultdict(list)
    for k, one in enumerate(results):
        families[one.spec.family_in_force].append(k)
    ps = np.array([one.p for one in results])
    found = np.full(len(results), np.nan)
    for members in families.values():
        found[members] = adjusted(np.nan_to_num(ps[members], nan=1.0))
    return [float(p) for p in np.where(np.isnan(ps), np.nan, found)]


def _results(results: list[Tested], numbers: Numbers) -> Table:
    rows = []
    for one, p in zip(results, corrected(results), strict=True):
        title = one.outcome.heading if one.outcome else one.spec.outcome
        family = one.spec.family_in_force
        rows.append([one.name, title, one.pair, family, one.test, one.spec.alternative, effect_of(one), p_text(one.p),
                     p_text(p), f"{one.spec.level_in_force:g}", one.verdict(p)])  # fmt: skip
    head = ["", "Outcome", "Comparison", "Family", "Test", "Alternative", "Effect (interval)", "p",
            "p (family)", "Level", "Result"]  # fmt: skip
    note = (
        "p (family): Holm's method over the registered hypotheses of a family, of which those not tested count "
        "as p = 1; it is compared with the level. "
        "Alternative: of the difference as it is written here. Effect: a difference in the unit of the outcome, but "
        f"for {', '.join(sorted(OF_OWN_SCALE))}; in parentheses the 95 % interval (one-sided, where the test is; 90 % "
        "of tests of equivalence). Between different games differences are above chance."
    )
    return Table(numbers.table(RESULTS[1]), head, rows, texts=6, note=note)


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
        f"Holm's method over the registered hypotheses of each family, tested or not. {named}. Every difference "
        "between the registration and the data, or the code that analysed them, is listed."
    )
