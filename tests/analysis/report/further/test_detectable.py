"""Minimum detectable effects: at them the test has the power that is claimed, in draws of its own."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.inference import Comparison, UnitMeans, permutation_test
from analysis.inference.hypothesis_tests.permutation import distribution_of
from analysis.report.further.detectable import (
    MOST_ARRANGEMENTS,
    Design,
    _by_noncentral_t,
    _listed,
    design_of,
    detectable,
    minimum_detectable,
)
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, by_row, section, sources_of
from tests.shared import thorough


@pytest.mark.parametrize(
    "design",
    [
        Design((4, 6), (3.0, 1.0)), Design((7,), (2.0,)), Design((4, 4), (1.0, 2.0), "less"),
        Design((6, 6), (1.0, 1.0), strata=((2, 2),) * 3), Design((10, 10), (1.0, 1.5), strata=((2, 2),) * 5),
        pytest.param(Design((4, 4), (1.0, 1.0)), marks=thorough),
        pytest.param(Design((5, 8), (1.0, 2.0), strata=((2, 2),) * 2 + ((1, 4),)), marks=thorough),
        pytest.param(Design((7, 7), (1.0, 1.0), strata=((1, 1),) * 7), marks=thorough),
        pytest.param(Design((12, 12), (1.0, 1.0), strata=((1, 1),) * 12), marks=thorough),
    ],
)  # fmt: skip
def test_power_at_the_effect(design):
    """Of the exact test within the design's strata; those of 10 + 10 and more are too large for draws."""
    rng, n, found = np.random.default_rng(99), 400, 0
    effect = detectable(design) * (-1 if design.alternative == "less" else 1)
    order = np.argsort(design.labels, kind="stable")
    for _ in range(n):
        samples = [rng.normal(0, s, k) for s, k in zip(design.deviations, design.counts, strict=True)]
        if len(samples) == 1:
            means = UnitMeans.from_pairs(np.zeros(len(samples[0])), samples[0] + effect)
        else:
            means = UnitMeans.from_arrays({"A": samples[0], "B": samples[1] + effect})
            means = replace(means, strata=design.stratum[order])
        found += float(distribution_of(means, MOST_ARRANGEMENTS, 999)[1].p(design.alternative)) <= 0.05 * (1 + 1e-9)
    assert 0.73 < found / n < 0.87  # 3.3 standard errors of both simulations


def made(means):
    """A comparison of which only means and main test are there."""
    return Comparison(permutation_test(means), (), means, 0.0, ())


def test_strata_vary_within():
    """Differences between strata are no noise; each stratum takes a degree of freedom (variances by hand)."""
    values = {"A": [1.0, 3.0, 11.0, 14.0, 70.0], "B": [2.0, 5.0, 10.0, 12.0, 99.0]}
    means = replace(UnitMeans.from_arrays(values), strata=np.array([0, 0, 1, 1, 2, 0, 0, 1, 1, 3]))
    design = design_of(made(means))
    assert design.strata == ((2, 2), (2, 2))
    assert design.counts == (4, 4)  # a stratum with one arm tells nothing
    np.testing.assert_allclose(design.deviations, np.sqrt([(2 + 4.5) / 2, (4.5 + 2) / 2]))


def test_pairs_are_differences():
    """Strata of one unit in each arm detect what units in both arms do; other lone units by strata's differences."""
    first, second = np.array([[3.0, 8.0, 1.0, 7.0, 6.0, 9.0], [4.0, 6.5, 3.0, 9.5, 6.0, 12.0]])
    pairs = UnitMeans.from_arrays({"A": first, "B": second})
    pairs = replace(pairs, strata=np.tile(np.arange(6), 2))
    design, same = (design_of(made(means)) for means in (pairs, UnitMeans.from_pairs(first, second)))
    assert design.deviations[0] * np.sqrt(2) == pytest.approx(same.deviations[0])
    assert detectable(design) == pytest.approx(detectable(same), rel=0.1)
    three = UnitMeans.from_arrays({"A": [0.0, 0.0], "B": [1.0, 2.0, 3.0, 5.0, 6.0, 7.0]})
    found = design_of(made(replace(three, strata=np.array([0, 1, 0, 0, 0, 1, 1, 1]))))
    # the strata's differences 2 and 6 of 1 + 3 units each: their variance, 8, is that of a unit times 1 + 1 / 3
    np.testing.assert_allclose(found.deviations, [np.sqrt(6)] * 2)


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


@pytest.mark.parametrize(
    ("strata", "why"),
    [
        ([0, 0, 1, 1, 1, 2, 2], "the only stratum with both treatments has one unit of A"),
        ([0, 0, 0, 1, 1, 1, 1], "no stratum has both treatments"),
        ([0, 0, 1, 1, 0, 1, 1], "the units do not vary"),
    ],
)
def test_why_a_comparison_has_no_design(strata, why):
    values = {"A": [1.0, 1.0, 1.0], "B": [3.0, 3.0, 3.0, 3.0]} if "vary" in why else {"A": [1, 2, 4], "B": [3, 5, 6, 8]}
    means = UnitMeans.from_arrays({name: list(map(float, entries)) for name, entries in values.items()})
    assert design_of(made(replace(means, strata=np.array(strata)))) == why
    assert design_of(made(UnitMeans.from_arrays({"A": [1.0, 2.0], "B": [3.0]}))) == "B has one unit"


def test_what_is_listed_is_named_with_its_reason():
    compared = {"b − a": ["Truth (%)", "Time (s)"], "c − a": ["Truth (%)", "Time (s)"], "c − b": ["Truth (%)"]}
    without = [("b − a", "X", "Time (s)"), *(("c − a", "Y", name) for name in compared["c − a"])]
    assert _listed([*without, ("c − b", "Y", "Truth (%)")], compared) == (
        "b − a in Time (s), as X; c − a in all outcomes, as Y; c − b in Truth (%), as Y"
    )
    both = [(pair, "Y", name) for pair in ("b − a", "c − a") for name in compared[pair]]
    assert _listed(both, compared) == "b − a and c − a in all outcomes, as Y"


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
    assert found.sentences[1].startswith("Too few units to find any effect, however large: b − a in Dominant-")
    alike = "Nash play of groups (%) and Time for a decision (seconds)"
    assert found.sentences[2] == f"Left out: b − a in {alike}, as the units do not vary."
    assert by_row(found.tables[0])
