"""Verdicts do not depend on the unit of payoffs, nor on one player's payoffs being larger than another's."""

import numpy as np
import pytest

import mechanisms as m
from tests.shared import mostly_thorough

SHAPES = [(2, 2), (3, 3), (2, 3), (2, 2, 2)]
SCALES = {
    "tiny units": [1e-11] * 3,
    "large units": [1e11] * 3,
    "players of different scale": [1e-11, 1, 1e11],
    "in another order": [1e11, 1e-11, 1],
    "no binary fractions": [1 / 3, 1e5 / 7, 0.1],
}
OF_GAMES = {
    "Nash": lambda game: m.pure_nash_equilibria(game).tolist(),
    "weakly dominant": lambda game: lists(m.dominant_messages(game, "weak")),
    "strictly dominant": lambda game: lists(m.dominant_messages(game, "strict")),
    "best responses": lambda game: [m.best_responses(game, i).tolist() for i in range(game.n)],
    "strong, all": lambda game: m.strong_equilibria(game, "all").tolist(),
    "strong, some": lambda game: m.strong_equilibria(game, "some").tolist(),
    "strong, of one": lambda game: m.strong_equilibrium(game, [0] * game.n, "some").status,
    "elimination": lambda game: lists(m.iterated_elimination(game, "strict").survivors),
    "O-solvability": lambda game: lists(m.iterated_elimination(game, "overwhelmed").survivors),
    "rationalizable": lambda game: lists(m.rationalizable_messages(game).survivors),
    "best-reply play": lambda game: m.best_reply_play(game, "sequential").equilibrium_share,
    "fictitious play": lambda game: m.fictitious_play(game, 20).equilibrium_share,
    "Pareto": lambda game: m.pareto_dominated(game, everything(game), "profiles").tolist(),
    "payoff-dominant": lambda game: m.payoff_dominant(game, everything(game)).tolist(),
}
OF_PRIVATE_TYPES = {
    "incentives": lambda game, ids: m.incentive_compatibility(game).status,
    "dominant incentives": lambda game, ids: m.dominant_strategy_incentive_compatibility(game).status,
    "externalities": lambda game, ids: m.ex_ante_removal(game, slack=0).status,
    "rationalizable": lambda game, ids: lists(m.interim_correlated_rationalizability(game).surviving),
    "equilibria": lambda game, ids: lists(m.pure_bayesian_equilibria(game)),
    "reports in turn": lambda game, ids: lists(m.sequential_equilibria(game).plans),
    "truth in turn": lambda game, ids: m.sequential_truth(game, [*range(1, game.n), 0]).status,
    "joint lies": lambda game, ids: m.group_strategy_proofness(game).status,
    "strategy-proofness": lambda game, ids: m.strategy_proofness(game.payoffs).status,
    "rectangularity": lambda game, ids: m.rectangularity(ids, game.payoffs).status,
    "Proposition 1": lambda game, ids: m.secure_implementation(ids, game.payoffs).status,
    "Definition 4": lambda game, ids: m.secure_implementation_by_definition(game, ids, ids).status,
}
"""Coalitions whose members pay each other compare payoffs across players, and are left out."""


def lists(arrays):
    return [array.tolist() for array in arrays]


def everything(game):
    return np.indices(game.shape).reshape(game.n, -1).T


def game_of(seed, scales):
    rng = np.random.default_rng(seed)
    shape = SHAPES[seed % len(SHAPES)]
    payoffs = rng.integers(0, 4, (len(shape), *shape))
    return m.NormalFormGame(payoffs if scales is None else [own * c for own, c in zip(payoffs, scales, strict=False)])


def private_game_of(seed, scales):
    """Payoffs from few outcomes, so that ties and the truth being best occur."""
    rng = np.random.default_rng(seed)
    shape = SHAPES[(seed + seed // 5) % len(SHAPES)]  # where everybody is indifferent, 3 x 3 has 131,301 equilibria
    ids = rng.integers(0, 3, shape) if seed % 3 else np.maximum.reduce(np.indices(shape))
    if seed % 6 == 5:
        ids = np.zeros(shape, dtype=int) if seed % 4 == 1 else np.indices(shape)[0]
    worth = [rng.integers(0, 3, (size, 3)) for size in shape]
    if seed % 2:
        worth = [np.sort(table, axis=1) for table in worth]
    if seed % 6 == 5:  # a constant, or what the first player likes best
        worth[0] = -np.abs(np.subtract.outer(np.arange(shape[0]), np.arange(3)))
    own = [table[:, ids] for table in worth]
    if scales is not None:
        own = [part * c for part, c in zip(own, scales, strict=False)]
    return m.BayesianGame(own, [np.full(size, 1 / size) for size in shape], [range(size) for size in shape]), ids


@pytest.mark.parametrize("name", OF_GAMES)
@pytest.mark.parametrize("scales", SCALES.values(), ids=SCALES)
def test_games(name, scales):
    for seed in range(12):
        assert OF_GAMES[name](game_of(seed, scales)) == OF_GAMES[name](game_of(seed, None)), seed


@pytest.mark.parametrize("name", mostly_thorough(OF_PRIVATE_TYPES, *(set(OF_PRIVATE_TYPES) - {"reports in turn"})))
def test_private_types(name):
    said = set()
    for seed in range(24):
        exact = OF_PRIVATE_TYPES[name](*private_game_of(seed, None))
        said.add(str(exact))
        for what, scales in SCALES.items():
            assert OF_PRIVATE_TYPES[name](*private_game_of(seed, scales)) == exact, (seed, what)
    assert len(said) > 1
