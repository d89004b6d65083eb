"""Simulated messages follow the model's probabilities."""

from functools import partial

import numpy as np
import pytest

from mechanisms.session.draws import draw_session
from mechanisms.subjects.models.belief_learning import BeliefLearning
from mechanisms.subjects.models.ewa import EWA
from mechanisms.subjects.models.inattentive import Inattentive
from mechanisms.subjects.models.level_k import Level, LevelK
from mechanisms.subjects.models.liars import Liars
from mechanisms.subjects.models.logit_equilibrium import LogitEquilibrium
from mechanisms.subjects.models.noisy_best_reply import NoisyBestReply
from mechanisms.subjects.models.reinforcement import Reinforcement
from mechanisms.subjects.models.targets import Equilibrium
from mechanisms.subjects.models.types_mixture import TypesMixture
from mechanisms.subjects.models.uniform import Uniform
from mechanisms.subjects.population import Population
from mechanisms.subjects.seat import messages_now
from mechanisms.subjects.sessions import empty_sessions
from mechanisms.subjects.simulation import simulate, simulate_sessions
from tests.analysis.behaviour.small import coarse_production, coarse_serial


def test_the_same_seed_gives_the_same_messages():
    empty = empty_sessions(coarse_serial(rounds=6), 2)
    values = [0.01, 0.8, 0.4, 0.2]
    first, again, other = (simulate(EWA, empty, values, seed=s).message for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_frequencies_are_the_probabilities():
    empty = empty_sessions(coarse_serial(rounds=40), 60, 8)
    played = simulate(LogitEquilibrium, empty, [0.01], seed=3)
    table = np.exp(LogitEquilibrium(played).log_table(np.array([0.01])).logs)
    for agent, probability in enumerate(table):
        own = played.message[played.agent == agent]
        error = np.bincount(own, minlength=5) / len(own) - probability
        assert (np.abs(error) < 4 * np.sqrt(probability * (1 - probability) / len(own))).all()
        assert len(own) == 9600


def test_learners_reply_to_what_was_simulated():
    """Nearly exact replies to the last round: play is that of best replies once something was seen."""
    empty = empty_sessions(coarse_serial(rounds=6), 2)
    played = simulate(BeliefLearning, empty, [20.0, 0.0002], seed=1)
    best = played.game.best_replies
    for row in np.flatnonzero(played.last_seen >= 0):
        assert best[played.position[row]][0, played.last_seen[row], played.message[row]]


def test_messages_are_on_the_own_grid():
    played = simulate(Uniform, empty_sessions(coarse_production(), 3), [])
    assert played.message.min() == 0
    assert played.message.max() == 4
    assert len(played.decisions) == 180


def test_wrong_number_of_values():
    with pytest.raises(ValueError, match="values has 1 entries; EWA has 4: lambda, phi, delta, kappa"):
        simulate(EWA, empty_sessions(coarse_serial(), 1), [0.1])


MODELS = {
    "uniform": (Uniform, []),
    "qre": (LogitEquilibrium, [0.01]),
    "level": (partial(Level, k=2), [0.02]),
    "reply": (NoisyBestReply, [0.01]),
    "reinforcement": (Reinforcement, [5.0, 0.2, 0.1]),
    "beliefs": (BeliefLearning, [0.02, 0.7]),
    "ewa": (EWA, [0.02, 0.8, 0.4, 0.3]),
    "inattentive": (Inattentive, [0.4]),
    "equilibrium": (Equilibrium, [0.1]),
    "liars": (Liars, [0.1]),
}


NEED_OTHERS = ("beliefs", "ewa")
"""They do not apply where the others' messages are not shown."""


@pytest.mark.parametrize(
    ("name", "feedback"), [(k, f) for k in MODELS for f in ("all", "own") if f == "all" or k not in NEED_OTHERS]
)
def test_round_by_round_a_model_is_what_is_estimated(name, feedback):
    """Probabilities while it plays, with the same parameters or own ones, are those of the table of all rounds."""
    kind, values = MODELS[name]
    treatment = coarse_production(rounds=4, fixed_roles=False, feedback=feedback)
    empty = empty_sessions(treatment, 2)
    played = simulate(Uniform, empty, [], seed=1)
    logs, row = kind(played).log_table(np.array(values))
    chance = np.full(int(empty.participant.max()) + 1, 0.5)
    for given in (np.array(values), np.tile(values, (len(chance), 1))):
        playing = kind(empty).play(given, chance)
        for rows in empty.rounds():
            assert playing.logs(rows) == pytest.approx(logs[row[rows]], abs=1e-12)
            shares = playing.weights(rows) / playing.weights(rows).sum(axis=1, keepdims=True)
            assert shares == pytest.approx(np.exp(logs[row[rows]]), abs=1e-12)
            playing.learn(rows, played.message[rows])


@pytest.mark.parametrize("kind", [LevelK, TypesMixture])
def test_each_class_of_a_mixture_plays_as_it_is_estimated(kind):
    empty = empty_sessions(coarse_serial(rounds=4), 2)
    played, model = simulate(Uniform, empty, [], seed=1), kind(empty)
    for k in range(len(model.classes)):
        shares = np.eye(len(model.classes))[k]
        values = np.concatenate([shares, np.full(len(model.own_parameters), 0.02)])
        logs, row = kind(played).log_table(values)
        playing = model.play(values, np.linspace(0, 0.99, int(empty.participant.max()) + 1))
        for rows in empty.rounds():
            assert np.exp(playing.logs(rows)) == pytest.approx(np.exp(logs[row[rows]]), abs=1e-9)
            playing.learn(rows, played.message[rows])


def test_own_parameters_are_each_ones_own():
    """Half of the people reply exactly, the others at random."""
    empty = empty_sessions(coarse_serial(rounds=6), 2)
    rates = np.where(np.arange(int(empty.participant.max()) + 1) % 2, 1e3, 0.0)[:, None]
    played = simulate(Uniform, empty, [], seed=1)
    for kind, rest in ((NoisyBestReply, []), (EWA, [0.1, 1.0, 0.0])):
        playing = kind(empty).play(np.hstack([rates, np.tile(rest, (len(rates), 1))]), rates[:, 0])
        for rows in empty.rounds():
            sure = np.exp(playing.logs(rows)).max(axis=1)
            assert (sure[rates[empty.participant[rows], 0] == 0] == pytest.approx(0.2)) or not len(rows)
            assert sure[rates[empty.participant[rows], 0] > 0].min() > 0.49
            playing.learn(rows, played.message[rows])


def test_pieces_of_a_simulation_are_the_same_as_the_whole():
    population = Population.of("0.6*ewa(lambda=0.02~0.5/0.2, phi=0.9, delta=0.5, kappa=0) + 0.4*qre(lambda=0.02~0.3)")
    treatment = coarse_serial(rounds=5)
    whole = simulate_sessions(treatment, population, range(6), seed=3)
    for piece in (range(2), range(2, 3), range(3, 6)):
        part = simulate_sessions(treatment, population, piece, seed=3)
        for name in ("groups", "types", "messages", "points"):
            assert (getattr(part, name) == getattr(whole, name)[piece.start : piece.stop]).all()


def test_draws_and_points_are_those_of_the_laboratory():
    treatment = coarse_production(rounds=5, practice_rounds=0, fixed_roles=False)
    found = simulate_sessions(treatment, Population.of("uniform"), range(3), seed=11)
    types, messages = found.values()
    for s in range(3):
        draws = draw_session(treatment.with_protocol(seed=11 + s), treatment.protocol.participants)
        assert (draws.groups == found.groups[s]).all()
        own = np.take_along_axis(draws.types, draws.groups.reshape(draws.types.shape), axis=1)
        assert (own.reshape(types[s].shape) == types[s]).all()
    assert (treatment.play(types, messages).points == found.points).all()


def test_shares_of_a_population_are_those_of_people():
    population = Population.of("0.7*fixed(messages=1) + 0.3*fixed(messages=9)")
    found = simulate_sessions(coarse_serial(rounds=3), population, range(300))
    same = (found.messages == found.messages[:, :1]).all(axis=1)
    assert same.all()  # partners with fixed roles: the same person in the same place
    share = (found.messages[:, 0] == 0).mean()
    assert share == pytest.approx(0.7, abs=4 * np.sqrt(0.21 / found.messages[:, 0].size))


def test_a_seat_of_a_running_session_plays_the_simulation():
    population = Population.of("0.5*ewa(lambda=0.02~0.5, phi=0.9, delta=0.5, kappa=0) + 0.5*reply(lambda=0.02)")
    treatment = coarse_production(rounds=4, fixed_roles=False, practice_rounds=0, seed=5)
    found = simulate_sessions(treatment, population, range(1), seed=5)
    types, messages = found.values()
    for r in range(4):
        known = np.where(np.arange(r + 1)[:, None, None] < r, messages[0, : r + 1], np.nan)
        now = messages_now(treatment, population, found.groups[0, : r + 1], types[0, : r + 1], known)
        assert (now == messages[0, r]).all()
