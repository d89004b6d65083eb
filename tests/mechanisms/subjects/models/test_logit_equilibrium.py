"""The logit equilibrium is a fixed point of logit replies."""

import numpy as np

from analysis.behaviour import LogitEquilibrium
from tests.analysis.behaviour.oracle import choice
from tests.mechanisms.subjects.models.against_oracle import same


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
