"""Cost functions: values by hand, derivatives against differences, bad parameters."""

import numpy as np
import pytest

from mechanisms.costs import PolynomialCost, PowerCost, TabulatedCost


@pytest.mark.parametrize("cost", [PowerCost(0.5, 2.5), PolynomialCost((1, 0, 2))], ids=["power", "polynomial"])
def test_gradient_is_the_derivative(cost):
    q, step = np.array([1.0, 2.5]), 1e-6
    differences = [(cost.cost(q + step * unit) - cost.cost(q - step * unit)) / (2 * step) for unit in np.eye(2)]
    np.testing.assert_allclose(cost.gradient(q), differences, rtol=1e-6)


def test_values_by_hand():
    assert PowerCost(3, 2).cost([[1, 1], [0, 2]]).tolist() == [12, 12]
    assert PolynomialCost((1, 0, 2)).cost([1, 1]) == 2 + 2 * 8
    table = TabulatedCost((0, 1, 5))
    assert table.cost([[0, 0], [1, 0], [1, 1]]).tolist() == [0, 1, 5]
    assert table.gradient([[0, 0], [1, 1]]).tolist() == [[1, 1], [4, 4]]


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: PowerCost(-1, 2), "coefficient is -1"),
        (lambda: PowerCost(1, 0), "exponent is 0"),
        (lambda: PolynomialCost(()), r"coefficients is \(\); it must be a list"),
        (lambda: TabulatedCost((1, 2)), r"values is \[1.0, 2.0\]"),
        (lambda: TabulatedCost((0, 1)).cost([2]), "demands have the total 2, which is not in the cost table"),
        (lambda: TabulatedCost((0, 1)).cost([0.5]), "demands have the total 0.5"),
    ],
)
def test_bad_parameters_are_named(make, named):
    with pytest.raises(ValueError, match=named):
        make()
