"""Divisions of equal players among their demands; test_equilibria.py compares what is found with all profiles."""

from math import comb

import pytest

from mechanisms.crowds import counts
from mechanisms.verdicts import TooLargeError


@pytest.mark.parametrize(("number", "parts"), [(0, 3), (4, 1), (5, 3), (3, 4)])
def test_every_division_comes_once(number, parts):
    found = list(counts.divisions(number, parts))
    assert len(found) == len(set(found)) == comb(number + parts - 1, parts - 1)
    assert {sum(division) for division in found} == {number}
    assert found == sorted(found)


def test_what_is_too_large_is_refused_before_it_is_made(monkeypatch):
    """Two kinds: 2 players with 3 demands and 1 with 2 are 6 * 2 divisions."""
    monkeypatch.setattr(counts, "MAX_COUNTS", 12)
    counts.check_counts([2, 1], [3, 2])
    monkeypatch.setattr(counts, "MAX_COUNTS", 11)
    with pytest.raises(TooLargeError, match="too large: 12 divisions of the players among the demands, more than 11"):
        counts.check_counts([2, 1], [3, 2])
