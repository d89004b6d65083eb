"""Priors of a Bayesian game that cannot be are named."""

import numpy as np
import pytest

from mechanisms.games.private_types import BayesianGame


@pytest.mark.parametrize(
    ("priors", "named"),
    [
        ([[0.5, 0.1], [0.1, 0.2]], r"priors\[0\] is \[0.5, 0.1\].*or one \(2, 2\) with sum 1"),
        ([[1.1, -0.1], [0, 0]], r"priors\[0\] is \[1.1, -0.1\]"),
        (np.full((2, 2, 2), 1 / 8), r"priors\[0\] is \[\[0.125"),
        ([0.5, 0.5], r"priors\[0\] is 0.5"),
        (1, "priors is 1; it must be n arrays"),
        ([[1, 0]], "priors has 1 entries; there are 2 players"),
        ([["a", "b"]] * 2, r"priors\[0\] is .*; it must be an array of real numbers"),
    ],
)
def test_bad_priors_are_named(priors, named):
    with pytest.raises(ValueError, match=named):
        BayesianGame([[[[1]], [[2]]]] * 2, priors, None)


def test_two_vectors_are_no_joint_prior():
    game = BayesianGame([[[[1]], [[2]]]] * 2, [[0.5, 0.5], [1, 0]], None)
    assert game.joint is None
    joint = BayesianGame(game.payoffs, [[0.5, 0], [0.5, 0]], None)
    assert [prior.tolist() for prior in joint.priors] == [[0.5, 0.5], [1, 0]]
