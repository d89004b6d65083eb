"""Uniform random play is no effect: above chance every headline outcome has mean 0 in every shipped game, and a test of
two games rejects at its level."""

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.special import stdtr

from analysis import load_decisions
from analysis.inference import UnitMeans, permutation_test
from analysis.inference.compare import analysed
from analysis.inference.hypothesis_tests.studentised import welch
from analysis.measures.chance import CHANCE, HAVE_CHANCE, HITS, no_hit_from_chance, profiles_of, with_chance
from analysis.measures.outcomes import OUTCOMES, with_outcomes
from analysis.measures.rates import ABOVE
from analysis.predictions import predict
from tests.analysis import simulate
from tests.shared import mostly_thorough, thorough

NAMES = sorted(
    path.stem for path in simulate.TREATMENTS.glob("*.toml")
    if "parts" not in path.read_text("utf-8").split("[")[0] and not path.stem.endswith("_large")  # too many profiles
)  # fmt: skip
TESTED = [outcome.column for outcome in OUTCOMES if outcome.tested and outcome.column in HAVE_CHANCE]
SOME = ("cason_groves", "chen_serial", "park_agv")
SESSIONS, GROUPS, TRIALS = 4, 30, 400
CHOSEN = np.array(list(itertools.combinations(range(2 * SESSIONS), SESSIONS)))
"""The assignments of 4 + 4 sessions."""


@pytest.fixture(scope="module")
def uniform(tmp_path_factory):
    """Treatment -> table of uniform play with outcomes, above chance too."""
    folder = tmp_path_factory.mktemp("uniform")

    @cache
    def table(name):
        k = NAMES.index(name)
        t = simulate.treatment(name, rounds=10, matching="stranger")
        rows = [row for s in range(6) for row in simulate.session(t, f"s{s}{name[-6:]}", seed=100 * k + s)]
        file = simulate.write(folder / f"{name}_custom.csv", rows)
        return with_chance(with_outcomes(predict(load_decisions(file)).decisions))

    return table


def entries(table, column):
    """One mean a group and round: these are independent if play is uniform."""
    rows, _ = analysed(table, column)
    rows = rows[rows[column].notna()]
    return rows.groupby(["session_code", "round", "group"])[column].mean().to_numpy(dtype=float)


def deviation(table, column):
    """Standard deviation of an entry; of hits, which may be rare, the one that chance gives."""
    area = table[column + CHANCE].to_numpy(dtype=float) if column in HITS else np.zeros(1)
    return max(entries(table, column + ABOVE).std(), np.sqrt(np.nanmean(area * (1 - area)))) + 1e-9


def sessions(table, column, rng):
    """Means above chance of TRIALS × SESSIONS sessions of uniform play; None where there is no such outcome."""
    rows, _ = analysed(table, column)
    rows = rows[rows[column].notna()]
    if rows.empty:
        return None
    if column in HITS:  # rare hits are drawn from what chance hits, which the test above has checked
        area = rng.choice(rows[column + CHANCE].to_numpy(dtype=float), (TRIALS, SESSIONS, GROUPS))
        return ((rng.random(area.shape) < area) - area).mean(axis=2)
    values = entries(table, column + ABOVE)
    return rng.choice(values - values.mean(), (TRIALS, SESSIONS, GROUPS)).mean(axis=2)


def permuted(first, second):
    """Whether the exact permutation test of 4 + 4 session means rejects at 5 %; shape (TRIALS, SESSIONS) each."""
    means = np.concatenate([first, second], axis=1)
    sums = means[:, CHOSEN].sum(axis=2)
    distance = np.abs(sums - means.sum(axis=1, keepdims=True) / 2)
    return (distance >= distance[:, :1] - 1e-12).mean(axis=1) <= 0.05  # the first assignment is the real one


