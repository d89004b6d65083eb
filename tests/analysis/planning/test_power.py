"""Power from behaviour: against closed forms, under nulls, whoever computes it, and after a kill."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.stats import nct, t

from analysis import load_decisions, predict
from analysis.__main__ import main
from analysis.behaviour import LogitEquilibrium, Uniform, empty_sessions, fit, simulate
from analysis.inference import UnitMeans, noninferiority_test, permutation_test, superiority_test, t_test, wilcoxon
from analysis.measures.outcomes import with_outcomes
from analysis.planning.cells import OutcomeError
from analysis.planning.decisions import Asked, detectable, rejections
from analysis.planning.experiments import Arm, Experiments, played
from analysis.planning.pilot import _nearest, _population
from analysis.planning.power import PlanError, Question, behavioural_power
from analysis.planning.saying import paragraph
from analysis.planning.work import WorkError, done, pieces
from analysis.simulation.writing import write_sessions
from mechanisms.subjects.population import Population
from tests.analysis.simulate import TREATMENTS, treatment
from tests.house import ROOT
from tests.shared import thorough

NOISY = Population.of("0.5*qre(lambda=0.01~0.5/0.3) + 0.5*uniform")


def arm(name, population=NOISY, **protocol):
    changed = treatment(name, practice_rounds=0, **protocol)
    return Arm(json.dumps(changed.definition), population, changed.protocol.participants)


def closed_form(effect, n, level=0.05):
    """Power of the two-sided t test of two samples of n normal numbers with standard deviation 1."""
    away, freedom = effect * np.sqrt(n / 2), 2 * n - 2
    limit = t.ppf(1 - level / 2, freedom)
    return nct.sf(limit, freedom, away) + nct.cdf(-limit, freedom, away)


ARMS = arm("park_vcg"), arm("park_agv")


@pytest.mark.parametrize(("effect", "n"), [(0.0, 8), (1.0, 8), (0.7, 20)])
def test_normal_unit_means_have_the_power_of_the_closed_form(effect, n):
    rng = np.random.default_rng(1)
    first, second = rng.standard_normal((2, 20_000, n))
    found = rejections("t", first, second + effect, 0.05).mean()
    expected = closed_form(effect, n)
    assert found == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 20_000) + 0.004)


def test_the_detectable_effect_is_that_of_the_closed_form():
    first, null = np.random.default_rng(2).standard_normal((2, 20_000, 10))
    assert closed_form(detectable("t", first, null, 0.05, 0.8), 10) == pytest.approx(0.8, abs=0.015)
    assert detectable("t", first, null, 0.05, 0.8, Asked("less")) < 0


@thorough
def test_simulated_sessions_have_the_power_of_the_closed_form():
    """A session's share of truthful reports is a binomial one, and nearly normal: 120 decisions."""
    noise, experiments = (0.30, 0.40), 500
    rounds = {"rounds": 20, "participants": 6}
    arms = tuple(arm("park_vcg", Population.of(f"truthful(noise={own})"), **rounds) for own in noise)
    rows = behavioural_power(Question(arms, "truthful", "t"), [5, 7, 10], experiments).table
    rates = 1 - np.array(noise) / 2  # half of what is random is the truth
    spread = np.sqrt((rates * (1 - rates)).mean() / 120)
    for row in rows.itertuples():
        expected = closed_form((rates[1] - rates[0]) / spread, row.sessions)
        error = np.sqrt(expected * (1 - expected) / experiments)
        assert row.power == pytest.approx(expected, abs=4 * error + 0.02)
        assert row.power_low <= row.power <= row.power_high
        assert row.false_positives == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / experiments) + 0.01)
        assert row.effect == pytest.approx(rates[1] - rates[0], abs=0.005)
    assert 0.3 < rows["power"].iloc[0] < rows["power"].iloc[-1]


