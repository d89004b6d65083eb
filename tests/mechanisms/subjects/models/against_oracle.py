"""Probabilities of a model against the second computation (tests/analysis/behaviour/oracle.py)."""

import numpy as np
import pytest


def by_row(choices, logs):
    rows = choices.decisions
    keys = [(choices.people[choices.participant[r]][0], choices.people[choices.participant[r]][2]) for r in rows]
    return {(*key, int(choices.round[r])): value for key, r, value in zip(keys, rows, logs, strict=True)}


def same(choices, kind, values, expected):
    found = by_row(choices, kind(choices).log_probabilities(np.array(values)))
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, abs=1e-9)


def even(oracle):
    sizes = [len(grid) for grid in oracle.grids]
    return {(i, v): np.full(sizes[i], 1 / sizes[i]) for i in range(oracle.n) for v in oracle.types(i)}
