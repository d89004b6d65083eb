"""Recovery: on data simulated from a model its true parameters come back.

For each model REPLICATIONS data sets are drawn and fitted. Per parameter, on the scale of the interval: the 95 %
intervals hold the truth as often as a binomial band allows, and the studentised errors have the mean 0 and the variance
1 within bands, so that intervals that are too wide fail as well. Each band has the probability BAND if theory holds.
"""

import numpy as np
import pytest
from scipy.stats import binom, chi2, norm

from analysis.behaviour import (
    EWA,
    BeliefLearning,
    LevelK,
    LogitEquilibrium,
    NoisyBestReply,
    Reinforcement,
    TypesMixture,
    empty_sessions,
    fit,
    simulate,
)
from mechanisms.subjects.models.model import to_link
from tests.analysis.behaviour.small import coarse_serial
from tests.analysis.simulate import treatment
from tests.shared import mostly_thorough

REPLICATIONS = 24
BAND = 0.999

CASES = {
    "logit QRE, complete information": (LogitEquilibrium, coarse_serial(rounds=10), 3, 8, [0.011]),
    "logit QRE, private types": (LogitEquilibrium, treatment("park_vcg"), 4, 6, [0.03]),
    "noisy best reply": (NoisyBestReply, coarse_serial(rounds=10), 3, 8, [0.011]),
    "level-k": (LevelK, coarse_serial(rounds=8), 6, 16, [0.25, 0.45, 0.3, 0.022]),
    "reinforcement": (Reinforcement, coarse_serial(rounds=16), 4, 12, [2, 0.15, 0.2]),
    "belief learning": (BeliefLearning, coarse_serial(rounds=10), 4, 12, [0.016, 0.6]),
    "EWA": (EWA, coarse_serial(rounds=12), 5, 16, [0.011, 0.7, 0.4, 0.4]),
    "mixture of types": (TypesMixture, coarse_serial(rounds=10), 5, 16, [0.4, 0.35, 0.25, 0.25, 0.2]),
}


def fits(kind, empty, values, seeds, monkeypatch):
    """Fits of simulated data, each searched from the model's first start alone: all starts lead to the same place, as
    the first fit shows, and each takes as long."""
    choices = [simulate(kind, empty, values, seed=seed) for seed in seeds]
    whole, own = fit(kind, choices[0], intervals="wald"), kind.starts
    monkeypatch.setattr(kind, "starts", property(lambda model: own.fget(model)[:1]))
    found = [fit(kind, drawn, intervals="wald") for drawn in choices]
    assert found[0].values == pytest.approx(whole.values, rel=1e-5)
    return found


@pytest.mark.parametrize("case", mostly_thorough(CASES, "logit QRE, private types", "noisy best reply"))
def test_parameters_come_back(case, monkeypatch):
    kind, game, sessions, participants, values = CASES[case]
    empty = empty_sessions(game, sessions, participants)
    links = [parameter.link for parameter in kind(empty).parameters]
    found = fits(kind, empty, values, range(REPLICATIONS), monkeypatch)
    assert all(fitted.converged for fitted in found)
    low, high = (np.array([[getattr(e, end) for e in f.estimates] for f in found]) for end in ("low", "high"))
    bounded = ~np.isfinite(low)
    assert bounded.mean() < 0.05
    covered = (low <= values) & (values <= high) | bounded
    least, most = binom.ppf([(1 - BAND) / 2, (1 + BAND) / 2], REPLICATIONS, 0.95)
    assert (covered.sum(axis=0) >= least).all()
    assert (covered.sum(axis=0) <= most).all()
    truth = to_link(np.array(values, dtype=float), links)
    errors = np.array([to_link(f.values, links) for f in found]) - truth
    half = np.array([to_link(b, links) - to_link(a, links) for a, b in zip(low, high, strict=True)]) / 2
    studentised = np.ma.masked_array(errors / half * norm.ppf(0.975), mask=bounded)
    count = studentised.count(axis=0)
    limits = chi2.ppf([(1 - BAND) / 2, (1 + BAND) / 2], count[:, None] - 1)
    spread = (count - 1) * studentised.var(axis=0, ddof=1)
    assert (limits[:, 0] <= spread).all()
    assert (spread <= limits[:, 1]).all()
    assert (np.abs(studentised.mean(axis=0)) * np.sqrt(count) < norm.ppf((1 + BAND) / 2)).all()


def test_participants_are_put_into_their_classes():
    """Half of them play the equilibrium, the others anything: each is found, and shares are means of posteriors, as in
    an EM step at the maximum."""
    empty = empty_sessions(coarse_serial(rounds=15), 3, 8)
    equilibrium = simulate(TypesMixture, empty, [1, 0, 0, 0.1, 0.5], seed=5).message
    anything = simulate(TypesMixture, empty, [0, 0, 1, 0.1, 0.5], seed=6).message
    first_half = empty.participant < 12
    choices = empty.with_messages(np.where(first_half, equilibrium, anything))
    fitted = fit(TypesMixture, choices)
    posterior = TypesMixture(choices).posterior(fitted.values)
    assert posterior.mean(axis=0) == pytest.approx(fitted.values[:3], abs=1e-3)
    assert posterior.sum(axis=1) == pytest.approx(1)
    assert (posterior[:12, 2] < 0.01).all()  # whose partner plays the equilibrium, best replies are the same
    assert (posterior[12:, 2] > 0.99).all()


@pytest.mark.parametrize("case", mostly_thorough(["noisy best reply", "reinforcement"], "noisy best reply"))
def test_clustered_intervals_hold_the_truth(case, monkeypatch):
    """With 12 sessions and 16 replications; all parameters together, few clusters costing at most 2 % points."""
    kind, game, _, _, values = CASES[case]
    empty = empty_sessions(game, 12, 4)
    found = fits(kind, empty, values, range(100, 116), monkeypatch)
    held = [e.low_cluster <= v <= e.high_cluster for f in found for e, v in zip(f.estimates, values, strict=True)]
    assert np.sum(held) >= binom.ppf((1 - BAND) / 2, len(held), 0.93)
