"""Bayesian estimates: a line where the library is missing; with it, posteriors that can be checked by quadrature.

The library and what it needs take 390 MB, more than the platform: the environment of the tests is without it.
`pip install -r requirements-bayes.txt` lets the second part run.
"""

from importlib.util import find_spec

import numpy as np
import pytest
from scipy.stats import halfnorm, norm

from analysis.inference import UnitMeans
from analysis.report.further.bayesian import LIBRARY, MISSING, Asked, bayesian, is_few, sampled
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, section, sources_of

NEEDED = "numpyro takes 390 MB and is not part of the test environment: pip install -r requirements-bayes.txt"


def test_a_missing_library_is_told_in_one_line(learned, monkeypatch):
    monkeypatch.setattr("analysis.report.further.bayesian.find_spec", lambda name: None)
    found = section(bayesian, learned)
    assert found.sentences == (MISSING,)
    assert "python -m pip install -r requirements-bayes.txt" in MISSING
    assert (found.tables, found.methods, len(found.estimates)) == ((), "", 0)


def test_only_where_units_are_few(tmp_path, learned):
    assert not is_few(UnitMeans.from_arrays({"A": np.arange(5.0), "B": np.arange(6.0)}))
    assert not is_few(UnitMeans.from_arrays({"A": [1.0], "B": np.arange(6.0)}))
    assert is_few(UnitMeans.from_pairs([1.0, 2.0, 3.0], [2.0, 2.0, 4.0]))
    assert not is_few(UnitMeans.from_pairs(np.arange(5.0), np.arange(5.0)))
    assert section(bayesian, sources_of(tmp_path, simulate.session(arm("alone", rounds=2)))) is None


needs_library = pytest.mark.skipif(find_spec(LIBRARY) is None, reason=NEEDED)


@needs_library
@pytest.mark.filterwarnings("ignore")
def test_the_posterior_by_quadrature():
    """Differences of units: the mean's posterior is an integral over its dispersion."""
    values = np.array([0.1, 0.3, 0.2])
    others = UnitMeans.from_pairs(np.zeros(3), [9.0, 7.0, 8.0])  # beside it, and without effect on it
    wanted = [Asked(others, 1.0, 2.0), Asked(UnitMeans.from_pairs(np.zeros(3), values), 0.5, 1.0)]
    posterior = sampled(wanted)[1]
    mean, spread = np.meshgrid(np.linspace(-2, 2, 801), np.geomspace(1e-3, 3, 600), indexing="ij")
    log = norm.logpdf(values[:, None, None] / 0.5, mean / 0.5, spread).sum(axis=0)
    log += norm.logpdf(mean / 0.5) + halfnorm.logpdf(spread, scale=0.5) + np.log(spread)  # an even grid of logarithms
    weight = np.exp(log - log.max()).sum(axis=1)
    weight /= weight.sum()
    grid = mean[:, 0]
    assert posterior.mean == pytest.approx((weight * grid).sum(), abs=0.01)
    limits = [grid[np.searchsorted(weight.cumsum(), q)] for q in (0.025, 0.975)]
    assert posterior.interval == pytest.approx(limits, abs=0.06)
    assert posterior.above == pytest.approx(weight[grid > 0].sum(), abs=0.015)
    assert posterior.r_hat < 1.02


@needs_library
@pytest.mark.filterwarnings("ignore")
def test_the_section_and_the_same_numbers_twice(learned):
    found, again = section(bayesian, learned), section(bayesian, learned)
    assert found.estimates.equals(again.estimates)
    row = found.estimates.iloc[0]
    main = learned.inference.main.set_index("outcome").loc["dominant_played"]
    assert row["effect"] == pytest.approx(main["effect"], abs=0.05)
    assert len(found.estimates) == 3 * len(found.tables[0].rows)
    assert float(found.tables[0].rows[0][7]) < 1.02
