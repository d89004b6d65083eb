"""Rectangularity: all pairs of profiles as the definition has it, more types than bits in a word, bad input."""

import numpy as np
import pytest

from mechanisms.solutions.rectangularity import rectangularity
from tests.bench.secure_implementation import all_pairs
from tests.rules import profiles_of, random_rules, violates


def test_rectangularity_is_its_definition_on_thousands_of_rules():
    counts = {True: 0, False: 0, "by pairs only": 0}
    for ids, payoffs in random_rules(4000):
        everywhere = profiles_of(ids.shape)
        pairs = [(u, v) for u in everywhere for v in everywhere if violates(ids, payoffs, u, v)]
        verdict = rectangularity(ids, payoffs)
        assert verdict.holds == (not pairs)
        counts[verdict.holds] += 1
        if pairs:
            witness = verdict.witness
            assert (witness.types, witness.reports) in pairs
            assert (witness.outcome, witness.wanted) == (ids[witness.reports], ids[witness.types])
            one_differs = [sum(a != b for a, b in zip(u, v, strict=True)) == 1 for u, v in pairs]
            counts["by pairs only"] += not any(one_differs)
    assert min(counts.values()) > 200, counts


@pytest.mark.parametrize("n_types", [9, 17, 33, 64, 65, 70])
def test_rectangularity_of_many_types(n_types):
    """Outcomes in blocks of reports are rectangles; one corner changed is a failure of the second condition."""
    blocks = np.arange(n_types) % 4
    ids = blocks[:, None] * 4 + blocks
    assert rectangularity(ids, [np.broadcast_to(ids, (n_types, *ids.shape))] * 2).holds
    for corner in [(0, 0), (n_types - 1, n_types - 1), (1, n_types - 1), (n_types // 2, 4)]:
        damaged = ids.copy()
        damaged[corner] = 99
        payoffs = [np.broadcast_to(damaged, (n_types, *ids.shape))] * 2
        verdict = rectangularity(damaged, payoffs)
        assert not verdict.holds
        assert violates(damaged, payoffs, verdict.witness.types, verdict.witness.reports)


@pytest.mark.parametrize("shape", [(67, 3), (3, 140)])
def test_more_types_than_one_word_of_bits_has(shape):
    """Outcomes repeat among the last types only, as rectangles or nearly so."""
    counts = {True: 0, False: 0}
    for seed in range(12):
        rng = np.random.default_rng(seed)
        ids = np.arange(np.prod(shape)).reshape(shape)
        last = ids[-40:] if shape[0] > 40 else ids[:, -75:]
        last[:] = -1 - 2 * (np.arange(last.shape[0]) % 2)[:, None] - np.arange(last.shape[1]) % 2
        for _ in range(seed % 3):
            last[tuple(rng.integers(0, last.shape))] = 5000
        payoffs = [np.broadcast_to(ids, (count, *shape)) for count in shape]
        verdict = rectangularity(ids, payoffs)
        assert verdict.holds == all_pairs((ids, payoffs))
        counts[verdict.holds] += 1
        if not verdict.holds:
            assert violates(ids, payoffs, verdict.witness.types, verdict.witness.reports)
    assert min(counts.values()) >= 4


@pytest.mark.parametrize(
    ("outcomes", "payoffs", "named"),
    [
        ([[0.5]], [[[[1]]]] * 2, "outcomes has dtype float64"),
        ([[0]], [[[[1]]]], r"payoffs\[0\] has shape \(1, 1, 1\)"),
        ([0, 1], [[[1, 1], [1, np.nan]]], r"payoffs\[0\] contains nan; every entry must be a finite number"),
        ([0, 1], [[[1, 1, 1]]], r"payoffs\[0\] has shape \(1, 3\); it must be \(2, 2\)"),
        ([0, 0], [[[1, 2], [1, 1]]], r"payoffs\[0\]\[0\] differs between report profile \(1,\)"),
    ],
)
def test_bad_rules_are_named(outcomes, payoffs, named):
    with pytest.raises(ValueError, match=named):
        rectangularity(outcomes, payoffs)
