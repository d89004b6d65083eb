"""Without any effect, tests on units reject as rarely as they say; a test of decisions as if independent does not.

Sessions of one arm share a rate that differs between sessions (intra-unit correlation 0.2, 40 decisions a session).
A test at 5 % that is right rejects Binomial(n, 0.05) times in n simulations; `limits` are its 0.1 % and 99.9 %
quantiles.
A discrete test may reject less often, never more.
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, chi2_contingency

from analysis.inference.compare import SESSION_LEVEL, compare
from analysis.inference.hypothesis_tests.arrangements import assignments, signs
from analysis.inference.hypothesis_tests.permutation import distribution_of, permutation_test
from analysis.inference.hypothesis_tests.ranks import mann_whitney
from analysis.inference.regressions.clustered import clustered
from analysis.inference.regressions.clusters import cells
from analysis.inference.regressions.mixed import fit_mixed, mixed
from analysis.inference.regressions.wild import wild_cluster_bootstrap
from analysis.inference.unit_means import unit_means
from analysis.inference.units import add_units, independent_units
from analysis.power import Design, naive_p_values, p_values, simulated_means
from tests.analysis.inference.sessions import alternating, silos
from tests.shared import mostly_thorough, thorough

ALPHA = 0.05
N = 200
FEW = 40
"""Experiments for the mixed logit, which is slow."""


def limits(n):
    return binom.ppf([0.001, 0.999], n, ALPHA)


@pytest.fixture(scope="module")
def samples():
    """200 experiments of 6 + 6 sessions without any effect."""
    rng = np.random.default_rng(2026)
    tables = [silos(rng, alternating(12), {"A": 0.5, "B": 0.5}) for _ in range(N)]
    return with_units(tables)


def with_units(tables):
    """Of experiments that have no session in common: found in one table, which is faster than in many."""
    numbered = pd.concat(tables, keys=range(len(tables)), names=["experiment", None]).reset_index(level=0)
    numbered["session_code"] = numbered["experiment"].map("{:03d}/".format) + numbered["session_code"]
    whole = add_units(numbered.reset_index(drop=True))
    return [own.reset_index(drop=True) for _, own in whole.groupby("experiment")]


def rejections(samples, test):
    return sum(test(table) <= ALPHA for table in samples)


def means(table):
    return unit_means(table, "hit", "treatment", "session")


def permutation_p(means):
    """That of `permutation_test`, without its interval, which takes nine tenths of the time."""
    return float(distribution_of(means)[1].p("two-sided"))


def data(table, inner=()):
    return cells(table, "hit", "treatment", ("A", "B"), "session", inner=inner)


TESTS = {
    "permutation": lambda t: permutation_p(means(t)),
    "Mann-Whitney": lambda t: mann_whitney(means(t)).p,
    "linear, CR2": lambda t: clustered(data(t), "linear").p,
    "logit, CR2": lambda t: clustered(data(t), "logit").p,
    "wild, linear": lambda t: wild_cluster_bootstrap(data(t), "linear").p,
    "wild, logit": lambda t: wild_cluster_bootstrap(data(t), "logit").p,
}


def test_the_p_without_the_interval_is_that_of_the_test(samples):
    for table in samples[:5]:
        assert permutation_p(means(table)) == permutation_test(means(table)).p


@pytest.mark.parametrize("name", mostly_thorough(TESTS, "permutation"))
def test_tests_on_units_keep_their_level(samples, name):
    low, high = limits(N)
    assert (low, high) == (2, 21)
    found = rejections(samples, TESTS[name])
    assert found <= high
    assert found >= (low if name != "Mann-Whitney" else 1)


def test_the_mixed_logit_keeps_its_level(samples):
    """Random intercepts of participants, errors clustered by session; the first experiments (it is slow)."""
    found = rejections(samples[:FEW], lambda t: mixed(data(t, ["participant_id"])).p)
    assert found <= limits(FEW)[1]


def test_a_naive_test_rejects_far_too_often(samples):
    def naive(table):
        counts = table.groupby("treatment")["hit"].agg(["sum", "size"])
        hits = np.column_stack([counts["sum"], counts["size"] - counts["sum"]])
        return chi2_contingency(hits, correction=False).pvalue

    assert rejections(samples, naive) > 0.3 * N


def test_random_intercepts_without_clustering_are_no_cure(samples):
    """Intercepts of participants only, with the usual standard errors: sessions still depend."""

    def unclustered(table):
        fitted = fit_mixed(data(table, ["participant_id"]))
        return abs(fitted.coefficients[1]) / np.sqrt(fitted.by_unit.bread[1, 1])

    found = sum(unclustered(table) > 1.96 for table in samples[:FEW])
    assert found > limits(FEW)[1]


DESIGNS = [*product([False, True], ["permutation", "ranks"], [0.02, 0.3])]


@pytest.mark.parametrize(
    ("paired", "test", "correlation"), mostly_thorough(DESIGNS, DESIGNS[0], DESIGNS[3], DESIGNS[6])
)
def test_many_simulations_of_the_exact_tests(paired, test, correlation):
    """4000 simulations: 159 to 244 rejections for a test at exactly 5 %; a discrete one may be at 2.5 %."""
    design = Design(7, 60, (0.4, 0.4), correlation, paired)
    simulated = simulated_means(np.random.default_rng(17), design, (0.4, 0.4), 4000)
    arranged = signs(7) if paired else assignments(np.repeat([0, 1], 7), np.zeros(14))
    found = (p_values(simulated, design, arranged, test, "two-sided") <= ALPHA).sum()
    assert limits(4000).tolist() == [159, 244]
    assert 100 <= found <= 244
    naive = (naive_p_values(simulated, 60) <= ALPHA).mean()
    assert naive > (0.15 if correlation == 0.02 and not paired else 0.06 if correlation == 0.02 else 0.4)


@thorough
def test_fixed_pairs_of_sessions_that_differ():
    """Five fixed pairs a session, sessions with an intra-session correlation of 0.1: pairs as units reject too often;
    the test of whole sessions, which stands beside theirs, does not."""
    rng = np.random.default_rng(7)
    n, by_pair, by_session = 60, 0, 0
    for k in range(n):
        table = silos(rng, alternating(8), {"A": 0.5, "B": 0.5}, people=10, rounds=20, correlation=0.1)
        seat = table["participant_id"] - 1
        fixed = table.assign(group=seat // 2 + 1, position=seat % 2 + 1)
        units = independent_units(fixed)
        pairs, sessions = (means(fixed.assign(unit=found.of(fixed))) for found in (units, units.sessions))
        by_pair += permutation_test(pairs, max_exact=1_000, draws=499).p <= ALPHA
        by_session += (whole := permutation_test(sessions)).p <= ALPHA
        if not k:
            others = compare(fixed, "hit", regressions=False).others
            (beside,) = (e for e in others if e.method.startswith(SESSION_LEVEL))
            assert (dict(pairs.n_units), dict(beside.n_units)) == ({"A": 20, "B": 20}, {"A": 4, "B": 4})
            assert beside.p == whole.p
    assert by_session <= limits(n)[1]
    assert by_pair > 0.25 * n


def test_silos_that_leak_into_each_other_are_one_unit():
    """Two labelled silos a session whose members meet: they share a rate. By labels the test rejects too often, by
    meetings it does not."""
    rng = np.random.default_rng(5)
    by_label = by_meeting = 0
    tables = [silos(rng, alternating(6), {"A": 0.5, "B": 0.5}, 8, 6, correlation=0.3) for _ in range(100)]
    for table in with_units(tables):
        half = table["session_code"] + np.where(table["participant_id"] <= 4, "/left", "/right")
        by_label += permutation_p(means(table.assign(unit=half))) <= ALPHA
        by_meeting += permutation_p(means(table)) <= ALPHA
    assert by_meeting <= limits(100)[1]
    assert by_label > limits(100)[1]
