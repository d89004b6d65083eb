"""Mixtures that exceed a target: every answer is checked in fractions, which is a proof; known games; exact ties."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.solutions import matrix_games
from mechanisms.solutions.matrix_games import exceed, integer_solution


def check(table, target):
    """The proof is one; returns whether a mixture exceeds the target."""
    answer = exceed(table, target)
    assert sum(answer.weights) == 1
    assert all(weight > 0 for weight in answer.weights)
    assert sorted(set(answer.support.tolist())) == answer.support.tolist()
    chosen = table[answer.support] if answer.exceeds else table[:, answer.support].T
    mean = [sum(w * int(x) for w, x in zip(answer.weights, column, strict=True)) for column in chosen.T]
    if answer.exceeds:
        assert all(x > int(t) for x, t in zip(mean, target, strict=True))
    else:
        bound = sum(w * int(target[c]) for w, c in zip(answer.weights, answer.support, strict=True))
        assert max(mean) <= bound
    return answer.exceeds


def tables(highest, rows=6, columns=6):
    sizes = st.tuples(st.integers(1, rows), st.integers(1, columns))
    entries = st.integers(-highest, highest)
    return sizes.flatmap(
        lambda size: st.lists(entries, min_size=size[0] * size[1], max_size=size[0] * size[1]).map(
            lambda flat: np.array(flat, dtype=np.int64).reshape(size)
        )
    )


@pytest.mark.parametrize("small", [0, matrix_games.SMALL])
@given(table=st.one_of(tables(2), tables(1000), tables(10**17)), data=st.data())
def test_answers_are_proofs(small, table, data):
    target = np.array(data.draw(st.lists(st.integers(-2, 2), min_size=table.shape[1], max_size=table.shape[1])))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix_games, "SMALL", small)
        check(table, target)


@given(tables(5))
def test_integer_solution_is_optimal_for_both(table):
    rows, columns = integer_solution(table)
    assert min(rows + columns) >= 0
    guaranteed = min(Fraction(int(x), sum(rows)) for x in np.array(rows, dtype=object) @ table.astype(object))
    conceded = max(Fraction(int(x), sum(columns)) for x in table.astype(object) @ np.array(columns, dtype=object))
    assert guaranteed == conceded  # the value of the game: von Neumann (1928)


def test_exact_ties_do_not_exceed_and_one_unit_more_does():
    for n in (2, 5, 12):
        for scale in (1, 10**6, 10**15):
            table = n * scale * np.eye(n, dtype=np.int64)
            assert not check(table, np.full(n, scale))
            assert check(table, np.full(n, scale - 1))


def test_the_integer_simplex_decides_where_floats_cannot(monkeypatch):
    exact = []
    monkeypatch.setattr(
        matrix_games, "integer_solution", lambda table: (exact.append(table.shape), integer_solution(table))[1]
    )
    table = 71 * np.diag([3, 5, 7])  # worth 105, at the weights 35, 21 and 15 of 71
    assert not check(table, np.full(3, 105))
    assert exact
    answer = exceed(table, np.full(3, 105))
    assert answer.weights == (Fraction(35, 71), Fraction(21, 71), Fraction(15, 71))
    assert check(table, np.full(3, 104))


def test_large_tables_grow_from_one_column():
    rng = np.random.default_rng(2)
    found = []
    for k in range(6):
        table = rng.integers(0, 1000, (90, 80 if k % 2 else 4000 // 90 + 2))
        assert table.size > matrix_games.SMALL
        found += [check(table, np.full(table.shape[1], level)) for level in (430, 500, 560, 1000)]
    assert 0 < sum(found) < len(found)


def test_differences_beyond_64_bits():
    big = 2**63 - 1
    assert check(np.array([[big, -big + 5], [-big + 5, big]]), np.array([1, 1]))
    assert not check(np.array([[big, -big], [-big, big]]), np.array([0, 0]))
