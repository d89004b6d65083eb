"""The first page: question, design and result with its uncertainty, in MOST_WORDS words at most."""

from __future__ import annotations

from collections import Counter

import numpy as np

from analysis.inference import Comparison
from analysis.inference.results import of_arms
from analysis.inference.unit_means import NO_INTERVAL
from analysis.measures.bands import cluster_bands
from analysis.measures.outcomes import Outcome
from analysis.registration.deviations import MISSING
from analysis.registration.testing import OF_OWN_SCALE
from analysis.report import described
from analysis.report.comparison_tables import session_level
from analysis.report.comparisons import ARM, Inference
from analysis.report.effect_tables import equivalence_of, pair_of, verdict
from analysis.report.further.registered import deviations_sentence
from analysis.report.further.section import rows_of
from analysis.report.methods import NOBODY, TITLES, Sources, session_words, told
from analysis.report.plan import KINDS, Hypothesis, Plan
from analysis.report.registered_tests import Tested, corrected, least_corrected, results_of
from analysis.report.sequences import sequences, sequences_words
from analysis.report.tables import Row, records
from analysis.report.writing import difference_unit, equals, interval_text, interval_words, p_text
from analysis.words import capital, counted, fixed, listed
from mechanisms.studies.hypotheses import CHANCE, ONE_SIDED, TESTS

MOST_WORDS = 200
MOST_NAMED, MOST_RESULTS = 3, 2
"""Treatments that are named, and tests that are told."""


def abstract(sources: Sources) -> list[tuple[str, str]]:
    """(heading, text) of the three parts."""
    outcomes = told(sources.inference)
    parts = {"Question": _question(sources, outcomes), "Design": _design(sources), "Result": _result(sources, outcomes)}
    return list(parts.items())


def _treatments(sources: Sources) -> str:
    names = list(sources.names.values())
    return listed(names) if len(names) <= MOST_NAMED else f"{len(names)} treatments"


def _primary(inference: Inference) -> list[Hypothesis]:
    return [hypothesis for hypothesis in inference.plan.hypotheses if hypothesis.kind == KINDS[0]]


def _question(sources: Sources, outcomes: list[Outcome]) -> str:
    if len(sources.names) < 2 or not outcomes:
        return f"How close to theory is play in {_treatments(sources)}?"
    there = {outcome.column: outcome for outcome in outcomes}
    primary = _primary(sources.inference)
    asked = [h for h in primary if h.outcome in there][:MOST_RESULTS]
    if not asked:
        first = outcomes[0].title
        missing = listed(dict.fromkeys(_small(TITLES[h.outcome]) for h in primary))
        named = (
            f"What was named beforehand ({sources.inference.plan.source}), {missing}, is in no decision of these data "
            "and not tested" if primary else "No primary outcome was named beforehand"
        )  # fmt: skip
        return (
            f"Do {_treatments(sources)} differ in what people do, such as {_small(first)}? {named}: every result is "
            "exploratory."
        )
    parts = [_asked(h, sources, there[h.outcome]) for h in asked]
    question = " and ".join(parts)
    return f"{capital(question)}? Named beforehand ({sources.inference.plan.source})."


THAN = {"two-sided": "other than", "greater": "greater than", "less": "less than"}
TRENDS = {"two-sided": "rise or fall", "greater": "rise", "less": "fall"}


def _asked(planned: Hypothesis, sources: Sources, outcome: Outcome) -> str:
    """The question of a hypothesis on one arm, or on several, in its direction and with its margin."""
    arms, titled = planned.arms, f"“{outcome.title}”"
    margin = "" if planned.margin is None else f"{planned.margin:g}{difference_unit(outcome)}"
    if len(arms) == 1:
        unit = "" if planned.value == CHANCE else f" {outcome.unit}"
        return f"is {titled} in {arms[0]} {_than(planned, f'{planned.value}{unit}', margin)}"
    if len(arms) == 2 and planned.alternative in ONE_SIDED:
        return f"is {titled} in {arms[1]} {_than(planned, f'in {arms[0]}', margin)}"
    named = listed(arms) if arms else _treatments(sources)
    if planned.test == "trend":
        return f"does {titled} {TRENDS[planned.alternative]} over {named}"
    within = f" by less than {margin}" if planned.test == "equivalence" else ""
    beside = f" (margin of equivalence: {margin})" if margin and not within else ""
    return f"do {named} differ in {_small(outcome.title)}{within}{beside}"


def _than(planned: Hypothesis, other: str, margin: str) -> str:
    """What is asked in comparison with another arm or a value."""
    than = f"{THAN[planned.alternative]} {other}"
    if planned.test == "noninferiority":
        worse = next(side for side in ONE_SIDED if side != planned.alternative)
        return f"not {THAN[worse]} {other} by {margin} or more"
    if planned.test == "equivalence":
        return f"within {margin} of {other}"
    return f"{than} by more than {margin}" if planned.test == "superiority" else than


