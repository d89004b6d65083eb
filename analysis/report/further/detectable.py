"""The minimum detectable effect: how large a difference must be for the main test to find it in 80 % of experiments
with the same units, that vary as they were found to.

Unit means are drawn from normal distributions with the standard deviations found in the arms, and shifted until the
test of the main table (the permutations, within strata where there are some, and Welch's t test where that counts)
rejects in 80 %. Beyond MOST_ARRANGEMENTS that test is as powerful as Welch's, and the noncentral t distribution says
the same without draws. With strata the standard deviations are those within strata. Where the
test takes the strata's differences for what varies (pairs, say; strata.py), how a unit varies follows from them. It is
no power at the effect that was found, which says nothing beyond its p-value (Hoenig and Heisey 2001).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from scipy.stats import nct
from scipy.stats import t as student

from analysis.inference.compare import Comparison
from analysis.inference.equality import snapped
from analysis.inference.hypothesis_tests.arrangements import assignments, orderings_count, signs
from analysis.inference.hypothesis_tests.permutation import within_distribution
from analysis.inference.hypothesis_tests.studentised import Studentised
from analysis.inference.results import Estimate
from analysis.inference.strata import OTHER, STRATA, Strata, cells_of
from analysis.inference.unit_means import UnitMeans
from analysis.measures.outcomes import Outcome
from analysis.report.comparisons import LEVEL, SEED
from analysis.report.further.section import Section, estimates_of
from analysis.report.methods import Sources
from analysis.report.tables import Numbers, Table, records
from analysis.words import NOTHING, fixed, listed

POWER = 0.8
EXPERIMENTS = 500
MOST_ARRANGEMENTS = 2_000
FARTHEST, STEPS = 64.0, 10
"""Farther than so many standard deviations no effect is looked for; found ones are narrowed in so many halvings."""


@dataclass(frozen=True)
class Design:
    """counts : units in each arm (paired: (n,)); deviations : of unit means in each arm (paired: of differences);
    alternative; exchangeable : False between different games; strata : units of both arms in each; (): there is one"""

    counts: tuple[int, ...]
    deviations: tuple[float, ...]
    alternative: str = "two-sided"
    exchangeable: bool = True
    strata: tuple[tuple[int, ...], ...] = ()

    @property
    def blocks(self) -> tuple[tuple[int, ...], ...]:
        return self.strata or (self.counts,)

    @property
    def arrangements(self) -> int:
        return 2 ** self.counts[0] if len(self.counts) == 1 else prod(map(orderings_count, self.blocks))

    @property
    def labels(self) -> np.ndarray:
        """Arm of each unit, (n_units,), stratum by stratum."""
        return np.concatenate([np.repeat(np.arange(len(counts)), counts) for counts in self.blocks])

    @property
    def stratum(self) -> np.ndarray:
        """Number of the stratum of each unit, (n_units,)."""
        return np.repeat(np.arange(len(self.blocks)), list(map(sum, self.blocks)))


def detectable(design: Design, alpha: float = 0.05, power: float = POWER, seed: int = SEED) -> float:
    """The least difference that the test at level `alpha` finds with the given power; infinite: none, however large.

    Examples
    --------
    With three units an arm no data give p <= 0.05; with four they do if the arms do not overlap:

    >>> detectable(Design((3, 3), (1.0, 1.0)))
    inf
    >>> 2.5 < detectable(Design((4, 4), (1.0, 1.0))) < 3.5
    True
    """
    scale = float(np.sqrt(np.mean(np.square(design.deviations))))
    if design.arrangements > MOST_ARRANGEMENTS:
        return _by_noncentral_t(design, alpha, power)
    draws = _draws(design, scale, seed)

    def found(effect: float) -> bool:
        return float((_p(design, draws, effect) <= alpha * (1 + 1e-9)).mean()) >= power

    if not found(FARTHEST):
        return float(np.inf)
    low, high = 0.0, min(FARTHEST, 1.5 * _by_noncentral_t(design, alpha, power) / scale)
    while not found(high):
        low, high = high, min(FARTHEST, 2 * high)
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if found(middle) else (middle, high)
    return high * scale


def _draws(design: Design, scale: float, seed: int) -> np.ndarray:
    """Unit means without an effect, in units of `scale`: (EXPERIMENTS, n_units)."""
    spread = (np.array(design.deviations) / scale)[design.labels]
    return np.random.default_rng(seed).standard_normal((EXPERIMENTS, len(spread))) * spread


def _p(design: Design, draws: np.ndarray, effect: float) -> np.ndarray:
    """p-values of the experiments with an effect."""
    effect = -effect if design.alternative == "less" else effect
    if len(design.counts) == 1:
        values = snapped(draws + effect, FARTHEST)
        return within_distribution(values, signs(design.counts[0], MOST_ARRANGEMENTS)).p(design.alternative)
    labels, strata = design.labels, design.stratum
    rows = assignments(labels, strata, MOST_ARRANGEMENTS).rows
    return Studentised(draws + effect * labels, labels, strata, rows, design.exchangeable).p(design.alternative)


def _by_noncentral_t(design: Design, alpha: float, power: float) -> float:
    within = Strata(np.array(design.blocks))
    variances = np.square(design.deviations)
    error = float((within.weights[:, None] ** 2 * variances / within.sizes).sum())
    freedom = float(within.freedom((within.sizes - 1) * variances))
    critical = float(student.isf(alpha / (2 if design.alternative == "two-sided" else 1), freedom))
    low, high = 0.0, critical + 20.0
    for _ in range(5 * STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if nct.sf(critical, freedom, middle) >= power else (middle, high)
    return high * float(np.sqrt(error))


def design_of(comparison: Comparison) -> Design | str:
    """The design of a comparison with the dispersion found, or why there is none, in words."""
    means, alternative = comparison.means, comparison.main.alternative
    if np.isnan(comparison.main.p):
        alternative = "two-sided"
    if means.design == "within":
        differences = means.differences()
        if len(differences) < 2:
            return "fewer than two units are in both treatments"
        blocks: tuple[tuple[int, ...], ...] = ((len(differences),),)
        deviations: tuple[float, ...] = (float(np.std(differences, ddof=1)),)
    else:
        within, apart, squares = cells_of(*means.labelled(), means.strata)
        if within.known_from in ("", OTHER):
            return _why(means, within)
        blocks, deviations = _within_strata(within, apart, squares)
    if not max(deviations) > 1e-12 * max(1.0, means.made_of):
        return "the units do not vary"
    counts = tuple(map(sum, zip(*blocks, strict=True)))
    return Design(counts, deviations, alternative, means.exchangeable, blocks if len(blocks) > 1 else ())


def _why(means: UnitMeans, within: Strata) -> str:
    """Why nothing says how units vary within strata of both arms."""
    several = len(np.unique(means.strata)) > 1
    if not len(within.sizes):
        return "no stratum has both treatments" if several else "a treatment has no unit"
    lone = listed(arm for arm, n in zip(means.arms, within.sizes[0], strict=True) if n == 1)
    return f"the only stratum with both treatments has one unit of {lone}" if several else f"{lone} has one unit"


def _within_strata(
    within: Strata, differences: np.ndarray, squares: np.ndarray
) -> tuple[tuple[tuple[int, ...], ...], tuple[float, ...]]:
    """Units of both arms in each stratum that has both, and the standard deviations of unit means within strata."""
    variances = squares.sum(axis=0) / np.maximum((within.sizes - 1).sum(axis=0), 1)
    if within.known_from == STRATA:  # as much as makes the strata's differences vary as they do
        shares = (within.weights[:, None] ** 2 / within.sizes).sum()
        variances = np.repeat(within.variance(differences, squares) / shares, 2)
    return tuple((int(n), int(m)) for n, m in within.sizes), tuple(map(float, np.sqrt(variances)))


def _listed(cases: Sequence[tuple[str, str, str]], compared: Mapping[str, list[str]]) -> str:
    """Comparisons, each (pair, reason, outcome), as pairs in outcomes with the reason, if there is one; compared : the
    outcomes of each pair."""
    outcomes: dict[tuple[str, str], list[str]] = {}
    for pair, reason, outcome in cases:
        outcomes.setdefault((pair, reason), []).append(outcome)
    pairs: dict[tuple[str, str], list[str]] = {}
    for (pair, reason), names in outcomes.items():
        what = "all outcomes" if len(names) > 1 and names == compared[pair] else listed(names)
        pairs.setdefault((what, reason), []).append(pair)
    return "; ".join(
        f"{listed(named)} in {what}{', as ' if reason else ''}{reason}" for (what, reason), named in pairs.items()
    )


def minimum_detectable(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None where nothing is compared, or nothing varies."""
    inference = sources.inference
    tests = inference.main.groupby("family")["p"].count() if len(inference.main) else {}
    rows, found, without = [], [], []
    compared: dict[str, list[str]] = {}
    for (outcome, comparison), row in zip(inference.comparisons, records(inference.main), strict=True):
        pair, design = _pair(comparison.means), design_of(comparison)
        compared.setdefault(pair, []).append(outcome.heading)
        if isinstance(design, str):
            without.append((pair, design, outcome.heading))
            continue
        corrected = (1 - LEVEL) / max(1, int(tests[row["family"]]))
        least = detectable(design)
        strict = detectable(design, corrected)
        rows.append(_row(outcome, comparison, design, row["family"], least, strict))
        found += _estimates(outcome, comparison, least, strict, corrected)
    if not rows and not without:
        return None
    impossible = [(row[2], "", row[0]) for row in rows if row[7] == NONE]
    sentences = [INTRODUCTION]
    if impossible:
        sentences.append(f"Too few units to find any effect, however large: {_listed(impossible, compared)}.")
    if without:
        sentences.append(f"Left out: {_listed(without, compared)}.")
    methods = (
        "Minimum detectable effects. The test of the main table, at 5 % and at Holm's strictest level, with power "
        f"{POWER:g}, by {EXPERIMENTS:,} simulated experiments with normal unit means that have the standard deviations "
        f"found, within strata where there are some (seed {SEED}; over {MOST_ARRANGEMENTS:,} arrangements by the "
        "noncentral t distribution)."
    )
    if not rows:
        return Section("detectable", TITLE, tuple(sentences[1:]), (), "")
    estimates = estimates_of(found, corrected=False)
    return Section("detectable", TITLE, tuple(sentences), (_table(rows, numbers),), methods, estimates=estimates)


