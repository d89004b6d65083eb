"""Play by what people understood of the incentives, by how the rule was described, and by experience.

Understanding is the share of right answers of a participant before play, after the instructions were read. Two arms of
one game that differ in their description are compared three times: in play (the effect of the description), in
understanding (its effect on it), and, within arms, how play goes with understanding. The product of the last two is
what would go along with understanding (Baron and Kenny 1986). It is not a causal share of the effect: descriptions were
assigned, understanding was not (Imai, Keele and Yamamoto 2010).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.games import PERSON, treatment_of
from analysis.inference.compare import observation_of
from analysis.inference.results import Estimate
from analysis.inference.unit_means import unit_means
from analysis.inference.units import UNIT
from analysis.loading.places import taken
from analysis.measures.outcomes import OUTCOMES, Outcome
from analysis.measures.rates import HALVES, add_half, own_decisions
from analysis.report.comparisons import ARM, LEVEL, SEED
from analysis.report.further.section import Section, estimates_of, main_test
from analysis.report.methods import Sources
from analysis.report.tables import Numbers, Table
from analysis.report.writing import interval_text, p_text, with_limits
from analysis.words import NOTHING, fixed

BEFORE, AFTER = "understanding_before", "understanding_after"
PLAY = ("dominant_played", "truthful", "nash_played")
"""What is asked about: the first that the data have."""
DRAWS = 999
"""Of the bootstrap of units."""
LEVELS = (("all right", 1.0, 1.01), ("half or more", 0.5, 1.0), ("less than half", 0.0, 0.5))


class Mediation(NamedTuple):
    """One pair of arms of a game: effects on play and on understanding, slope within arms, and the product."""

    total: Estimate
    understood: Estimate
    slope: tuple[float, float, float]
    product: tuple[float, float, float]


def understanding(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None where understanding was not asked before play, or nothing of PLAY is there."""
    people, outcome = people_of(sources), outcome_of(sources.predicted)
    if outcome is None or people[BEFORE].notna().sum() == 0:
        return None
    played = add_half(own_play(sources.predicted, outcome)).drop(columns=[BEFORE, AFTER])
    rows = played.merge(people, on=[*PERSON, "part"], how="left")
    arms = [arm for arm in sources.names.values() if (rows[ARM] == arm).any()]
    tables = [
        _by_arm(rows, arms, outcome, sources, numbers.table("Play and understanding, by description")),
        _by_level(rows, outcome, numbers.table("Play by understanding before play")),
    ]
    found = [mediation(rows, pair, outcome, sources) for pair in pairs_of_games(rows, arms)]
    if found:
        tables.append(_mediation_table(found, outcome, numbers.table("Description, understanding and play")))
    tests = [(name, e) for one in found for name, e in ((outcome.column, one.total), (BEFORE, one.understood))]
    return Section("understanding", "Understanding of the incentives", _said(found), tuple(tables), METHODS,
                   estimates=estimates_of(tests) if tests else pd.DataFrame())  # fmt: skip


METHODS = (
    "Understanding of the incentives. Share of right answers of each participant before play; decisions drawn by the "
    "computer are left out. Arms of the same game "
    "are compared in play and in understanding by the test of the main table; the slope of play on understanding is "
    "that of least squares with a mean for each arm, over participants, and it and its product with the effect on "
    f"understanding have percentile intervals of {DRAWS} bootstrap samples of units within arms. The product is no "
    "causal share of the effect: understanding was not assigned."
)


def people_of(sources: Sources) -> pd.DataFrame:
    """One row a participant and part: both scores, which stand in the first and the last row of the part."""
    scores = taken(sources.exports.decisions)[[*PERSON, "part", BEFORE, AFTER]]
    return scores.groupby([*PERSON, "part"], as_index=False)[[BEFORE, AFTER]].first()


def outcome_of(predicted: pd.DataFrame) -> Outcome | None:
    """The first of PLAY that somebody has."""
    there = [name for name in PLAY if name in predicted and predicted[name].notna().any()]
    return next((outcome for outcome in OUTCOMES if there and outcome.column == there[0]), None)