def _design(sources: Sources) -> str:
    rows = sources.predicted
    people = len(rows[["session_code", "participant_id"]].drop_duplicates())
    matching = listed(f"{kind}s".replace("_", " ") for kind in sorted(map(str, rows["matching"].dropna().unique())))
    rounds = sorted({int(entry) for entry in rows["rounds"].dropna()})
    length = f"{rounds[0]} to {rounds[-1]} rounds" if len(rounds) > 1 else counted(rounds[0], "round")
    length += " of each" if sequences(rows) else ""
    played = f"; {words}" if (words := sequences_words(rows)) else ""
    units, several = len(sources.units.table), int((sources.units.table["sessions"] > 1).sum())
    joined = f", {several} of them of several sessions" if several else ""
    return (
        f"{counted(len(sources.names), 'treatment')} ({_treatments(sources)}), {counted(people, 'participant')} in "
        f"{counted(rows['session_code'].nunique(), 'session')}, {length}, groups of {matching}{played}; "
        f"{counted(int(rows['message'].notna().sum()), 'decision')}. Independent units: {units} "
        f"({sources.units.kind}{'s' if units != 1 else ''}{joined})."
    )


def _result(sources: Sources, outcomes: list[Outcome]) -> str:
    """The registered tests, and in what the data are not as registered; without these tests, what the data show."""
    inference, registration = sources.inference, sources.inference.plan.registration
    if registration is None:
        return _found(sources, outcomes)
    results = results_of(registration, inference)
    told = _registered(results, inference)
    more = len(told) - MOST_RESULTS
    rest = [f"{counted(more, 'other registered test')} below."] if more > 0 else []
    first = [*told[:MOST_RESULTS], *rest] or [_found(sources, outcomes)]
    return " ".join([*_untested(results), *first, *_deviating(inference.plan)])


def _found(sources: Sources, outcomes: list[Outcome]) -> str:
    """The tests of the primary hypotheses; without any, those of the first outcome; one treatment: what it shows."""
    inference = sources.inference
    tests = [(*pair, row) for pair, row in zip(inference.comparisons, records(inference.main), strict=True)]
    primary = [test for test in tests if test[2]["family"] == KINDS[0]]
    other = [test for outcome in outcomes for test in tests if test[0].raw == outcome.column]
    if found := (primary or other)[:MOST_RESULTS]:
        more = sum(not np.isnan(row["p"]) for *_, row in tests) - sum(not np.isnan(row["p"]) for *_, row in found)
        rest = [f"{counted(more, 'other test')} below."] if more else []
        finer = [RELY] if any(session_level(comparison) for _, comparison, _ in found) else []
        return " ".join([*(_test(*test, inference) for test in found), *finer, *rest])
    shown = [text for text in (_shown(sources, outcome) for outcome in outcomes) if text]
    return " ".join(shown[:MOST_RESULTS]) or NOBODY


def _untested(results: list[Tested]) -> list[str]:
    """One sentence on the hypotheses of which there are no data, for some of their pairs or at all."""
    tested = {one.name for one in results if one.estimate is not None}
    lost = [one for one in results if one.estimate is None]
    names = dict.fromkeys(f"{one.name} ({one.pair})" if one.name in tested else one.name for one in lost)
    return [f"{listed(names)} not tested: no data."] if names else []


def _deviating(plan: Plan) -> list[str]:
    """How often the data are not as registered, and the arms that nobody played."""
    missing = [deviation.where for deviation in plan.deviations if deviation.what == MISSING]
    told = [f"No data of {listed(missing)}."] if missing else []
    return [*told, deviations_sentence(len(plan.deviations))] if plan.deviations else []


def _registered(found: list[Tested], inference: Inference) -> list[str]:
    """What the registered tests say, primary hypotheses first, and of each first one pair."""
    told: Counter[str] = Counter()
    all_ = []
    for one, p, least in zip(found, corrected(found), least_corrected(found), strict=True):
        if one.outcome is not None and one.estimate is not None:
            all_.append((KINDS.index(one.spec.kind), told[one.name], one, p, least))
            told[one.name] += 1
    texts = []
    for *_, one, p, least in sorted(all_, key=lambda entry: entry[:2]):
        if one.outcome is None or one.estimate is None:
            continue
        text = f"{one.name}, {_small(one.outcome.title)}: {one.compared}{_effect(one)}"
        if np.isnan(p):
            texts.append(f"{text}. {one.estimate.note.rstrip('.')}.")
            continue
        own, p_corrected = p_text(one.p), p_text(p)
        of = of_arms(one.estimate.n_units, one.estimate.unit)
        texts.append(
            f"{text} ({_limits(one)}{one.test}, {one.spec.alternative}, p {equals(own)}, {p_corrected} "
            f"corrected by Holm, N = {of}{'' if one.whole is None else f'; {session_words(one.whole)}'}): "
            f"{one.verdict(p, least)}.{_beside(one, inference)}"
        )
    return texts


