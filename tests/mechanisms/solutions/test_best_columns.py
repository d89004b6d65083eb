"""Best replies that are remembered are those that a look at all payoffs finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.solutions.best_columns import BestColumns


@given(seed=st.integers(0, 10**6), size=st.integers(1, 7), profiles=st.integers(1, 7), margin=st.sampled_from([0, 1]))
def test_rows_and_columns_go_and_come_back(seed, size, profiles, margin):
    rng = np.random.default_rng(seed)
    own = rng.integers(0, 5, (size, profiles))
    best = BestColumns(own, own + margin)
    for _ in range(3):
        rows, columns = np.arange(size), np.ones(profiles, dtype=bool)
        for _ in range(4):
            left = np.flatnonzero(columns)
            part = own[np.ix_(rows, left)]
            lacking = np.flatnonzero(~(part + margin >= part.max(axis=0)).any(axis=1))
            assert best.lacking(rows, columns).tolist() == lacking.tolist()
            assert set(best.leaders(left)) <= set(rows.tolist())
            for a in np.delete(rows, lacking):
                assert columns[best.column[a]]
                assert own[a, best.column[a]] + margin >= own[rows, best.column[a]].max()
            rows = rows[np.sort(rng.permutation(len(rows))[: max(1, len(rows) - 1)])]
            columns[rng.choice(left)] = len(left) == 1
