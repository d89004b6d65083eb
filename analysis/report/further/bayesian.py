"""Bayesian estimates with weak priors, where there are so few units that tests can hardly reject anything.

The unit means of a treatment are normal, with a mean and a dispersion of its own; where units are in both treatments,
their differences are. With S the standard deviation of single decisions (or groups) within treatments: the difference
has the prior N(0, S²), the first treatment's mean N(overall mean, 4 S²), the dispersions half-normal with scale S / 2.
The posterior is sampled by NUTS (numpyro, an optional library). Intervals under half and twice the scales of the priors
say how much the priors matter, which with three units is a lot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from analysis.inference.compare import Comparison
from analysis.inference.results import Estimate
from analysis.inference.unit_means import UnitMeans
from analysis.measures.outcomes import Outcome
from analysis.report.comparisons import ARM, LEVEL, SEED
from analysis.report.further.section import Section, asked, estimates_of, rows_of
from analysis.report.methods import Sources
from analysis.report.tables import Numbers, Table
from analysis.report.writing import interval_text, with_limits
from analysis.words import fixed

FEW = 4
"""Units in the smaller arm (of paired ones: all) up to which the section appears."""
MOST = 5
"""Comparisons that are estimated, under all scales of the priors together."""
LIBRARY = "numpyro"
MISSING = (
    "With so few units estimates with weak priors say more than tests: python -m pip install -r "
    "requirements-bayes.txt, and make the report again, adds them here."
)
CHAINS, WARMUP, DRAWS = 4, 500, 1_000
SCALES = {"half the scales": 0.5, "twice the scales": 2.0}


@dataclass(frozen=True)
class Posterior:
    """Of the difference: mean, interval, probability of more than 0, largest R-hat and least effective sample size of
    all parameters."""

    mean: float
    interval: tuple[float, float]
    above: float
    r_hat: float
    effective: float


def bayesian(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None where nothing is compared with so few units."""
    wanted = {outcome.column: k for k, outcome in enumerate(asked(sources.inference))}
    few = [(o, c) for o, c in sources.inference.comparisons if o.raw in wanted and is_few(c.means)]
    few = sorted(few, key=lambda entry: wanted[entry[0].raw])[:MOST]
    if not few:
        return None
    if find_spec(LIBRARY) is None:
        return Section("bayesian", TITLE, (MISSING,), (), "")
    scales = {"": 1.0} | SCALES
    wanted_of = [Asked(c.means, _scale(sources, o, c.means), factor) for o, c in few for factor in scales.values()]
    posteriors = iter(sampled(wanted_of))
    rows, found = [], []
    for outcome, comparison in few:
        own = dict(zip(scales, posteriors, strict=False))
        rows.append(_row(outcome, comparison, own))
        found += [(outcome.column, _estimate(comparison, name, p)) for name, p in own.items()]
    without = f" {WITHOUT_STRATA}" if sources.inference.plan.stratum else ""
    table = _table(rows, numbers.table("Bayesian estimates of the differences"), without)
    return Section(
        "bayesian", TITLE, _said(rows), (table,), METHODS + without, estimates=estimates_of(found, corrected=False)
    )


TITLE = "Bayesian estimates with weak priors"
WITHOUT_STRATA = "Strata are not in this model: its difference is that of the means over all units."
METHODS = (
    "Bayesian estimates. Normal unit means with a mean and a dispersion for each treatment (normal differences, where "
    "units are in both); priors in units of the standard deviation S of single decisions: difference N(0, S²), mean "
    f"N(overall, 4 S²), dispersions half-normal(S / 2). NUTS, {CHAINS} chains of {DRAWS:,} draws after {WARMUP} (seed "
    f"{SEED})."
)


def is_few(means: UnitMeans) -> bool:
    """Whether the smaller arm has FEW units at most, and each has some.

    >>> is_few(UnitMeans.from_arrays({"A": [0.1, 0.2, 0.3], "B": [0.4, 0.5, 0.6, 0.7, 0.8]}))
    True
    """
    counts = [len(means.means)] if means.design == "within" else [len(s) for s in means.two_samples()]
    return 1 < min(counts) <= FEW


def _scale(sources: Sources, outcome: Outcome, means: UnitMeans) -> float:
    """Standard deviation of single decisions or groups within treatments."""
    rows = rows_of(sources.predicted[sources.predicted[ARM].isin(means.arms)], outcome.column)
    values = rows[outcome.column].astype("float64")
    spread = float((values - values.groupby(rows[ARM]).transform("mean")).std())
    return spread if spread > 0 else max(means.made_of, 1.0)


@dataclass(frozen=True)
class Asked:
    """A posterior that is wanted. scale : S; factor : of the priors' scales"""

    means: UnitMeans
    scale: float
    factor: float

    def data(self) -> tuple[np.ndarray, tuple[int, ...]]:
        """Unit means in units of S, and which arm each is of; differences of units that are in both: all of arm 0."""
        if self.means.design == "within":
            y = self.means.differences()
            return y / self.scale, (0,) * len(y)
        y, labels = self.means.labelled()
        return (y - y.mean()) / self.scale, tuple(labels.tolist())


