"""The trend test against the definition by plain loops, its level, and designs of units in several arms."""

from itertools import combinations, permutations, product

import numpy as np
import pytest

from analysis.inference.hypothesis_tests.trend import trend_test
from analysis.inference.unit_means import UnitMeans


def rises_less_falls(arms):
    return sum(np.sign(y - x) for first, later in combinations(arms, 2) for x in first for y in later)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_by_going_through_all_assignments(alternative):
    arms = [[1.0, 3.0], [2.0, 3.0], [3.0, 4.0, 1.0]]
    values = [value for arm in arms for value in arm]
    every = [rises_less_falls([p[:2], p[2:4], p[4:]]) for p in permutations(values)]
    own = rises_less_falls(arms)
    above, below = np.mean(np.array(every) >= own), np.mean(np.array(every) <= own)
    found = trend_test(UnitMeans.from_arrays(dict(zip("ABC", arms, strict=True))), alternative)
    p = {"greater": above, "less": below, "two-sided": min(1, 2 * min(above, below))}[alternative]
    assert (found.p, found.statistic) == pytest.approx((p, own))
    assert found.effect == pytest.approx(own / 16)


def test_units_in_all_arms_are_permuted_within():
    """Three units, three arms each: 6³ arrangements of what each did."""
    rows = np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 5.0], [10.0, 20.0, 30.0]])
    means = UnitMeans(
        "y", "unit", ("A", "B", "C"), rows, np.ones((3, 3), dtype=int), np.zeros(3, dtype=int), np.array(list("xyz"))
    )
    every = [
        sum(rises_less_falls([[v] for v in row]) for row in chosen)
        for chosen in product(*(permutations(r) for r in rows))
    ]
    own = sum(rises_less_falls([[v] for v in row]) for row in rows)
    assert trend_test(means, "greater").p == pytest.approx(np.mean(np.array(every) >= own))


def test_a_null_is_rejected_at_its_level_and_a_trend_is_found():
    rng = np.random.default_rng(5)
    drawn = rng.normal(size=(300, 3, 3))

    def rejected(shift):
        arms = [dict(zip("ABC", one + shift * np.arange(3)[:, None], strict=True)) for one in drawn]
        return np.mean([trend_test(UnitMeans.from_arrays(one)).p <= 0.05 for one in arms])

    assert 0.01 <= rejected(0.0) <= 0.09
    assert rejected(1.5) > 0.6


def test_one_unit_an_arm_of_two_is_refused_in_words():
    assert "No test is possible" in trend_test(UnitMeans.from_arrays({"A": [1.0], "B": []})).note
