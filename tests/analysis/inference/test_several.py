"""Several outcomes and arms: all pairs, corrected."""

import numpy as np
import pytest

from analysis.inference.compare import compare
from analysis.inference.multiple import corrected
from analysis.inference.several import any_difference, compare_all
from tests.analysis.inference.sessions import silos


@pytest.fixture(scope="module")
def three():
    rng = np.random.default_rng(8)
    table = silos(rng, list("ABC") * 5, {"A": 0.3, "B": 0.35, "C": 0.8}, correlation=0.03)
    return table.assign(points=10 * table["hit"] + rng.normal(size=len(table)))


def test_all_pairs_of_all_outcomes(three):
    found = compare_all(three, ["hit", "points"])
    assert found[["outcome", "first_arm", "second_arm"]].values.tolist() == [
        [outcome, *pair] for outcome in ("hit", "points") for pair in ("AB", "AC", "BC")
    ]
    alone = compare(three, "points", arms=["B", "C"], regressions=False).main
    assert found["p"].iloc[5] == alone.p
    assert found["sentence"].iloc[5] == alone.sentence()
    tests = [
        compare(three, row.outcome, arms=[row.first_arm, row.second_arm], regressions=False).main
        for row in found.itertuples()
    ]
    assert found["p_holm"].tolist() == corrected(tests).tolist()
    assert found["p_benjamini_hochberg"].tolist() == corrected(tests, "benjamini-hochberg").tolist()
    assert (found["p_holm"] >= found["p"]).all()
    assert (found["p_holm"].iloc[[1, 2, 4, 5]] <= 0.05).all()
    assert found["p_holm"].iloc[0] > 0.05


def test_an_outcome_that_one_arm_does_not_have(three):
    three = three.assign(dominant=three["hit"].where(three["treatment"] != "B"))
    found = compare_all(three, ["dominant"])
    assert found[["first_arm", "second_arm"]].values.tolist() == [["A", "C"]]
    assert compare_all(three, []).empty


def test_any_difference(three):
    assert any_difference(three, "hit").p < 0.01
    assert any_difference(three, "hit").n_units == (("A", 5), ("B", 5), ("C", 5))
