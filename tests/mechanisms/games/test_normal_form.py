"""Games that cannot be are named."""

import numpy as np
import pytest

from mechanisms.games.normal_form import NormalFormGame


@pytest.mark.parametrize(
    ("payoffs", "messages", "named"),
    [
        ([1, 2], None, r"payoffs has shape \(2,\)"),
        ([[[1, 2]]], None, r"payoffs has shape \(1, 1, 2\)"),
        ([["a"]], None, "payoffs is .*; it must be an array of real numbers, not of dtype"),
        ([[np.inf]], None, "payoffs contains inf; every entry must be a finite number"),
        ([[1, 2]], [["x"]], r"messages has lengths \[1\]"),
    ],
)
def test_bad_games_are_named(payoffs, messages, named):
    with pytest.raises(ValueError, match=named):
        NormalFormGame(payoffs, messages)
