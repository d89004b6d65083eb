"""The tables of the section on inference: differences, sizes of effects, robustness, the units behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.inference import Comparison, Units
from analysis.inference.compare import SESSION_LEVEL
from analysis.inference.hypothesis_tests.levels import NOT_KEPT
from analysis.inference.hypothesis_tests.omnibus import OF_ALL, PAIRWISE
from analysis.inference.results import Estimate
from analysis.inference.unit_means import NO_INTERVAL
from analysis.measures.chance import CHANCE
from analysis.measures.outcomes import OUTCOMES, Outcome, meaning, without_chance
from analysis.report import described, plan
from analysis.report.comparisons import Inference
from analysis.report.effect_tables import (
    effects_table,
    equivalence_table,
    find,
    pair_of,
    robustness_table,
    told_of_main,
)
from analysis.report.registered_tests import impossible, results_of
from analysis.report.tables import Numbers, Table, records
from analysis.report.writing import interval_text, p_text
from analysis.words import NOTHING, capital, counted, fixed, listed


def section(inference: Inference, units: Units, numbers: Numbers) -> dict[str, Any]:
    """Tables and sentences for the template."""
    found: list[Table] = []
    pairs = list(dict.fromkeys(pair_of(comparison) for _, comparison in inference.comparisons))
    which = f": {pairs[0]}" if len(pairs) == 1 else ""
    if len(inference.main):
        found.append(main_table(inference, numbers.table(f"Differences between treatments{which}")))
        if inference.any_difference:
            found.append(any_table(inference, numbers.table("Any difference between treatments")))
        if any(planned.of_equivalence for planned in inference.plan.hypotheses):
            found.append(equivalence_table(inference, numbers.table(f"Tests of equivalence{which}")))
        found.append(effects_table(inference, numbers.table(f"Sizes of effects{which}")))
        found.append(robustness_table(inference, numbers.table(f"p-values of other methods{which}")))
    if which:
        found = [_without_pair(table) for table in found]
    notes = {note for _, comparison in inference.comparisons for note in comparison.notes}
    notes |= set(told_of_main(inference, NOT_KEPT))
    notes |= {f"{pair_of(c)}: {told}" for _, c in inference.comparisons if (told := c.means.as_tested().remark)}
    return {
        "compared": bool(inference.comparisons),
        "not_tested": not_tested(inference),
        "before": before(inference) if inference.comparisons else [],
        "tables": found,
        "refused": refused(inference),
        "notes": sorted({*notes, *inference.notes, *units.leaks, *units.notes}),
    }


ABOVE_NOTE = (
    "Games differ in what uniform random play gives, so that raw rates and amounts of different games are descriptive "
    "only: a difference between them can be one of chance alone. What is compared between different games is therefore "
    "the outcome above chance: the hit rate less the area of the prediction (Selten's measure), or the outcome less "
    "its expectation under uniform play, with mean 0 in every game if play is uniform."
)


REGISTERED_NOTE = (
    "Every registered hypothesis with its own test is in the table of registered hypotheses. The table here has "
    "permutation tests of all outcomes: those of them that are registered are corrected with their whole family, the "
    "others are exploratory, also where a hypothesis on the outcome was registered with another test."
)


def before(inference: Inference) -> list[str]:
    """What must be known before the table of tests is read: what was planned, what is compared, what is possible."""
    titles = {outcome.column: outcome.title for outcome in OUTCOMES}
    found = [plan.sentence(inference.plan, titles, inference.compared)]
    found += not_tested(inference)
    if any(outcome.raw != outcome.column for outcome, _ in inference.comparisons):
        found.append(ABOVE_NOTE)
    if any(session_level(comparison) for _, comparison in inference.comparisons):
        found.append(FINER_NOTE)
    main, registration = inference.main[inference.main["p"].notna()], inference.plan.registration
    if registration is not None:
        found += [REGISTERED_NOTE, *impossible(results_of(registration, inference))]
        main = main[main["family"] == plan.KINDS[-1]]
    for family, tests in main.groupby("family", sort=False):
        least = float(tests["least_p_holm"].min())
        if least > 1 - inference.comparisons[0][1].main.level:
            units = "; ".join(sorted(set(tests["n_units_by_arm"])))
            possible = float(tests["least_p"].min()) <= 1 - inference.comparisons[0][1].main.level
            remedy = "Fewer tests in the family, named beforehand, or more" if possible else "Only more"
            found.append(
                f"With {counted(len(tests), f'{family} test')} of so few {inference.unit_plural} ({units}) no p-value "
                f"corrected by Holm's method can be below {p_text(least)}: whatever the data, nothing can be "
                f"significant at 5 % after correction. {remedy} {inference.unit_plural} would make it possible."
            )
    return found


def not_tested(inference: Inference) -> list[str]:
    """Planned hypotheses that nothing in the data is about, one sentence each."""
    titles = {outcome.column: outcome.title for outcome in OUTCOMES}
    return [
        (
            f"The {planned.kind} hypothesis on {titles[planned.outcome]}"
            f"{f' of {listed(planned.arms)}' if planned.arms else ''} is not tested: the outcome is not there, or "
            "cannot be compared, in two of these treatments."
        )
        for planned in plan.untested(inference.plan, inference.compared)
    ]


def refused(inference: Inference) -> list[str]:
    """Why there is no test, one sentence a reason."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for outcome, comparison in inference.comparisons:
        if np.isnan(comparison.main.p):
            reasons.setdefault((pair_of(comparison), comparison.main.note), []).append(outcome.title)
    return [f"{pair}: {note} ({', '.join(titles)})" for (pair, note), titles in reasons.items()]


