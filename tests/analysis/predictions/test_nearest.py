"""nearest_distance against a plain double loop."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.predictions import nearest
from analysis.predictions.nearest import nearest_distance
from tests.shared import examples

grids = st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=1, max_size=12)


def brute_force(messages, profiles):
    result = []
    for m in messages:
        totals = [sum(abs(a - b) for a, b in zip(m, e, strict=True)) for e in profiles]
        near = [e for e, total in zip(profiles, totals, strict=True) if total == min(totals)]
        result.append([sum(abs(m[i] - e[i]) for e in near) / len(near) for i in range(len(m))])
    return result


@given(grids, grids)
def test_equals_the_double_loop(messages, profiles):
    found = nearest_distance(np.array(messages, float) / 10, np.array(profiles, float) / 10)
    np.testing.assert_allclose(found, np.array(brute_force(messages, profiles)) / 10, atol=1e-9)


@examples(20)
@given(grids, grids)
def test_chunks_do_not_matter(messages, profiles):
    whole = nearest_distance(np.array(messages, float), np.array(profiles, float))
    size, nearest.CHUNK_ENTRIES = nearest.CHUNK_ENTRIES, 1
    try:
        assert np.array_equal(whole, nearest_distance(np.array(messages, float), np.array(profiles, float)))
    finally:
        nearest.CHUNK_ENTRIES = size
