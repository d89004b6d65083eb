"""The registered hypotheses as they were tested: each with its own test, corrected once within its family.

The table of differences between treatments has permutation tests of all outcomes. Those of them that are registered
tests are corrected with their family, with the p-values of the tests that are not in that table; the others are
exploratory.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from analysis.inference import Comparison
from analysis.inference.multiple import adjusted
from analysis.inference.results import Estimate, of_arms
from analysis.measures.outcomes import Outcome
from analysis.registration.document import Registration
from analysis.registration.testing import OF_MEANS, estimate_of, of_pair
from analysis.report.comparisons import Inference, no_hit
from analysis.report.plan import MAIN
from analysis.report.writing import difference_unit, p_text
from mechanisms.studies import HypothesisSpec
from mechanisms.studies.hypotheses import CHANCE, TESTS

Result = tuple[str, Outcome, Estimate, Estimate | None]
"""Pair, outcome and tests of `Tested`."""


@dataclass(frozen=True)
class Tested:
    """A hypothesis for one pair of arms; estimate None: nothing in the data is about it; whole : the same test with
    whole sessions as units, where units are finer and the test is of means of two arms."""

    spec: HypothesisSpec
    name: str
    pair: str
    outcome: Outcome | None = None
    estimate: Estimate | None = None
    whole: Estimate | None = None

    @property
    def p(self) -> float:
        return np.nan if self.estimate is None else self.estimate.p

    @property
    def test(self) -> str:
        """Its name, and its margin if it has one."""
        name, margin = self.spec.test_in_force, self.spec.margin
        return name if margin is None or not TESTS[name].margin else f"{name}, margin {margin:g}{self.unit}"

    @property
    def unit(self) -> str:
        """Of the difference, after a space."""
        return "" if self.outcome is None else difference_unit(self.outcome)

    @property
    def compared(self) -> str:
        """What is compared, in a sentence: a less b."""
        value = self.unit if len(self.spec.arms) == 1 and self.spec.value != CHANCE else ""
        return self.pair.replace(" − ", " less ") + value

    def verdict(self, p: float, least: float = 0.0) -> str:
        """What the corrected p-value says; least : the least that it could have been."""
        if np.isnan(p):
            return "not tested: no data" if self.estimate is None else "no test is possible"
        if least > self.spec.level_in_force:
            return "not possible with so few units"
        return "supported" if p <= self.spec.level_in_force else "not supported"


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
        margin = np.nan if spec.margin is None else float(spec.margin) / outcome.factor
        if comparison.others:
            test = of_pair(spec.test_in_force, comparison, (first, second), spec.alternative, margin)
        else:
            test = comparison.main  # without others it is a refusal that says why
        yield _difference((first, second), spec), outcome, test, _whole(spec, comparison, (first, second), margin)


def _whole(spec: HypothesisSpec, comparison: Comparison, arms: tuple[str, str], margin: float) -> Estimate | None:
    """The test with whole sessions as units."""
    if comparison.sessions is None or spec.test_in_force not in OF_MEANS:
        return None
    return estimate_of(spec.test_in_force, comparison.sessions.pair(*arms), spec.alternative, margin)


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
    yield _difference(arms, spec), outcome, test, None


def corrected(results: Sequence[Tested]) -> list[float]:
    """p-values by Holm's method, within the family that each hypothesis names (none: its kind).

    What was not tested counts, as p = 1: a family is as large as registered, whatever the data lack.
    """
    ps = np.array([one.p for one in results])
    strict = np.array([np.nan if one.estimate is None else one.estimate.p_strict for one in results])
    sizes = Counter(one.spec.family_in_force for one in results)
    several = np.array([sizes[one.spec.family_in_force] > 1 for one in results], dtype=bool)
    found = _within_families(results, np.nan_to_num(np.where(several, np.fmax(ps, strict), ps), nan=1.0))
    return [float(p) for p in np.where(np.isnan(ps), np.nan, found)]


def least_corrected(results: Sequence[Tested]) -> list[float]:
    """The least that each corrected p-value could have been: that of all tests of its family at their least."""
    least = [1.0 if one.estimate is None or np.isnan(one.p) else one.estimate.least_p for one in results]
    found = _within_families(results, np.nan_to_num(np.array(least), nan=0.0))  # tests without a least p-value
    return [np.nan if np.isnan(one.p) else float(p) for one, p in zip(results, found, strict=True)]


def _within_families(results: Sequence[Tested], ps: np.ndarray) -> np.ndarray:
    families: dict[str, list[int]] = defaultdict(list)
    for k, one in enumerate(results):
        families[one.spec.family_in_force].append(k)
    found = np.full(len(results), np.nan)
    for members in families.values():
        found[members] = adjusted(ps[members])
    return found


def impossible(results: Sequence[Tested]) -> list[str]:
    """The hypotheses that no data with so many units could have supported, one sentence each."""
    return [
        (
            f"{one.name}, {one.pair}: with {of_arms(one.estimate.n_units, one.estimate.unit)} the test can give no "
            f"p-value below {p_text(one.estimate.least_p)}, after the correction {p_text(least)}: whatever the data, "
            f"the hypothesis cannot be supported at {one.spec.level_in_force:g}."
        )
        for one, least in zip(results, least_corrected(results), strict=True)
        if one.estimate is not None and least > one.spec.level_in_force
    ]


def in_families(inference: Inference) -> Inference:
    """With the tests of the main table that are registered ones in their families, corrected there and only there."""
    registration = inference.plan.registration
    if registration is None or inference.main.empty:
        return inference
    results, main = results_of(registration, inference), inference.main.copy()
    for one, p, least in reversed(list(zip(results, corrected(results), least_corrected(results), strict=True))):
        if one.outcome is None or one.spec.test_in_force != MAIN:
            continue
        pairs = [main["second_arm"] + " − " + main["first_arm"], main["first_arm"] + " − " + main["second_arm"]]
        own = (main["outcome"] == one.outcome.column) & ((pairs[0] == one.pair) | (pairs[1] == one.pair))
        main.loc[own, ["p_holm", "least_p_holm"]] = p, least
        main.loc[own, "p_benjamini_hochberg"] = np.nan
        main.loc[own, "family"] = one.spec.family_in_force
    return replace(inference, main=main)