def _table(rows: list[list[str]], numbers: Numbers) -> Table:
    head = ["Outcome", "Family", "Comparison", "Units", "s.d. between units", "Intra-unit correlation"]
    head += ["Decisions, as many as independent", "Detectable at 5 %", "after Holm", "Found"]
    return Table(numbers.table(TITLE), head, rows, texts=3, note=NOTE)


TITLE = "Minimum detectable effects"
NONE = "none"
INTRODUCTION = (
    "How large a difference between treatments these units could find: the effect that the main test would detect "
    f"at 5 % in {100 * POWER:.0f} of 100 experiments like this one."
)
NOTE = (
    "Detectable: the least true difference that the test of the main table finds in 80 % of experiments with as many "
    "units, whose means vary as they do here; after Holm: at the level of the smallest p-value of the family. none: "
    "with so few units the test cannot reject at this level. s.d.: of the unit means in each treatment, within strata "
    "(of differences, where units are in both or strata are pairs). As many as independent: decisions or groups, "
    "divided by 1 + (m − 1) ρ with m a unit's number and ρ the intra-unit correlation. An effect below what is "
    "detectable that was not found has not been shown to be absent."
)


def _pair(means: UnitMeans) -> str:
    return f"{means.arms[1]} − {means.arms[0]}"


