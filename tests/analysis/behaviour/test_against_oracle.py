"""Every model's probabilities against a second computation with loops, on histories with types drawn anew, roles that
change, timeouts, people who left and other feedback."""

import numpy as np
import pytest

from analysis.behaviour import (
    EWA,
    BeliefLearning,
    LevelK,
    LogitEquilibrium,
    NoisyBestReply,
    Reinforcement,
    TypesMixture,
)
from mechanisms.bayesian import pure_bayesian_equilibria
from tests.analysis import simulate
from tests.analysis.behaviour.oracle import Oracle, choice, mixture
from tests.analysis.behaviour.small import coarse_production, coarse_serial, only, played

TREATMENTS = {
    "private, strangers, roles change": lambda: coarse_production(rounds=6, fixed_roles=False, participants=6),
    "private, reports": lambda: simulate.treatment("park_vcg", rounds=6),
    "complete, partners": lambda: coarse_serial(rounds=6),
}


@pytest.fixture(scope="module", params=TREATMENTS)
def game(request, tmp_path_factory):
    """A table of decisions with gaps, its arrays and the oracle."""
    treatment = TREATMENTS[request.param]()
    table = played(tmp_path_factory.mktemp("exports"), treatment, timeouts=0.15)
    left = (table["session_code"] == "sess0001") & (table["participant_id"] == 2) & (table["round"] >= 4)
    table.loc[left, "message"] = np.nan
    return table, only(table), Oracle(table, treatment)


def by_row(choices, logs):
    rows = choices.decisions
    keys = [(choices.people[choices.participant[r]][0], choices.people[choices.participant[r]][2]) for r in rows]
    return {(*key, int(choices.round[r])): value for key, r, value in zip(keys, rows, logs, strict=True)}


def same(choices, kind, values, expected):
    found = by_row(choices, kind(choices).log_probabilities(np.array(values)))
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, abs=1e-9)


def test_ewa(game):
    _, choices, oracle = game
    same(choices, EWA, [0.02, 0.8, 0.4, 0.3], oracle.ewa(0.02, 0.8, 0.4, 0.3))


def test_belief_learning(game):
    _, choices, oracle = game
    same(choices, BeliefLearning, [0.02, 0.7], oracle.ewa(0.02, 0.7, 1.0, 0.0))


def test_reinforcement(game):
    _, choices, oracle = game
    same(choices, Reinforcement, [2.0, 0.1, 0.2], oracle.reinforcement(2.0, 0.1, 0.2))


def test_reinforcement_needs_own_points_only(game):
    table, choices, _ = game
    own = only(table.assign(feedback="own"))
    values = np.array([2.0, 0.1, 0.2])
    assert np.array_equal(
        Reinforcement(own).log_probabilities(values), Reinforcement(choices).log_probabilities(values)
    )


def test_noisy_best_reply(game):
    _, choices, oracle = game
    same(choices, NoisyBestReply, [0.02], oracle.replies(lambda payoffs: choice(0.02 * payoffs)))


def test_noisy_best_reply_without_feedback_replies_to_uniform_play(game):
    table, _, _ = game
    blind = table.assign(feedback="own")
    oracle = Oracle(blind, game[2].t)
    same(only(blind), NoisyBestReply, [0.02], oracle.replies(lambda payoffs: choice(0.02 * payoffs)))


def test_logit_equilibrium_is_a_fixed_point(game):
    """Under private types the agents' strategies reply to each other; under complete information the types are given,
    one type a position in these treatments."""
    _, choices, oracle = game
    rate = 20 / choices.game.range
    logs, _ = LogitEquilibrium(choices).log_table(np.array([rate]))
    names = [(i, v) for i in range(oracle.n) for v in oracle.types(i)]
    sizes = [len(oracle.grids[i]) for i, _ in names]
    strategies = {name: np.exp(row[:size]) for name, row, size in zip(names, logs, sizes, strict=True)}
    expected = {name: choice(rate * payoffs) for name, payoffs in oracle.expected(strategies).items()}
    assert all(np.allclose(np.log(strategies[name]), expected[name], atol=1e-8) for name in names)
    same(choices, LogitEquilibrium, [rate], oracle.by_type(expected))