def own_play(predicted: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """The rows of people who decided themselves; of what a group shares, its members' where all of them did."""
    if observation_of(outcome.column) == "group":
        rows = predicted[~predicted["group_timed_out"].fillna(True).astype(bool)]
    else:
        rows = own_decisions(predicted)
    return rows[rows[outcome.column].notna()]


def pairs_of_games(rows: pd.DataFrame, arms: list[str]) -> list[tuple[str, str]]:
    """Pairs of arms that play the same game, the first as they are listed."""
    game = rows.drop_duplicates(ARM).set_index(ARM)["identity"]
    asked = [arm for arm in arms if rows.loc[rows[ARM] == arm, BEFORE].notna().any()]
    return [(a, b) for k, a in enumerate(asked) for b in asked[k + 1 :] if game[a] == game[b]]


def described(sources: Sources, arm: str) -> tuple[str, str]:
    """Style and advice of an arm, from the definition that its sessions stored."""
    treatment = next(
        name for name, title in sources.predicted[["treatment", ARM]].drop_duplicates().to_numpy() if title == arm
    )
    decisions = sources.exports.decisions
    stored = treatment_of(str(decisions.loc[decisions["treatment"] == treatment, "definition"].iloc[0]))
    return stored.style, "none" if stored.advice is None else stored.advice.kind


def _by_arm(rows: pd.DataFrame, arms: list[str], outcome: Outcome, sources: Sources, caption: str) -> Table:
    lines = []
    for arm in arms:
        own = rows[rows[ARM] == arm]
        people = own.drop_duplicates([*PERSON, "part"])
        scores = [_mean(people[name]) for name in (BEFORE, AFTER)]
        play = [_mean(own.loc[own["half"] == half, outcome.column]) for half in HALVES]
        lines.append([arm, *described(sources, arm), str(len(people)), *scores, *play])
    head = ["Treatment", "Description", "Advice", "Participants", "Right before play (%)", "Right after play (%)"]
    head += [f"{outcome.title}, first half (%)", "second half (%)"]
    return Table(caption, head, lines, texts=3, note="Right: share of right answers about the incentives of the rule.")


def _by_level(rows: pd.DataFrame, outcome: Outcome, caption: str) -> Table:
    lines = []
    for name, low, high in LEVELS:
        mine = (rows[BEFORE] >= low) & (rows[BEFORE] < high)
        people = rows[mine].drop_duplicates([*PERSON, "part"])
        play = (_mean(rows.loc[mine & (rows["half"] == half), outcome.column]) for half in HALVES)
        lines.append([name, str(len(people)), *play])
    head = ["Answers before play", "Participants", f"{outcome.title}, first half (%)", "second half (%)"]
    return Table(caption, head, lines, note="All treatments together. People who understand more may differ in more.")


def _mean(values: pd.Series) -> str:
    return fixed(100 * float(values.mean()), 1) if values.notna().any() else NOTHING


def mediation(rows: pd.DataFrame, pair: tuple[str, str], outcome: Outcome, sources: Sources) -> Mediation:
    """The three comparisons of two arms of one game, the second less the first."""
    both = rows[rows[ARM].isin(pair) & rows[BEFORE].notna()]
    person = both.groupby([*PERSON, "part", ARM, UNIT], as_index=False, observed=True)[[outcome.column, BEFORE]].mean()
    stratum = sources.inference.plan.stratum
    total, understood = (
        main_test(
            unit_means(
                both if name == outcome.column else _one_each(both), name, ARM, sources.units.kind, pair, stratum
            )
        )
        for name in (outcome.column, BEFORE)
    )
    slope, product = _slope_and_product(person, pair, outcome)
    (low, high) = _limits(person, pair, outcome)
    return Mediation(total, understood, (slope, low[0], high[0]), (product, low[1], high[1]))


def _limits(person: pd.DataFrame, pair: tuple[str, str], outcome: Outcome) -> np.ndarray:
    """(low, high) of slope and product, from samples of units within arms; blank where an arm has a single unit."""
    of_unit = {key: own for key, own in person.groupby([ARM, UNIT], observed=True)}  # noqa: C416  (dict() of a groupby)
    keys = [[key for key in of_unit if key[0] == arm] for arm in pair]
    if min(map(len, keys)) < 2:
        return np.full((2, 2), np.nan)
    rng = np.random.default_rng(SEED)
    drawn = [
        _slope_and_product(
            pd.concat([of_unit[own[k]] for own in keys for k in rng.integers(len(own), size=len(own))]), pair, outcome
        )
        for _ in range(DRAWS)
    ]
    return np.nanpercentile(np.array(drawn), [50 * (1 - LEVEL), 100 - 50 * (1 - LEVEL)], axis=0)


def _one_each(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop_duplicates([*PERSON, "part"])


def _slope_and_product(person: pd.DataFrame, pair: tuple[str, str], outcome: Outcome) -> tuple[float, float]:
    """Least squares of play on understanding with a mean for each arm; and times the effect on understanding."""
    arm = person[ARM].to_numpy() == pair[1]
    x, y = person[BEFORE].to_numpy(dtype=float), person[outcome.column].to_numpy(dtype=float)
    means = [x[~arm].mean(), x[arm].mean()]
    x_within, y_within = (v - np.where(arm, v[arm].mean(), v[~arm].mean()) for v in (x, y))
    spread = float(x_within @ x_within)
    if spread < 1e-12:
        return np.nan, np.nan
    slope = float(x_within @ y_within) / spread
    return slope, slope * (means[1] - means[0])


def _mediation_table(found: list[Mediation], outcome: Outcome, caption: str) -> Table:
    lines = []
    for one in found:
        shown = [_with(*numbers) for numbers in (one.slope, one.product)]
        effects = [with_limits(one.total, 100, 1), p_text(one.total.p), with_limits(one.understood, 100, 1)]
        lines.append([one.total.question.partition(": ")[2], *effects, p_text(one.understood.p), *shown])
    head = ["Comparison", f"{outcome.title} (% points)", "p", "Understanding (% points)", "p"]
    head += ["Play for 100 % more right answers (% points)", "Goes along with understanding (% points)"]
    note = (
        "Behind each effect its 95 % interval. The last column is the product of the effect on understanding and of "
        "the slope within arms. Descriptions were assigned, understanding was not: people who answer more questions "
        "right may differ in other things, so that the product is no causal share of the effect."
    )
    return Table(caption, head, lines, note=note)


def _with(value: float, low: float, high: float) -> str:
    if np.isnan(value):
        return NOTHING
    limits = interval_text(100 * low, 100 * high, 1)
    return fixed(100 * value, 1) + ("" if limits == NOTHING else f" ({limits})")


def _said(found: list[Mediation]) -> tuple[str, ...]:
    if not found:
        return ("No two treatments of the same game were described differently and asked about understanding.",)
    differ = sum(bool(one.understood.p <= 1 - LEVEL) for one in found)
    count = (
        f"Understanding before play differs between descriptions of the same game in {differ} of {len(found)} "
        f"comparisons at {round(100 * (1 - LEVEL))} %, uncorrected."
    )
    return (
        count,
        "How play goes along with understanding is an association: understanding was measured, not assigned.",
    )
