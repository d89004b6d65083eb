"""The words on the main test are those of the test that was made."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.inference import UnitMeans, permutation_test
from analysis.inference.hypothesis_tests.permutation import OF_WELCH
from analysis.report.described import in_strata, main_test, of_welch, regressions
from analysis.report.plan import Plan

UNEQUAL = UnitMeans.from_arrays({"A": [1.0, 1.5], "B": [0.0, 0.01, 0.02, 0.0, 0.03, 0.02, 0.01, 0.0]})
EQUAL = UnitMeans.from_arrays({"A": [0.1, 0.2, 0.3, 0.4], "B": [0.5, 0.6, 0.7, 0.9]})
PAIRED = UnitMeans.from_pairs([0.1, 0.2, 0.3, 0.5], [0.2, 0.5, 0.4, 0.9])


def made(*means, plan=Plan()):  # noqa: B008 - frozen
    """What the words are of, in an inference on these means."""
    tests = [permutation_test(one) for one in means]
    main = pd.DataFrame({"method": [test.method for test in tests], "p": [test.p for test in tests]})
    titles = [SimpleNamespace(title=f"Outcome {k}") for k in range(len(tests))]
    comparisons = [(title, SimpleNamespace(main=test)) for title, test in zip(titles, tests, strict=True)]
    return SimpleNamespace(main=main, comparisons=comparisons, plan=plan)


def test_statistic_arrangements_and_welch():
    plain = " ".join(main_test(made(EQUAL)))
    assert "studentised" in plain
    assert "all assignments of units to treatments" in plain
    assert "Welch" not in plain
    assert "signs" not in plain
    assert "as they were assigned" not in plain
    assert of_welch(made(EQUAL)) == ""
    both = made(EQUAL, UNEQUAL)
    assert "the numbers of units differ" in " ".join(main_test(both))
    assert of_welch(both) == "Here p is Welch's, the larger one, of: Outcome 1. "
    assert OF_WELCH in permutation_test(UNEQUAL).p_method
    signs = " ".join(main_test(made(PAIRED)))
    assert "signs of these differences" in signs
    assert "studentised" not in signs


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ([(2, 3), (2, 3)], "within strata, if there are some, with Satterthwaite's degrees of freedom"),
        ([(1, 3), (3, 3)], "pooled over the strata of a treatment"),
        ([(1, 1)] * 6, "that between the strata's differences"),
        ([(1, 40)], "Where a treatment has one unit"),
    ],
)
def test_how_strata_are_weighted_and_vary(sizes, told):
    labels = np.concatenate([np.repeat([0, 1], counts) for counts in sizes])
    values = {"A": np.arange((labels == 0).sum()) ** 1.5, "B": np.arange((labels == 1).sum()) ** 2.0}
    strata = np.repeat(np.arange(len(sizes)), [sum(counts) for counts in sizes])
    means = UnitMeans.from_arrays(values)
    means = replace(means, strata=np.concatenate([strata[labels == 0], strata[labels == 1]]))
    found = " ".join(main_test(made(means)))
    assert told in found
    assert ("weighted by n₁ n₂ / (n₁ + n₂)" in found) == (len(sizes) > 1)


def test_a_difference_within_strata_says_so():
    strata = np.array([0, 0, 1, 1, 0, 0, 1, 1])
    assert in_strata(permutation_test(replace(EQUAL, strata=strata))) == " (weighted within strata)"
    assert in_strata(permutation_test(EQUAL)) == ""


def test_strata_and_covariates():
    plan = Plan(stratum=("wave", "laboratory"), covariates=("age",))
    assert "within each entry of wave and laboratory, as they were assigned" in " ".join(
        main_test(made(EQUAL, plan=plan))
    )
    assert regressions(made(EQUAL)) == "Regressions have no covariates."
    told = regressions(made(EQUAL, plan=plan))
    assert "the covariates age and indicators of the strata (wave and laboratory)" in told
    assert "tests of unit means do not use the covariates" in told


def test_nothing_is_said_where_nothing_was_tested():
    assert main_test(made(UnitMeans.from_arrays({"A": [0.1], "B": [0.2]}))) == []
