"""How likely a population makes decisions that were made: of each participant, over all rounds.

A participant is one component of the population for the whole session, and has the own parameters. Both are summed
over: components by their shares, parameters that differ between people by Gauss–Hermite quadrature.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import logsumexp, ndtr

from mechanisms.arrays import FloatArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.model import NotApplicableError, Parameter
from mechanisms.subjects.population import Component, Population, PopulationError, Varied, entries

NODES = 21
"""Of the normal distribution of a parameter that differs between people."""
MOST_POINTS = 500


def log_likelihoods(population: Population, choices: Choices) -> FloatArray:
    """Log likelihood of each participant's decisions: (participants,); -inf where the population never plays so.

    Raises
    ------
    PopulationError
        If the population does not fit the treatment, or has parameters that differ between sessions or experiments:
        participants would not be independent.

    Examples
    --------
    >>> from mechanisms.subjects.sessions import empty_sessions
    >>> from mechanisms.treatments import load_treatment
    >>> empty = empty_sessions(load_treatment("treatments/chen_serial.toml"), 1, participants=2)
    >>> decided = empty.with_messages(np.zeros(30, dtype=np.int64))
    >>> bool(np.isclose(log_likelihoods(Population.of("uniform"), decided), 15 * np.log(1 / 12)).all())
    True
    """
    with np.errstate(divide="ignore"):
        shares = np.log([component.share for component in population.components])
    found = [_of_component(component, choices) for component in population.components]
    return np.asarray(logsumexp(np.stack(found) + shares[:, None], axis=0))


def _of_component(component: Component, choices: Choices) -> FloatArray:
    try:
        model = component.make(choices)
    except NotApplicableError as error:
        raise PopulationError(f"{choices.game.treatment.name}: {error}") from None
    values = component.values(model.parameters)
    if any(varied.sessions or varied.experiments for varied in values):
        raise PopulationError(f"{component.name}: parameters that differ between sessions or experiments: use ~PEOPLE")
    rows = choices.decisions
    who, number = choices.participant[rows], int(choices.participant.max()) + 1
    logs = []
    points, weights = _points(model.parameters, values)
    for point in points:
        with np.errstate(divide="ignore", invalid="ignore"):
            # what comes after an impossible message has no probability at all
            own = np.nan_to_num(model.log_probabilities(point), nan=-np.inf, neginf=-np.inf)
        logs.append(np.bincount(who, weights=own, minlength=number))
    return np.asarray(logsumexp(np.stack(logs) + np.log(weights)[:, None], axis=0))


def _points(parameters: tuple[Parameter, ...], values: list[Varied]) -> tuple[FloatArray, FloatArray]:
    """Values of the parameters (k, parameters), and their weights (k,)."""
    differ = sum(varied.varies for varied in values)
    if NODES**differ > MOST_POINTS:
        raise PopulationError("at most two parameters can differ between people where likelihoods are compared")
    nodes, weights = hermegauss(NODES)
    every = np.array(list(product(range(NODES), repeat=differ)), dtype=np.int64).reshape(NODES**differ, differ)
    chances = np.concatenate([np.full((len(every), 2), 0.5), ndtr(nodes)[every]], axis=1)
    alike = np.full((1, differ), 0.5)
    found = entries(parameters, values, chances, alike, np.zeros(len(every), dtype=np.int64), alike[0])
    return np.atleast_2d(found), (weights / weights.sum())[every].prod(axis=1)
