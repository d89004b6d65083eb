"""Treatments compared on independent units by all outcomes of the report, and how robust that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations

import pandas as pd

from analysis.inference import Comparison, Units, any_difference
from analysis.inference.compare import Analysed, Prepared, analysed, compared, observation_of, prepared
from analysis.inference.results import Estimate
from analysis.inference.results import table as estimate_table
from analysis.inference.several import with_corrections
from analysis.inference.unit_means import UnitMeans, columns_of, unit_means
from analysis.measures.chance import CHANCE, HAVE_CHANCE, HITS, no_hit_from_chance
from analysis.measures.outcomes import OUTCOMES, Outcome, currency_of
from analysis.measures.rates import ABOVE
from analysis.report.plan import KINDS, Hypothesis, Plan
from analysis.report.sections import KEY
from analysis.workers import together

ARM = "treatment_name"
"""Column with the name of the treatment that the report uses."""
SEED = 1
LEVEL = 0.95
NO_PLAN = Plan()


@dataclass(frozen=True)
class Inference:
    """What treatments differ in.

    means : by column (outcomes, above chance where that is compared, by chance), one mean a unit and treatment
    main : one row an outcome and pair of treatments: the table of `compare_all`, and the family of the test
    comparisons : (outcome, comparison with robustness) for the same rows
    any_difference : (outcome, test) where there are more than two treatments
    notes : what had to be left out
    unit_plural : the independent units in words
    outcomes : all that the table has, tested or not, money in its currency
    plan : what was planned
    games : the identity of the game of each treatment
    """

    means: dict[str, UnitMeans]
    main: pd.DataFrame
    comparisons: tuple[tuple[Outcome, Comparison], ...]
    any_difference: tuple[tuple[Outcome, Estimate], ...]
    notes: tuple[str, ...]
    unit_plural: str
    outcomes: tuple[Outcome, ...]
    plan: Plan = NO_PLAN
    games: Mapping[str, str] = field(default_factory=dict)

    @property
    def compared(self) -> list[tuple[str, str, str]]:
        """Outcome, as it is without chance taken off, and arms of each comparison."""
        pairs = ((outcome.raw, comparison.means.arms) for outcome, comparison in self.comparisons)
        return [(outcome, arms[0], arms[1]) for outcome, arms in pairs]

    def estimates(self) -> pd.DataFrame:
        """Every estimate as a row: the columns of `analysis.inference.table`, the outcome, and for main tests the
        corrected p-values."""
        found = [estimate_table(comparison.estimates) for _, comparison in self.comparisons]
        names = [
            pd.DataFrame({"outcome": [o.column] * len(t)}) for (o, _), t in zip(self.comparisons, found, strict=True)
        ]
        found += [estimate_table([test]) for _, test in self.any_difference]
        names += [pd.DataFrame({"outcome": [outcome.column]}) for outcome, _ in self.any_difference]
        if not found:
            return pd.DataFrame()
        whole = pd.concat([pd.concat(names, ignore_index=True), pd.concat(found, ignore_index=True)], axis=1)
        corrected = ["family", "p_holm", "p_benjamini_hochberg", "least_p_holm"]
        return whole.merge(self.main[["question", "method", *corrected]], on=["question", "method"], how="left")


def infer(
    table: pd.DataFrame,
    outcomes: Sequence[Outcome],
    units: Units,
    progress: Callable[[str], None] = lambda _: None,
    plan: Plan = NO_PLAN,
    workers: int = 1,
) -> Inference:
    """Compare all treatments (column ARM) of the table of `with_chance` by the given outcomes; `means` has all.

    Treatments with different games are compared above chance, those with the same game by the outcomes as they are.
    """
    currency, wanted = currency_of(table), {outcome.column for outcome in outcomes}
    table = units.added(_needed(table, plan))
    rows = {what: analysed(table, column) for what, column in ONE_OF_EACH.items()}
    counting = {outcome: rows[observation_of(outcome.column)][0] for outcome in OUTCOMES}  # none where nobody decided
    there = [outcome.in_currency(currency) for outcome, of in counting.items() if of[outcome.column].notna().any()]
    means = {outcome.column: _means(rows, outcome.column, units, plan) for outcome in there}
    game = table.groupby(ARM)["identity"].first()
    asked: list[tuple[Outcome, Hypothesis]] = []
    jobs: list[tuple[str, Callable[[], Comparison]]] = []
    several: list[tuple[Outcome, Estimate]] = []
    notes: list[str] = []
    for outcome in (one for one in there if one.column in wanted):
        between = outcome.between_games()
        means[between.column] = _means(rows, between.column, units, plan)
        arms = sorted(means[between.column].arms)
        if len(arms) > 2:
            used = between if game[arms].nunique() > 1 else outcome
            try:
                test = any_difference(
                    table, used.column, ARM, stratum=plan.stratum, units=units, exchangeable=used is outcome, seed=SEED
                )
                several.append((used, test))
            except ValueError as error:
                notes.append(f"{used.title}: no test of all treatments at once ({error})")
        for first, second in (plan.pair(*pair) for pair in combinations(arms, 2)):
            used = outcome if game[first] == game[second] else between
            planned = plan.of(outcome.column, first, second)
            asked.append((used, planned))
            made = _prepared(table, rows, used, planned, plan, units)
            jobs.append((f"inference: {used.title}, {second} − {first}", partial(_compared, used, made)))
    comparisons_ = together(jobs, workers, progress)
    found = [(*one, comparison) for one, comparison in zip(asked, comparisons_, strict=True)]
    found.sort(key=lambda entry: KINDS.index(entry[1].kind))  # stable: else as in OUTCOMES
    chance = [o.column + CHANCE for o in there if o.column in HAVE_CHANCE]
    means |= {column: _means(rows, column, units, plan) for column in chance if table[column].notna().any()}
    comparisons = tuple((outcome, comparison) for outcome, _, comparison in found)
    return Inference(
        means,
        _main(found),
        comparisons,
        tuple(several),
        tuple(notes),
        f"{units.kind}s",
        tuple(there),
        plan,
        game.astype(str).to_dict(),
    )


ONE_OF_EACH = {observation_of(column): column for column in ("dominant_played", "nash_played")}
"""An outcome of decisions and one of groups: the same rows count for all of a kind."""
TELLING = (
    *("session_code", "participant_id", "part", "round", "group", "position", "practice", "identity", "decided_at"),
    *("message", "timed_out", "decided_by", "group_timed_out", "nash_distance", "dominant_distance"),
)
"""What tells which rows count, and of whom they are."""


def _needed(table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Without the hundred columns that no comparison asks for: they would be copied with each choice of rows."""
    asked = {ARM, *TELLING, *columns_of(plan.stratum), *plan.covariates}
    asked |= {o.column + ending for o in OUTCOMES for ending in ("", CHANCE, ABOVE)}
    return table[[column for column in table if column in asked]]


