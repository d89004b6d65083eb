"""The maximum of likelihoods with several peaks."""

import numpy as np
import pytest

from analysis.behaviour import LogitEquilibrium, fit
from tests.analysis.behaviour.bare import one_shot

GAME_7A = (
    [[87, 18, 63], [65, 96, 24]],
    [[32, 37, 76], [89, 63, 30]],
    [19, 17],
    [7, 3, 26],
)
"""Costa-Gomes, Crawford and Broseta 1998, game 7a: payoffs, and how often rows and columns were chosen."""


def test_a_likelihood_that_falls_before_it_rises():
    fitted = fit(LogitEquilibrium, one_shot(*GAME_7A))
    assert fitted.converged
    assert fitted.values[0] == pytest.approx(0.0645, abs=5e-4)
    assert fitted.log_likelihood == pytest.approx(-56.776, abs=2e-3)
    assert fitted.starts_at_best < fitted.starts


@pytest.mark.parametrize("seed", range(4))
def test_no_precision_is_better(seed):
    """Random games and random counts: nothing on a fine grid along the branch is above what is called converged."""
    rng = np.random.default_rng(seed)
    row, column = (rng.integers(1, 100, (2 + seed % 3, 3)).tolist() for _ in range(2))
    counts = [rng.multinomial(30, rng.dirichlet([1] * size)) for size in (len(row), 3)]
    choices = one_shot(row, column, *counts)
    fitted, model = fit(LogitEquilibrium, choices, intervals="wald"), LogitEquilibrium(choices)
    rates = np.geomspace(1e-5, 20, 400)
    best = max(model.log_probabilities(np.array([rate])).sum() for rate in rates)
    assert fitted.converged
    assert fitted.log_likelihood >= best - 1e-3
