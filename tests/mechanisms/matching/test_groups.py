"""Groups of every round: everybody plays, roles are kept, strangers are strangers, a seed means one session."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.matching import groups as module
from mechanisms.matching.groups import MatchingError
from mechanisms.matching.perfect_stranger import schedule
from tests.mechanisms.matching.cases import (
    assert_everybody_plays_once_a_round,
    assert_nobody_meets_twice,
    draw,
    pairs_that_met,
)
from tests.shared import examples

MATCHINGS = ["partner", "stranger", "perfect_stranger"]


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


@examples(150)
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


@examples(50)
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


@pytest.mark.parametrize(
    ("session", "groups"),
    [
        (("partner", 6, 2, 2, True), "34 02 51 | 34 02 51"),
        (("partner", 6, 2, 2, False), "34 20 15 | 34 02 15"),
        (("stranger", 6, 2, 2, True), "31 05 42 | 32 41 05"),
        (("stranger", 6, 2, 2, False), "34 02 51 | 05 43 21"),
        (("perfect_stranger", 6, 2, 2, True), "34 20 15 | 35 10 24"),
        (("perfect_stranger", 6, 2, 2, False), "24 01 35 | 20 31 54"),
        (("perfect_stranger", 6, 3, 1, False), "250 314"),
        (("perfect_stranger", 9, 3, 2, False), "634 820 175 | 853 601 274"),
        (("perfect_stranger", 12, 3, 2, False), "842 5ab 710 963 | a04 837 952 16b"),
        (("perfect_stranger", 12, 3, 2, True), "824 ba5 017 936 | 0a4 837 925 b16"),
        (("perfect_stranger", 16, 4, 2, False), "5619 c273 0f8a bd4e | 6482 a97e bf31 05cd"),
    ],
)
def test_a_known_draw_stays_the_same(session, groups):
    """Sessions must be reproducible from their seed: this changes only if somebody changes how groups are drawn.
    Rounds stand apart by bars, groups by spaces; everybody has one digit."""
    drawn = draw(*session, 7)
    assert groups == " | ".join(" ".join("".join(f"{person:x}" for person in group) for group in at) for at in drawn)


def test_a_draw_as_large_as_can_be_is_still_made(monkeypatch):
    monkeypatch.setattr(module, "MAX_SEATS", 12)
    assert draw("stranger", 6, 2, 2, True).shape == (2, 3, 2)
    with pytest.raises(MatchingError, match="n_participants = 6, rounds = 3: more than 12 places"):
        draw("stranger", 6, 2, 3, True)
    with pytest.raises(MatchingError, match="n_participants = 8, rounds = 2: more than 12 places"):
        draw("stranger", 8, 2, 2, True)


def test_the_largest_session_fits_into_memory():
    """An hour of ten thousand people in rounds of a minute, and not what takes gigabytes to draw."""
    assert 10_000 * 60 < module.MAX_SEATS <= 10**8
