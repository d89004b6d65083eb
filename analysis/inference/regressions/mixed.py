"""Logit and probit with a random intercept, by maximum likelihood.

P(y = 1 | z) = F(x'β + σ z), one standard normal z a participant (or a unit). The integral over z is computed by
adaptive Gauss–Hermite quadrature centred at each z's mode (Liu and Pierce 1994; Pinheiro and Bates 1995), so that
hundreds of decisions with the same intercept do no harm. Where the intercepts are the participants', decisions of a
unit still depend on each other through who met whom: standard errors are then clustered by unit and corrected for few
units (CR2, with the units' information in place of X_g'W_g X_g).

Python has no established maximum-likelihood mixed logit: statsmodels has a Bayesian one (variational or Laplace), whose
posterior depends on the prior of the standard deviation where there are few units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial.hermite import hermgauss
from scipy.optimize import minimize
from scipy.special import expit, log_expit, log_ndtr, logsumexp

from analysis.inference.regressions.clustered import COEFFICIENT, cr2, with_t
from analysis.inference.regressions.clusters import Cells, ClusterFit, fit, why_not
from analysis.inference.results import Estimate
from mechanisms.shown import Shown

NODES = 25
NEWTON_STEPS = 60
LOG_SIGMA = (-6.0, 3.0)


def _probit_slope(eta: np.ndarray) -> np.ndarray:
    """φ/Φ, without underflow."""
    return np.exp(-(eta**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(eta))


@dataclass(frozen=True)
class Link(Shown):
    """log F, its first and second derivative; F(−η) = 1 − F(η) in both links."""

    log: Callable[[np.ndarray], np.ndarray]
    first: Callable[[np.ndarray], np.ndarray]
    second: Callable[[np.ndarray], np.ndarray]


LINKS = {
    "logit": Link(log_expit, lambda eta: expit(-eta), lambda eta: -expit(eta) * expit(-eta)),
    "probit": Link(log_ndtr, _probit_slope, lambda eta: -eta * _probit_slope(eta) - _probit_slope(eta) ** 2),
}


@dataclass(frozen=True)
class MixedFit(Shown):
    """coefficients : (k,); sigma : standard deviation of the intercepts; log_likelihood; intercepts : how many;
    by_unit : scores and information of the units at the maximum, for β and log σ (β only if σ is 0)"""

    coefficients: np.ndarray
    sigma: float
    log_likelihood: float
    intercepts: int
    by_unit: ClusterFit


def log_likelihoods(data: Cells, family: str, parameters: np.ndarray, nodes: int = NODES) -> tuple[np.ndarray, ...]:
    """Of each intercept's decisions: log likelihood, shape (m,), and its gradient, shape (m, k + 1).

    parameters : β and log σ, shape (k + 1,)
    """
    link, sigma = LINKS[family], np.exp(parameters[-1])
    fixed, failures = data.x @ parameters[:-1], data.n - data.total
    starts = np.flatnonzero(np.diff(data.inner, prepend=-1))
    which = np.cumsum(np.diff(data.inner, prepend=-1) > 0) - 1

    def sums(values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values, starts, axis=0)

    def slope(eta: np.ndarray, success: np.ndarray, failure: np.ndarray) -> np.ndarray:
        return success * link.first(eta) - failure * link.first(-eta)

    mode = np.zeros(len(starts))
    for _ in range(NEWTON_STEPS):
        eta = fixed + sigma * mode[which]
        curvature = 1 - sigma**2 * sums(data.total * link.second(eta) + failures * link.second(-eta))
        step = (sigma * sums(slope(eta, data.total, failures)) - mode) / curvature
        mode = mode + np.clip(step, -2, 2)
        if np.abs(step).max(initial=0) < 1e-9:
            break
    points, weights = hermgauss(nodes)
    spread = np.sqrt(2 / curvature)
    z = mode[:, None] + spread[:, None] * points
    eta = fixed[:, None] + sigma * z[which]
    at_nodes = sums(data.total[:, None] * link.log(eta) + failures[:, None] * link.log(-eta))
    terms = at_nodes - z**2 / 2 - np.log(2 * np.pi) / 2 + points**2 + np.log(weights) + np.log(spread)[:, None]
    total = logsumexp(terms, axis=1)
    posterior = np.exp(terms - total[:, None])
    slopes = slope(eta, data.total[:, None], failures[:, None]) * posterior[which]
    gradient = np.column_stack(
        [sums(slopes.sum(axis=1)[:, None] * data.x), sums((slopes * sigma * z[which]).sum(axis=1))]
    )
    return total, gradient


def fit_mixed(data: Cells, family: str = "logit", nodes: int = NODES) -> MixedFit | None:
    """Maximum likelihood; None if it was not found."""
    started = fit(data, family)
    if started is None:
        return None

    def objective(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = log_likelihoods(data, family, parameters, nodes)
        return -float(total.sum()), -gradient.sum(axis=0)

    start = np.append(started.coefficients, 0.0)
    bounds = [(None, None)] * len(started.coefficients) + [(LOG_SIGMA[0], LOG_SIGMA[1])]
    options = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    # at the lower end σ is 0 as far as the data tell: what is left are the coefficients
    free = len(found.x) - int(found.x[-1] < LOG_SIGMA[0] + 1e-6)
    by_unit = _by_unit(data, family, found.x, nodes, free)
    if np.abs(found.jac[:-1]).max() > 1e-2 or np.linalg.eigvalsh(by_unit.information.sum(axis=0))[0] <= 0:
        return None
    total, gradient = log_likelihoods(data, family, found.x, nodes)
    return MixedFit(found.x[:-1], float(np.exp(found.x[-1])), float(total.sum()), len(gradient), by_unit)


def mixed(data: Cells, family: str = "logit", level: float = 0.95) -> Estimate:
    """The coefficient of the arm in a regression with a random intercept.

    data : from `clusters.cells`; its `inner` says whose intercept it is
    """
    if family not in LINKS:
        raise ValueError(f"family: {family!r}; expected {' or '.join(LINKS)}")
    finer = _finer(data)
    whose = "participant" if finer else data.unit
    errors = f", CR2 standard errors clustered by {data.unit}" if finer else ""
    method = f"mixed {family} of decisions, random intercept of the {whose}{errors}"
    blank = data.estimate(method, ["numpy", "scipy"])
    why = why_not(data, family) or _not_repeated(data)
    fitted = None if why else fit_mixed(data, family)
    if fitted is None:
        return replace(blank, note=f"No test is possible: {why or 'the maximum of the likelihood was not found.'}")
    freedom = float(data.n_clusters - data.x.shape[1])
    variance = float(fitted.by_unit.bread[1, 1])
    if finer:
        variance, freedom = cr2(fitted.by_unit, 1)
    effect, error = float(fitted.coefficients[1]), float(np.sqrt(variance))
    note = f"Given the intercept; its standard deviation is {fitted.sigma:.3g} ({fitted.intercepts} intercepts)."
    return replace(with_t(blank, COEFFICIENT[family], effect, error, freedom, level), note=note)


def _not_repeated(data: Cells) -> str:
    repeated = np.bincount(data.inner, data.n).max(initial=0) > 1
    return "" if repeated else "a random intercept needs several decisions with the same one."


def _finer(data: Cells) -> bool:
    return int(data.inner.max(initial=-1)) + 1 > data.n_clusters


def _by_unit(data: Cells, family: str, at: np.ndarray, nodes: int, free: int, step: float = 1e-4) -> ClusterFit:
    """Scores of the units, and their information by central differences, for the first `free` parameters."""
    unit_of_intercept = data.clusters[np.flatnonzero(np.diff(data.inner, prepend=-1))]
    starts = np.flatnonzero(np.diff(unit_of_intercept, prepend=-1))

    def scores(parameters: np.ndarray) -> np.ndarray:
        return np.add.reduceat(log_likelihoods(data, family, parameters, nodes)[1][:, :free], starts, axis=0)

    moves = step * np.eye(len(at))[:free]
    columns = np.array([(scores(at - move) - scores(at + move)) / (2 * step) for move in moves])
    information = np.moveaxis(columns, 0, 2)
    return ClusterFit(at[:free], scores(at), (information + np.swapaxes(information, 1, 2)) / 2, int(data.n.sum()))
