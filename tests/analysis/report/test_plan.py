"""The plan: what is primary, what is exploratory, and what is refused."""

import pytest

from analysis import read_exports
from analysis.__main__ import main
from analysis.errors import ExportError
from analysis.report.checked import check, check_arms
from analysis.report.plan import Hypothesis, Plan, planned_by, registration_of, sentence, units_of
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, rising, sources_of
from tests.analysis.report.reports import report

STUDY = """
[[hypotheses]]
outcome = "nash_played"
arms = ["b", "a"]
alternative = "greater"
margin = 5

[[hypotheses]]
outcome = "truthful"
kind = "secondary"
"""


def test_a_study_file(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(STUDY)
    plan = Plan(planned_by(registration_of(path), path), source="study file study.toml")
    assert plan.of("nash_played", "a", "b") == Hypothesis("nash_played", "primary", ("a", "b"), "less", 5)
    assert plan.of("nash_played", "a", "c").kind == "exploratory"
    assert plan.of("truthful", "a", "c").kind == "secondary"
    titles = {"nash_played": "Nash", "truthful": "Truth"}
    said = sentence(plan, titles, [("nash_played", "a", "b")])
    assert said.startswith("Named beforehand (study file study.toml), primary: Nash. All")
    nothing = "Nothing that was named beforehand (study file study.toml) is tested (Nash and Truth): every test is expl"
    assert sentence(plan, titles, [("nash_played", "a", "c")]).startswith(nothing)
    assert sentence(Plan(), {}, []).startswith("No primary outcome was named")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[hypotheses]]\noutcome = "nash"', "hypotheses[1]: outcome is 'nash'; expected one of dominant_played"),
        (
            '[[hypotheses]]\noutcome = "nash_played"\nkind = "main"',
            "line 3: hypotheses[1].kind = \"main\": must be 'primary' or 'secondary'",
        ),
        (
            '[[hypotheses]]\noutcome = "nash_played"\narms = ["a"]',
            'line 3: hypotheses[1].arms = ["a"]: names one arm: name two',
        ),
        (
            '[[hypotheses]]\noutcome = "nash_played"\nmargin = -1',
            "line 3: hypotheses[1].margin = -1: must be greater than 0",
        ),
        ('[[hypotheses]]\noutcome = "nash_played"\narms = ["a", "a"]', "names 'a' twice"),
        ('[[hypotheses]]\noutcome = "nash_played"\nside = "left"', 'line 3: hypotheses[1].side = "left": unknown key'),
        ("hypotheses = 3", "line 1: hypotheses = 3: must be a list"),
        ("[[", "expected a TOML file"),
    ],
)
def test_a_wrong_study_file_is_refused_in_one_line(tmp_path, text, complaint):
    path = tmp_path / "study.toml"
    path.write_text(text)
    with pytest.raises(ExportError) as caught:
        planned_by(registration_of(path), path)
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--margin", "5"], "expected --primary too"),
        (["--primary", "profit"], "--primary: outcome is 'profit'"),
        (["--primary", "nash_played", "--strata", "wave"], "--strata wave: no such column"),
        (["--primary", "nash_played", "--secondary", "nash_played"], "--secondary nash_played: this outcome is named"),
        (["--same-person", "session_code"], "--same-person: session_code is "),
        (["--primary", "nash_played", "--margin", "0"], "margin is 0.0"),
        (["--covariates", "message"], "--covariates message: it is decided or known only with the decision, or after"),
    ],
)
def test_wrong_options_are_refused(options, complaint, capsys, tmp_path):
    arguments = ["report", "examples/data/production", "--no-behaviour", "--out", str(tmp_path / "out"), *options]
    assert main(arguments) == 2
    assert complaint in capsys.readouterr().err


