"""All arrangements are there, each once; random ones keep what is fixed."""

from itertools import permutations, product

import numpy as np
import pytest

from analysis.inference.hypothesis_tests.arrangements import assignments, orderings_count, signs


@pytest.mark.parametrize("labels", [[0, 1, 1], [0, 0, 1, 1, 1], [0, 1, 2], [0, 0, 1, 1, 2, 2], [1, 1], [0, 2, 2]])
def test_all_assignments(labels):
    found = assignments(np.array(labels), np.zeros(len(labels)))
    assert found.exact
    assert found.total == len(found.rows)
    assert sorted(map(tuple, found.rows.tolist())) == sorted(set(permutations(labels)))


def test_within_strata():
    labels, strata = np.array([0, 1, 0, 1, 1]), np.array([7, 7, 3, 7, 3])
    found = assignments(labels, strata)
    inside = [set(permutations([0, 1, 1])), set(permutations([0, 1]))]
    expected = sorted((a[0], a[1], b[0], a[2], b[1]) for a, b in product(*inside))
    assert sorted(map(tuple, found.rows.tolist())) == expected
    assert found.words == "exact, all 6 arrangements"


def test_all_signs():
    found = signs(3)
    assert sorted(map(tuple, found.rows.tolist())) == sorted(product([-1, 1], repeat=3))
    assert found.exact


def test_random_ones_begin_with_the_observed_and_keep_the_counts():
    labels, strata = np.arange(30) % 2, np.arange(30) // 10
    found = assignments(labels, strata, max_exact=1000, draws=500)
    assert (found.exact, len(found.rows), found.total) == (False, 501, 252**3)
    assert found.rows[0].tolist() == labels.tolist()
    assert all((found.rows[:, strata == s].sum(axis=1) == 5).all() for s in range(3))
    assert len(np.unique(found.rows, axis=0)) > 490
    again = assignments(labels, strata, max_exact=1000, draws=500)
    assert (again.rows == found.rows).all()
    assert (assignments(labels, strata, max_exact=1000, draws=500, seed=2).rows[1:] != found.rows[1:]).any()
    # each unit is in the second arm half of the time: 500 draws, 4 standard errors
    assert np.abs(found.rows[1:].mean(axis=0) - 0.5).max() < 4 * 0.5 / 500**0.5
    signed = signs(40, draws=500)
    assert (signed.exact, signed.rows[0].tolist()) == (False, [1] * 40)
    assert np.abs(signed.rows[1:].mean(axis=0)).max() < 4 / 500**0.5


def test_counts():
    assert orderings_count([8, 8]) == 12870
    assert orderings_count([2, 2, 2]) == 90