def _beside(one: Tested, inference: Inference) -> str:
    """The test of equivalence beside a registered test that has a margin and a direction."""
    if one.spec.margin is None or TESTS[one.spec.test_in_force].margin:
        return ""
    for outcome, comparison in inference.comparisons:
        pairs = {pair_of(comparison), " − ".join(comparison.means.arms)}
        if outcome.raw == one.spec.outcome and one.pair in pairs:
            return _equivalence(outcome, comparison, inference)
    return ""


def _equivalence(outcome: Outcome, comparison: Comparison, inference: Inference) -> str:
    """What the test says that the difference is within the margin; "" where no margin was named."""
    test, margin = equivalence_of(outcome, comparison, inference)
    if test is None:
        return ""
    f, d = outcome.factor, outcome.decimals
    told = f" Equivalence within {margin:g}{difference_unit(outcome)}: {verdict(test)}"
    if np.isnan(test.p):
        return f"{told}."
    limits = interval_words(test.interval[0] * f, test.interval[1] * f, d, level=test.level)
    return f"{told} (p {equals(p_text(test.p))}, {limits})."


RELY = "Where the two differ, the test with whole sessions is the one to rely on."


def _effect(one: Tested) -> str:
    """The estimate after what is compared, in its unit; nothing where the test estimates none."""
    if one.estimate is None or one.outcome is None or np.isnan(one.estimate.effect):
        return ""
    if one.spec.test_in_force in OF_OWN_SCALE:
        return f" {fixed(one.estimate.effect, 2)}"
    shown = f" {fixed(one.estimate.effect * one.outcome.factor, one.outcome.decimals)}{one.unit}"
    return shown + described.in_strata(one.estimate)


def _limits(one: Tested) -> str:
    """The interval of the estimate, where there is one or a reason that there is none."""
    if one.estimate is None or one.outcome is None:
        return ""
    own = one.spec.test_in_force in OF_OWN_SCALE
    (low, high), level = one.estimate.interval, one.estimate.level
    if np.isnan(low) and NO_INTERVAL not in one.estimate.note:
        return ""
    f, d = (1.0, 2) if own else (one.outcome.factor, one.outcome.decimals)
    return f"{interval_words(low * f, high * f, d, one.spec.alternative, level)}; "


def _test(used: Outcome, comparison: Comparison, row: Row, inference: Inference) -> str:
    f, d = used.factor, used.decimals
    if np.isnan(row["effect"]):
        return f"{used.title}: {row['second_arm']} and {row['first_arm']} not compared. {row['note'].rstrip('.')}."
    difference = fixed(row["effect"] * f, d)
    text = f"{used.title}: {row['second_arm']} less {row['first_arm']} {difference}{difference_unit(used)}"
    text += described.in_strata(comparison.main)
    if np.isnan(row["p"]):
        return f"{text}. {row['note'].rstrip('.')}."
    p, corrected = p_text(row["p"]), p_text(row["p_holm"])
    limits = interval_words(row["low"] * f, row["high"] * f, d, row["alternative"])
    whole = session_level(comparison)
    beside = "" if whole is None else f"; {session_words(whole)}"
    return (
        f"{text} ({limits}, p {equals(p)}, {corrected} corrected by Holm, "
        f"N = {row['n_units_by_arm']} {inference.unit_plural}{beside}; {row['family']})."
        f"{_equivalence(used, comparison, inference)}"
    )


def _shown(sources: Sources, outcome: Outcome) -> str:
    """The mean of the units of each treatment, with its interval where there are enough."""
    rows, f, d = rows_of(sources.predicted, outcome.column), outcome.factor, outcome.decimals
    table = cluster_bands(rows, outcome.column, (ARM,))
    cells = []
    for row in records(table)[:MOST_NAMED]:
        limits = "" if np.isnan(row["low"]) else f" (95 % interval {interval_text(row['low'] * f, row['high'] * f, d)})"
        cells.append(f"{fixed(row['mean'] * f, d)} {outcome.unit}{limits} in {row[ARM]}")
    return f"{outcome.title}: {listed(cells)}." if cells else ""


def _small(title: str) -> str:
    """A title within a sentence: Nash keeps its capital."""
    return title if title.startswith("Nash") else title[:1].lower() + title[1:]
