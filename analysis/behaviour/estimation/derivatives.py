"""Numerical derivatives of log-likelihoods by central differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mechanisms.arrays import FloatArray

Function = Callable[[FloatArray], FloatArray]
SCORE_STEP, HESSIAN_STEP = 1e-5, 1e-3
"""On the scale of estimation (logarithms and logits), where numbers are of size 1."""


def jacobian(function: Function, x: FloatArray) -> FloatArray:
    """Derivatives of a function to (m,) at x: (m, len(x)).

    Examples
    --------
    >>> jacobian(lambda x: x**2, np.array([1.0, 3.0])).round(6)
    array([[2., 0.],
           [0., 6.]])
    """
    if not len(x):
        return np.empty((len(function(x)), 0))
    columns = [(function(x + step) - function(x - step)) / (2 * SCORE_STEP) for step in SCORE_STEP * np.eye(len(x))]
    return np.stack(columns, axis=-1)


def hessian(function: Callable[[FloatArray], float], x: FloatArray) -> FloatArray:
    """Second derivatives of a function to a number, with steps of HESSIAN_STEP: (len(x), len(x)).

    Examples
    --------
    >>> hessian(lambda x: float(x[0] ** 2 * x[1]), np.array([1.0, 3.0])).round(6)
    array([[6., 2.],
           [2., 0.]])
    """
    steps, at = HESSIAN_STEP * np.eye(len(x)), function(x)
    result = np.empty((len(x), len(x)))
    for j, first in enumerate(steps):
        result[j, j] = function(x + first) - 2 * at + function(x - first)
        for k, second in enumerate(steps[:j]):
            mixed = function(x + first + second) - function(x + first - second)
            mixed += function(x - first - second) - function(x - first + second)
            result[j, k] = result[k, j] = mixed / 4
    return result / HESSIAN_STEP**2
