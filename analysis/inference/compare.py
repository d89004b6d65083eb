"""What a referee wants of a comparison of two treatments: the exact test on independent units first, then the rest.

The permutation test of unit means is the main result, because it is valid whatever the dependence within units and
however few they are. The others answer "and does it hold if …": ranks, effect sizes, regressions of decisions
with clustered errors, and on demand a test that the arms are equivalent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.inference.dependence import intra_unit_correlation
from analysis.inference.effects import effect_sizes
from analysis.inference.hypothesis_tests.equivalence import equivalence_test
from analysis.inference.hypothesis_tests.permutation import permutation_test
from analysis.inference.hypothesis_tests.ranks import mann_whitney, wilcoxon
from analysis.inference.regressions.clustered import clustered
from analysis.inference.regressions.clusters import Cells, cells
from analysis.inference.regressions.mixed import mixed
from analysis.inference.regressions.wild import wild_cluster_bootstrap
from analysis.inference.results import Estimate, number, p_value, table, with_note
from analysis.inference.unit_means import UnitMeans, columns_of, unit_means
from analysis.inference.units import SESSION, UNIT, Units, independent_units
from analysis.loading.places import taken
from analysis.measures import rates
from analysis.predictions import GROUP_COLUMNS
from analysis.words import counted, listed
from mechanisms.shown import Shown, Words

OF_THE_MEMBER = ("nash_distance", "nash_message_played", "nash_message_area")
OF_THE_REPORT = ("efficient", "earnings_sd", "earnings_gini")  # of `analysis.measures.outcomes`
GROUP_OUTCOMES = frozenset(GROUP_COLUMNS) - set(OF_THE_MEMBER) | set(OF_THE_REPORT)
"""Outcomes that all members of a group share: a group counts once."""

Analysed = tuple[pd.DataFrame, tuple[str, ...]]
"""The rows that count for an outcome, and what was left out in words: see `analysed`."""

SESSION_LEVEL = "session level"
"""How the method of a test on whole sessions begins, where units are finer."""


@dataclass(frozen=True)
class Comparison(Shown):
    """main : the permutation test of unit means; others : its robustness; means : what it was computed from;
    correlation : intra-unit correlation of the outcome (NaN: not estimable); notes : what was left out, what leaks;
    sessions : means of whole sessions, where units are finer; the test of them is among the others"""

    main: Estimate
    others: tuple[Estimate, ...]
    means: UnitMeans
    correlation: float
    notes: tuple[str, ...]
    sessions: UnitMeans | None = None

    def _facts(self) -> dict[str, object]:
        return {"": Words(self.main.sentence()), "robustness": Words(counted(len(self.others), "other estimate"))}

    def _rows(self) -> tuple[list[str], list[list[object]]]:
        rows: list[list[object]] = []
        for one in self.estimates:
            effect = "" if np.isnan(one.effect) else f"{one.effect_name} {number(one.effect)}"
            interval = "" if np.isnan(one.interval[0]) else f"{number(one.interval[0])} to {number(one.interval[1])}"
            rows.append([one.method, effect, interval, "" if np.isnan(one.p) else p_value(one.p)])
        return ["Method", "Effect", "Interval", "p"], rows

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        return (self.main, *self.others)

    def table(self) -> pd.DataFrame:
        """One row an estimate, the main one first; see `results.table`."""
        return table(self.estimates)

    def sentences(self) -> list[str]:
        return [estimate.sentence() for estimate in self.estimates]


def compare(
    decisions: pd.DataFrame,
    outcome: str,
    by: str = "treatment",
    arms: Sequence[str] | None = None,
    *,
    stratum: str | Sequence[str] | None = None,
    covariates: Sequence[str] = (),
    margin: float | None = None,
    alternative: str = "two-sided",
    level: float = 0.95,
    regressions: bool = True,
    seed: int = 1,
    units: Units | None = None,
    exchangeable: bool = True,
) -> Comparison:
    """Compare two arms.

    Parameters
    ----------
    decisions : the table of `load_decisions` or `predict`: units are found from all rows; practice rounds and
        decisions by the computer are then left out, and of outcomes that a group shares one row a group is kept
    outcome : a column of numbers or flags
    by, arms : the column that tells the arms apart and its two entries; the effect is the second less the first
    stratum : a column, or several, that are the same within each unit (wave, laboratory, pair): within what the arms
        were really assigned, and so what is permuted
    covariates : columns for the regressions
    margin : in units of the outcome; adds a test that the difference is smaller than that
    alternative : of the permutation and rank tests; the regressions are two-sided
    regressions : False leaves them out
    units : of `independent_units`, if they are known already; of the whole export if `decisions` is a part of it, so
        that meetings in practice rounds and in other parts count
    exchangeable : False if the arms play different games, so that units vary differently even without an effect: no
        p is then below that of Welch's t test

    Examples
    --------
    >>> import pandas as pd
    >>> sessions = {"a": 0, "b": 1, "c": 0, "d": 1, "e": 1, "f": 1, "g": 0, "h": 1}
    >>> table = pd.DataFrame({"session_code": list(sessions), "part": 1, "round": 1, "participant_id": 1, "group": 1,
    ...                       "treatment": ["A", "B"] * 4, "hit": list(sessions.values())})
    >>> found = compare(table, "hit", regressions=False)
    >>> found.main.effect, round(found.main.p, 3), found.means.unit
    (0.75, 0.143, 'participant')
    """
    return compared(
        prepared(
            decisions, outcome, by, arms, stratum=stratum, covariates=covariates, margin=margin,
            alternative=alternative, level=level, regressions=regressions, seed=seed, units=units,
            exchangeable=exchangeable,
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Prepared(Shown):
    """What a comparison is computed from, without the decisions.

    means, correlation, notes : as of `Comparison`; whole : means of whole sessions, where units are finer, and what
    was left out; data : of the regressions; None: there are none; the rest as `compare` was asked
    """

    means: UnitMeans
    whole: tuple[UnitMeans, list[str]] | None
    data: Cells | None
    correlation: float
    notes: tuple[str, ...]
    margin: float | None
    alternative: str
    level: float
    seed: int


def prepared(
    decisions: pd.DataFrame,
    outcome: str,
    by: str = "treatment",
    arms: Sequence[str] | None = None,
    *,
    stratum: str | Sequence[str] | None = None,
    covariates: Sequence[str] = (),
    margin: float | None = None,
    alternative: str = "two-sided",
    level: float = 0.95,
    regressions: bool = True,
    seed: int = 1,
    units: Units | None = None,
    exchangeable: bool = True,
    counted: Analysed | None = None,
) -> Prepared:
    """The first half of `compare`: it needs the decisions, and is quick; parameters as there, and counted : what
    `analysed` gives of them with the column unit, if that is known already."""
    decisions = taken(decisions)
    units = independent_units(decisions) if units is None else units
    rows, notes = counted or analysed(units.added(decisions), outcome)
    means = unit_means(rows, outcome, by, units.kind, arms, stratum)
    means = replace(means, observation=observation_of(outcome), exchangeable=exchangeable)
    means, more = _two_arms(means)
    notes += (*more, *units.leaks, *units.notes, *_order_note(rows, means, by))
    whole = session_level(rows, means, by, units, stratum) if units.finer_than_sessions else None
    kept = rows[rows[UNIT].isin(means.units) & rows[by].astype(str).isin(means.arms) & rows[outcome].notna()]
    # an outcome that is the same in all rows of each arm leaves a regression no error to estimate
    varies = kept.groupby(by, observed=True)[outcome].nunique().max() > 1
    data = cells_of(kept, outcome, by, means, stratum, covariates) if regressions and varies else None
    correlation = intra_unit_correlation(kept[outcome].to_numpy(dtype=float), kept[UNIT], kept[by])
    return Prepared(means, whole, data, correlation, notes, margin, alternative, level, seed)


def compared(made: Prepared) -> Comparison:
    """The second half of `compare`: permutations and bootstraps, of few numbers."""
    means, alternative, level, seed = made.means, made.alternative, made.level, made.seed
    main = with_note(permutation_test(means, alternative, level, seed=seed), *(f"{note}." for note in made.notes))
    rank_test = wilcoxon if means.design == "within" else mann_whitney
    others = [rank_test(means, alternative, level), *effect_sizes(means, level, seed=seed)]
    if made.whole is not None:
        whole, found = made.whole
        tested = permutation_test(whole, alternative, level, seed=seed)
        others.insert(0, with_note(replace(tested, method=f"{SESSION_LEVEL}: {tested.method}"), *found))
    if made.margin is not None:
        others.insert(0, equivalence_test(means, made.margin, level, seed=seed))
    if made.data is not None:
        others += regressions_of(made.data, level, seed)
    return Comparison(main, tuple(others), means, made.correlation, made.notes, made.whole[0] if made.whole else None)


def session_level(
    rows: pd.DataFrame,
    means: UnitMeans,
    by: str,
    units: Units,
    stratum: str | Sequence[str] | None = None,
) -> tuple[UnitMeans, list[str]]:
    """Whole sessions as units (units of one session share a day, a room, a reading aloud), and what was left out.

    `rows` and `means` are those of the finer units; strata that differ within a session are left out.
    """
    there = rows.assign(**{UNIT: units.sessions.of(rows)})
    columns = columns_of(stratum)
    same = not columns or bool((there.groupby(UNIT)[columns].nunique(dropna=False) <= 1).all(axis=None))
    found = unit_means(there, means.outcome, by, SESSION, means.arms, stratum if same else None)
    found, notes = _two_arms(replace(found, observation=means.observation, exchangeable=means.exchangeable))
    if not same:
        notes += (f"{', '.join(columns)} differs within sessions and is no stratum here",)
    return found, [f"{note}." for note in notes]


def observation_of(outcome: str) -> str:
    return "group" if outcome.removesuffix(rates.ABOVE) in GROUP_OUTCOMES else "decision"


def analysed(decisions: pd.DataFrame, outcome: str) -> Analysed:
    """The rows that count for an outcome, and what was left out in words.

    Practice rounds and decisions by the computer do not count; of an outcome that all members of a group share, one
    row a group does.
    Tables without the columns that tell are taken as they are.
    """
    if "practice" in decisions:
        decisions = decisions[~decisions["practice"].to_numpy(dtype=bool)]
    rows, what = decisions, observation_of(outcome)
    if what == "group" and {"group_timed_out", "position"} <= set(decisions):
        rows = rates.own_groups(decisions)
        of = int((decisions["position"] == 1).sum())
    elif {"timed_out", "message"} <= set(decisions):
        rows, of = rates.own_decisions(decisions), len(decisions)
    else:
        of = len(decisions)
    notes = []
    if out := of - len(rows):
        notes.append(f"{counted(out, what)} not made or made by the computer {'is' if out == 1 else 'are'} left out")
    return rows, tuple(notes)


def cells_of(
    rows: pd.DataFrame,
    outcome: str,
    by: str,
    means: UnitMeans,
    stratum: str | Sequence[str] | None = None,
    covariates: Sequence[str] = (),
) -> Cells:
    """The decisions of the regressions; strata are covariates, too. The mixed logit has one random intercept a
    participant, or a unit where a row is a group's."""
    rows = rows.assign(**{column: rows[column].astype(str) for column in columns_of(stratum)})
    covariates = list(dict.fromkeys([*covariates, *columns_of(stratum)]))
    person = [] if means.observation == "group" else [c for c in ("session_code", "participant_id") if c in rows]
    first, second = means.arms
    data = cells(rows, outcome, by, (first, second), means.unit, covariates, person)
    return replace(data, observation=means.observation)


