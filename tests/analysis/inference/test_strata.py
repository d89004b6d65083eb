"""Weights of strata and the variance of their difference, by hand."""

import numpy as np
import pytest

from analysis.inference.strata import ARMS, CELLS, OTHER, STRATA, Strata, cells_of

VALUES = np.array([1.0, 3.0, 2.0, 5.0, 11.0, 10.0, 12.0, 17.0])
LABELS = np.array([0, 0, 1, 1, 0, 1, 1, 1])


@pytest.mark.parametrize(
    ("sizes", "source"),
    [
        ([[2, 6], [2, 6]], CELLS), ([[4, 12]], CELLS), ([[1, 5], [3, 5]], ARMS), ([[1, 3], [3, 1]], ARMS),
        ([[2, 6], [2, 6], [1, 5]], ARMS),
        ([[2, 6], [1, 5]], STRATA), ([[1, 1]] * 4, STRATA), ([[1, 1]] * 4 + [[3, 3]], STRATA), ([[1, 5]], OTHER),
        (np.zeros((0, 2)), ""),
    ],
)  # fmt: skip
def test_from_what_the_variance_is_known(sizes, source):
    assert Strata(np.array(sizes, dtype=int)).known_from == source


def test_cells_by_hand():
    """Two strata of 2 + 2 and 2 + 3 units: weights 1 and 6 / 5."""
    strata = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 2])
    values, labels = np.append(VALUES, [14.0, 99.0]), np.array([0, 0, 1, 1, 0, 0, 1, 1, 1, 0])
    within, differences, squares = cells_of(values, labels, strata)  # the third has one arm
    weights = np.array([1, 1.2]) / 2.2
    np.testing.assert_allclose(within.weights, weights)
    np.testing.assert_allclose(differences, [1.5, 43 / 3 - 10.5])
    np.testing.assert_allclose(squares, [[2, 4.5], [0.5, 38 / 3]])
    errors = np.array([weights[0] ** 2 * 2 / 2, weights[0] ** 2 * 4.5 / 2, weights[1] ** 2 * 0.5 / 2,
                       weights[1] ** 2 * 38 / 3 / 6])  # fmt: skip
    assert within.variance(differences, squares) == pytest.approx(errors.sum())
    assert within.freedom(squares) == pytest.approx(errors.sum() ** 2 / (errors**2 / [1, 1, 1, 2]).sum())


def test_arms_by_hand():
    """1 + 3 and 3 + 3 units: each arm has one variance, from 2 and from 4 degrees of freedom."""
    within = Strata(np.array([[1, 3], [3, 3]]))
    squares = np.array([[0.0, 8.0], [6.0, 4.0]])
    weights = np.array([0.75, 1.5]) / 2.25
    errors = np.array([6 / 2 * (weights**2 / [1, 3]).sum(), 12 / 4 * (weights**2 / [3, 3]).sum()])
    assert within.variance(np.zeros(2), squares) == pytest.approx(errors.sum())
    assert within.freedom(squares) == pytest.approx(errors.sum() ** 2 / (errors**2 / [2, 4]).sum())


def test_pairs_are_their_differences():
    """As in Student's t test of them; of several experiments at once."""
    differences = np.random.default_rng(1).normal(size=(6, 3))
    within, squares = Strata(np.ones((6, 2), dtype=int)), np.zeros((6, 2, 3))
    np.testing.assert_allclose(within.variance(differences, squares), differences.var(axis=0, ddof=1) / 6)
    assert within.freedom(squares).tolist() == [5, 5, 5]


def test_one_unit_takes_the_variance_of_the_other_arm():
    within, differences, squares = cells_of(VALUES[3:], LABELS[3:] * 0 + [1, 0, 0, 0, 0], np.zeros(5))
    assert within.variance(differences, squares) == pytest.approx(VALUES[4:].var(ddof=1) * (1 + 1 / 4))
    assert within.freedom(squares) == 0
