"""What a cost must be for an equilibrium on continuous demands, and the words for one that is not."""

import re

import pytest

from mechanisms.costs import PolynomialCost, PowerCost
from mechanisms.costs.shape import check_convex_increasing


@pytest.mark.parametrize(
    ("cost", "strictly", "named"),
    [
        (PowerCost(1, 0.5), False, "falls from 1.26491 at Q = 0.15625 to 0.894427 at Q = 0.3125"),
        (PolynomialCost([1, -1e-7]), False, "falls from 1 at Q = 0.15625 to 0.9999999 at Q = 0.3125"),
        (PolynomialCost([-2, 1]), False, "not increasing: its marginal cost is \u22121.6875 at Q = 0.15625"),
        (PowerCost(2, 1), True, "a constant marginal cost, 2, from Q = 0.15625 to 0.3125"),
    ],
)
def test_the_place_is_named_with_numbers_that_differ(cost, strictly, named):
    with pytest.raises(ValueError, match=re.escape(named)):
        check_convex_increasing(cost, 10, strictly)


def test_convex_costs_pass():
    check_convex_increasing(PowerCost(1, 2), 10, strictly=True)
    check_convex_increasing(PowerCost(2, 1), 10)
