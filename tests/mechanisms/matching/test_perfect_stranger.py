"""Plans in which nobody meets twice: perfect at every length, as long as brute force finds."""

from itertools import combinations

import pytest

from mechanisms.matching.perfect_stranger import longest_bound, schedule
from tests.mechanisms.matching.cases import (
    assert_everybody_plays_once_a_round,
    assert_nobody_meets_twice,
    draw,
    pairs_that_met,
)
from tests.shared import some_of


@pytest.mark.parametrize(("n_people", "group_size"), some_of([(15, 3), (18, 3), (24, 3), (24, 4)], 1))
def test_plans_of_every_length_are_perfect(n_people, group_size):
    bound, _ = longest_bound(n_people, group_size, False)
    for rounds in range(1, bound + 1):
        plan = schedule(n_people, group_size, rounds, False)
        assert_everybody_plays_once_a_round(plan)
        assert_nobody_meets_twice(plan)


def test_round_robin_lets_everybody_meet_everybody():
    groups = draw("perfect_stranger", 10, 2, 9, False)
    assert sorted(pairs_that_met(groups)) == list(combinations(range(10), 2))


def brute_force_longest(n_people, group_size):
    """The longest schedule of all, by trying everything (tiny cases)."""

    def partitions(people):
        if not people:
            yield ()
            return
        first, *rest = people
        for others in combinations(rest, group_size - 1):
            for remaining in partitions([p for p in rest if p not in others]):
                yield ((first, *others), *remaining)

    rounds = [frozenset(pair for g in r for pair in combinations(g, 2)) for r in partitions(list(range(n_people)))]

    def longest(met, start):
        return max(
            (1 + longest(met | rounds[k], k + 1) for k in range(start, len(rounds)) if not met & rounds[k]),
            default=0,
        )

    return longest(frozenset(), 0)


@pytest.mark.parametrize(("n_people", "group_size"), [(2, 2), (4, 2), (6, 2), (3, 3), (6, 3), (8, 4)])
def test_plans_are_as_long_as_brute_force_finds(n_people, group_size):
    bound, _ = longest_bound(n_people, group_size, False)
    assert len(schedule(n_people, group_size, bound, False)) == brute_force_longest(n_people, group_size)
