"""How many sessions are enough: power of the tests of `analysis.inference`, by simulation.

A unit's rate of play is drawn from a beta distribution with the arm's rate as its mean, its decisions independently
given that rate; ρ is then the correlation between any two decisions of one unit. The two rates of a unit that plays
both arms are joined by a Gaussian copula. The tests are the ones that the analysis uses, on unit means; what
a chi-squared test of the decisions would do without any effect is reported beside them, as a warning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_type_hints

import numpy as np
from scipy.stats import beta, binomtest, chi2, norm, rankdata

from analysis.arguments import check, checked
from analysis.inference.equality import snapped
from analysis.inference.hypothesis_tests.arrangements import Arrangements, assignments, signs
from analysis.inference.hypothesis_tests.permutation import NullDistribution, between_distribution, within_distribution
from analysis.inference.hypothesis_tests.studentised import Studentised
from mechanisms.lazy import callable_
from mechanisms.shown import Shown, Words
from mechanisms.terminal import table
from mechanisms.writing import counted

MAX_EXACT = 20_000
DRAWS = 1_999
CHUNK = 1 << 22
"""Arrangements × simulations held at a time: 32 MB."""

TESTS = ("permutation", "ranks")


@dataclass(frozen=True)
class Design(Shown):
    """units : in each arm (paired: in both); decisions : of a unit in an arm; rates : of the two arms;
    correlation : ρ, between decisions of one unit in one arm; paired : every unit plays both arms;
    between_arms : of the normal scores of a unit's two rates, if paired"""

    units: int
    decisions: int
    rates: tuple[float, float]
    correlation: float
    paired: bool = False
    between_arms: float = 0.5

    def __post_init__(self) -> None:
        check("Design", vars(self), get_type_hints(Design))
        for name, value, low in (("units", self.units, 1), ("decisions", self.decisions, 1)):
            if value < low:
                raise ValueError(f"{name}: {value}; expected {low} or more")
        if not all(0 < rate < 1 for rate in self.rates):
            raise ValueError(f"rates: {self.rates}; expected numbers between 0 and 1")
        if not 0 <= self.correlation < 1:
            raise ValueError(f"correlation: {self.correlation}; expected 0 or more, and less than 1")
        if not -1 <= self.between_arms <= 1:
            raise ValueError(f"between_arms: {self.between_arms}; expected -1 to 1")


@dataclass(frozen=True)
class Power(Shown):
    """power : share of simulations in which the test rejects; limits : 95 % (Clopper–Pearson) for the chance error of
    the simulation; false_positives : the same share without an effect (both arms have the first rate);
    naive_false_positives : that of the chi-squared test of decisions; least_p : of the design; method : in words"""

    design: Design
    power: float
    limits: tuple[float, float]
    false_positives: float
    naive_false_positives: float
    least_p: float
    simulations: int
    method: str

    def _facts(self) -> dict[str, object]:
        return {"": Words(self.sentence())}

    def sentence(self) -> str:
        """The result in plain English."""
        d = self.design
        units = counted(d.units, "unit")
        arms = f"{units} that {'plays' if d.units == 1 else 'play'} both arms" if d.paired else f"{units} in each arm"
        possible = f" No data of this design can reach p < {self.least_p:.2g}." if self.power == 0 else ""
        return (
            f"With {arms}, {counted(d.decisions, 'decision')} a unit and arm, and an intra-unit correlation of "
            f"{d.correlation:.3g}, the {self.method} finds a difference between {d.rates[0]:g} and {d.rates[1]:g} in "
            f"{100 * self.power:.1f} % of {self.simulations:,} simulations "
            f"({100 * self.limits[0]:.1f} to {100 * self.limits[1]:.1f} %). "
            f"Without a difference it rejects in {100 * self.false_positives:.1f} %, "
            f"a chi-squared test of the decisions in {100 * self.naive_false_positives:.1f} %.{possible}"
        )


@checked
def power(
    design: Design,
    test: str = "permutation",
    alternative: str = "two-sided",
    alpha: float = 0.05,
    simulations: int = 2_000,
    seed: int = 1,
) -> Power:
    """Power of a test of unit means.

    Parameters
    ----------
    test : "permutation" (of means) or "ranks" (Mann–Whitney; paired: Wilcoxon signed rank)

    Examples
    --------
    Three sessions an arm can never give p <= 0.05:

    >>> result = power(Design(3, 100, (0.2, 0.9), 0.1), simulations=100)
    >>> result.power, result.least_p
    (0.0, 0.1)
    """
    if test not in TESTS:
        raise ValueError(f"test: {test!r}; expected {' or '.join(TESTS)}")
    rng = np.random.default_rng(seed)
    no_effect = (design.rates[0], design.rates[0])
    with_effect, without = (simulated_means(rng, design, rates, simulations) for rates in (design.rates, no_effect))
    arranged = arrangements(design, seed)
    rejected = int((p_values(with_effect, design, arranged, test, alternative) <= alpha * (1 + 1e-9)).sum())
    false = p_values(without, design, arranged, test, alternative) <= alpha * (1 + 1e-9)
    limits = binomtest(rejected, simulations).proportion_ci()
    name = {"permutation": "permutation test of unit means", "ranks": "Mann–Whitney test of unit means"}[test]
    if design.paired:
        name = {"permutation": "sign-flip permutation test", "ranks": "Wilcoxon signed-rank test"}[test]
    words = "exact" if arranged.exact else f"{DRAWS:,} random arrangements"
    return Power(
        design,
        rejected / simulations,
        (float(limits.low), float(limits.high)),
        float(false.mean()),
        float((naive_p_values(without, design.decisions) <= alpha).mean()),
        min(1.0, (2 if alternative == "two-sided" else 1) / arranged.total),
        simulations,
        f"{name} ({words}, {alternative}, {100 * alpha:g} %)",
    )


