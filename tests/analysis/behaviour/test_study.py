"""All models on exports: tidy tables, sentences, and what cannot be fitted is said."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.behaviour import EWA, MODELS, BeliefLearning, Comparison, TypesMixture, Uniform, study
from analysis.behaviour.estimation.comparison import _table
from analysis.behaviour.study import comparison_sentence
from mechanisms.subjects import played as played_module
from tests.analysis import simulate
from tests.analysis.behaviour.small import coarse_production, coarse_serial, played
from tests.shared import thorough

FEW = {name: MODELS[name] for name in ("uniform random", "noisy best reply", "mixture of types")}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Two treatments, the second without feedback."""
    folder = tmp_path_factory.mktemp("exports")
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    serial = played(folder / "a", coarse_serial(rounds=6), sessions=3, timeouts=0.1, rule=near_truth)
    blind = played(folder / "b", coarse_production(rounds=4, feedback="none"), sessions=2)
    return pd.concat([serial, blind.assign(session_code="blind" + blind["session_code"])], ignore_index=True)


def near_truth(rng, type_value, grid):
    return float(rng.choice(grid[1:4]))


@pytest.fixture(scope="module")
def result(table):
    return study(table, FEW)


def test_one_row_a_treatment_model_and_parameter(result):
    counts = result.estimates.groupby(["treatment", "model"]).size().to_dict()
    assert counts[("chen_serial", "noisy best reply")] == 1
    assert counts[("chen_serial", "mixture of types")] == 5
    assert not result.estimates.duplicated(["treatment", "identity", "model", "parameter"]).any()
    row = result.estimates[result.estimates["model"] == "noisy best reply"].iloc[0]
    assert (row["parameter"], row["unit"], row["sessions"]) == ("lambda", "1/points", 3)
    assert row["low"] < row["value"] < row["high"]
    assert "scipy" in row["versions"]


def test_decisions_and_timeouts(table, result):
    serial = table[table["treatment"] == "chen_serial"]
    assert set(result.estimates.query("treatment == 'chen_serial'")["decisions"]) == {(~serial["timed_out"]).sum()}
    assert result.left_out.to_dict("records") == [
        {
            "treatment": "chen_serial",
            "identity": serial["identity"].iloc[0],
            "reason": "of the computer or excluded",
            "rows": serial["timed_out"].sum(),
        }
    ]


def test_one_row_a_comparison(result):
    assert result.comparison.groupby("treatment")["model"].nunique().to_dict() == {
        "chen_serial": 3,
        "production_serial": 3,
    }
    assert result.comparison["sessions_left_out"].tolist() == [3] * 3 + [2] * 3


def test_posterior_classes(table, result):
    classes = result.classes[result.classes["treatment"] == "chen_serial"]
    who = classes.groupby(["session_code", "part", "participant_id"])["probability"].sum()
    assert len(who) == 12
    assert who.to_numpy() == pytest.approx(1)
    assert set(classes["class"]) == {"equilibrium", "best-replier", "random"}


def test_what_does_not_apply_is_said(table):
    blind = table[table["treatment"] == "production_serial"]
    found = study(blind, {"EWA": EWA, "belief learning": BeliefLearning, "reinforcement": MODELS["reinforcement"]})
    reasons = found.not_fitted.set_index("model")["reason"].to_dict()
    hidden = "feedback shows nobody the others' messages, so that forgone points are not known"
    assert reasons == {
        "EWA": f"EWA: {hidden}",
        "belief learning": f"belief learning: {hidden}",
        "reinforcement": "reinforcement: feedback shows nobody the own points",
    }
    assert found.estimates.empty
    assert len(found.sentences) == 3


def test_nobody_has_decided(table):
    found = study(table.assign(message=np.nan), {"uniform random": Uniform})
    assert found.not_fitted["reason"].tolist() == ["nobody has decided in a whole group"] * 2


def test_a_game_that_is_too_large_does_not_stop_the_others(table, monkeypatch):
    """The production economy has 1125 payoffs, Chen's game on its coarse grid has 50."""
    monkeypatch.setattr(played_module, "MAX_PAYOFFS", 1000)
    found = study(table, {"uniform random": Uniform})
    assert found.not_fitted["treatment"].tolist() == ["production_serial"]
    assert found.not_fitted["reason"][0].startswith("too large: the types have 1.12e+03 payoffs")
    assert found.comparison["treatment"].tolist() == ["chen_serial"]


def test_no_whole_group(table):
    found = study(table[table["position"] == 1], {"uniform random": Uniform})
    assert found.not_fitted["reason"].tolist() == ["nobody has decided in a whole group"] * 2


def test_units_are_passed_on(table):
    halves = (table["session_code"] + (table["participant_id"] > 2).astype(str)).rename("unit")
    found = study(table, {"noisy best reply": MODELS["noisy best reply"]}, units=halves)
    assert found.estimates.set_index("treatment")["units"].to_dict() == {"chen_serial": 6, "production_serial": 4}


