"""The specification curve: the main test under every combination of choices that could have been made otherwise.

Choices: decisions that the computer drew at a timeout (left out, or in), rounds (all, or the last half), participants
who did not pass the quiz, participants who dropped out, and those who had played with somebody in whose place the
computer decided (in, or out), and participants who are excluded (out, or in). Those that concern nobody are no choice.
Of an outcome that a group shares, a group is
out if one of its members is. (Simonsohn, Simmons and Nelson 2020.)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from analysis.figures.specification import specification_figure
from analysis.games import GROUP, drawn
from analysis.inference.compare import observation_of
from analysis.inference.results import Estimate
from analysis.inference.unit_means import unit_means
from analysis.measures.outcomes import Outcome
from analysis.measures.rates import HALVES, add_half, own_groups
from analysis.report.comparisons import ARM
from analysis.report.described import whose_p
from analysis.report.further.section import DRAWS, MAX_EXACT, Section, estimates_of, main_test, pairs_asked
from analysis.report.methods import Sources
from analysis.report.play_results import shown
from analysis.report.tables import Numbers, Table
from analysis.report.writing import p_text, with_limits
from analysis.words import NOTHING, counted, fixed
from mechanisms.session.record import GONE

MOST, DRAWN, FEWEST = 6, 3, 3
"""Comparisons that have a curve (each costs a test for each combination), of these figures, and tests of a figure."""


@dataclass(frozen=True)
class Choice:
    """name : as in table and figure; usual, other : what is done in the main test, and otherwise"""

    name: str
    usual: str
    other: str


TIMEOUTS = Choice("Timeouts", "drawn decisions out", "drawn decisions in")
ROUNDS = Choice("Rounds", "all rounds", "last half")
QUIZ = Choice("Quiz", "not passed: in", "not passed: out")
DROPOUTS = Choice("Dropouts", "in", "out")
AFFECTED = Choice("Partner gone", "in", "out")
EXCLUDED = Choice("Excluded", "out", "in")
Specification = tuple[tuple[Choice, bool], ...]
"""Each choice, and whether it is made the other way."""


@dataclass(frozen=True)
class Curve:
    """All specifications of one outcome and pair, the usual one first: the main test itself."""

    outcome: Outcome
    pair: str
    specifications: tuple[Specification, ...]
    estimates: tuple[Estimate, ...]


def specification_curve(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None where nothing is compared or there is no choice."""
    table, whole = add_half(sources.predicted), sources.with_excluded
    choices = choices_in(table) + ((EXCLUDED,) if whole is not None else ())
    pairs = pairs_asked(sources.inference)
    if not choices or not pairs:
        return None
    tables = table, table if whole is None else add_half(whole)
    curves = [_curve(tables, choices, *pair, sources) for pair in pairs[:MOST]]
    tests = estimates_of([(c.outcome.column, e) for c in curves for e in c.estimates], corrected=False)
    tests["note"] = [_words(s) for c in curves for s in c.specifications]
    figures = [figure for curve in curves[:DRAWN] if (figure := _figure(curve, numbers)) is not None]
    result = _table(curves, choices, numbers.table("Specification curves"))
    sentences = [_said(curve) for curve in curves]
    if more := len(pairs) - len(curves):
        sentences.append(f"{counted(more, 'further comparison')} of these outcomes left out here, to keep it short.")
    return Section("specification", "Specification curve", tuple(sentences), (result,), METHODS, tuple(figures), tests)


METHODS = (
    "Specification curve. The test of the main table under all combinations of: decisions by the computer out or "
    "in, all rounds or the last half, participants who failed the quiz in or out, dropouts in or out, and decisions "
    "from the round on in which the computer decided for somebody of the group who was gone, in or out, excluded "
    "participants out or in (what concerns nobody is no choice). Groups are out if a member is. The first is the main "
    "test itself; the others are of all "
    f"arrangements up to {MAX_EXACT:,}, beyond that of {DRAWS:,} random ones."
)


def choices_in(table: pd.DataFrame) -> tuple[Choice, ...]:
    """The choices that the data leave."""
    there = table["message"].notna()
    concern = {
        TIMEOUTS: bool((drawn(table) & there).any()),
        ROUNDS: bool((table["half"] == HALVES[0]).any()),
        QUIZ: bool((table["quiz_not_passed"].astype("boolean").fillna(False) & there).any()),
        DROPOUTS: bool((table["dropout"].astype("boolean").fillna(False) & there).any()),
        AFFECTED: bool((affected(table) & there & ~drawn(table)).any()),
    }
    return tuple(choice for choice, some in concern.items() if some)


def affected(table: pd.DataFrame) -> pd.Series:
    """Whether somebody was gone in the own group in this round or an earlier one of the part, and the computer decided
    there: from then on this is not play among people.

    Parameters
    ----------
    table : decisions that count, any index
    """
    if "decided_by" not in table:
        return pd.Series(False, index=table.index)
    here = table["decided_by"].isin(GONE).groupby([table[name] for name in GROUP]).transform("any")
    in_order = table.assign(_here=here).sort_values("round", kind="stable")
    people = [in_order[name] for name in ("session_code", "participant_code", "part")]
    return in_order["_here"].groupby(people).cummax().reindex(table.index).astype(bool)


