"""Draws: reproducible from the seed, with the right probabilities, the same for comparable treatments."""

import numpy as np

from mechanisms.session import draws as session_draws
from mechanisms.session.draws import draw_session, paid_part, paid_round, timeout_message
from mechanisms.treatments import load_treatment
from tests.shared import thorough


def treatment(mechanism="serial", **protocol):
    return load_treatment(f"treatments/production_{mechanism}.toml").with_protocol(**protocol)


def test_the_same_seed_draws_the_same_session():
    session_draws._drawn.cache_clear()
    first = draw_session(treatment(seed=7), 12)
    session_draws._drawn.cache_clear()
    again = draw_session(treatment(seed=7), 12)
    other = draw_session(treatment(seed=8), 12)
    np.testing.assert_array_equal(first.groups, again.groups)
    np.testing.assert_array_equal(first.types, again.types)
    assert (first.types != other.types).any()
    assert (first.groups != other.groups).any()


def test_draws_are_the_same_for_every_mechanism():
    draws = [draw_session(treatment(name), 12) for name in ("serial", "proportional", "vcg", "pairwise")]
    for other in draws[1:]:
        np.testing.assert_array_equal(draws[0].groups, other.groups)
        np.testing.assert_array_equal(draws[0].types, other.types)


def test_a_longer_session_begins_like_the_shorter_one():
    short, long = draw_session(treatment(rounds=3), 12), draw_session(treatment(rounds=9), 12)
    np.testing.assert_array_equal(short.types, long.types[:3])
    np.testing.assert_array_equal(short.groups, long.groups[:3])


def test_everybody_is_in_one_group_a_round():
    groups = draw_session(treatment(), 12).groups
    np.testing.assert_array_equal(np.sort(groups.reshape(len(groups), -1), axis=1), np.tile(np.arange(12), (10, 1)))


def test_types_follow_the_prior():
    types = draw_session(treatment(rounds=300), 30).types
    shares = [(types == value).mean() for value in (13, 16, 19)]
    np.testing.assert_allclose(shares, 1 / 3, atol=0.02)


def test_types_of_roles_follow_the_position_of_the_round():
    pivotal = load_treatment("treatments/cason_pivotal.toml").with_protocol(fixed_roles=False, matching="stranger")
    draws = draw_session(pivotal, 20)
    for groups, types in zip(draws.groups, draws.types, strict=True):
        assert set(types[groups[:, 0]]) == {-6}
        assert set(types[groups[:, 1]]) == {8}
    assert len({tuple(groups[:, 0]) for groups in draws.groups}) > 1


def test_paid_round_depends_on_the_session_and_every_round_is_possible():
    assert paid_round(treatment(pay="all"), "abc") is None
    one = treatment(pay="one")
    rounds = [paid_round(one, f"session{k}") for k in range(2000)]
    assert rounds[0] == paid_round(one, "session0")
    counts = np.bincount(rounds, minlength=11)
    assert counts[0] == 0
    assert counts[1:].min() > 140
    assert len(counts) == 11


def test_every_part_can_be_the_paid_one():
    counts = np.bincount([paid_part(3, f"session{k}") for k in range(600)], minlength=4)
    assert (counts[0], len(counts)) == (0, 4)
    assert counts[1:].min() > 160


def test_practice_against_the_computer_repeats_the_groups_of_the_first_rounds():
    draws = draw_session(treatment(rounds=3, practice_rounds=5, practice_against="computer"), 12)
    np.testing.assert_array_equal(draws.practice_groups, draws.groups[[0, 1, 2, 0, 1]])
    assert (draws.groups[0] != draws.groups[1]).any()


def test_the_paid_rounds_of_two_parts_are_drawn_apart():
    """With 10 rounds they are the same in a tenth of the sessions."""
    one = treatment(pay="one")
    pairs = [[paid_round(one, f"session{k}", part) for part in (1, 2)] for k in range(2000)]
    assert 130 < sum(first == second for first, second in pairs) < 270


@thorough
def test_timeout_messages_are_uniform_on_the_grid():
    drawn = [timeout_message(treatment(), "abc", r, p, 0) for r in range(1, 61) for p in range(1, 31)]
    counts = np.unique(drawn, return_counts=True)
    assert counts[0].tolist() == list(range(9))
    assert counts[1].min() > 150
