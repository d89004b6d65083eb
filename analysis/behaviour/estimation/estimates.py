"""Standard errors and intervals of estimates.

Two covariance matrices: the inverse Hessian, right if the model is; and the sandwich
H^-1 (sum_u s_u s_u') H^-1 U / (U - 1) with the scores s_u of the U independent units (sessions or matching silos),
right for dependence within units as U grows (White 1982; Liang and Zeger 1986). They go to the reported scale by the
delta method. Wald intervals are made on the scale of the link (logarithm, logit), so that they stay within the range;
clustered ones use Student's t with U - 1 degrees of freedom. A number at a bound is held there: the others' errors are
those given its value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from analysis.behaviour.estimation.derivatives import jacobian
from analysis.behaviour.estimation.likelihood import Shape
from mechanisms.arrays import FloatArray
from mechanisms.shown import Shown, Words
from mechanisms.subjects.models.model import Model, Parameter, from_link, to_link

NEAR_BOUND = 1e-3
"""Of a share, or of a positive parameter as a part of itself: an estimate this near to a bound is at it."""
BOUNDARY = "the estimate is at the"
SCALES = {"log": "logarithm", "logit": "logit"}


@dataclass(frozen=True)
class Estimate(Shown):
    """One parameter.

    Attributes
    ----------
    name, meaning, unit : of the parameter
    value : the estimate
    se, se_cluster : standard errors from the Hessian, and clustered by unit; NaN where there is none
    low, high, low_cluster, high_cluster : intervals of the fit's level
    interval : how low and high were found; "none: …" says why there is none
    """

    name: str
    meaning: str
    unit: str
    value: float
    se: float
    se_cluster: float
    low: float
    high: float
    low_cluster: float
    high_cluster: float
    interval: str

    @property
    def in_words(self) -> str:
        """The value with its interval, in few digits."""
        high = "no upper limit" if np.isinf(self.high) else f"{self.high:.3g}"
        interval = "no interval" if np.isnan(self.low) else f"{self.low:.3g} to {high}"
        return f"{self.value:.3g} ({interval})"

    def _facts(self) -> dict[str, object]:
        return {self.name: Words(self.in_words), "meaning": self.meaning, "interval": self.interval}

    @property
    def at_bound(self) -> bool:
        """Whether the search ended at a bound of the parameter."""
        return BOUNDARY in self.interval


def estimates(model: Model, x: FloatArray, shape: Shape, level: float) -> tuple[Estimate, ...]:
    """Estimates at the optimum x, where the likelihood has the given shape."""
    values, change = model.to_values(x), jacobian(model.to_values, x)
    units = len(np.unique(model.choices.unit[model.choices.decisions]))
    plain, clustered = _covariances(model, x, shape, units)
    spread = [np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", change, v, change), 0)) for v in (plain, clustered)]
    moves = np.abs(change[:, shape.inner]).max(axis=1, initial=0) > 1e-12
    quantiles = float(norm.ppf((1 + level) / 2)), float(student.ppf((1 + level) / 2, max(units - 1, 1)))
    found = []
    for k, parameter in enumerate(model.parameters):
        problem = _problem(parameter, values[k], bool(moves[k]), shape.positive)
        se, se_cluster = (np.nan if problem else float(errors[k]) for errors in spread)
        low, high = _wald(values[k], se, parameter.link, quantiles[0])
        low_cluster, high_cluster = _wald(values[k], se_cluster, parameter.link, quantiles[1])
        how = f"none: {problem}" if problem else f"Wald on the scale of the {SCALES[parameter.link]}"
        found.append(
            Estimate(
                *(parameter.name, parameter.meaning, parameter.unit, float(values[k]), se, se_cluster),
                *(low, high, low_cluster, high_cluster, how),
            )
        )
    return tuple(found)


def _covariances(model: Model, x: FloatArray, shape: Shape, units: int) -> tuple[FloatArray, FloatArray]:
    """Inverse Hessian and sandwich, (free, free) each; 0 for what is held, NaN where there is none."""
    missing = np.full((len(x), len(x)), np.nan)
    if not shape.positive:
        return missing, missing
    plain = np.zeros_like(missing)
    plain[np.ix_(shape.inner, shape.inner)] = np.linalg.inv(shape.block)
    if units < 2:
        return plain, missing
    scores = jacobian(lambda y: model.log_probabilities(model.to_values(y)), x)
    unit = model.choices.unit[model.choices.decisions]
    sums = np.stack([np.bincount(unit, weights=column) for column in scores.T], axis=1)
    return plain, plain @ (sums.T @ sums) @ plain * units / (units - 1)


def _problem(parameter: Parameter, value: float, moves: bool, identified: bool) -> str:
    """Why a parameter has no standard error; "" if it has."""
    near = NEAR_BOUND * (value if parameter.link == "log" else 1.0)
    for name, bound in (("lower", parameter.lowest), ("upper", parameter.highest)):
        if abs(value - bound) <= near:
            return f"{BOUNDARY} {name} bound"
    if not identified:
        return "not identified: the likelihood is flat in some direction"
    return "" if moves else "the likelihood does not depend on it here"


def _wald(value: float, error: float, link: str, quantile: float) -> tuple[float, float]:
    """The interval on the scale of the link, transformed back."""
    if not np.isfinite(error):
        return np.nan, np.nan
    slope = 1 / value if link == "log" else 1 / (value * (1 - value))
    centre = to_link(np.array([value]), [link])[0]
    ends = from_link(centre + np.array([-1, 1]) * quantile * error * slope, [link, link])
    return float(ends[0]), float(ends[1])
