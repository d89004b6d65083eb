"""Where a permutation test of few units says that it does not keep its level, and that it does not there."""

import numpy as np
import pytest

from analysis.inference import UnitMeans, permutation_test
from analysis.inference.hypothesis_tests.arrangements import assignments
from analysis.inference.hypothesis_tests.levels import NOT_KEPT, OF_TWO
from analysis.inference.hypothesis_tests.studentised import Studentised
from analysis.inference.results import said
from tests.shared import thorough

FEW, WIDE = [0.0, 1.0, 2.0, 1.0], [10.0, -30.0, 5.0, 40.0]


@pytest.mark.parametrize(
    ("first", "second", "alternative", "told"),
    [
        ([1.0, 3.0], np.arange(8.0) ** 2, "two-sided", OF_TWO),
        (np.arange(8.0) ** 2, [1.0, 3.0], "two-sided", OF_TWO),
        ([1.0, 3.0], np.arange(8.0) ** 2, "greater", ""),
        ([1.0, 3.0], np.arange(7.0) ** 2, "two-sided", ""),  # the least p is above 5 %: it never rejects
        ([1.0, 3.0, 2.0], np.arange(8.0) ** 2, "two-sided", ""),
        (FEW, WIDE, "two-sided", "the units of B vary more than 5 times"),
        ([1.0] * 4, FEW, "two-sided", "the units of B vary more than 5 times"),
        (WIDE[:3], FEW[:3], "less", "the units of A vary more than 5 times"),
        (FEW, [2.0, 5.0, 3.0, 4.0], "two-sided", ""),
        (FEW * 2, WIDE * 2, "two-sided", ""),
        (FEW, [3.0] * 4, "two-sided", "the units of A vary"),
        ([1.0] * 4, [3.0] * 4, "two-sided", ""),
    ],
)
def test_what_is_said_of_which_layout(first, second, alternative, told):
    found = said(permutation_test(UnitMeans.from_arrays({"A": first, "B": second}), alternative).note, NOT_KEPT)
    assert len(found) == bool(told)
    assert told in "".join(found)


@thorough
@pytest.mark.parametrize(
    ("sizes", "times", "low", "high"), [((2, 8), 3, 0.07, 0.1), ((4, 4), 10, 0.07, 0.12), ((3, 8), 3, 0.04, 0.07)]
)
def test_rejected_nulls(sizes, times, low, high):
    """4,000 nulls each, so that a share has a standard error of 0.4 percentage points."""
    rng, labels = np.random.default_rng(1), np.repeat([0, 1], sizes)
    values = rng.normal(size=(4000, len(labels))) * np.where(labels == 0, times, 1)
    strata = np.zeros(len(labels), dtype=int)
    p = Studentised(values, labels, strata, assignments(labels, strata).rows).p()
    assert low < (p <= 0.05 + 1e-9).mean() < high
