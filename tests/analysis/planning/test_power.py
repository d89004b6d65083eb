"""Power from behaviour: against closed forms, under nulls, whoever computes it, and after a kill."""

import json

import numpy as np
import pytest
from scipy.stats import nct, t

from analysis import load_decisions, predict
from analysis.__main__ import main
from analysis.measures.outcomes import with_outcomes
from analysis.planning.decisions import detectable, rejections
from analysis.planning.experiments import Arm, Experiments, played
from analysis.planning.power import PlanError, behavioural_power
from analysis.planning.work import done, pieces
from analysis.simulation.writing import write_sessions
from mechanisms.subjects.population import Population
from tests.analysis.simulate import TREATMENTS, treatment

NOISY = Population.of("0.5*qre(lambda=0.01~0.5/0.3) + 0.5*uniform")


def arm(name, population=NOISY, **protocol):
    changed = treatment(name, practice_rounds=0, **protocol)
    return Arm(json.dumps(changed.definition), population, changed.protocol.participants)


def closed_form(effect, n, level=0.05):
    """Power of the two-sided t test of two samples of n normal numbers with standard deviation 1."""
    away, freedom = effect * np.sqrt(n / 2), 2 * n - 2
    limit = t.ppf(1 - level / 2, freedom)
    return nct.sf(limit, freedom, away) + nct.cdf(-limit, freedom, away)


@pytest.mark.parametrize(("effect", "n"), [(0.0, 8), (1.0, 8), (0.7, 20)])
def test_normal_unit_means_have_the_power_of_the_closed_form(effect, n):
    rng = np.random.default_rng(1)
    first, second = rng.standard_normal((2, 20_000, n))
    found = rejections("t", first, second + effect, "two-sided", 0.05).mean()
    expected = closed_form(effect, n)
    assert found == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 20_000) + 0.004)


def test_the_detectable_effect_is_that_of_the_closed_form():
    first, null = np.random.default_rng(2).standard_normal((2, 20_000, 10))
    assert closed_form(detectable("t", first, null, "two-sided", 0.05, 0.8), 10) == pytest.approx(0.8, abs=0.015)
    assert detectable("t", first, null, "less", 0.05, 0.8) < 0


def test_without_a_difference_tests_reject_as_often_as_they_say():
    found = played(Experiments((arm("chen_serial"), arm("chen_serial")), "earnings", (3,)), 0, 600)
    assert found["first"].shape == (600, 6)
    for test in ("permutation", "ranks", "t"):
        shares = [rejections(test, found["first"], found[k], "two-sided", 0.05).mean() for k in ("second", "null")]
        assert max(shares) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 600)
        assert shares[0] > 0.01


def test_outcomes_and_costs_are_those_of_the_exports(tmp_path):
    """Sessions of experiment 0, written as exports, read, predicted and measured as data of a laboratory."""
    arms = arm("production_serial"), arm("production_vcg", Population.of("0.5*truthful + 0.5*uniform"))
    for outcome in ("efficiency", "nash_played", "earnings"):
        found = played(Experiments(arms, outcome, (2,)), 0, 1)
        for k, name in enumerate(("first", "second")):
            own = arms[k]
            written = write_sessions(own.treatment, own.population, 6, tmp_path / name)
            table = with_outcomes(predict(load_decisions(str(written.path))).decisions)
            table = table[table["seed"].isin([2 * k + 1, 2 * k + 2])]
            rows = table[table["position"] == 1] if outcome != "earnings" else table
            means = rows.groupby("seed")[outcome].apply(lambda x: x.astype("Float64").mean()).to_numpy(dtype=float)
            assert found[name][0] == pytest.approx(means)
            paid = table.groupby(["seed", "participant_id"])["total_payment"].first().astype(float)
            assert found[f"{name}_cost"][0] == pytest.approx(paid.groupby("seed").sum().to_numpy())