def _without_pair(table: Table) -> Table:
    """The table without the column that would say the same in every row."""
    if "Comparison" not in table.head:
        return table
    k = table.head.index("Comparison")
    rows = [[*row[:k], *row[k + 1 :]] for row in table.rows]
    return replace(table, head=[*table.head[:k], *table.head[k + 1 :]], rows=rows, texts=table.texts - 1)


def side_by_side(inference: Inference, outcomes: Sequence[Outcome], names: Sequence[str], caption: str) -> Table:
    """One row an outcome, one column a treatment: mean over units, standard deviation between them in parentheses."""
    rows: list[list[str]] = []
    lacking: dict[str, list[str]] = {}
    there = [outcome for outcome in outcomes if outcome.column in inference.means]
    for outcome in there:
        means = inference.means[outcome.column]
        cells = []
        for name in names:
            values = means.means[:, means.arms.index(name)] if name in means.arms else NONE
            cells.append(_mean_and_sd(values[~np.isnan(values)] * outcome.factor, outcome.decimals))
        rows.append([outcome.heading, *cells])
        chance = inference.means.get(outcome.column + CHANCE)
        if chance is None:
            lacking.setdefault(without_chance(outcome), []).append(outcome.title)
        else:
            expected = [chance.means[:, chance.arms.index(name)] if name in chance.arms else NONE for name in names]
            given = [fixed(_mean(values) * outcome.factor, outcome.decimals) for values in expected]
            rows.append([BY_CHANCE, *given])
    by_chance = ""
    if len(rows) > len(there):
        told = "; ".join(f"{listed(titles)}, {why}" for why, titles in lacking.items())
        but = f" (no such row: {told})" if lacking else ""
        by_chance = f"{capital(BY_CHANCE)}: what uniform random play gives with the same types{but}. "
    note = (
        "Means over independent units, each weighing alike; in parentheses the standard deviation between units, where "
        f"there are at least two. {by_chance}{meaning([outcome.column for outcome in there])} "
        f"{NOTHING}: not defined for this treatment."
    )
    return Table(caption, ["Outcome", *names], rows, note=note)


NONE = np.zeros(0)
FINER_NOTE = (
    "The units are finer than sessions. People of one session share a day, a room and what is read aloud, which such "
    "units take for chance: if sessions differ, their tests find effects that are none. The test with whole sessions "
    "as units therefore stands beside each (p, whole sessions), and is the one to rely on where the two differ."
)


def session_level(comparison: Comparison) -> Estimate | None:
    """The test with whole sessions as units, where units are finer."""
    return find(comparison, (SESSION_LEVEL,))


BY_CHANCE = "by chance alone"


def _mean(values: np.ndarray) -> float:
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else np.nan


def _mean_and_sd(values: np.ndarray, decimals: int) -> str:
    if not len(values):
        return NOTHING
    spread = f" ({fixed(float(values.std(ddof=1)), decimals)})" if len(values) > 1 else ""
    return fixed(float(values.mean()), decimals) + spread


