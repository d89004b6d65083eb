"""The first page: question, design and result in 200 words at most, the result with its uncertainty."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.measures.outcomes import OUTCOMES
from analysis.report import registered_tests
from analysis.report.abstract import MOST_WORDS, _asked, _registered, abstract
from analysis.report.effect_tables import verdict
from analysis.report.methods import methods
from analysis.report.plan import Hypothesis, Plan
from analysis.report.sections import data
from analysis.report.tables import Numbers
from analysis.report.writing import interval_text
from mechanisms.studies import HypothesisSpec
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, rising, sources_of


def words(parts):
    return sum(len(f"{heading} {text}".split()) for heading, text in parts)


def sessions(names, rounds=2):
    return [
        simulate.session(arm(name, rounds), f"{name[-1]}{k}abcdef", rising(0.3 + 0.05 * n, 0.0), seed=10 * k + n)
        for n, name in enumerate(names)
        for k in range(4)
    ]


def test_a_planned_comparison(tmp_path):
    hypothesis = Hypothesis("nash_played", arms=("arm_a", "arm_b"))
    plan = Plan((hypothesis, Hypothesis("earnings", "secondary")), source="study file s.toml")
    sources = sources_of(tmp_path, *sessions(["arm_a", "arm_b", "arm_c"]), plan=plan)
    parts = dict(abstract(sources))
    assert list(parts) == ["Question", "Design", "Result"]
    assert "groups of perfect strangers; " in parts["Design"]
    assert (
        parts["Question"] == "Do arm_a and arm_b differ in Nash play of groups? Named beforehand (study file s.toml)."
    )
    assert "3 treatments (arm_a, arm_b and arm_c), 240 participants in 12 sessions, 2 rounds" in parts["Design"]
    row = sources.inference.main.query("family == 'primary'").iloc[0]
    assert f"arm_b less arm_a {100 * row['effect']:.1f}".replace("-", "−") in parts["Result"]
    assert "(95 % interval" in parts["Result"]
    tests = int(sources.inference.main["p"].notna().sum())
    assert parts["Result"].endswith(f"N = 4 (arm_a) and 4 (arm_b) sessions; primary). {tests - 1} other tests below.")
    for low, high, words_ in (
        (-np.inf, 0.5, "one-sided 95 % interval −∞ to 50.0"),
        (np.nan, np.nan, "no interval, as"),
    ):
        changed = sources.inference.main.assign(low=low, high=high, alternative="less")
        shown = dict(abstract(replace(sources, inference=replace(sources.inference, main=changed))))["Result"]
        assert f"({words_}" in shown
    assert words(parts.items()) <= MOST_WORDS


def test_the_question_of_equivalence_is_answered(tmp_path):
    """Beside the one-sided test, whose p says nothing about the margin; also where the plan is registered."""
    plan = Plan((Hypothesis("nash_played", alternative="less", margin=10.0),), source="by the command line")
    sources = sources_of(tmp_path, *sessions(["arm_a", "arm_b"]), plan=plan)
    parts = dict(abstract(sources))
    assert "less than in arm_a" in parts["Question"] or "(margin of equivalence: 10 percentage" in parts["Question"]
    ((used, comparison),) = [c for c in sources.inference.comparisons if c[0].column == "nash_played"]
    (test,) = [one for one in comparison.others if one.method.startswith("equivalence")]
    limits = interval_text(100 * test.interval[0], 100 * test.interval[1], 1)
    said = f" Equivalence within 10 percentage points: {{}} (p = {test.p:.3f}, 90 % interval {limits})."
    assert f"sessions; primary).{said.format(verdict(test))}" in parts["Result"]
    assert words(parts.items()) <= MOST_WORDS
    spec = HypothesisSpec(outcome="nash_played", alternative="less", margin=10, arms=["arm_a", "arm_b"])
    one = registered_tests.Tested(spec, "H1", "arm_b − arm_a", used, comparison.main)
    assert _registered([one], sources.inference)[0].endswith(said.format(verdict(test)))


def test_numbers_of_units_are_those_of_the_analysis(tmp_path):
    """Also where a whole session and somebody of another one are left out."""
    (tmp_path / "out.csv").write_text(
        "session_code,participant_code,reason\na0abcdef,,pilot\na1abcdef,pa1a002,spoke\n", encoding="utf-8"
    )
    sources = sources_of(tmp_path, *sessions(["arm_a", "arm_b"]), exclude=tmp_path / "out.csv")
    assert "139 participants in 7 sessions" in (design := dict(abstract(sources))["Design"])
    assert design.endswith("Independent units: 7 (sessions).")
    about = data(sources.predicted, sources.diagram, sources.units, sources.names, Numbers())
    assert "160 participants in 8 sessions were recruited, 139 participants in 7 sessions with" in about["sentence"]
    assert about["units"].endswith(": 7 sessions of 19 and 20 participants.")
    units = {row[0]: row[2] for row in about["tables"][-1].rows}
    assert (len(units), units["a1abcdef"]) == (7, "19")


def test_nothing_planned_and_many_treatments(tmp_path):
    two = sources_of(tmp_path, *sessions(["arm_a", "arm_b"]))
    parts = dict(abstract(two))
    assert "every result is exploratory" in parts["Question"]
    assert parts["Result"].count("95 % interval") == parts["Result"].count("corrected by Holm") == 2
    planned = replace(two.inference, plan=Plan((Hypothesis("efficiency"),), source="by the command line"))
    question = dict(abstract(replace(two, inference=planned)))["Question"]  # no surplus of this game is positive
    named = (
        "What was named beforehand (by the command line), surplus / efficient surplus, is in no decision of these data"
    )
    assert f"{named} and not tested: every result is exploratory." in question
    one = Plan((Hypothesis("nash_played", arms=("arm_a",), value="chance"), Hypothesis("earnings")), source="s.toml")
    question = dict(abstract(replace(two, inference=replace(two.inference, plan=one))))["Question"]
    asked = "Is “Nash play of groups” in arm_a other than chance and do arm_a and arm_b differ in earnings in a round?"
    assert question.startswith(asked)
    long = {key: f"a_treatment_with_quite_a_long_name_{k}" for k, key in enumerate("abcdefgh")}
    many = replace(two, names=long)
    assert "8 treatments differ" in dict(abstract(many))["Question"]
    assert words(abstract(many)) <= MOST_WORDS


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"alternative": "less"}, "is T in b less than in a"),
        ({"alternative": "less", "test": "superiority"}, "is T in b less than in a by more than 5 %p"),
        ({"alternative": "less", "test": "noninferiority"}, "is T in b not greater than in a by 5 %p or more"),
        ({"test": "equivalence"}, "do a and b differ in truthful reports by less than 5 %p"),
        ({"margin": None}, "do a and b differ in truthful reports"),
        ({}, "do a and b differ in truthful reports (margin of equivalence: 5 %p)"),
        ({"arms": ("a",), "value": "4", "alternative": "greater"}, "is T in a greater than 4 %"),
        ({"arms": ("a",), "value": "chance", "test": "equivalence"}, "is T in a within 5 %p of chance"),
        ({"arms": tuple("abc"), "test": "trend", "alternative": "less"}, "does T fall over a, b and c"),
    ],
)  # fmt: skip
def test_what_is_asked(changes, asked):
    given = {"arms": ("a", "b"), "margin": 5.0, **changes}
    (outcome,) = (outcome for outcome in OUTCOMES if outcome.column == "truthful")
    assert _asked(Hypothesis("truthful", **given), None, outcome) == asked.replace("T", "“Truthful reports”").replace(
        "%p", "percentage points"
    )


def test_why_there_is_no_test(tmp_path):
    first, *_, last = sessions(["arm_a", "arm_b"])
    sources = sources_of(tmp_path, first, last)
    few = "the independent unit is the session, and there are too few of them (1 in arm_a, 1 in arm_b)"
    assert f"No test is possible: {few}." in dict(abstract(sources))["Result"]
    assert f"differences no test is possible: {few}." in " ".join(methods(sources))


@pytest.mark.parametrize("count", [1, 4])
def test_one_treatment_is_described(tmp_path, count):
    sources = sources_of(tmp_path, *sessions(["arm_a"])[:count])
    parts = dict(abstract(sources))
    assert parts["Question"] == "How close to theory is play in arm_a?"
    assert ("95 % interval" in parts["Result"]) == (count == 4)
    assert parts["Result"].startswith("Dominant-strategy play: ")
