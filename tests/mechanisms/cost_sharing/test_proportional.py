"""Proportional (average cost) shares by hand."""

from mechanisms.cost_sharing import proportional
from mechanisms.costs import PowerCost


def test_proportional_shares_by_hand():
    assert proportional([0, 0], PowerCost(1, 2)).tolist() == [0, 0]
    assert proportional([1, 2, 0], PowerCost(2, 2)).tolist() == [6, 12, 0]