def sampled(wanted: Sequence[Asked]) -> list[Posterior]:
    """Each posterior, in the order of `wanted`; those with as many units in each arm are sampled side by side."""
    alike: dict[tuple[str, tuple[int, ...]], list[int]] = defaultdict(list)
    for k, asked_for in enumerate(wanted):
        alike[asked_for.means.design, asked_for.data()[1]].append(k)
    found: dict[int, Posterior] = {}
    for (design, labels), places in alike.items():
        found |= dict(zip(places, _side_by_side([wanted[k] for k in places], design, labels), strict=True))
    return [found[k] for k in range(len(wanted))]


def _side_by_side(wanted: Sequence[Asked], design: str, labels: tuple[int, ...]) -> list[Posterior]:
    import jax
    from numpyro.diagnostics import summary
    from numpyro.infer import MCMC, NUTS

    jax.config.update("jax_platforms", "cpu")
    kernel = NUTS(_model(design), target_accept_prob=0.95)
    chain = MCMC(kernel, num_warmup=WARMUP, num_samples=DRAWS, num_chains=CHAINS, chain_method="vectorized",
                 progress_bar=False)  # fmt: skip
    y, factor = np.stack([asked_for.data()[0] for asked_for in wanted]), np.array([w.factor for w in wanted])
    chain.run(jax.random.PRNGKey(SEED), y, np.array(labels), factor)
    told = summary(chain.get_samples(group_by_chain=True)).values()
    draws = np.asarray(chain.get_samples()["difference"], dtype=float)
    found = []
    for k, asked_for in enumerate(wanted):
        own = draws[:, k] * asked_for.scale
        low, high = np.quantile(own, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        r_hat = max(float(np.max(np.asarray(site["r_hat"])[..., k])) for site in told)
        effective = min(float(np.min(np.asarray(site["n_eff"])[..., k])) for site in told)
        found.append(Posterior(float(own.mean()), (float(low), float(high)), float((own > 0).mean()), r_hat, effective))
    return found


def _model(design: str) -> Callable[..., None]:
    """Of k comparisons that have nothing in common: y (k, units), labels (units,), factor (k,)."""
    import numpyro
    import numpyro.distributions as dist

    def between(y: Any, labels: Any, factor: Any) -> None:
        mean = numpyro.sample("mean", dist.Normal(0.0, 2.0 * factor))
        difference = numpyro.sample("difference", dist.Normal(0.0, factor))
        spread = numpyro.sample("spread", dist.HalfNormal(0.5 * factor).expand([2, len(factor)]))
        at = mean[:, None] + difference[:, None] * labels
        numpyro.sample("y", dist.Normal(at, spread[labels].T), obs=y)

    def within(y: Any, labels: Any, factor: Any) -> None:
        difference = numpyro.sample("difference", dist.Normal(0.0, factor))
        spread = numpyro.sample("spread", dist.HalfNormal(0.5 * factor))
        numpyro.sample("y", dist.Normal(difference[:, None], spread[:, None]), obs=y)

    return within if design == "within" else between


def _estimate(comparison: Comparison, name: str, posterior: Posterior) -> Estimate:
    which = f", {name} of the priors" if name else ""
    return comparison.means.estimate(
        f"posterior of the difference, weak priors{which}",
        [LIBRARY, "jax"],
        effect_name="posterior mean of the difference",
        effect=posterior.mean,
        interval=posterior.interval,
        interval_method="equal tails of the posterior",
        statistic_name="probability of more than 0",
        statistic=posterior.above,
        note=f"R-hat {posterior.r_hat:.3f}, effective draws {posterior.effective:.0f}",
    )


def _row(outcome: Outcome, comparison: Comparison, posteriors: dict[str, Posterior]) -> list[str]:
    f, d = outcome.factor, outcome.decimals
    main = posteriors[""]
    shown = _estimate(comparison, "", main)
    limits = [posteriors[name].interval for name in SCALES]
    others = [interval_text(low * f, high * f, d) for low, high in limits]
    means = comparison.means
    units = " + ".join(str(n) for _, n in means.n_units)
    return [
        *(outcome.heading, f"{means.arms[1]} − {means.arms[0]}", units, with_limits(shown, f, d)),
        *(fixed(main.above, 3), *others, fixed(main.r_hat, 3), f"{main.effective:.0f}"),
    ]


def _table(rows: list[list[str]], caption: str, without: str) -> Table:
    head = ["Outcome", "Comparison", "Units", "Difference (95 % interval)", "Probability of more than 0"]
    head += [f"Interval with {name}" for name in SCALES] + ["R-hat", "Effective draws"]
    note = (
        "Posterior means and intervals with equal tails. The last columns say how the sampling went: R-hat should be "
        "below 1.01. Where the intervals with half and twice the scales of the priors differ much, the priors decide."
    )
    return Table(caption, head, rows, texts=2, note=note + without)


def _said(rows: list[list[str]]) -> tuple[str, ...]:
    text = (
        "With so few units a test can hardly reject anything; what can be said depends on what is thought possible "
        "beforehand, and is said here with priors that allow any difference that is likely at all."
    )
    unsure = [row[0] for row in rows if float(row[7]) > 1.01]
    return (text, *([f"Sampling has not converged for: {', '.join(unsure)}."] if unsure else []))
