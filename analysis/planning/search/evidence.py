"""What simulated sessions say for one theory against another: log likelihood ratios, and what their test finds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.planning.experiments import paid
from mechanisms.arrays import FloatArray
from mechanisms.subjects.likelihood import log_likelihoods
from mechanisms.subjects.population import Population
from mechanisms.subjects.sessions import laid_out
from mechanisms.subjects.simulation import BATCH_ROWS, played, simulate_sessions
from mechanisms.treatments import Treatment

SAME = 1e-9
"""Of log likelihood ratios that are the same but for rounding."""


def log_ratios(
    treatments: Sequence[Treatment], theories: tuple[Population, Population], sessions: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Sessions of each treatment, together, where one theory is true and where the other is.

    Parameters
    ----------
    treatments : one or two; without practice rounds
    theories : the first, and the second
    sessions : of each treatment, under each theory

    Returns
    -------
    ratios : (2, sessions), log of the likelihood by the second theory over that by the first; first row: the first
        theory is true; infinite where play is impossible by one of them
    money : (2, sessions), what is paid
    """
    ratios, money = np.zeros((2, sessions)), np.zeros((2, sessions))
    for true, population in enumerate(theories):
        for k, treatment in enumerate(treatments):
            size = max(1, BATCH_ROWS // (treatment.protocol.participants * treatment.protocol.rounds))
            for first in range(0, sessions, size):
                numbers = range(first, min(first + size, sessions))
                # no session of one theory has the chances of a session of the other, or of another treatment
                own_seed = seed + 4_000_000 * (2 * true + k)
                found = simulate_sessions(treatment, population, numbers, own_seed)
                choices = laid_out(played(found.treatment), found.groups, found.types, [str(s) for s in numbers])
                decided = choices.with_messages(found.messages.reshape(-1))
                logs = [log_likelihoods(theory, decided) for theory in theories]
                session = np.repeat(np.arange(len(numbers)), len(logs[0]) // len(numbers))
                ratios[true, numbers.start : numbers.stop] += np.bincount(session, weights=logs[1] - logs[0])
                money[true, numbers.start : numbers.stop] += paid(found)
    return ratios, money


def power_of_ratios(ratios: FloatArray, experiments: int, level: float) -> FloatArray:
    """Share of experiments in which the likelihood ratio test rejects the first theory where the second is true, with
    1, 2, … sessions: (sessions of an experiment,).

    ratios : as `log_ratios`, experiments one after another

    >>> power_of_ratios(np.array([[0.0, 1, 0, 1], [3, 3, 3, 3]]), 2, 0.4).tolist()
    [1.0, 1.0]
    """
    sums = np.cumsum(ratios.reshape(2, experiments, -1), axis=2)
    # the least number of experiments above the limit is at most the level, ties never reject
    limits = np.sort(sums[0], axis=0)[::-1][int(level * experiments)]
    return np.asarray((sums[1] > limits + SAME).mean(axis=0))
