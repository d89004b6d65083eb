"""Strategy-proofness against its definition."""

import numpy as np
import pytest

from mechanisms.solutions.secure_implementation import (
    strategy_proofness,
)
from tests.rules import profiles_of, random_rules


def test_strategy_proofness_is_its_definition():
    counts = {True: 0, False: 0}
    for ids, payoffs in random_rules(1500):
        gains = {
            (i, t, r, v): payoffs[i][(t, *v[:i], r, *v[i + 1 :])] - payoffs[i][(t, *v)]
            for v in profiles_of(ids.shape)
            for i, t in enumerate(v)
            for r in range(ids.shape[i])
        }
        verdict = strategy_proofness(payoffs)
        assert verdict.holds == (max(gains.values()) <= 0)
        counts[verdict.holds] += 1
        if not verdict.holds:
            lie = verdict.witness
            assert lie.lie_payoff - lie.truth_payoff == max(gains.values())
            assert gains[lie.player, lie.true_type, lie.message, lie.messages] == max(gains.values())
            assert len(lie.against_others) == len(ids.shape) - 1
    assert min(counts.values()) > 100, counts


@pytest.mark.parametrize("shape", [(3, 150), (2, 11, 12), (150, 3)])
def test_one_lie_among_many_reports_is_found(shape):
    rng = np.random.default_rng(len(shape))
    for i, count in enumerate(shape):
        payoffs = [rng.integers(0, 9, (k, *shape)) for k in shape]
        for k, own in enumerate(payoffs):
            for t in range(shape[k]):
                own[t].swapaxes(0, k)[t] = 9
        assert strategy_proofness(payoffs).holds
        lie = tuple(rng.integers(0, shape))
        true_type = (lie[i] + 1) % count
        payoffs[i][(true_type, *lie)] = 10
        found = strategy_proofness(payoffs).witness
        assert (found.player, found.true_type, found.message) == (i, true_type, lie[i])
        assert (found.truth_payoff, found.lie_payoff) == (9, 10)
