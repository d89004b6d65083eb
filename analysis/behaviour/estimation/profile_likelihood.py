"""Profile-likelihood intervals: they need no quadratic likelihood, and exist where an estimate is at its bound."""

from __future__ import annotations

from dataclasses import replace

from scipy.optimize import brentq
from scipy.stats import chi2

from analysis.behaviour.choices import Choices
from analysis.behaviour.estimation.fitting import Fit
from analysis.behaviour.estimation.likelihood import ModelType
from analysis.behaviour.estimation.search import climb
from analysis.behaviour.models.model import Model
from mechanisms.arrays import FloatArray

FIRST_STEP = 0.1
TOLERANCE = 1e-4
"""Of the ends, on the scale of the link."""


def with_profile_interval(fitted: Fit, model_type: ModelType, choices: Choices, name: str) -> Fit:
    """The fit with the interval of one parameter replaced by that of the profile likelihood.

    The interval holds the values that a likelihood-ratio test at 1 - level with one degree of freedom does not reject,
    all other parameters being fitted again. Towards a bound that is not rejected it ends at the bound; for an estimate
    at its bound the interval is conservative.

    Parameters
    ----------
    fitted, model_type, choices : as given to and by `fit`
    name : of a parameter; the shares of a mixture have no profile interval

    Raises
    ------
    ValueError
        If there is no such parameter.
    """
    model = model_type(choices)
    names = [parameter.name for parameter in model.parameters]
    if name not in names or len(names) != len(fitted.x):
        raise ValueError(f"name is {name!r}; profile intervals exist for {', '.join(names)} in models without classes")
    k = names.index(name)
    ends = sorted(_end(model, fitted, k, side) for side in (0, 1))
    low, high = (float(model.to_values(_moved(fitted.x, k, end))[k]) for end in ends)
    estimates = tuple(
        replace(e, low=low, high=high, interval="profile likelihood") if e.name == name else e for e in fitted.estimates
    )
    return replace(fitted, estimates=estimates)


def _moved(x: FloatArray, k: int, value: float) -> FloatArray:
    moved = x.copy()
    moved[k] = value
    return moved


def _end(model: Model, fitted: Fit, k: int, side: int) -> float:
    """Where the profile falls to the critical value, going to the lower (0) or the upper (1) bound of x."""
    bound, warm = float(model.bounds[k, side]), [fitted.x]
    lowest = fitted.log_likelihood - float(chi2.ppf(fitted.level, 1)) / 2

    def excess(value: float) -> float:
        held = model.bounds.copy()
        held[k] = value
        reached, warm[0] = climb(model, _moved(warm[0], k, value), held)
        return reached - lowest

    inside, step = float(fitted.x[k]), FIRST_STEP
    while inside != bound:
        outside = max(bound, inside - step) if side == 0 else min(bound, inside + step)
        if excess(outside) < 0:
            return float(brentq(excess, inside, outside, xtol=TOLERANCE)) if excess(inside) > 0 else inside
        inside, step = outside, 2 * step
    return bound
