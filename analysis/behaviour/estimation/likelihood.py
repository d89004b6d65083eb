"""The log-likelihood of a model on the scale of estimation, and its shape around a point."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.behaviour.estimation.derivatives import hessian, jacobian
from mechanisms.arrays import FloatArray
from mechanisms.quantal_response.continuation import BranchError
from mechanisms.subjects.models.model import Model

AT_BOUND = 1e-2
"""Distance of x from a bound below which it counts as there."""
LEAST_CURVATURE = 1e-4
"""A diagonal entry of the Hessian below it: the likelihood does not depend on this number."""
IMPOSSIBLE = -1e12
"""Log-likelihood where a model cannot be computed (beyond the end of a logit branch): never an optimum."""


class Shape(NamedTuple):
    """gradient (free,), negative Hessian (free, free) of the log-likelihood; inner: bool (free,), which numbers are
    neither at a bound nor without influence."""

    gradient: FloatArray
    curvature: FloatArray
    inner: np.ndarray

    @property
    def positive(self) -> bool:
        """Whether the curvature in the inner numbers is positive definite (with none: False)."""
        return bool(self.inner.any()) and bool(np.linalg.eigvalsh(self.block)[0] > LEAST_CURVATURE)

    @property
    def block(self) -> FloatArray:
        """The curvature in the inner numbers."""
        return self.curvature[np.ix_(self.inner, self.inner)]

    def newton_step(self) -> FloatArray:
        """The Newton step in the inner numbers, 0 in the others; `positive` is needed."""
        step = np.zeros_like(self.gradient)
        step[self.inner] = np.linalg.solve(self.block, self.gradient[self.inner])
        return step


def log_likelihood(model: Model, x: FloatArray) -> float:
    """Of all decisions; IMPOSSIBLE where the model cannot be computed."""
    return likelihood_of(model, model.to_values(x))


def likelihood_of(model: Model, values: FloatArray) -> float:
    """The same, of reported values."""
    try:
        return float(model.log_probabilities(values).sum())
    except BranchError:
        return IMPOSSIBLE


def shape_at(model: Model, x: FloatArray) -> Shape:
    """First and second derivatives at x."""
    gradient = jacobian(lambda y: np.array([log_likelihood(model, y)]), x)[0]
    curvature = -hessian(lambda y: log_likelihood(model, y), x)
    away = (np.abs(x[:, None] - model.bounds) > AT_BOUND).all(axis=1)
    return Shape(gradient, curvature, away & (np.diag(curvature) > LEAST_CURVATURE))