def test_another_index(table):
    with pytest.raises(ValueError, match="include has another index than decisions"):
        study(table, FEW, include=pd.Series([True]))


def test_sentences(result):
    of_serial = [sentence for treatment, sentence in result.sentences if treatment == "chen_serial"]
    assert len(of_serial) == 4
    lam = result.estimates.query("treatment == 'chen_serial' and model == 'noisy best reply'").iloc[0]
    words = f"lambda {lam['value']:.3g} 1/points (standard error {lam['se']:.3g}, 95 % interval"
    assert of_serial[1].startswith(f"Noisy best reply (Cournot 1838, with logit errors): {words}")
    assert "clustered by 3 units" in of_serial[1]
    best = result.comparison.query("treatment == 'chen_serial'").iloc[0]
    words = f"each of 3 sessions left out in turn, the best is {best['model']}: its mean log score per decision is"
    assert of_serial[3].startswith(f"Out of sample, {words}")


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([[-2.1, -2.3, -2.2]], "the best is uniform random: its mean log score per decision is −2.000 "),
        ([[-2.1, -2.3, -2.2]], "ahead of a. No model is ahead of uniform random play. By AIC the best is "),
        (
            [[-1.9, -2.0, -1.95], [-2.0, -2.1, -2.2]],
            ("No model is shown to be ahead of uniform random play: a is by 0.050 (standard error 0.029, "
            "95 % interval for the 2 models together −0.129 to 0.229). "),
        ),
        (
            [[-1.50, -1.51, -1.49]],
            "A is 0.500 (standard error 0.006, 95 % interval 0.475 to 0.525) ahead of uniform random play. ",
        ),
    ],
)  # fmt: skip
def test_the_best_is_compared_with_uniform_play(others, said):
    """By hand: three sessions of 10 decisions, Student's t with 2 degrees of freedom, level .05 over the models."""
    scores = np.column_stack([*others, [-2.0, -2.0, -2.0]])
    names = [*"ab"[: len(others)], "uniform random"]
    fits = {name: SimpleNamespace(free=1, log_likelihood=-20, aic=42, bic=43, converged=True) for name in names}
    table = pd.DataFrame(scores, columns=names)
    compared = Comparison(_table(fits, scores, np.full(3, 10.0)), table, 3, "")
    assert said in comparison_sentence(compared)


@thorough
def test_the_same_input_gives_the_same_tables_whatever_the_number_of_workers(table, result):
    again = study(table, FEW, workers=2)
    for name in ("estimates", "comparison", "classes"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(result, name), check_exact=True)
    assert again.sentences == result.sentences


def test_estimates_at_a_bound_have_likelihood_intervals(tmp_path):
    """Everybody plays the worst reply to uniform play: lambda is 0, and its interval begins there."""
    table = played(tmp_path, coarse_serial(rounds=2), sessions=1, rule=lambda rng, v, grid: float(grid[-1]))
    found = study(table, {"noisy best reply": MODELS["noisy best reply"]})
    row = found.estimates.iloc[0]
    assert row["interval"] == "profile likelihood: the estimate is at the lower bound"
    assert row["low"] == row["value"] == 0 < row["high"] < 0.01
    assert row["notes"] == "lambda: the estimate is at the lower bound"
    assert (
        "lambda 0 1/points (profile likelihood: the estimate is at the lower bound, 95 % interval 0 to"
        in (found.sentences[0][1])
    )


def test_progress_is_told(table):
    told = []
    study(table, {"uniform random": Uniform}, progress=told.append)
    assert told == ["chen_serial: uniform random", "production_serial: uniform random"]


def test_kinds_that_cannot_be_told_apart_are_one_class(tmp_path):
    """Under Groves the truth is strictly dominant: truthful, equilibrium and best-replier are the same."""
    table = played(tmp_path, simulate.treatment("cason_groves", rounds=2), rule=simulate.truth)
    found = study(table, {"mixture of types": TypesMixture})
    assert set(found.classes["class"]) == {"truthful = equilibrium = best-replier", "random"}
    notes = found.estimates["notes"].iloc[0]
    assert "the truthful and the equilibrium type have the same targets: one class" in notes


@thorough
def test_all_models_run_on_all_shipped_kinds_of_games(tmp_path):
    """Reports and demands, complete and private, two and three players."""
    for name in ("chen_proportional", "park_agv", "cason_pivotal"):
        (tmp_path / name).mkdir()
        table = played(tmp_path / name, simulate.treatment(name, rounds=3), sessions=1)
        found = study(table, MODELS)
        assert found.not_fitted.empty
        assert set(found.comparison["model"]) == set(MODELS)
        fits = found.comparison.set_index("model")["log_likelihood"]
        assert (fits.drop("reinforcement") >= fits["uniform random"] - 0.1).all()  # the others nest uniform play
        assert fits["EWA"] >= fits["belief learning"] - 0.1
