"""Two arms of one game that differ in their description: play, understanding, and what goes along.

They are compared three times: in play (the effect of the description: the test of the main table), in understanding
(its effect on it), and, within arms, how play goes with understanding. The product of the last two is what would go
along with understanding (Baron and Kenny 1986). It is not a causal share of the effect: descriptions were assigned,
understanding was not (Imai, Keele and Yamamoto 2010).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.games import PERSON
from analysis.inference import Comparison
from analysis.inference.results import Estimate
from analysis.inference.unit_means import unit_means
from analysis.inference.units import UNIT
from analysis.measures.bands import LEAST_UNITS
from analysis.measures.outcomes import Outcome
from analysis.report.comparisons import ARM, LEVEL, SEED
from analysis.report.described import whose_p
from analysis.report.effect_tables import pair_of
from analysis.report.further.section import main_test
from analysis.report.methods import Sources
from analysis.report.tables import Table
from analysis.report.writing import interval_text, p_text, with_limits
from analysis.words import NOTHING, fixed

BEFORE, PLAYED = "understanding_before", "played"
"""Columns of the rows that come here: the score of the participant, and whether the message was the play that the game
is asked about."""
DRAWS = 999
"""Of the bootstrap of units."""
ALPHA = 1 - LEVEL


class Limited(NamedTuple):
    """A number with its limits; all NaN: it cannot be estimated."""

    value: float = np.nan
    low: float = np.nan
    high: float = np.nan


class Mediation(NamedTuple):
    """One pair of arms of a game: effects on play and on understanding, slope within arms, and the product."""

    outcome: Outcome
    pair: str
    total: Estimate
    understood: Estimate
    slope: Limited
    product: Limited


def mediations(rows: pd.DataFrame, measures: dict[str, Outcome], sources: Sources) -> list[Mediation]:
    """Of all pairs of arms of one game that were asked, as the main table writes them; measures : play that a game is
    asked about, by its identity."""
    inference = sources.inference
    asked = set(rows.loc[rows[BEFORE].notna(), ARM])
    return [
        _mediation(rows, outcome, comparison, sources)
        for outcome, comparison in inference.comparisons
        if set(comparison.means.arms) <= asked
        and len(games := {inference.games[arm] for arm in comparison.means.arms}) == 1
        and measures[games.pop()].column == outcome.column
    ]


def _mediation(rows: pd.DataFrame, outcome: Outcome, comparison: Comparison, sources: Sources) -> Mediation:
    arms = comparison.means.arms
    both = rows[rows[ARM].isin(arms) & rows[BEFORE].notna()]
    people = both.drop_duplicates([*PERSON, "part"])
    stratum = sources.inference.plan.stratum
    understood = main_test(unit_means(people, BEFORE, ARM, sources.units.kind, arms, stratum))
    person = both.groupby([*PERSON, "part", ARM, UNIT], as_index=False, observed=True)[[PLAYED, BEFORE]].mean()
    return Mediation(outcome, pair_of(comparison), comparison.main, understood, *_along(person, arms))


def _along(person: pd.DataFrame, arms: tuple[str, ...]) -> tuple[Limited, Limited]:
    """Slope and product, with limits from samples of units within arms; NaN where an arm has fewer than LEAST_UNITS
    units, or where within arms everybody plays, or understands, alike."""
    sums = [_sums(person[person[ARM] == arm]) for arm in arms]
    varies = person.groupby(ARM, observed=True)[PLAYED].nunique().max() > 1
    if min(map(len, sums)) < LEAST_UNITS or not varies:
        return Limited(), Limited()
    found = _slope_and_product(np.array([own.sum(axis=0) for own in sums]))
    rng = np.random.default_rng(SEED)
    shares = [np.full(len(own), 1 / len(own)) for own in sums]
    samples = [rng.multinomial(len(own), share, DRAWS) @ own for own, share in zip(sums, shares, strict=True)]
    drawn = _slope_and_product(np.stack(samples, axis=1))
    slope, product = (
        Limited(float(value), *np.nanpercentile(values, [50 * ALPHA, 100 - 50 * ALPHA]).tolist())
        if not np.isnan(value)
        else Limited()
        for value, values in zip(found, drawn, strict=True)
    )
    return slope, product


def _sums(person: pd.DataFrame) -> np.ndarray:
    """Of each unit of an arm: people, and sums of understanding x, play y, x² and xy; shape (n_units, 5)."""
    x, y = person[BEFORE].astype("float64"), person[PLAYED].astype("float64")
    columns = pd.DataFrame({"n": 1.0, "x": x, "y": y, "xx": x * x, "xy": x * y})
    return columns.groupby(person[UNIT], observed=True).sum().to_numpy()


def _slope_and_product(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least squares of play on understanding with a mean for each arm; and times the effect on understanding.

    sums : of `_sums` over the units of each arm, shape (..., 2, 5); NaN where understanding does not vary within arms
    """
    n, x, y, xx, xy = np.moveaxis(sums, -1, 0)
    spread = (xx - x * x / n).sum(axis=-1)
    slope = (xy - x * y / n).sum(axis=-1) / np.where(spread > 1e-9, spread, np.nan)
    return slope, slope * (x / n)[..., 1] - slope * (x / n)[..., 0]


