"""Maximum likelihood for every model of behaviour.

The search goes over x (model.py), first by a scan of the whole range, then from its peaks and from several starts by
sequential quadratic programming (Kraft 1988, scipy's SLSQP) within wide box bounds, and is finished by Newton steps
with the numerical Hessian. It has converged if the Hessian of
the negative log-likelihood is positive definite and another Newton step would gain less than CONVERGED in
log-likelihood, for the numbers that are not at a bound, and nothing that the scan of the whole range saw is higher.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass

import numpy as np
import scipy

from analysis.behaviour.estimation.estimates import Estimate, estimates
from analysis.behaviour.estimation.likelihood import Shape, log_likelihood, shape_at
from analysis.behaviour.estimation.profile_likelihood import profiled
from analysis.behaviour.estimation.search import CONVERGED, search
from mechanisms.arrays import FloatArray
from mechanisms.shown import Shown, Words
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.model import ModelType

INTERVALS = ("profile", "wald")


@dataclass(frozen=True, eq=False)
class Fit(Shown):
    """A model that was fitted.

    Attributes
    ----------
    model, source : name and literature
    treatment, identity : of the game
    estimates : tuple of Estimate
    x : ndarray (free,), the optimum on the scale of estimation
    values : ndarray, the reported values
    log_likelihood : at the optimum, natural logarithms
    free : number of estimated parameters
    decisions, participants, sessions, units : numbers that were used
    converged : see the module; False also where parameters are not identified
    starts, starts_at_best : searches begun, and those that ended at the best optimum (within SAME_OPTIMUM)
    level : of the intervals
    method : in words
    tolerance : CONVERGED
    versions : of the libraries
    notes : what a reader must know of this fit
    """

    model: str
    source: str
    treatment: str
    identity: str
    estimates: tuple[Estimate, ...]
    x: FloatArray
    values: FloatArray
    log_likelihood: float
    free: int
    decisions: int
    participants: int
    sessions: int
    units: int
    converged: bool
    starts: int
    starts_at_best: int
    level: float
    method: str
    tolerance: float
    versions: str
    notes: tuple[str, ...]

    def _facts(self) -> dict[str, object]:
        return {
            "model": self.model,
            "treatment": self.treatment,
            **{estimate.name: Words(estimate.in_words) for estimate in self.estimates},
            "log_likelihood": self.log_likelihood,
            "decisions": self.decisions,
            "converged": self.converged,
        }

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2 free - 2 log L."""
        return 2 * self.free - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, free log(decisions) - 2 log L."""
        return float(self.free * np.log(self.decisions) - 2 * self.log_likelihood)


def fit(model_type: ModelType, choices: Choices, level: float = 0.95, intervals: str = "profile") -> Fit:
    """Fit a model by maximum likelihood.

    Parameters
    ----------
    model_type : a class of models, such as LogitEquilibrium
    choices : Choices with at least one decision
    level : of the intervals
    intervals : "profile" (profile likelihood) or "wald" (quicker; right far from all bounds and in large data)

    Raises
    ------
    ValueError
        If there is no decision, the level is not between 0 and 1, or intervals is neither.
    NotApplicableError, TooLargeError
        By the model.

    Examples
    --------
    >>> from analysis.behaviour import EWA, NoisyBestReply, empty_sessions, simulate
    >>> from mechanisms.treatments import load_treatment
    >>> empty = empty_sessions(load_treatment("treatments/chen_serial.toml"), sessions=4)
    >>> fitted = fit(NoisyBestReply, simulate(NoisyBestReply, empty, [0.05], seed=1))
    >>> all((fitted.converged, fitted.estimates[0].low < 0.05 < fitted.estimates[0].high))
    True
    """
    if not len(choices.decisions):
        raise ValueError("choices has no decision; at least one is needed")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must be between 0 and 1")
    if intervals not in INTERVALS:
        raise ValueError(f"intervals is {intervals!r}; it must be {' or '.join(INTERVALS)}")
    model = model_type(choices)
    searched = search(model, model.starts)
    x = searched.x
    shape = shape_at(model, x)
    found = estimates(model, x, shape, level)
    if intervals == "profile":
        found = profiled(model, searched, found, level)
    rows = choices.decisions
    return Fit(
        model.name,
        model.source,
        choices.game.treatment.name,
        choices.game.treatment.identity,
        found,
        x,
        model.to_values(x),
        reached := log_likelihood(model, x),
        len(x),
        len(rows),
        len(np.unique(choices.participant[rows])),
        len(np.unique(choices.session[rows])),
        len(np.unique(choices.unit[rows])),
        _converged(shape) and reached >= searched.seen.max(initial=reached) - CONVERGED,
        searched.starts,
        searched.at_best,
        level,
        "maximum likelihood (scan of the range, SLSQP, Newton steps); "
        "covariances: numerical Hessian; sandwich clustered by unit",
        CONVERGED,
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}",
        (*model.notes, *_notes(found, len(np.unique(choices.unit[rows])), len(x))),
    )


def _converged(shape: Shape) -> bool:
    """See the module; a model without inner parameters has nothing to search for."""
    if not shape.inner.any():
        return True
    return shape.positive and float(shape.gradient @ shape.newton_step()) / 2 < CONVERGED


def _notes(found: tuple[Estimate, ...], units: int, free: int) -> list[str]:
    notes = [f"{e.name}: {e.interval.partition(': ')[2]}" for e in found if ": " in e.interval]
    if 1 < units <= free:
        notes.append(f"{units} units are too few for {free} clustered standard errors")
    return notes