def regressions_of(data: Cells, level: float = 0.95, seed: int = 1) -> list[Estimate]:
    """Regressions of decisions: linear always, logit, probit and mixed logit where outcomes are 0 and 1."""
    found = [clustered(data, "linear", "CR2", level), wild_cluster_bootstrap(data, "linear", seed=seed)]
    if data.is_rate:
        found += [clustered(data, family, "CR2", level) for family in ("logit", "probit")]
        found += [wild_cluster_bootstrap(data, "logit", seed=seed), mixed(data, "logit", level)]
    left_out = f"Left out, as the same in all rows: {listed(data.left_out)}." if data.left_out else ""
    return [with_note(estimate, left_out) for estimate in found]


def _two_arms(means: UnitMeans) -> tuple[UnitMeans, tuple[str, ...]]:
    """Units that allow one design; where some are in both arms and some in one, the more frequent kind."""
    means.need_two_arms()
    if means.design != "mixed":
        return means, ()
    in_both = ~np.isnan(means.means).any(axis=1)
    keep_both = in_both.sum() >= (~in_both).sum()
    left_out = counted(int((in_both != keep_both).sum()), means.unit)
    kind = "in one arm only" if keep_both else "in both arms"
    return means.only(in_both == keep_both), (f"{left_out} {kind} left out, because the others are not",)


def _order_note(rows: pd.DataFrame, means: UnitMeans, by: str) -> tuple[str, ...]:
    """Whether all units that were in both arms were in the same one first."""
    if means.design != "within" or "decided_at" not in rows:
        return ()
    of_arms = rows[rows[by].astype(str).isin(means.arms) & rows[UNIT].isin(means.units)]
    begun = of_arms.groupby([UNIT, of_arms[by].astype(str)])["decided_at"].min().unstack()
    first = begun[means.arms[0]] < begun[means.arms[1]]
    if not (first.all() or (~first).all()):
        return ()
    earlier = means.arms[0] if first.all() else means.arms[1]
    return (f"All units were in {earlier} first: the effect of the order cannot be told from that of the arm",)