def mediation_table(found: list[Mediation], caption: str, stratum: tuple[str, ...] = ()) -> Table:
    """One row a pair of arms."""
    lines = []
    for one in found:
        effects = [with_limits(one.total, 100, 1), p_text(one.total.p), with_limits(one.understood, 100, 1)]
        shown = [_with(limited) for limited in (one.slope, one.product)]
        lines.append([one.outcome.title, one.pair, *effects, p_text(one.understood.p), *shown])
    head = ["Play", "Comparison", "Effect on play (% points)", "p", "Effect on understanding (% points)"]
    head += ["p (two-sided)", "Play for 100 % more right answers (% points)"]
    head += ["Goes along with understanding (% points)"]
    note = (
        "Behind each effect its 95 % interval. The effect on play is that of the main table, with its test: order and "
        "alternative are those of the plan, where it names these arms (one-sided tests have one limit). The effect on "
        "understanding is exploratory: two-sided, not corrected for several tests. The last column is the product of "
        "the effect on understanding and of the slope within arms. Descriptions were assigned, understanding was not: "
        "people who answer more questions right may differ in other things, so that the product is no causal share of "
        f"the effect. {NOTHING}: no test is possible; of the last two columns also fewer than {LEAST_UNITS} units in "
        f"an arm, or arms in which all play, or all understand, alike."
    )
    note += whose_p(test for one in found for test in (one.total, one.understood))
    note += WITHOUT_STRATA if stratum else ""
    return Table(caption, head, lines, texts=2, note=note)


WITHOUT_STRATA = " Strata are in both effects, but not in the last two columns, which are of the means over all units."


def _with(one: Limited) -> str:
    if np.isnan(one.value):
        return NOTHING
    return f"{fixed(100 * one.value, 1)} ({interval_text(100 * one.low, 100 * one.high, 1)})"


def said(found: list[Mediation]) -> str:
    """In how many comparisons understanding differs, of those that could find a difference.

    >>> said([])
    'No two treatments of the same game were asked about understanding and can be compared in play.'
    """
    if not found:
        return "No two treatments of the same game were asked about understanding and can be compared in play."
    tested = [one.understood.p for one in found if one.understood.p >= 0 and not one.understood.least_p > ALPHA]
    percent = round(100 * ALPHA)
    few = f"with so few units no test can reject at {percent} %"
    if not tested:
        return f"Whether understanding before play differs between treatments of the same game is not known: {few}."
    text = (
        f"Understanding before play differs between treatments of the same game in {sum(p <= ALPHA for p in tested)} "
        f"of {len(tested)} comparisons at {percent} % (two-sided, exploratory, uncorrected)."
    )
    return text if len(tested) == len(found) else f"{text} In {len(found) - len(tested)} others {few}."