def simulated_means(
    rng: np.random.Generator, design: Design, rates: tuple[float, float], simulations: int
) -> np.ndarray:
    """Unit means, shape (simulations, 2, units): share of hits among the decisions of each unit in each arm."""
    shape = (simulations, design.units)
    if design.correlation == 0:
        chances = np.broadcast_to(np.array(rates)[:, None], (simulations, 2, design.units))
    elif design.paired:
        own = rng.standard_normal((simulations, 2, design.units))
        r = design.between_arms
        scores = np.stack([own[:, 0], r * own[:, 0] + np.sqrt(1 - r**2) * own[:, 1]], axis=1)
        ranks = norm.cdf(scores)
        chances = np.stack([beta.ppf(ranks[:, k], *_shape(rates[k], design.correlation)) for k in (0, 1)], axis=1)
    else:
        chances = np.stack([rng.beta(*_shape(rate, design.correlation), shape) for rate in rates], axis=1)
    return rng.binomial(design.decisions, chances) / design.decisions


def p_values(means: np.ndarray, design: Design, arranged: Arrangements, test: str, alternative: str) -> np.ndarray:
    """p-value of each simulation, shape (simulations,); means as `simulated_means` returns them."""
    if not design.paired:
        return between_p_values(means[:, 0], means[:, 1], arranged, test, alternative)
    return within_p_values(means[:, 0], means[:, 1], arranged, test, alternative)


def between_p_values(
    first: np.ndarray,
    second: np.ndarray,
    arranged: Arrangements,
    test: str,
    alternative: str,
    exchangeable: bool = True,
) -> np.ndarray:
    """p-value of each experiment, shape (experiments,), from unit means (experiments, units) of two arms.

    The arms may have different numbers of units; exchangeable : False between different games, as of `UnitMeans`.
    """
    labels, means = np.repeat([0, 1], [first.shape[1], second.shape[1]]), np.concatenate([first, second], axis=1)
    tested = (_between(part, labels, arranged, test, exchangeable) for part in _chunks(means, arranged))
    return np.concatenate([distribution.p(alternative) for distribution in tested])


def within_p_values(
    first: np.ndarray, second: np.ndarray, arranged: Arrangements, test: str, alternative: str
) -> np.ndarray:
    """p-value of each experiment, shape (experiments,), from means (experiments, units) of the same units in arms."""
    means = np.stack([first, second], axis=1)
    return np.concatenate([_within(part, arranged, test).p(alternative) for part in _chunks(means, arranged)])


def _chunks(means: np.ndarray, arranged: Arrangements) -> list[np.ndarray]:
    size = max(1, CHUNK // len(arranged.rows))
    return [means[start : start + size] for start in range(0, len(means), size)]


def naive_p_values(means: np.ndarray, decisions: int) -> np.ndarray:
    """Chi-squared test (without continuity correction) that treats all decisions as independent."""
    hits = means.sum(axis=2) * decisions
    n = means.shape[2] * decisions
    pooled = hits.sum(axis=1) / (2 * n)
    spread = 2 * n * pooled * (1 - pooled)
    statistic = np.divide((hits[:, 1] - hits[:, 0]) ** 2, spread, out=np.zeros(len(hits)), where=spread > 0)
    return chi2.sf(statistic, 1)


def power_table(results: Sequence[Power]) -> str:
    """The results as text, one line a design."""
    head = ["units an arm", "power %", "95 % limits", "false positives %", "chi-squared test %", "least p"]
    rows = [
        [
            str(result.design.units),
            f"{100 * result.power:.1f}",
            f"{100 * result.limits[0]:.1f} – {100 * result.limits[1]:.1f}",
            f"{100 * result.false_positives:.1f}",
            f"{100 * result.naive_false_positives:.1f}",
            f"{result.least_p:.2g}",
        ]
        for result in results
    ]
    return table(head, rows, numbers=True)


def arrangements(design: Design, seed: int) -> Arrangements:
    """All assignments of units to arms (paired: all signs), or a sample of them."""
    if design.paired:
        return signs(design.units, MAX_EXACT, DRAWS, seed)
    return between_arrangements(design.units, design.units, seed)


def between_arrangements(first: int, second: int, seed: int) -> Arrangements:
    """All assignments of units to two arms of so many units, or a sample of them."""
    labels = np.repeat([0, 1], [first, second])
    return assignments(labels, np.zeros(len(labels), dtype=int), MAX_EXACT, DRAWS, seed)


def _within(means: np.ndarray, arranged: Arrangements, test: str) -> NullDistribution:
    differences = snapped(means[:, 1] - means[:, 0], 1.0)
    if test == "ranks":
        zeros = (differences == 0).sum(axis=1, keepdims=True)
        differences = np.sign(differences) * (rankdata(snapped(np.abs(differences), 1.0), axis=1) - zeros)
    return within_distribution(differences, arranged)


def _between(
    values: np.ndarray, labels: np.ndarray, arranged: Arrangements, test: str, exchangeable: bool = True
) -> NullDistribution | Studentised:
    strata = np.zeros(len(labels), dtype=int)
    if test == "ranks":
        return between_distribution(rankdata(snapped(values, 1.0), axis=1), labels, strata, arranged)
    return Studentised(values, labels, strata, arranged.rows, exchangeable)


def _shape(rate: float, correlation: float) -> tuple[float, float]:
    """Parameters of the beta distribution with a mean and 1 / (a + b + 1) = correlation."""
    total = (1 - correlation) / correlation
    return rate * total, (1 - rate) * total


callable_(__name__)
