"""Comparison of models by information criteria and by sessions left out."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from analysis.behaviour import (
    BeliefLearning,
    LevelK,
    LogitEquilibrium,
    NoisyBestReply,
    TypesMixture,
    Uniform,
    compare,
    empty_sessions,
    fit,
    simulate,
)
from tests.analysis.behaviour.small import coarse_serial
from tests.shared import thorough

MODELS = {"uniform": Uniform, "qre": LogitEquilibrium, "reply": NoisyBestReply}


@pytest.fixture(scope="module")
def choices():
    return simulate(NoisyBestReply, empty_sessions(coarse_serial(rounds=8), 4, 6), [0.012], seed=4)


@pytest.fixture(scope="module")
def compared(choices):
    return compare(MODELS, choices)


def test_scores_by_hand(choices, compared):
    """Each session's decisions under the lambda that is best for the others."""
    model = NoisyBestReply(choices)
    session = choices.session[choices.decisions]
    for s, name in enumerate(choices.sessions):

        def loss(log_rate, left_out=s):
            return -model.log_probabilities(np.exp([log_rate]))[session != left_out].sum()

        best = np.exp(minimize_scalar(loss, bounds=(-8, 0), method="bounded", options={"xatol": 1e-8}).x)
        expected = model.log_probabilities(np.array([best]))[session == s].mean()
        assert compared.fold_scores.loc[name, "reply"] == pytest.approx(expected, abs=1e-6)
    assert compared.fold_scores["uniform"].tolist() == pytest.approx([-np.log(5)] * 4)


def test_table(choices, compared):
    table = compared.table.set_index("model")
    folds = compared.fold_scores
    assert compared.sessions == 4
    assert table.index[0] == "reply"
    assert table["score"].to_dict() == pytest.approx(folds.mean().to_dict())
    assert table["score_se"].to_dict() == pytest.approx((folds.std() / 2).to_dict())
    difference = folds["qre"] - folds["reply"]
    assert table.loc["qre", "score_difference"] == pytest.approx(difference.mean())
    assert table.loc["qre", "difference_se"] == pytest.approx(difference.std() / 2)
    assert table.loc["reply", ["score_difference", "difference_se"]].tolist() == [0, 0]
    for name, kind in MODELS.items():
        fitted = fit(kind, choices)
        assert table.loc[name, "aic"] == pytest.approx(fitted.aic)
        assert table.loc[name, "bic"] == pytest.approx(fitted.bic)
    assert (table["aic_difference"] == table["aic"] - table["aic"].min()).all()


def test_sessions_of_different_size(choices):
    """The score is a mean over decisions, not over sessions."""
    fewer = choices.with_messages(np.where((choices.session == 0) & (choices.round > 2), -1, choices.message))
    result = compare(MODELS, fewer)
    weights = np.bincount(fewer.session[fewer.decisions])
    assert weights.tolist() == [12, 48, 48, 48]
    expected = (result.fold_scores["reply"] * weights).sum() / weights.sum()
    assert result.table.set_index("model").loc["reply", "score"] == pytest.approx(expected)


def test_one_session(choices):
    result = compare(MODELS, choices.of_sessions(np.array([True, False, False, False])))
    assert result.sessions == 1
    assert result.table["score"].isna().all()
    assert result.table["aic"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        pytest.param(LogitEquilibrium, [0.02], marks=thorough),
        pytest.param(BeliefLearning, [0.03, 0.9], marks=thorough),
        pytest.param(LevelK, [0.1, 0.8, 0.1, 0.05], marks=thorough),
        (TypesMixture, [0.5, 0.2, 0.3, 0.1, 0.2]),
    ],
)
def test_the_true_model_wins(kind, values):
    models = {k.name: k for k in (Uniform, LogitEquilibrium, NoisyBestReply, BeliefLearning, LevelK, TypesMixture)}
    played = simulate(kind, empty_sessions(coarse_serial(rounds=12), 4, 10), values, seed=2)
    result = compare(models, played)
    assert result.table["model"][0] == kind.name
    assert result.table.loc[result.table["bic"].idxmin(), "model"] == kind.name