def test_means_that_do_not_vary_and_single_units():
    low, high = np.zeros((1, 4)), np.ones((1, 4))
    for alternative, first, second, found in (
        ("two-sided", low, high, True), ("greater", low, high, True), ("less", low, high, False),
        ("greater", high, low, False), ("less", high, low, True), ("two-sided", low, low, False),
        ("two-sided", low[:, :1], high[:, :1], False),
    ):  # fmt: skip
        assert rejections("t", first, second, 0.05, Asked(alternative)).tolist() == [found]
    assert np.isnan(detectable("t", high / 3, high / 3, 0.05, 0.8))  # any difference would be found


@thorough
def test_without_a_difference_tests_reject_as_often_as_they_say():
    found = played(Experiments((arm("chen_serial"), arm("chen_serial")), "earnings", ((3, 3),)), 0, 600)
    assert found["arm1"].shape == (600, 6)
    for test in ("permutation", "ranks", "t"):
        shares = [rejections(test, found["arm1"], found[k], 0.05).mean() for k in ("arm2", "null2")]
        assert max(shares) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 600)
        assert shares[0] > 0.01


@thorough
def test_outcomes_and_costs_are_those_of_the_exports(tmp_path):
    """Sessions of experiment 0, written as exports, read, predicted and measured as data of a laboratory."""
    arms = arm("production_serial"), arm("production_vcg", Population.of("0.5*truthful + 0.5*uniform"))
    for outcome in ("efficiency", "nash_played", "earnings"):
        found = played(Experiments(arms, outcome, ((2, 2),)), 0, 1)
        for k, name in enumerate(("arm1", "arm2")):
            own = arms[k]
            written = write_sessions(own.treatment, own.population, 6, tmp_path / name)
            table = with_outcomes(predict(load_decisions(str(written.path))).decisions)
            table = table[table["seed"].isin([2 * k + 1, 2 * k + 2])]
            rows = table[table["position"] == 1] if outcome != "earnings" else table
            means = rows.groupby("seed")[outcome].apply(lambda x: x.astype("Float64").mean()).to_numpy(dtype=float)
            assert found[name][0] == pytest.approx(means)
            paid = table.groupby(["seed", "participant_id"])["total_payment"].first().astype(float)
            assert found[f"cost{k + 1}"][0] == pytest.approx(paid.groupby("seed").sum().to_numpy())


@thorough
def test_more_sessions_more_power_and_more_cost():
    asked = Question((arm("cason_pivotal"), arm("cason_groves")), "dominant_played", "t")
    result = behavioural_power(asked, [2, 4], 60)
    rows = result.table
    assert (np.diff(rows["power"]) >= 0).all()
    assert rows["cost"].iloc[1] == pytest.approx(2 * rows["cost"].iloc[0], rel=0.02)
    assert rows["participants"].tolist() == [80, 160]
    assert (rows["power_low"] <= rows["power"]).all()


def test_what_is_not_known_of_a_parameter_differs_between_experiments():
    sure, unsure = (
        played(Experiments((arm("chen_serial", Population.of(text)),) * 2, "earnings", ((4, 4),)), 0, 50)["arm1"]
        for text in ("qre(lambda=0.01)", "qre(lambda=0.01~0/0/1)")
    )
    assert unsure.mean(axis=1).std() > 3 * sure.mean(axis=1).std()
    within = unsure - unsure.mean(axis=1, keepdims=True)
    assert within.std() < unsure.std() / 2


@thorough
def test_workers_and_kills_change_nothing(tmp_path):
    wanted = Question((arm("park_vcg", rounds=2), arm("park_agv", rounds=2)), "earnings", "t"), [2], 120
    alone = behavioural_power(*wanted).table
    assert behavioural_power(*wanted, workers=2).table.equals(alone)

    class Killed(BaseException):
        pass

    def die(text):
        if text.startswith("2 of 3"):
            raise Killed

    with pytest.raises(Killed):
        behavioural_power(*wanted, folder=tmp_path, tell=die)
    assert len(list(tmp_path.glob("*.npz"))) == 2
    said = []
    again = behavioural_power(*wanted, folder=tmp_path, tell=said.append)
    assert again.table.equals(alone)
    assert [text.split(",")[0] for text in said] == ["3 of 3 pieces"]
    assert "s left" in said[0]


