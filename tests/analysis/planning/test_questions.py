"""What a study asks of a power analysis: its hypotheses, by people who differ between arms; nothing is said again."""

import json
import re
import shlex

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nct, t

from analysis.__main__ import main
from analysis.inference import UnitMeans, omnibus_test, trend_test
from analysis.planning.decisions import Asked, p_values_of, rejections
from analysis.planning.experiments import Arm, Experiments, played
from analysis.planning.power import Question, behavioural_power
from analysis.registration.testing import estimate_of
from mechanisms.subjects.population import Population
from tests.analysis.simulate import treatment
from tests.house import ROOT
from tests.shared import mostly_thorough, thorough

STUDY = """
[[arms]]
name = "usual"
treatment = "park_vcg"
participants = 3
sessions = 4
style = "traditional"
[[arms]]
name = "menu"
treatment = "park_vcg"
participants = 3
sessions = 4
style = "menu"
[[arms]]
treatment = "park_agv"
participants = 3
sessions = 4
[[hypotheses]]
outcome = "truthful"
arms = ["usual", "menu"]
alternative = "greater"
level = 0.1
[[hypotheses]]
outcome = "truthful"
arms = ["menu", "park_agv"]
test = "noninferiority"
alternative = "greater"
margin = 20
[[hypotheses]]
outcome = "truthful"
arms = ["usual", "menu", "park_agv"]
[power.subjects]
usual = "0.2*truthful + 0.8*uniform"
menu = "truthful"
park_agv = "truthful"
"""


@pytest.fixture
def asked(tmp_path, monkeypatch, capsys):
    """What the command prints and says is wrong, of a study with some words replaced."""
    monkeypatch.chdir(ROOT)

    def ask(*options, old="", new="", simulations=20):
        path = tmp_path / "described.toml"
        path.write_text(STUDY.replace(old, new), "utf-8")
        code = main(["power", str(path), "--simulations", str(simulations), "--rounds", "2", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ask


@thorough
def test_each_arm_is_played_by_its_own_people(asked, tmp_path):
    code, out, _ = asked("--out", str(tmp_path / "plans"))
    assert code == 0
    assert [line.split(":")[0] for line in out.splitlines() if re.match("H[0-9]", line)] == ["H1", "H2", "H3"]
    assert "0.2*truthful + 0.8*uniform in usual and truthful in menu" in out
    assert "permutation test of unit means (greater, 3.33 %, 10 % for its family of 3 tests)" in out
    assert "worse by less than the margin (greater, 1.67 %, 5 % for its family of 3 tests) with a margin of 0.2 " in out
    found = {k: (tmp_path / "plans" / k / "power.csv").read_text("utf-8").splitlines() for k in ("H1", "H2")}
    rows = {k: dict(zip(*(line.split(",") for line in lines), strict=True)) for k, lines in found.items()}
    assert {row["sessions"] for row in rows.values()} == {"4"}  # as the arms plan
    assert float(rows["H1"]["effect"]) == pytest.approx(0.4, abs=0.1)  # half of what is random is the truth
    assert float(rows["H1"]["power"]) > 0.5
    assert float(rows["H2"]["effect"]) == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"old": 'menu = "truthful"'}, r"power.subjects has no 'menu': say who is expected to play, as in menu ="),
        (
            {"old": 'menu = "truthful"', "new": 'menu = "honest"'},
            r"line 34: power.subjects.menu = 'honest': arm menu: 'hon",
        ),
        (
            {"old": "\nusual = ", "new": "\nusuall = "},
            r"has subjects for 'usuall', which is no arm: use usual, menu, p",
        ),
        ({"old": "sessions = 4"}, r"described: arm usual plans no number of sessions: use --sessions N"),
        (["--outcome", "earnings"], r"--outcome earnings: .*described.toml says it: leave it out"),
        (["--subjects", "uniform", "uniform"], r"--subjects: one model for all arms, or none"),
        (["--pilot", "nowhere"], r"--pilot: name the model that is fitted to it"),
    ],
)
def test_what_cannot_be_is_one_line(asked, options, words):
    given = options if isinstance(options, dict) else {}
    code, _, error = asked(*(() if given else options), **given)
    assert code == 2
    assert error.count("\n") == 1
    assert re.search(words, error), error