def test_treatments_that_are_not_in_the_data_are_refused(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(STUDY)
    plan = Plan(planned_by(registration_of(path), path))
    check_arms(plan, ["a", "b", "c"])
    with pytest.raises(ExportError) as caught:
        check_arms(plan, ["b", "aa"])
    assert str(caught.value) == f"--study {path}: hypotheses[1]: arms names 'a'; expected treatments of the data: aa, b"


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Three arms of one game, four sessions each."""
    return [
        simulate.session(arm(f"arm_{name}", rounds=2), f"{name}{k}abcdef", rising(share, 0.0), seed=10 * k + ord(name))
        for name, share in (("a", 0.3), ("b", 0.5), ("c", 0.7))
        for k in range(4)
    ]


def test_strata_that_have_one_treatment_each_are_refused(tmp_path, three):
    for rows in (three[0], three[-1]):
        simulate.write(tmp_path / f"{rows[0]['session_code']}_custom.csv", rows)
    decisions = read_exports(tmp_path).decisions
    for column in ("treatment", "session_code"):
        with pytest.raises(ExportError, match=f"^--strata {column}: no entry has units of two treatments, .*pairs\\)$"):
            units_of(decisions, Plan(stratum=(column,)))
    assert units_of(decisions, Plan(stratum=("rounds",))).kind == "session"
    with pytest.raises(
        ExportError, match=r"^--covariates treatment: it has one entry in each treatment, .*treatments$"
    ):
        check(decisions, Plan(covariates=("rounds", "treatment")))


def test_covariates_that_leave_no_regression_are_refused(tmp_path, three):
    """A column that follows from another one, from the strata or treatments, and one with an entry a unit."""
    simulate.write(tmp_path / "all_custom.csv", [row for rows in three for row in rows])
    decisions = read_exports(tmp_path).decisions
    number = decisions["session_code"].str[1].astype(int)
    made = decisions.assign(age=number**2 + 20.0, twice=2.0 * number**2, room="room " + decisions["session_code"])
    made = made.assign(wave=number.astype(str), late=number > 1)
    assert check(made, Plan(covariates=("age",))) == []
    for strata, covariates, said in (
        ((), ("age", "twice"), "twice: all or part of it follows from the treatment and age, so that no"),
        (("wave",), ("late",), "late: all or part of it follows from the treatment and wave, so that no"),
        ((), ("room",), "room: all or part of it follows from the treatment, so that no"),
        ((), ("wave", "age"), "age: all or part of it follows from the treatment and wave, so that no"),
    ):
        with pytest.raises(ExportError) as caught:
            check(made, Plan(stratum=strata, covariates=covariates))
        assert str(caught.value).startswith(f"--covariates {said}")
    one_pair = made.assign(other=made["twice"].where(made["treatment"] != "arm_c", made["round"] * 1.0))
    (note,) = check(one_pair, Plan(covariates=("age", "other")))
    assert note.startswith("arm_a and arm_b: --covariates other: all or part of it follows from the treatment and age")
    (note,) = check(made, Plan(unit=("treatment",)))
    few = "1 unit in arm_a, 1 unit in arm_b and 1 unit in arm_c: with fewer than two independent units in a treatment"
    assert note.startswith(f"--unit treatment: {few}")


def test_an_outcome_that_some_treatments_cannot_have_is_told(tmp_path, three):
    """One line, with the treatments that have it."""
    demands = simulate.session(simulate.treatment("chen_serial", rounds=2), "chen1abc")
    simulate.write(tmp_path / "report_custom.csv", three[0])
    simulate.write(tmp_path / "demand_custom.csv", demands)
    decisions = read_exports(tmp_path).decisions
    planned = Plan((Hypothesis("truthful", where="--primary"), Hypothesis("earnings")))
    (told,) = check(decisions, planned)
    why = "messages are demands, not reports (chen_serial)"
    assert told == f"--primary truthful: {why}; it is in arm_a only, so that nothing is compared"
    with pytest.raises(ExportError, match=r"^--primary transfers_sum: it is in units of utility, and the treatments "):
        check(decisions, Plan((Hypothesis("transfers_sum", where="--primary"),)))
    with pytest.raises(ExportError) as caught:
        check(decisions[decisions["treatment"] == "chen_serial"], planned)
    assert str(caught.value).startswith(f"--primary truthful: {why}: nothing here can be tested by it; expected ")
    assert "nash_played or efficient or " in str(caught.value)


def test_a_misspelt_treatment_stops_the_report(tmp_path, three):
    plan = Plan((Hypothesis("nash_played", arms=("arm_a", "arm_x"), where="study.toml: hypotheses[1]"),))
    with pytest.raises(ExportError, match=r"study.toml: hypotheses\[1\]: arms names 'arm_x'; expected .* arm_a, arm_b"):
        sources_of(tmp_path, *three, plan=plan)


def test_what_was_planned_is_in_the_summary_and_on_the_page(tmp_path, three):
    planned = Hypothesis("transfers_sum", "primary", ("arm_a", "arm_c"), margin=0.5)
    absent = Hypothesis("truthful", "secondary", ("arm_a", "arm_b"))
    plan = Plan((absent, planned), source="by hand")
    _, page = report(tmp_path / "planned", *three, plan=plan)
    primary, secondary = page.text.index("Budget: sum of transfers: "), page.text.index("Truthful reports: ")
    said = page.text[primary:secondary]
    assert "arm_c less arm_a" in said
    assert "; primary; equivalence within ±0.5 units of utility: " in said
    assert "arm_b less" not in said
    (head, row) = page.tables["Tests of equivalence"]
    assert (row[1], row[2], row[3]) == ("primary", "arm_c − arm_a", "±0.5 units of utility")
    assert head[-1] == "Result"
    assert row[-1] in ("equivalent", "not shown")


def test_a_hypothesis_that_nothing_is_about_is_told(tmp_path, pairwise):
    plan = Plan((Hypothesis("nash_played"),), source="by hand")
    _, page = report(tmp_path / "alone", pairwise, plan=plan)
    assert "The primary hypothesis on Nash play of groups is not tested" in page.text