def _row(
    outcome: Outcome, comparison: Comparison, design: Design, family: str, least: float, strict: float
) -> list[str]:
    means, f, d = comparison.means, outcome.factor, outcome.decimals
    pairs = set(design.strata) == {(1, 1)}
    deviations = (design.deviations[0] * np.sqrt(2),) if pairs else design.deviations
    decisions, units = int(means.decisions.sum()), len(means.means)
    worth = decisions / max(1.0, 1 + (decisions / units - 1) * comparison.correlation)
    return [
        outcome.heading,
        family,
        _pair(means),
        " + ".join(map(str, design.counts)),
        " and ".join(fixed(deviation * f, d) for deviation in deviations),
        fixed(comparison.correlation, 2),
        NOTHING if np.isnan(worth) else f"{worth:.0f} of {decisions}",
        *(NONE if np.isinf(effect) else fixed(effect * f, d) for effect in (least, strict)),
        fixed(comparison.main.effect * f, d),
    ]


def _estimates(
    outcome: Outcome, comparison: Comparison, least: float, strict: float, corrected: float
) -> list[tuple[str, Estimate]]:
    method = "test of unit means, normal unit means with the standard deviations found"
    return [
        (
            outcome.column,
            comparison.means.estimate(
                f"minimum detectable effect at level {alpha:.3g}, power {POWER:g}: {method}",
                ["numpy", "scipy"],
                effect_name="minimum detectable effect",
                effect=effect,
                alternative=comparison.main.alternative,
            ),
        )
        for alpha, effect in ((1 - LEVEL, least), (corrected, strict))
    ]