KILLED = [
    "power", str(TREATMENTS / "park_agv.toml"), str(TREATMENTS / "park_vcg.toml"), "--subjects",
    "qre(lambda=0.05~0.5/0.3)", "--outcome", "earnings", "--sessions", "2", "--test", "t", "--simulations", "900",
]  # fmt: skip
"""A run of 18 pieces."""


def killed_and_resumed(folder, *options):
    """power.csv of a run in a process of its own that is killed in the middle, and of the same command afterwards."""
    command = [sys.executable, "-m", "analysis", *KILLED, "--resume", str(folder / "kept"), *options]
    command += ["--out", str(folder / "out")]
    running = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            if len(list(folder.glob("kept/*.npz"))) >= 1 or running.poll() is not None:
                break
            time.sleep(0.1)
        running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL, "it ended before it was killed"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)  # the workers
    kept = {path: path.stat().st_mtime_ns for path in folder.glob("kept/*.npz")}
    assert 1 <= len(kept) < 18
    assert not (folder / "out").exists()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=600)
    assert all(path.stat().st_mtime_ns == written for path, written in kept.items()), "a piece was computed again"
    return (folder / "out" / "power.csv").read_bytes()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The same without a kill, in this process."""
    out = tmp_path_factory.mktemp("undisturbed")
    assert main([*KILLED, "--out", str(out)]) == 0
    return (out / "power.csv").read_bytes()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is of Linux and macOS")
@pytest.mark.parametrize("cluster", ["joblib", "ray"])
@thorough
def test_a_run_that_was_killed_goes_on_to_the_same_bytes(tmp_path, undisturbed, cluster):
    options = ["--workers", "2"]
    if cluster == "ray":
        pytest.importorskip("ray", reason="Ray is optional, and not in requirements-test.txt: see requirements-ray.txt")
        options += ["--ray", "local"]
    assert killed_and_resumed(tmp_path, *options) == undisturbed


def squares(first, last):
    return {"n": np.arange(first, last) ** 2}


def refuses(first, last):
    raise OutcomeError(f"no outcome in {first} to {last}")


def test_two_workers_of_a_ray_cluster(tmp_path):
    pytest.importorskip("ray", reason="Ray is optional, and not in requirements-test.txt: see requirements-ray.txt")
    found = done(squares, pieces(7, 2), "squares", workers=2, ray="local")
    assert found["n"].tolist() == [0, 1, 4, 9, 16, 25, 36]
    with pytest.raises(OutcomeError, match=r"^no outcome in 0 to 2$"):
        done(refuses, pieces(2, 2), "refuses", workers=2, ray="local")
    with pytest.raises(WorkError, match=r"^--ray 127\.0\.0\.1:9: no such cluster"):
        done(squares, pieces(2, 2), "nowhere", workers=2, ray="127.0.0.1:9")
    wanted = Question(ARMS, "earnings", "t"), [2], 120
    alone = behavioural_power(*wanted).table
    there = behavioural_power(*wanted, workers=2, ray="local", folder=tmp_path).table
    assert there.equals(alone)
    assert len(list(tmp_path.glob("*.npz"))) == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"test": "anova"}, "test: 'anova': use one of permutation"),
        ({"alternative": "more"}, "alternative"),
        ({"test": "linear", "alternative": "greater"}, "alternative"),
        ({"test": "equivalence"}, "margin"),
        ({"level": 2}, "level: 2"),
        ({"sessions": []}, "sessions"),
        ({"sessions": [10**8]}, r"sessions: 100000000 in each arm make \S+ decisions in 50 experiments"),
        ({"test": "fisher"}, "'fisher': earnings is no hit or miss: use one of dominant_played, nash_played, truthful"),
        ({"test": "logit", "outcome": "nash_played_above_chance"}, "nash_played_above_chance is no hit or miss"),
    ],
)
def test_what_cannot_be_asked_for(changes, words):
    sessions = changes.pop("sessions", [2])
    with pytest.raises(PlanError, match=words):
        behavioural_power(Question(**{"arms": ARMS, "outcome": "earnings"} | changes), sessions, 10)


@pytest.mark.parametrize("test", ["linear", "wild"])
def test_tests_of_decisions(test):
    result = behavioural_power(Question(ARMS, "truthful", test), [3], 6)
    assert result.table["power"].between(0, 1).all()
    assert np.isnan(result.table["detectable"]).all()


FILES = [str(TREATMENTS / f"{name}.toml") for name in ("park_vcg", "park_agv")]
COMMANDS = {
    "power": [*FILES, "--subjects", "uniform", "--sessions", "2", "--simulations", "2"],
    "design": [FILES[0], "--against", FILES[1], "--subjects", "uniform", "--vary", "session.rounds=1,2"],
    "report": ["nothing.csv", "--out", "nowhere"],
}


@pytest.mark.parametrize(
    ("command", "options", "words"),
    [
        *((command, ["--workers", "0"], "--workers is 0; it must be 1 or more") for command in COMMANDS),
        ("power", ["--workers", "-1"], "--workers is -1; it must be 1 or more"),
        ("power", ["--paired"], "--paired: is of power from rates, without files; name one file of two parts"),
        ("power", ["--correlation", "0.3"], "--correlation: is of power from rates, without files; here it comes from"),
        *((command, ["--out", "README.md"], "README.md is a file; expected a folder") for command in COMMANDS),
        ("power", ["--out", "/proc/new"], "--out /proc/new: /proc cannot be written to"),
        ("power", ["--outcome", "truthfull"], "'truthfull' is no column of the decisions with predictions: use one of"),
    ],
)
def test_a_wrong_option_is_one_line_of_every_command(capsys, command, options, words):
    assert main([command, *COMMANDS[command], *options]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_options_of_behaviour_are_not_ignored_without_files(capsys):
    rates = "power --units 4 --decisions 10 --rates 0.2 0.4 --correlation 0.1 --simulations 5"
    assert main([*rates.split(), "--outcome", "truthful"]) == 2
    assert "--outcome: name two treatment files, or a study; it is of them" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("test", "just"), [("noninferiority", "-0.1"), ("superiority", "+0.1"), ("equivalence", "+0.1")]
)
def test_without_a_difference_is_not_said_of_tests_with_a_margin(test, just):
    side = "two-sided" if test == "equivalence" else "greater"
    said = paragraph(behavioural_power(Question(ARMS, "truthful", test, side, margin=0.1), [3], 4))
    assert f"Where the true difference is just {just} (both arms park_vcg, one shifted) it rejects in" in said
    assert "Without a difference" not in said


def test_on_the_command_line_with_a_pilot(tmp_path, capsys, drawn):
    files = [str(TREATMENTS / f"{name}.toml") for name in ("chen_proportional", "chen_serial")]
    for file in files:
        play = ["--subjects", "qre(lambda=0.02)", "--sessions", "4", "--out", str(tmp_path / "pilot")]
        assert main(["simulate", file, *play]) == 0
    options = ["--subjects", "qre", "--pilot", str(tmp_path / "pilot"), "--outcome", "earnings", "--sessions", "2", "3"]
    with drawn():
        out = ["--simulations", "60", "--test", "t", "--out", str(tmp_path / "out")]
        assert main(["power", *files, *options, *out]) == 0
    said = capsys.readouterr().out
    assert re.search(
        r"qre\(lambda = 0.0\d+ \(standard error 0.0\d+\)\) as fitted to the pilot, 4 sessions of chen_s", said
    )
    assert "in each experiment other values by the standard errors" in said
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "power.csv", "power.md", "power.txt", "power.pdf", "power.png", "power.svg",
    }  # fmt: skip
    assert main(["power", *files, files[0], "--subjects", "uniform", "--sessions", "2"]) == 2
    assert "error: power: name two treatment files (or one of two parts), or a study" in capsys.readouterr().err


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_paired_tests_are_those_of_differences(alternative):
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(40, 6)), rng.normal(0.8, size=(40, 6))
    pairs = [UnitMeans.from_pairs(a, b) for a, b in zip(first, second, strict=True)]
    for name, test in (("permutation", permutation_test), ("ranks", wilcoxon), ("t", t_test)):
        expected = [test(one, alternative).p <= 0.1 for one in pairs]
        assert rejections(name, first, second, 0.1, Asked(alternative, paired=True)).tolist() == expected
        assert 0 < sum(expected) < 40 or alternative == "less"
    if alternative != "two-sided":
        for name, test in (("noninferiority", noninferiority_test), ("superiority", superiority_test)):
            expected = [test(one, 0.3, alternative).p <= 0.1 for one in pairs]
            assert rejections(name, first, second, 0.1, Asked(alternative, 0.3, paired=True)).tolist() == expected


@thorough
def test_the_same_people_in_both_arms():
    """People who differ by much: within them a difference is seen that other people in each arm hide."""
    vary = Population.of("qre(lambda=0.05~0/1.5)")
    arms = arm("chen_serial", vary, participants=6), arm("chen_proportional", vary, participants=6)
    found = behavioural_power(Question(arms, "earnings", "t", orders=((1, 2), (2, 1))), [4], 30)
    [row] = found.table.to_dict("records")
    assert (row["units"], row["participants"]) == (8, 48)
    assert row["false_positives"] <= 0.2
    apart = behavioural_power(Question(arms, "earnings", "t"), [8], 30).table.iloc[0]
    assert row["power"] > apart["power"]
    assert row["cost"] < apart["cost"]


def test_a_file_of_two_parts(capsys):
    file = str(TREATMENTS / "production_counterbalanced.toml")
    options = ["--subjects", "uniform", "--outcome", "efficiency", "--sessions", "3", "--simulations", "4"]
    assert main(["power", file, *options, "--participants", "6"]) == 0
    assert "The same people play both" in capsys.readouterr().out
    assert main(["power", file, *options, "--participants", "7"]) == 2
    assert "cannot be divided evenly among the 2 orders: use 6 or 8" in capsys.readouterr().err
    assert main(["power", str(TREATMENTS / "chen_serial.toml"), *options]) == 2
    assert "name two files, or one of two parts" in capsys.readouterr().err


def test_what_a_pilot_says_of_its_parameters():
    """Of few units the larger error; an estimate at its bound has none, and the paragraph says what it could be."""
    empty = empty_sessions(treatment("chen_serial", rounds=2, participants=6), 2)
    result = fit(LogitEquilibrium, simulate(LogitEquilibrium, empty, [0.05], seed=1))
    [known] = result.estimates
    populated = partial(_population, "qre", LogitEquilibrium, LogitEquilibrium(empty).parameters)
    for se, se_cluster, units, error in [
        (0.02, 0.003, 9, 0.02), (0.02, 0.003, 10, 0.003), (0.02, 0.03, 2, 0.03), (0.02, np.nan, 10, 0.02),
    ]:  # fmt: skip
        estimates = (replace(known, se=se, se_cluster=se_cluster),)
        made = populated(replace(result, estimates=estimates, units=units))
        assert made.components[0].given[0][1].experiments == pytest.approx(error / known.value)
        assert f"(standard error {error})) as fitted to the pilot, 2 sessions of chen_serial, in each" in made.text
    made = populated(fit(LogitEquilibrium, simulate(Uniform, empty, [], seed=0)))
    assert not made.components[0].given[0][1].varies
    assert "(taken as known, the estimate is at the lower bound, though the 95 % interval is 0 to 0.00145)" in made.text
    assert "in each experiment" not in made.text


def test_a_pilot_is_of_its_own_arm_then_of_the_same_game_then_of_any():
    usual, menu, other = (Population.of(text) for text in ("uniform", "truthful", "equilibrium"))
    game = treatment("park_vcg")
    pilot = {("agv", "0" * 12): other, ("park_vcg", game.identity): usual, ("menu", game.identity): menu}
    named = type(game).from_definition({**game.definition, "name": "menu"})
    assert [_nearest(pilot, t) for t in (game, named, treatment("chen_serial"))] == [usual, menu, other]
    del pilot["park_vcg", game.identity]
    assert _nearest(pilot, game) is menu
