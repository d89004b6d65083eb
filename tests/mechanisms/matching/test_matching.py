"""Groups of every round: everybody plays, roles are kept, strangers are strangers, and a seed means one
session."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanisms.matching.groups import MatchingError, match_groups
from mechanisms.matching.perfect_stranger import longest_bound, schedule

MATCHINGS = ["partner", "stranger", "perfect_stranger"]


def generator(seed=2013):
    return np.random.Generator(np.random.PCG64(seed))


def draw(matching, n_participants, group_size, rounds, fixed_roles, seed=2013):
    return match_groups(matching, n_participants, group_size, rounds, fixed_roles, generator(seed))


def pairs_that_met(groups):
    return [
        tuple(sorted(pair))
        for group in groups.reshape(-1, groups.shape[-1]).tolist()
        for pair in combinations(group, 2)
    ]


def assert_nobody_meets_twice(groups):
    met = pairs_that_met(groups)
    assert len(met) == len(set(met))


def assert_everybody_plays_once_a_round(groups):
    everybody = list(range(groups.shape[1] * groups.shape[2]))
    for one_round in groups:
        assert sorted(one_round.ravel().tolist()) == everybody


@st.composite
def sessions(draw_value):
    """A session for which a schedule surely exists (a single round if nothing else)."""
    matching = draw_value(st.sampled_from(MATCHINGS))
    group_size = draw_value(st.integers(1, 5))
    n_participants = group_size * draw_value(st.integers(1, 9))
    fixed_roles = draw_value(st.booleans())
    rounds = draw_value(st.integers(1, 6))
    if matching == "perfect_stranger":
        rounds = min(rounds, len(schedule(n_participants, group_size, rounds, fixed_roles)))
    return matching, n_participants, group_size, rounds, fixed_roles


@settings(deadline=None, max_examples=150)
@given(session=sessions(), seed=st.integers(0, 2**32))
def test_every_matching_keeps_its_promises(session, seed):
    matching, n_participants, group_size, rounds, fixed_roles = session
    groups = draw(*session, seed=seed)
    assert groups.dtype == np.int64
    assert groups.shape == (rounds, n_participants // group_size, group_size)
    assert_everybody_plays_once_a_round(groups)
    assert np.array_equal(groups, draw(*session, seed=seed))
    if fixed_roles:
        for position in range(group_size):
            assert len({tuple(sorted(column)) for column in groups[:, :, position].tolist()}) == 1
    if matching == "perfect_stranger":
        assert_nobody_meets_twice(groups)
    if matching == "partner":
        assert np.array_equal(np.sort(groups, axis=-1), np.broadcast_to(np.sort(groups[:1], axis=-1), groups.shape))


@settings(deadline=None, max_examples=50)
@given(
    matching=st.sampled_from(["partner", "stranger"]),
    group_size=st.integers(1, 4),
    n_groups=st.integers(1, 6),
    fixed_roles=st.booleans(),
    rounds=st.integers(1, 6),
    more=st.integers(1, 6),
)
def test_a_longer_session_begins_like_the_shorter_one(matching, group_size, n_groups, fixed_roles, rounds, more):
    short = draw(matching, group_size * n_groups, group_size, rounds, fixed_roles)
    longer = draw(matching, group_size * n_groups, group_size, rounds + more, fixed_roles)
    assert np.array_equal(longer[:rounds], short)


@pytest.mark.parametrize(
    ("n_participants", "group_size", "fixed_roles", "rounds"),
    [
        (
            20,
            2,
            True,
            10,
        ),  # Cason et al. (2006): ten people of each role, everybody meets everybody of the other role
        (2, 2, True, 1),
        (6, 2, True, 3),
        (20, 2, False, 19),  # round robin
        (24, 2, False, 23),
        (9, 3, True, 3),
        (9, 3, False, 4),  # the affine plane of order 3
        (12, 3, True, 4),
        (12, 3, False, 4),
        (15, 3, True, 5),
        (15, 3, False, 7),  # Kirkman's schoolgirls
        (24, 3, True, 8),
        (24, 3, False, 11),  # a nearly Kirkman system
        (27, 3, False, 13),
        (30, 3, False, 14),
        (45, 3, False, 22),  # 15 rounds between the roles, then Kirkman's within each
        (16, 4, True, 4),
        (16, 4, False, 5),
        (20, 4, True, 5),
        (36, 3, True, 12),
        (25, 5, False, 6),
        (5, 5, True, 1),
        (4, 1, False, 30),
    ],
)
def test_perfect_strangers_as_long_as_theory_allows(n_participants, group_size, fixed_roles, rounds):
    groups = draw("perfect_stranger", n_participants, group_size, rounds, fixed_roles)
    assert_everybody_plays_once_a_round(groups)
    assert_nobody_meets_twice(groups)


@pytest.mark.parametrize(("n_people", "group_size"), [(15, 3), (18, 3), (24, 3), (24, 4)])
def test_plans_of_every_length_are_perfect(n_people, group_size):
    bound, _ = longest_bound(n_people, group_size, False)
    for rounds in range(1, bound + 1):
        plan = schedule(n_people, group_size, rounds, False)
        assert_everybody_plays_once_a_round(plan)
        assert_nobody_meets_twice(plan)


def test_round_robin_lets_everybody_meet_everybody():
    groups = draw("perfect_stranger", 10, 2, 9, False)
    assert sorted(pairs_that_met(groups)) == list(combinations(range(10), 2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("perfect_stranger", 12, 3, 8, False),
            r"cannot exist: with 12 participants in groups of 3 and .* at most 5 rounds .*, asked for 8",
        ),
        (
            ("perfect_stranger", 20, 2, 11, True),
            r"cannot exist: .* fixed roles at most 10 rounds .*, asked for 11",
        ),
        (("perfect_stranger", 20, 2, 20, False), r"cannot exist: .* at most 19 rounds .*, asked for 20"),
        (("perfect_stranger", 6, 3, 2, False), r"cannot exist: .* at most 1 round \(.*\), asked for 2"),
        # within the simple bound, but known not to exist: 5 rounds of twelve people, Euler's 36 officers
        (
            ("perfect_stranger", 12, 3, 5, False),
            r"no perfect_stranger schedule of 5 rounds was found .* 4 rounds could be",
        ),
        (
            ("perfect_stranger", 18, 3, 6, True),
            r"no perfect_stranger schedule of 6 rounds was found .* 5 rounds could be",
        ),
        (("stranger", 20, 3, 1, True), r"20 participants cannot be divided into groups of 3: use 18 or 21"),
        (("partner", 2, 3, 1, True), r"2 participants cannot be divided into groups of 3: use 3"),
        (("partner", 0, 3, 1, True), r"0 participants cannot be divided into groups of 3: use 3"),
        (("stranger", 6, 0, 1, True), r"group_size = 0"),
        (("stranger", 6, 3, 0, True), r"rounds = 0"),
        (
            ("random", 6, 3, 1, True),
            r"matching = 'random' is unknown: use one of partner, stranger, perfect_stranger",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(arguments, message):
    with pytest.raises(MatchingError, match=message) as refusal:
        draw(*arguments)
    assert "\n" not in str(refusal.value)


def test_the_number_of_rounds_in_the_refusal_can_be_had():
    assert_nobody_meets_twice(draw("perfect_stranger", 12, 3, 4, False))
    assert_nobody_meets_twice(draw("perfect_stranger", 18, 3, 5, True))


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


@pytest.mark.parametrize("matching", MATCHINGS)
@pytest.mark.parametrize("fixed_roles", [True, False])
def test_the_seed_decides_who_meets_whom(matching, fixed_roles):
    one, other = (draw(matching, 12, 2, 5, fixed_roles, seed) for seed in (1, 2))
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("matching", MATCHINGS)
def test_roles_change_within_a_session_when_they_are_not_fixed(matching):
    groups = draw(matching, 12, 2, 6, False)
    columns = {tuple(sorted(column)) for column in groups[:, :, 0].tolist()}
    assert len(columns) > 1


@pytest.mark.parametrize("matching", MATCHINGS)
def test_every_pair_is_equally_likely(matching):
    """With roles that change, each pair of 6 people meets in a given round with probability 1/5."""
    first_rounds = np.concatenate([draw(matching, 6, 2, 1, False, seed) for seed in range(3000)])
    met = pairs_that_met(first_rounds)
    for pair in combinations(range(6), 2):
        assert abs(met.count(pair) / 3000 - 1 / 5) < 0.03  # four standard errors


def test_a_known_draw_stays_the_same():
    """Sessions must be reproducible from their seed: this changes only if somebody changes how groups are
    drawn."""
    assert draw("stranger", 6, 2, 2, True, 7).tolist() == [[[3, 1], [0, 5], [4, 2]], [[3, 2], [4, 1], [0, 5]]]
    assert draw("perfect_stranger", 6, 3, 1, False, 7).tolist() == [[[2, 5, 0], [3, 1, 4]]]