def test_level_k(game):
    _, choices, oracle = game
    rate = 5 / choices.game.range
    model = LevelK(choices)
    uniform = even(oracle)
    believed, classes = uniform, [oracle.by_type({key: np.log(p) for key, p in uniform.items()})]
    for _ in range(3):
        payoffs = oracle.expected(believed)
        classes.append(oracle.by_type({key: choice(rate * own) for key, own in payoffs.items()}))
        best = {key: np.isclose(own, own.max(), rtol=0, atol=1e-7) for key, own in payoffs.items()}
        believed = {key: own / own.sum() for key, own in best.items()}
    shares = np.array([0.1, 0.4, 0.3, 0.2])
    levels = [[int(part.removeprefix("level ")) for part in name.split(" = ")] for name in model.classes]
    values = [*(shares[own].sum() for own in levels), rate]
    total = model.log_probabilities(np.array(values)).sum()
    assert total == pytest.approx(mixture(shares, classes), abs=1e-8)


def test_mixture_table_gives_the_same_probabilities(game):
    _, choices, _ = game
    for kind, values in ((LevelK, [0.1, 0.5, 0.4]), (TypesMixture, [0.3, 0.3, 0.4])):
        model = kind(choices)
        number = len(model.classes)
        shares = np.array([*values, 0.7])[:number] / sum([*values, 0.7][:number])
        own = np.full(len(model.parameters) - number, 0.02 if kind is LevelK else 0.3)
        every = np.concatenate([shares, own])
        logs, row = model.log_table(every)
        rows = choices.decisions
        assert np.exp(logs).sum(axis=1) == pytest.approx(1)
        assert logs[row[rows], choices.message[rows]] == pytest.approx(model.log_probabilities(every), abs=1e-9)


def test_types_mixture(game):
    _, choices, oracle = game
    model = TypesMixture(choices)
    noises = [0.1, 0.3, 0.5][: len(model.classes) - 1]
    classes = []
    for name, noise in zip(model.classes, noises, strict=False):
        first = name.split(" = ")[0]
        if first == "best-replier":
            classes.append(oracle.replies(lambda own, noise=noise: spread(own == own.max(), noise)))
        elif first == "truthful":
            at = {(i, v): oracle.grids[i] == v for i in range(oracle.n) for v in oracle.types(i)}
            classes.append(oracle.by_type({key: spread(own, noise) for key, own in at.items()}))
        else:
            classes.append(oracle.by_type({key: spread(own, noise) for key, own in equilibrium_parts(oracle).items()}))
    classes.append(oracle.by_type({key: np.log(p) for key, p in even(oracle).items()}))
    shares = np.arange(1, len(classes) + 1) / np.arange(1, len(classes) + 1).sum()
    total = model.log_probabilities(np.array([*shares, *noises])).sum()
    assert total == pytest.approx(mixture(shares, classes), abs=1e-8)


def even(oracle):
    sizes = [len(grid) for grid in oracle.grids]
    return {(i, v): np.full(sizes[i], 1 / sizes[i]) for i in range(oracle.n) for v in oracle.types(i)}


def spread(target, noise):
    return np.log((1 - noise) * target / target.sum() + noise / len(target))


def equilibrium_parts(oracle):
    """(position, type) -> which messages are the type's in some pure (Bayesian) equilibrium, each checked here."""
    strategies = pure_bayesian_equilibria(oracle.t.bayesian_game())
    names = [(i, t, v) for i in range(oracle.n) for t, v in enumerate(oracle.types(i))]
    parts = {(i, v): np.zeros(len(oracle.grids[i]), dtype=bool) for i, _, v in names}
    for k in range(len(strategies[0])):
        pure = {(i, v): np.eye(len(oracle.grids[i]))[strategies[i][k, t]] for i, t, v in names}
        for key, payoffs in oracle.expected(pure).items():
            assert (payoffs @ pure[key]) == pytest.approx(payoffs.max(), abs=1e-6)
            parts[key] |= pure[key] > 0
    assert len(strategies[0])
    return parts
