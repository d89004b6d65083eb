"""The plan: what is primary, what is exploratory, and what is refused."""

import pytest

from analysis.__main__ import main
from analysis.errors import ExportError
from analysis.report.plan import Hypothesis, Plan, of_study, sentence

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
    plan = Plan(of_study(path), source="study file study.toml")
    assert plan.of("nash_played", "a", "b") == Hypothesis("nash_played", "primary", ("a", "b"), "less", 5)
    assert plan.of("nash_played", "a", "c").kind == "exploratory"
    assert plan.of("truthful", "a", "c").kind == "secondary"
    assert "primary: Nash" in sentence(plan, {"nash_played": "Nash", "truthful": "Truth"})
    assert sentence(Plan(), {}).startswith("No primary outcome was named")


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
            'line 3: hypotheses[1].arms = ["a"]: must be the names of two',
        ),
        (
            '[[hypotheses]]\noutcome = "nash_played"\nmargin = -1',
            "line 3: hypotheses[1].margin = -1: must be greater than 0",
        ),
        ('[[hypotheses]]\noutcome = "nash_played"\nside = "left"', 'line 3: hypotheses[1].side = "left": unknown key'),
        ("hypotheses = 3", "line 1: hypotheses = 3: must be a list"),
        ("[[", "expected a TOML file"),
    ],
)
def test_a_wrong_study_file_is_refused_in_one_line(tmp_path, text, complaint):
    path = tmp_path / "study.toml"
    path.write_text(text)
    with pytest.raises(ExportError) as caught:
        of_study(path)
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--margin", "5"], "expected --primary too"),
        (["--primary", "profit"], "--primary: outcome is 'profit'"),
        (["--primary", "nash_played", "--strata", "wave"], "--strata wave: no such column"),
        (["--primary", "nash_played", "--margin", "0"], "margin is 0.0"),
    ],
)
def test_wrong_options_are_refused(options, complaint, capsys, tmp_path):
    arguments = ["report", "examples/data/production", "--no-behaviour", "--out", str(tmp_path / "out"), *options]
    assert main(arguments) == 2
    assert complaint in capsys.readouterr().err
