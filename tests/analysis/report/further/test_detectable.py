"""Minimum detectable effects: at them the test has the power that is claimed, in draws of its own."""

import numpy as np
import pytest

from analysis.inference import UnitMeans
from analysis.inference.permutation import distribution_of
from analysis.report.further.detectable import Design, _by_noncentral_t, detectable, minimum_detectable
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, by_row, section, sources_of


@pytest.mark.parametrize(
    "design",
    [Design((4, 4), (1.0, 1.0)), Design((4, 6), (3.0, 1.0)), Design((7,), (2.0,)), Design((4, 4), (1.0, 2.0), "less")],
)
def test_power_at_the_effect(design):
    rng, n, found = np.random.default_rng(99), 400, 0
    effect = detectable(design) * (-1 if design.alternative == "less" else 1)
    for _ in range(n):
        samples = [rng.normal(0, s, k) for s, k in zip(design.deviations, design.counts, strict=True)]
        if len(samples) == 1:
            means = UnitMeans.from_pairs(np.zeros(len(samples[0])), samples[0] + effect)
        else:
            means = UnitMeans.from_arrays({"A": samples[0], "B": samples[1] + effect})
        found += float(distribution_of(means)[1].p(design.alternative)) <= 0.05 * (1 + 1e-9)
    assert 0.73 < found / n < 0.87  # 3.3 standard errors of both simulations


def test_what_no_data_can_show():
    assert np.isinf(detectable(Design((3, 3), (1.0, 1.0))))
    assert np.isinf(detectable(Design((5,), (1.0,))))
    assert np.isinf(detectable(Design((4, 4), (1.0, 1.0)), alpha=0.01))
    assert detectable(Design((3, 3), (1.0, 1.0), "greater")) < 5  # 1 / 20 is possible


def test_draws_and_formula_meet():
    """Where the one takes over from the other they agree; more units detect less."""
    by_draws = detectable(Design((6, 6), (1.0, 1.0)))
    assert by_draws == pytest.approx(_by_noncentral_t(Design((6, 6), (1.0, 1.0)), 0.05, 0.8), rel=0.08)
    assert detectable(Design((20, 20), (1.0, 1.0))) == pytest.approx(0.909, abs=0.002)  # t tables: d for 20 + 20
    assert detectable(Design((8, 8), (2.0, 2.0))) < 2 * by_draws


def test_the_section(learned):
    found = section(minimum_detectable, learned)
    row = next(row for row in found.tables[0].rows if row[0].startswith("Dominant"))
    means = learned.inference.means["dominant_played"].means
    deviations = np.nanstd(means, axis=0, ddof=1)
    assert row[4] == " and ".join(f"{100 * s:.1f}" for s in deviations)
    assert float(row[7]) == pytest.approx(100 * detectable(Design((4, 4), tuple(deviations))), abs=0.051)
    assert row[8] == "none"  # several outcomes, 4 + 4 units
    assert "Too few units" not in " ".join(found.sentences)
    rows = found.estimates[found.estimates["outcome"] == "dominant_played"]
    assert rows["effect"].tolist() == [pytest.approx(float(row[7]) / 100, abs=6e-4), np.inf]


def test_it_appears_where_something_is_compared(tmp_path):
    assert section(minimum_detectable, sources_of(tmp_path, simulate.session(arm("alone", rounds=2)))) is None


def test_too_few_units_are_told(tmp_path):
    names = [(name, k) for name in "ab" for k in range(2)]
    sessions = [simulate.session(arm(name, rounds=2), f"{name}{k}abcdef", seed=k) for name, k in names]
    found = section(minimum_detectable, sources_of(tmp_path, *sessions))
    assert "Too few units to find any effect, however large" in found.sentences[1]
    assert by_row(found.tables[0])
