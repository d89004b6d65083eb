"""The margin and the losses of dominance on a game counted by hand, and where nothing or everything is dominant."""

import numpy as np
import pytest

from analysis.predictions import predict
from analysis.predictions.dominant_play import losses
from tests.analysis import simulate


def test_a_game_by_hand():
    """Message 2 is dominant with 1; 0 loses 1 and 5, 3 loses 2 and 0."""
    own = np.array([[[2, 0], [3, 5], [3, 5], [1, 5]]])[0]
    found = losses(own, 0, np.array([1, 2]), unit=10.0)
    assert found.mean.tolist() == [0.3, 0.0, 0.0, 0.1]
    assert found.most.tolist() == [0.5, 0.0, 0.0, 0.2]
    assert found.margin == 0.1


def test_the_axis_is_that_of_the_player():
    own = np.random.default_rng(0).integers(0, 9, (3, 4, 2))
    own[:, 1] = 9
    found = losses(own, 1, np.array([1]))
    assert found.mean.tolist() == pytest.approx((9 - own.mean(axis=(0, 2))).tolist())


def test_if_all_are_dominant_there_is_no_margin():
    assert np.isnan(losses(np.ones((3, 2), dtype=np.int64), 0, np.arange(3)).margin)


def test_demands_that_are_not_dominant_leave_blanks(load):
    table = predict(load(simulate.session(simulate.treatment("chen_serial")))).decisions
    assert (table["dominant_messages"] == "").all()
    assert (
        table[["dominance_margin", "dominant_loss_mean", "dominant_loss_max", "group_dominant"]].isna().all(axis=None)
    )
    assert table["foregone_points"].notna().all()