def rows_under(table: pd.DataFrame, column: str, otherwise: frozenset[Choice]) -> pd.DataFrame:
    """The decisions or groups that count for an outcome if these choices are made the other way; `table` has half,
    and with EXCLUDED the excluded ones."""
    out = pd.Series(False, index=table.index)
    for choice, flag in ((QUIZ, "quiz_not_passed"), (DROPOUTS, "dropout")):
        if choice in otherwise:
            out |= table[flag].astype("boolean").fillna(False).astype(bool)
    if AFFECTED in otherwise:
        out |= affected(table)
    late = drawn(table) & table["message"].notna()
    if observation_of(column) == "group":
        of_group = [table[name] for name in GROUP]
        # in the analysis a group is out for a timeout, or for an excluded member, who is out in any case
        other = table["group_excluded"].astype("boolean").fillna(False).astype(bool) & (EXCLUDED not in otherwise)
        flagged = other | table["surplus"].isna() if TIMEOUTS in otherwise else table["group_timed_out"].fillna(True)
        gone = flagged.astype(bool) | out.groupby(of_group).transform("any")
        rows = own_groups(table.assign(group_timed_out=gone))
    else:
        kept = table["message"].notna() & ~out
        rows = table[kept if TIMEOUTS in otherwise else kept & ~late]
    return rows[rows["half"] == HALVES[1]] if ROUNDS in otherwise else rows


def _curve(
    tables: tuple[pd.DataFrame, pd.DataFrame],
    choices: tuple[Choice, ...],
    outcome: Outcome,
    first: str,
    second: str,
    sources: Sources,
) -> Curve:
    usual, *others = (tuple(zip(choices, other, strict=True)) for other in product([False, True], repeat=len(choices)))
    main = next(
        comparison.main
        for used, comparison in sources.inference.comparisons
        if used.column == outcome.column and comparison.means.arms == (first, second)
    )
    own = [table[table[ARM].isin([first, second])] for table in tables]
    estimates = [main, *(_test(own[(EXCLUDED, True) in one], one, outcome, first, second, sources) for one in others)]
    return Curve(outcome, f"{second} − {first}", (usual, *others), tuple(estimates))


def _test(
    own: pd.DataFrame, specification: Specification, outcome: Outcome, first: str, second: str, sources: Sources
) -> Estimate:
    rows = rows_under(own, outcome.column, frozenset(choice for choice, other in specification if other))
    rows = rows[rows[outcome.column].notna()]
    plan, there = sources.inference.plan, set(rows[ARM])
    arms = [arm for arm in (first, second) if arm in there]
    means = unit_means(rows, outcome.column, ARM, sources.units.kind, arms, plan.stratum)
    if len(arms) < 2:
        return means.refusal("permutation test of unit means", ["numpy"], "a treatment has no decision left")
    return main_test(means, outcome, plan.of(outcome.raw, first, second).alternative)


def _words(specification: Specification) -> str:
    return "; ".join(f"{c.name}: {c.other if other else c.usual}" for c, other in specification)


def _figure(curve: Curve, numbers: Numbers) -> dict[str, Any] | None:
    """The figure of one curve; None where there are too few tests for one: the table has them."""
    there = [k for k, e in enumerate(curve.estimates) if not np.isnan(e.p)]
    if len(there) < FEWEST:
        return None
    factor, what = curve.outcome.factor, f"{curve.outcome.title}, {curve.pair}"
    choices = [choice for choice, _ in curve.specifications[0]]
    made = np.array([[other for _, other in curve.specifications[k]] for k in there])
    drawing = specification_figure(
        np.array([curve.estimates[k].effect for k in there]) * factor,
        np.array([curve.estimates[k].interval for k in there]) * factor,
        np.stack([~made, made], axis=2).reshape(len(there), -1),
        [f"{choice.name}: {option}" for choice in choices for option in (choice.usual, choice.other)],
        there.index(0) if 0 in there else None,
        "% points" if curve.outcome.unit == "%" else curve.outcome.unit,
        what,
    )
    title = (
        f"Specification curve: {what}. Each column is one way to analyse the data, in the order of its estimate; dots "
        "below: what was chosen; filled circle: the choices of the main test. Bars: 95 % intervals of the permutation "
        f"test of unit means ({curve.estimates[0].unit}s)."
    )
    return shown("specification", drawing, numbers.figure(title))


def _table(curves: list[Curve], choices: tuple[Choice, ...], caption: str) -> Table:
    rows = []
    for curve in curves:
        f, d = curve.outcome.factor, curve.outcome.decimals
        for specification, e in zip(curve.specifications, curve.estimates, strict=True):
            made = [choice.other if other else choice.usual for choice, other in specification]
            units = " + ".join(str(n) for _, n in e.n_units)
            rows.append([curve.outcome.heading, curve.pair, *made, units, with_limits(e, f, d), p_text(e.p)])
    head = ["Outcome", "Comparison", *(choice.name for choice in choices), "Units", "Difference (95 % interval)", "p"]
    note = (
        "The first row of each outcome is the main test. p is not corrected: these are the same hypothesis over and "
        f"over. {NOTHING}: no test is possible.{whose_p(e for curve in curves for e in curve.estimates)}"
    )
    return Table(caption, head, rows, texts=2 + len(choices), note=note)


def _said(curve: Curve) -> str:
    f, d = curve.outcome.factor, curve.outcome.decimals
    effects = [e.effect * f for e in curve.estimates if not np.isnan(e.effect)]
    rejected = sum(e.p <= 0.05 for e in curve.estimates)
    if not effects:
        return f"{curve.outcome.title}, {curve.pair}: no difference can be estimated."
    least, most, main = (fixed(effect, d) for effect in (min(effects), max(effects), effects[0]))
    lies = (
        f"lies between {least} and {most} (main: {main})" if least != most else f"is {main} in each, to what is shown"
    )
    many = f"{curve.outcome.title}, {curve.pair}: in {counted(len(curve.estimates), 'specification')}"
    return f"{many} the difference {lies}; p ≤ 0.05 in {rejected}."