def _prepared(
    table: pd.DataFrame,
    rows: Mapping[str, Analysed],
    outcome: Outcome,
    planned: Hypothesis,
    plan: Plan,
    units: Units,
) -> Prepared:
    margin = None if planned.margin is None else planned.margin / outcome.factor
    return prepared(
        table, outcome.column, ARM, planned.arms, stratum=plan.stratum, covariates=plan.covariates, margin=margin,
        alternative=planned.alternative, level=LEVEL, seed=SEED, units=units,
        exchangeable=outcome.raw == outcome.column, counted=rows[observation_of(outcome.column)],
    )  # fmt: skip


def _compared(outcome: Outcome, made: Prepared) -> Comparison:
    pair = compared(made)
    refusal = None if made.means.exchangeable else no_hit(pair.means, outcome, pair.main.method)
    if refusal is not None:
        main = replace(refusal, effect_name=pair.main.effect_name, effect=pair.main.effect)
        pair = replace(pair, main=main, others=())
    if not outcome.share:  # means that happen to lie between 0 and 1 are no rates
        pair = replace(pair, others=tuple(e for e in pair.others if e.effect_name != "Cohen's h"))
    return pair


def no_hit(means: UnitMeans, outcome: Outcome, method: str) -> Estimate | None:
    """The refusal of a test of hits above chance in which chance explains all hits; None where it can be made."""
    if outcome.raw not in HITS or not no_hit_from_chance(means.means, means.decisions):
        return None
    return means.refusal(method, ["numpy"], "no unit deviates from chance by as much as one hit")


def _main(found: Sequence[tuple[Outcome, Hypothesis, Comparison]]) -> pd.DataFrame:
    """The main tests, corrected within their families (column `family`)."""
    parts = []
    for kind in KINDS:
        own = [(o.column, h.arms[0], h.arms[1], c) for o, h, c in found if h.kind == kind]
        if own:
            parts.append(with_corrections(own).assign(family=kind))
    return pd.concat(parts, ignore_index=True) if parts else with_corrections([]).assign(family="")


def _means(rows: Mapping[str, Analysed], column: str, units: Units, plan: Plan) -> UnitMeans:
    observation = observation_of(column.replace(CHANCE, ABOVE))
    means = unit_means(rows[observation][0], column, ARM, units.kind, stratum=plan.stratum)
    return replace(means, observation=observation)


def named(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """With the column ARM."""
    return table.assign(**{ARM: table[KEY].map(names)})