def test_more_sessions_more_power_and_more_cost():
    result = behavioural_power(
        (arm("cason_pivotal"), arm("cason_groves")), "dominant_played", [2, 4], "t", experiments=60
    )
    rows = result.table
    assert (np.diff(rows["power"]) >= 0).all()
    assert rows["cost"].iloc[1] == pytest.approx(2 * rows["cost"].iloc[0], rel=0.02)
    assert rows["participants"].tolist() == [80, 160]
    assert (rows["power_low"] <= rows["power"]).all()


def test_what_is_not_known_of_a_parameter_differs_between_experiments():
    sure, unsure = (
        played(Experiments((arm("chen_serial", Population.of(text)),) * 2, "earnings", (4,)), 0, 50)["first"]
        for text in ("qre(lambda=0.01)", "qre(lambda=0.01~0/0/1)")
    )
    assert unsure.mean(axis=1).std() > 3 * sure.mean(axis=1).std()
    within = unsure - unsure.mean(axis=1, keepdims=True)
    assert within.std() < unsure.std() / 2


def test_workers_and_kills_change_nothing(tmp_path):
    wanted = (arm("park_vcg"), arm("park_agv")), "earnings", [2], "t"
    alone = behavioural_power(*wanted, experiments=120).table
    assert behavioural_power(*wanted, experiments=120, workers=2).table.equals(alone)

    class Killed(BaseException):
        pass

    def die(text):
        if text.startswith("2 of 3"):
            raise Killed

    with pytest.raises(Killed):
        behavioural_power(*wanted, experiments=120, folder=tmp_path, tell=die)
    assert len(list(tmp_path.glob("*.npz"))) == 2
    said = []
    again = behavioural_power(*wanted, experiments=120, folder=tmp_path, tell=said.append)
    assert again.table.equals(alone)
    assert [text.split(",")[0] for text in said] == ["3 of 3 pieces"]
    assert "s left" in said[0]


def squares(first, last):
    return {"n": np.arange(first, last) ** 2}


def test_two_workers_of_a_ray_cluster():
    pytest.importorskip("ray", reason="Ray is optional: see requirements-ray.txt")
    found = done(squares, pieces(7, 2), "squares", workers=2, ray="local")
    assert found["n"].tolist() == [0, 1, 4, 9, 16, 25, 36]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"test": "anova"}, "test: 'anova': use one of permutation"),
        ({"alternative": "more"}, "alternative"),
        ({"test": "linear", "alternative": "greater"}, "alternative"),
        ({"test": "equivalence"}, "margin"),
        ({"level": 2}, "level: 2"),
        ({"sessions": []}, "sessions"),
    ],
)
def test_what_cannot_be_asked_for(changes, words):
    asked = {"sessions": [2], "experiments": 10} | changes
    with pytest.raises(PlanError, match=words):
        behavioural_power((arm("park_vcg"), arm("park_agv")), "earnings", **asked)


@pytest.mark.parametrize("test", ["linear", "wild"])
def test_tests_of_decisions(test):
    result = behavioural_power((arm("park_vcg"), arm("park_agv")), "truthful", [3], test, experiments=6)
    assert result.table["power"].between(0, 1).all()
    assert np.isnan(result.table["detectable"]).all()


def test_on_the_command_line_with_a_pilot(tmp_path, capsys):
    files = [str(TREATMENTS / f"{name}.toml") for name in ("chen_proportional", "chen_serial")]
    for file in files:
        play = ["--subjects", "qre(lambda=0.02)", "--sessions", "4", "--out", str(tmp_path / "pilot")]
        assert main(["simulate", file, *play]) == 0
    options = ["--subjects", "qre", "--pilot", str(tmp_path / "pilot"), "--outcome", "earnings", "--sessions", "2", "3"]
    assert main(["power", *files, *options, "--simulations", "60", "--test", "t", "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "as fitted to the pilot" in said
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "power.csv", "power.md", "power.txt", "power.pdf", "power.png", "power.svg",
    }  # fmt: skip
    assert main(["power", files[0], "--subjects", "uniform", "--sessions", "2"]) == 2
    assert "error: power: name two treatment files" in capsys.readouterr().err
