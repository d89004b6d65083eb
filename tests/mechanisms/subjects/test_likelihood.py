"""Likelihoods of populations: against histories that are enumerated, and against simulated play."""

from itertools import product

import numpy as np
import pytest
from scipy.special import logsumexp

from mechanisms.subjects.likelihood import log_likelihoods
from mechanisms.subjects.models.logit_equilibrium import LogitEquilibrium
from mechanisms.subjects.population import Population, PopulationError
from mechanisms.subjects.sessions import empty_sessions
from tests.analysis.simulate import treatment

SMALL = treatment("park_vcg", rounds=2, participants=3, practice_rounds=0, matching="partner")


@pytest.mark.parametrize(
    "text",
    [
        "0.3*truthful(noise=0.2) + 0.7*uniform",
        "qre(lambda=0.05~0.8)",
        "0.5*reply(lambda=0.05) + 0.5*inattentive(repeat=0.7)",
        "level-k(level 0=0.3, level 1=0.7, lambda=0.05)",
    ],
)
def test_all_histories_together_are_certain(text):
    """The group is independent given what it saw, so the products over its members add up to 1."""
    empty = empty_sessions(SMALL, 1)
    total = 0.0
    for history in product((0, 1), repeat=len(empty.message)):
        total += np.exp(log_likelihoods(Population.of(text), empty.with_messages(np.array(history))).sum())
    assert total == pytest.approx(1)


def test_components_and_people_are_summed_over():
    chen = empty_sessions(treatment("chen_serial", rounds=3, practice_rounds=0), 1)
    decided = chen.with_messages(np.arange(len(chen.message)) % 12)
    model = LogitEquilibrium(decided)

    def alone(rate):
        return np.bincount(decided.participant, weights=model.log_probabilities(np.array([rate])))

    found = log_likelihoods(Population.of("0.25*qre(lambda=0.02) + 0.75*qre(lambda=0.2)"), decided)
    assert found == pytest.approx(logsumexp([alone(0.02), alone(0.2)], axis=0, b=[[0.25], [0.75]]))
    rates = 0.02 * np.exp(0.5 * np.random.default_rng(1).standard_normal(2000))
    drawn = logsumexp([alone(rate) for rate in rates], axis=0) - np.log(2000)
    assert log_likelihoods(Population.of("qre(lambda=0.02~0.5)"), decided) == pytest.approx(drawn, abs=0.1)


def test_what_is_never_played_has_no_likelihood():
    empty = empty_sessions(SMALL, 1)
    liars = empty.with_messages(1 - empty.type_index)
    assert np.isneginf(log_likelihoods(Population.of("truthful"), liars)).all()


def test_sessions_that_differ_are_refused():
    empty = empty_sessions(SMALL, 1)
    with pytest.raises(PopulationError, match="use ~PEOPLE"):
        log_likelihoods(Population.of("qre(lambda=0.05~0/0.3)"), empty.with_messages(empty.type_index))