@pytest.mark.parametrize("name", mostly_thorough(["serial", "auction", "pivotal", "groves"], "serial"))
def test_the_command_of_a_ready_made_study(name, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    [command] = re.findall(
        r"(?m)^# python -m analysis (power .*)$", (ROOT / f"studies/describe_{name}.toml").read_text()
    )
    smaller = ["--simulations", "2", "--rounds", "1"]
    assert main([*shlex.split(command), *smaller]) == 0
    assert re.findall(r"(?m)^H[12]: .*$", capsys.readouterr().out) == [
        f"H{k}: {'nash' if name == 'serial' else 'dominant'}_played, {name}_{other} less {name}_traditional"
        for k, other in enumerate(("opportunity" if name == "serial" else "menu", "advice"), 1)
    ]


THREE = """
[[arms]]
treatment = "park_vcg"
sessions = 3
participants = 6
[[arms]]
treatment = "park_pairwise"
sessions = 3
participants = 6
[[arms]]
treatment = "park_symmetric"
sessions = 2
participants = 6
[power]
model = "truthful(noise=0.3)"
[[hypotheses]]
outcome = "efficiency"
arms = ["park_vcg", "park_pairwise"]
alternative = "less"
margin = 5
test = "noninferiority"
[[hypotheses]]
outcome = "truthful"
arms = ["park_vcg"]
value = "chance"
test = "t"
[[hypotheses]]
outcome = "earnings"
arms = ["park_vcg", "park_pairwise", "park_symmetric"]
[[hypotheses]]
outcome = "truthful"
kind = "secondary"
test = "linear"
"""


def arm(name, subjects, **protocol):
    own = treatment(name, **protocol)
    return Arm(json.dumps(own.definition), Population.of(subjects), own.protocol.participants)


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    (folder / "three.toml").write_text(THREE, "utf-8")
    return folder / "three.toml"


def test_each_hypothesis_is_asked_as_it_is_registered(three, capsys):
    out = three.parent / "out"
    assert main(["power", str(three), "--simulations", "4", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    for name, words in {
        "H1: efficiency, park_pairwise less park_vcg": "with a margin of 0.05",
        "H2: truthful, park_vcg against chance": "a mean of 0",
        "H3: earnings, park_vcg, park_pairwise, park_symmetric": "1.67 %, 5 % for its family of 3",
        "H4_3: truthful, park_symmetric less park_pairwise": "With 3, 2 sessions",
    }.items():
        assert words in said[said.index(name) :].partition("\nH")[0]
    assert sorted(path.name for path in out.iterdir()) == ["H1", "H2", "H3", "H4_1", "H4_2", "H4_3"]
    table = pd.read_csv(out / "H3" / "power.csv").iloc[0]
    assert (table["sessions"], table["participants"]) == ("3, 3, 2", 48)


@thorough
def test_the_command_line_may_try_other_numbers_and_nothing_that_the_file_says(three, capsys):
    assert main(["power", str(three), "--simulations", "2", "--sessions", "1", "2"]) == 0
    assert "With 2 sessions in each arm" in capsys.readouterr().out
    assert main(["power", str(three), "--simulations", "2", "--alpha", "0.1"]) == 2
    assert f"error: --alpha 0.1: {three} says it" in capsys.readouterr().err
    (three.parent / "other.toml").write_text(THREE + '[analysis]\nunit = "wave"', "utf-8")
    assert main(["power", str(three.parent / "other.toml"), "--simulations", "2"]) == 2
    assert "analysis.unit = wave: simulated units are met or session" in capsys.readouterr().err


def test_one_arm_against_a_value_has_the_power_of_the_closed_form():
    """A session's share of truthful reports is nearly normal: 120 decisions, of which 85 % are the truth."""
    own, n, experiments = arm("park_vcg", "truthful(noise=0.3)", rounds=20, participants=6), 6, 600
    question = Question((own,), "truthful", "t", value=0.81)
    row = behavioural_power(question, [n], experiments).table.iloc[0]
    away, limit = 0.04 / np.sqrt(0.85 * 0.15 / 120) * np.sqrt(n), t.ppf(0.975, n - 1)
    expected = nct.sf(limit, n - 1, away) + nct.cdf(-limit, n - 1, away)
    assert row["power"] == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / experiments) + 0.02)
    assert row["false_positives"] == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / experiments) + 0.01)
    assert row["effect"] == pytest.approx(0.04, abs=0.005)


def test_tests_of_several_arms_are_those_of_the_report():
    arms = np.random.default_rng(3).normal(size=(3, 12, 5)) + np.arange(3)[:, None, None] / 2
    for name, test in (("any", omnibus_test), ("trend", trend_test)):
        expected = [test(UnitMeans.from_arrays(dict(zip("abc", own, strict=True)))).p for own in arms.swapaxes(0, 1)]
        np.testing.assert_array_equal(p_values_of(name, list(arms), Asked()), expected)
        assert rejections(name, arms[0], arms[1], 0.1, Asked(), arms[2]).tolist() == [p <= 0.1 for p in expected]


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("test", ["sign", "fisher", "permutation", "equivalence"])
def test_of_two_arms_each_is_that_of_the_report_between_games_too(test, paired):
    first, second = np.random.default_rng(4).integers(0, 2, size=(2, 8, 6)).astype(float)
    asked = Asked(margin=0.5, paired=paired, exchangeable=False)
    for e in range(8):
        means = (
            UnitMeans.from_pairs(first[e], second[e])
            if paired
            else UnitMeans.from_arrays({"a": first[e], "b": second[e]})
        )
        object.__setattr__(means, "exchangeable", False)
        p = estimate_of(test, means, "two-sided", 0.5).p
        assert rejections(test, first, second, 0.2, asked)[e] == (p <= 0.2)


def test_sessions_that_arms_share_have_a_mean_in_common():
    arms = tuple(arm("chen_serial", "qre(lambda=0.01~0/1)", participants=8, rounds=20) for _ in range(2))
    shared, apart = (
        played(Experiments(arms, "earnings", ((6, 6),), together=together, whole=True), 0, 20)
        for together in (True, False)
    )
    one, other = (np.corrcoef(found["arm1"].ravel(), found["arm2"].ravel())[0, 1] for found in (shared, apart))
    assert shared["arm1"].shape == (20, 6)
    assert one > 0.7
    assert abs(other) < 0.3


def test_silos_are_units():
    own = treatment("production_serial", participants=24)
    silo = Arm(json.dumps(own.definition), Population.of("uniform"), 24, 6)
    assert played(Experiments((silo,), "earnings", ((2,),)), 0, 3)["arm1"].shape == (3, 2 * 4)
