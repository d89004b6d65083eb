"""Costs of everybody's own good: by hand, their derivatives by differences, and bad ones named."""

import numpy as np
import pytest

from mechanisms.costs import CallableCost, GoodsPolynomialCost, GoodsTableCost

POLYNOMIAL = GoodsPolynomialCost(((2, (1, 0, 0)), (1, (0, 2, 0)), (0.5, (1, 1, 3))))


def test_a_polynomial_by_hand():
    assert POLYNOMIAL.cost([2, 3, 1]) == 2 * 2 + 9 + 0.5 * 2 * 3 * 1
    assert POLYNOMIAL.cost(np.zeros((2, 4, 3))).tolist() == [[0.0] * 4] * 2
    assert POLYNOMIAL.goods == 3


def test_its_gradient_is_that_of_the_cost():
    CallableCost(POLYNOMIAL.cost, POLYNOMIAL.gradient, n=3, upper=4)  # compares with differences


def test_a_table_is_read_by_everybodys_units():
    cost = GoodsTableCost([[0, 1, 3], [2, 4, 7]])
    assert cost.cost([[1, 2], [0, 1], [1, 0]]).tolist() == [7, 1, 2]
    assert cost.goods == 2
    for wrong in ([0, 3], [2, 0], [0.5, 0]):
        with pytest.raises(ValueError, match="not in the cost table"):
            cost.cost(wrong)
    with pytest.raises(ValueError, match="no marginal costs"):
        cost.gradient([1, 1])


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: GoodsPolynomialCost(()), "terms is empty"),
        (lambda: GoodsPolynomialCost(((1, (1, 0)), (1, (1,)))), r"powers is \[1\]; it must have 2 whole numbers"),
        (lambda: GoodsPolynomialCost(((1, (0, 0)),)), "one of them above 0"),
        (lambda: GoodsTableCost([[1, 2], [3, 4]]), "must start with 0"),
        (lambda: POLYNOMIAL.cost([1, 2]), "demands has 2 agents; this cost is for 3"),
    ],
)
def test_bad_ones_are_named(make, named):
    with pytest.raises(ValueError, match=named):
        make()
