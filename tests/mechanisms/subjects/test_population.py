"""Populations as texts, and parameters that vary."""

from itertools import product

import numpy as np
import pytest

from mechanisms.subjects.models.ewa import EWA
from mechanisms.subjects.models.level_k import LevelK
from mechanisms.subjects.population import Population, PopulationError, entries
from mechanisms.subjects.sessions import empty_sessions
from mechanisms.subjects.simulation import simulate_sessions
from mechanisms.treatments import load_treatment
from tests.analysis.behaviour.small import coarse_serial


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nobody", "'nobody' is no model: use one of truthful"),
        ("0.5*uniform", "shares add up to 0.5, not to 1"),
        ("2*uniform", "the share 2 must be a number from 0 to 1"),
        ("qre(lambda)", "qre: 'lambda' cannot be read: use KEY=NUMBER"),
        ("qre(lambda=x)", "'lambda=x' cannot be read"),
        ("qre(lambda=1~-1)", "cannot be read"),
        ("uniform +", "'' cannot be read"),
        ("", "'' names no model: use one of truthful"),
    ],
)
def test_texts_that_cannot_be_understood(text, words):
    with pytest.raises(PopulationError, match=r"subjects: .*" + words.replace("(", r"\(")):
        Population.of(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("qre", "qre: lambda is missing: use lambda"),
        ("qre(lamda=1)", "qre: no parameter lamda: use lambda"),
        ("qre(lambda=1, mu=2)", "qre: no parameter mu: use lambda"),
        ("qre(lambda=-1)", "qre: lambda = -1: use 0 or more"),
        (
            "qre(lambda=1e9)",
            "qre: lambda = 1e.09: nobody errs any more from .* on: use a smaller lambda, or equilibrium",
        ),
        ("ewa(lambda=1, phi=2, delta=0, kappa=0)", "phi = 2: use 0 to 1"),
        ("ewa(lambda=1, phi=1~0.1, delta=0, kappa=0)", "phi = 1 cannot vary"),
        ("truthful", "messages are demands"),
        ("level-k(level 0=0.5, level 1=0.2, lambda=0.1)", "shares add up to 0.7"),
    ],
)
def test_populations_that_do_not_fit(text, words):
    with pytest.raises(PopulationError, match=words):
        simulate_sessions(coarse_serial(), Population.of(text), range(1))


EDGES = {
    "reinforcement": {"strength": (0, 1e4), "phi": (0, 1), "epsilon": (0, 1)},
    "ewa": {"lambda": (0, 1e3), "phi": (0, 1), "delta": (0, 1), "kappa": (0, 1)},
    "beliefs": {"lambda": (0, 1e3), "phi": (0, 1)},
    "reply": {"lambda": (0, 1e3)},
    "level": {"k": (0, 2), "lambda": (0, 1e3)},
    "qre": {"lambda": (0, 1e2)},
    "inattentive": {"repeat": (0, 1)},
    "nash": {"noise": (0, 1)},
    "liars": {"noise": (0, 1)},
}


@pytest.mark.parametrize("name", ["chen_serial", "park_pairwise_sequential", "production_staged"])
@pytest.mark.parametrize("model", EDGES)
def test_models_play_at_the_ends_of_their_parameters(model, name):
    treatment = coarse_serial() if name == "chen_serial" else load_treatment(f"treatments/{name}.toml")
    for values in product(*EDGES[model].values()):
        given = ", ".join(f"{key}={value}" for key, value in zip(EDGES[model], values, strict=True))
        found = simulate_sessions(treatment.with_protocol(rounds=3), Population.of(f"{model}({given})"), range(1))
        assert np.isfinite(found.points).all()


def test_reinforcement_without_propensities_is_uniform():
    """Nothing to begin with, or all forgotten and nothing received."""
    game = coarse_serial(rounds=1, participants=2)
    never = Population.of("reinforcement(strength=0, phi=1, epsilon=0)")
    playing = never.play(empty_sessions(game, 1), np.zeros((2, 9)), np.zeros((1, 9)), np.zeros(9))
    logs = playing.logs(np.arange(2))
    assert np.exp(logs).sum(axis=1) == pytest.approx(1)
    assert np.ptp(logs[np.isfinite(logs)]) == 0


def test_shares_of_levels_that_are_one_class_are_added():
    empty = empty_sessions(coarse_serial(), 1)
    component = Population.of("level-k(level 0=0.1, level 1=0.2, level 2=0.3, level 3=0.4, lambda=0.1)").components[0]
    model = LevelK(empty)
    values = [varied.value for varied in component.values(model.parameters)]
    assert sum(values[:-1]) == pytest.approx(1)
    assert values[-1] == 0.1
    assert len(values) == len(model.classes) + 1


def test_parameters_vary_between_people_and_sessions():
    sessions, people = 400, 10
    component = Population.of("ewa(lambda=0.05~0.5/0.3, phi=0.8~0.2, delta=0.5, kappa=0)").components[0]
    parameters = EWA(empty_sessions(coarse_serial(), 1)).parameters
    rng = np.random.default_rng(1)
    of_people, of_sessions = rng.random((sessions * people, 6)), rng.random((sessions, 4))
    session = np.repeat(np.arange(sessions), people)
    found = entries(parameters, component.values(parameters), of_people, of_sessions, session, np.array([0.5, 0.5]))
    rate = np.log(found[:, 0]).reshape(sessions, people)
    assert rate.mean() == pytest.approx(np.log(0.05), abs=4 * 0.3 / np.sqrt(sessions))
    assert (rate - rate.mean(axis=1, keepdims=True)).std(ddof=0) * np.sqrt(people / (people - 1)) == pytest.approx(
        0.5, rel=0.05
    )
    assert rate.mean(axis=1).var() == pytest.approx(0.3**2 + 0.5**2 / people, rel=0.25)
    assert np.log(found[:, 1] / (1 - found[:, 1])).std() == pytest.approx(0.2, rel=0.1)
    assert (found[:, 2] == 0.5).all()
    assert len(np.unique(found[:, 0])) < len(found) / 5


def test_an_estimate_is_a_population():
    model = LevelK(empty_sessions(coarse_serial(), 1))
    values = np.array([0.2, *[0.8 / (len(model.classes) - 1)] * (len(model.classes) - 1), 0.05])
    population = Population.of_model(LevelK, values, model.parameters, "level-k")
    assert [v.value for v in population.components[0].values(model.parameters)] == pytest.approx(values.tolist())