def rejected(first, second, column):
    """Whether the report's rules reject, shape (TRIALS,): by permutation, with a whole hit, and by Welch's test.

    Computed for all trials at once; the report's own functions judge the first one that permutation rejects.
    """
    found = permuted(first, second)
    if column in HITS:
        found &= np.abs(np.concatenate([first, second], axis=1) * GROUPS).max(axis=1) >= 1 - 1e-9
    (error, freedom), difference = welch(first, second), second.mean(axis=1) - first.mean(axis=1)
    there = error > 1e-12
    p = 2 * stdtr(freedom, -np.abs(difference) / np.where(there, error, 1.0))
    found &= (p <= 0.05) | ~there
    for k in np.flatnonzero(permuted(first, second))[:1]:
        assert reported(first[k], second[k], column) == found[k]
    return found


def reported(first, second, column):
    means = UnitMeans.from_arrays({"A": first, "B": second})
    if column in HITS and no_hit_from_chance(means.means, np.full(means.means.shape, GROUPS)):
        return False
    return permutation_test(replace(means, exchangeable=False)).p <= 0.05


def test_all_shipped_games_are_there():
    assert set(SOME) <= set(NAMES)
    assert {"dominant_played", "nash_played", "truthful", "efficient", "efficiency", "earnings"} <= set(TESTED)


@pytest.mark.parametrize("name", mostly_thorough(NAMES, *SOME))
def test_uniform_play_has_mean_zero_above_chance(uniform, name):
    seen = 0
    table = uniform(name)
    for column in TESTED:
        values = entries(table, column + ABOVE)
        assert len(values) == len(entries(table, column)), column
        if len(values):
            seen += 1
            assert abs(values.mean()) <= 4 * deviation(table, column) / np.sqrt(len(values)), column
    assert seen >= 4


@pytest.mark.parametrize("names", [SOME, pytest.param(NAMES, marks=thorough)], ids=["some", "all"])
def test_two_games_are_told_apart_at_the_nominal_rate_only(uniform, names):
    rng = np.random.default_rng(5)
    highest, rates = 0.05 + 4 * np.sqrt(0.05 * 0.95 / TRIALS), []
    for column in TESTED:
        found = {name: sessions(uniform(name), column, rng) for name in names}
        there = {name: values for name, values in found.items() if values is not None}
        for one, other in itertools.combinations(there, 2):
            rates.append(rejected(there[one], there[other], column).mean())
            assert rates[-1] <= highest, (column, one, other)
    assert len(rates) > 2 * len(names) * (len(names) - 1)  # at least four outcomes of each pair
    assert 0.005 < np.mean(rates) <= 0.05


def test_chance_alone_tells_raw_rates_apart(uniform):
    """Why they are not tested, and why order alone is not enough: the test above can fail."""
    rng = np.random.default_rng(5)
    tables = [uniform(name) for name in ("cason_groves", "cason_pivotal")]
    raw = [rng.choice(entries(table, "nash_played"), (TRIALS, SESSIONS, GROUPS)).mean(axis=2) for table in tables]
    assert permuted(*raw).mean() > 0.99
    assert permuted(*(sessions(table, "nash_played", rng) for table in tables)).mean() > 0.08


def test_expectations_by_hand(uniform):
    """The binary project: built in those of 25 × 25 profiles whose reports sum to 0 or more, which is efficient."""
    built = sum(a + b >= 0 for a in range(-22, 3) for b in range(-4, 21)) / 625
    assert uniform("cason_pivotal")["efficient" + CHANCE].unique() == pytest.approx([built])
    assert uniform("cason_groves")["truthful" + CHANCE].unique() == pytest.approx([1 / 25])
    table = uniform("cason_pivotal")
    assert np.allclose(table["earnings" + ABOVE], table["earnings"] - table["earnings" + CHANCE])


def test_many_profiles_are_drawn(monkeypatch):
    t = simulate.treatment("production_serial")
    monkeypatch.setattr("analysis.measures.chance.MOST_PROFILES", 200)
    drawn = profiles_of(t)
    assert drawn.shape == (200, t.group_size)
    assert np.array_equal(drawn, profiles_of(t))
