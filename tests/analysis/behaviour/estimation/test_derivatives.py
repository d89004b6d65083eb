"""Numerical derivatives of functions whose derivatives are known."""

import numpy as np
import pytest

from analysis.behaviour.estimation.derivatives import hessian, jacobian


def test_hessian():
    """x^2 y + sin(y z) at (1, 2, 0.5)."""

    def function(x):
        return float(x[0] ** 2 * x[1] + np.sin(x[1] * x[2]))

    sine, cosine = np.sin(1), np.cos(1)
    mixed = cosine - sine
    expected = [[4, 2, 0], [2, -0.25 * sine, mixed], [0, mixed, -4 * sine]]
    assert hessian(function, np.array([1, 2, 0.5])).tolist() == [pytest.approx(row, abs=1e-5) for row in expected]


def test_jacobian():
    point = np.array([1.0, 2.0])
    found = jacobian(lambda x: np.array([x[0] * x[1], np.exp(x[1]), 3.0]), point)
    assert found.tolist() == [pytest.approx(row, abs=1e-8) for row in ([2, 1], [0, np.exp(2)], [0, 0])]


def test_no_variable():
    assert jacobian(lambda x: np.ones(3), np.empty(0)).shape == (3, 0)
    assert hessian(lambda x: 1.0, np.empty(0)).shape == (0, 0)