def unit_table(inference: Inference, outcomes: Sequence[Outcome], caption: str) -> Table:
    """One row a unit and treatment: what the tests are computed from."""
    shown = [outcome for outcome in outcomes if outcome.column in inference.means]
    rows: dict[tuple[str, str], list[str]] = {}
    for k, outcome in enumerate(shown):
        means = inference.means[outcome.column]
        for u, a in zip(*np.nonzero(~np.isnan(means.means)), strict=True):
            key = (means.arms[a], str(means.units[u]))
            cells = rows.setdefault(key, [NOTHING] * len(shown))
            cells[k] = fixed(means.means[u, a] * outcome.factor, outcome.decimals)
    head = ["Treatment", "Unit", *(outcome.heading for outcome in shown)]
    note = "Each row is one observation of the tests: the mean over the unit's decisions or groups in that treatment."
    return Table(caption, head, [[*key, *cells] for key, cells in sorted(rows.items())], texts=2, note=note)


def main_table(inference: Inference, caption: str) -> Table:
    rows = []
    finer = any(session_level(comparison) for _, comparison in inference.comparisons)
    for (outcome, comparison), row in zip(inference.comparisons, records(inference.main), strict=True):
        whole = session_level(comparison)
        beside = [p_text(np.nan if whole is None else whole.p)] if finer else []
        rows.append(
            [
                outcome.heading,
                str(row["family"]),
                f"{row['second_arm']} − {row['first_arm']}",
                " + ".join(re.findall(r"(?:^|and )(\d+)", str(row["n_units_by_arm"]))),
                fixed(row["effect"] * outcome.factor, outcome.decimals),
                interval_text(row["low"] * outcome.factor, row["high"] * outcome.factor, outcome.decimals),
                p_text(row["p"]),
                *beside,
                p_text(row["p_holm"]),
                p_text(row["least_p"]),
                p_text(row["least_p_holm"]),
            ]
        )
    head = [
        "Outcome",
        "Family",
        "Comparison",
        "Units",
        "Difference",
        "95 % interval",
        "p",
        *(["p, whole sessions"] if finer else []),
        "p (Holm)",
        "Least possible p",
        "Least possible p (Holm)",
    ]
    return Table(caption, head, rows, texts=3, note=_main_note(inference))


def _main_note(inference: Inference) -> str:
    """What the columns are, and how they were computed."""
    main = inference.main
    kinds = sorted({str(text).split(",")[0] for text in main["p_method"] if text})
    one_sided = (main["p"].notna() & (main["alternative"] != "two-sided")).any()
    narrow = told_of_main(inference, NO_INTERVAL)
    return (
        "Permutation test of unit means, two-sided but for planned hypotheses with a direction"
        f"{f' ({listed(kinds)})' if kinds else ''}. {' '.join([*described.main_test(inference), ''])}"
        f"{described.of_welch(inference)}Interval: every constant shift that the test does not reject"
        f"{'; of a test with a direction it is one-sided' if one_sided else ''}; ∞: "
        f"{'the side that such a test leaves open, or ' if one_sided else ''}so few units that the data set no limit. "
        f"Holm: corrected for the tests of the same family{described.strict(inference)}"
        f"{', of registered ones with those of other tables' if inference.plan.registration else ''}. "
        "Least possible p: no data of so many units can give a smaller one, as that is the share of the most extreme "
        "arrangements; above 0.05 the test cannot reject, whatever the data; (Holm): the same after the correction. "
        f"{NOTHING}: no test is possible{', or no interval' if narrow else ''}. "
        + " ".join([*narrow, "Differences of rates in percentage points."])
    )


def any_table(inference: Inference, caption: str) -> Table:
    rows = [
        [outcome.title, ", ".join(f"{n} ({arm})" for arm, n in test.n_units), p_text(test.p), test.note or NOTHING]
        for outcome, test in inference.any_difference
    ]
    tests = [test for _, test in inference.any_difference]
    bound = PAIRWISE if inference.plan.stratum else OF_ALL
    guarded = any("Welch" in test.method for test in tests)
    note = (
        "Permutation test that no treatment differs from the others, by the sum of squares between treatments, each "
        f"over its variance (studentised){described.within(inference)}."
        + (f" p is never below the {bound}.{described.whose_p(tests)}" if guarded else "")
    )
    return Table(caption, ["Outcome", "Units", "p", "Remark"], rows, texts=2, note=note)
