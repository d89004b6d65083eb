"""Draws: reproducible from the seed, with the right probabilities, the same for comparable treatments."""

import numpy as np
import pytest

from mechanisms.session import draws as session_draws
from mechanisms.session.draws import (
    computer_messages,
    draw_arms,
    draw_blocks,
    draw_session,
    draw_sessions,
    draw_silos,
    draw_without,
    message_for_absent,
    paid_part,
    paid_round,
    request_for_absent,
    sequences_of_sessions,
    timeout_message,
)
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
    game = treatment()
    drawn = [timeout_message(game, "abc", r, p, 0) for r in range(1, 61) for p in range(1, 31)]
    counts = np.unique(drawn, return_counts=True)
    assert counts[0].tolist() == list(range(9))
    assert counts[1].min() > 150


def written(groups):
    """Rounds apart by bars, groups by spaces; positions have one digit each."""
    return " | ".join(" ".join("".join(map(str, group)) for group in groups_of) for groups_of in groups.tolist())


PARK = {
    "seed": 7,
    "rounds": 2,
    "practice_rounds": 2,
    "practice_against": "others",
    "matching": "stranger",
    "fixed_roles": False,
}


def park(**protocol):
    return load_treatment("treatments/park_pairwise_sequential.toml").with_protocol(**PARK, **protocol)


@pytest.mark.parametrize(
    ("repetition", "groups", "practice_groups", "types", "practice_types", "sequences", "practice_sequences"),
    [
        (
            0,
            "132 450 | 541 230",
            "345 021 | 405 231",
            "001100 | 000100",
            "110101 | 101100",
            "210 210 | 102 120",
            "021 021 | 210 210",
        ),
        (
            1,
            "241 503 | 320 154",
            "512 430 | 021 543",
            "100101 | 001011",
            "101110 | 011001",
            "102 201 | 201 120",
            "012 201 | 210 021",
        ),
    ],
)
def test_a_stored_session_is_drawn_again_as_it_was(
    repetition, groups, practice_groups, types, practice_types, sequences, practice_sequences
):
    """Golden values: whoever changes one of them makes all stored sessions fail their audit. Each purpose has numbers
    of its own, so that none tells anything of another."""
    draws = draw_session(park(), 6, repetition)
    assert (written(draws.groups), written(draws.practice_groups)) == (groups, practice_groups)
    assert (written(draws.sequences), written(draws.practice_sequences)) == (sequences, practice_sequences)
    high = [draws.types == 20, draws.practice_types == 20]
    assert [written(own[:, None].astype(int)) for own in high] == [types, practice_types]
    many, drawn = draw_sessions(park(), 6, [8, 7], repetition)
    assert written(many[1]) == groups
    assert np.array_equal(drawn[1], high[0][np.arange(2)[:, None, None], draws.groups])
    assert written(sequences_of_sessions(park(), many, [8, 7], repetition)[1]) == sequences


def test_what_else_chance_decides_in_a_stored_session_stays_as_it_was():
    assert [written(draw_without(park(), 6, out, k).groups) for out, k in (((2,), 0), ((3,), 0), ((2,), 1))] == [
        "150 234 | 105 234",
        "420 315 | 024 315",
        "041 235 | 401 235",
    ]
    assert [written(draw_silos(park(), 6, 3, k).groups) for k in (0, 1)] == ["102 345 | 210 345", "021 345 | 201 534"]
    assert "".join(map(str, draw_blocks(7, 8, 3))) == "01121002"
    assert "".join(map(str, draw_arms(7, 10, 2))) == "1010100110"
    one = park(pay="one").with_protocol(rounds=9)
    assert [paid_part(9, f"s{k}") for k in range(8)] == [9, 4, 9, 8, 5, 4, 5, 2]
    assert [paid_round(one, f"s{k}") for k in range(8)] == [3, 3, 9, 7, 3, 4, 4, 6]
    assert [paid_round(one, "s1", part) for part in range(1, 9)] == [3, 4, 3, 3, 5, 6, 8, 7]
    assert [paid_round(one, "s1", 1, seed) for seed in range(8)] == [6, 8, 3, 3, 2, 4, 3, 3]


def test_what_the_computer_plays_in_a_stored_session_stays_as_it_was():
    staged = load_treatment("treatments/production_staged.toml").with_protocol(seed=7)
    place = [(code, number, person) for code in ("s1", "s2") for number in (1, 2) for person in (1, 2)]
    assert [timeout_message(staged, *at, 0) for at in place] == [6.0, 6.0, 4.0, 3.0, 5.0, 5.0, 8.0, 6.0]
    assert [message_for_absent(staged, *at, 0, 13.0, None) for at in place] == [6.0, 6.0, 4.0, 3.0, 5.0, 5.0, 8.0, 6.0]
    requests = [[request_for_absent(staged, *at, 0, stage, 0, None) for stage in (1, 2, 3)] for at in place[:5]]
    assert requests == [[0.0, 1.0, 7.0], [6.0, 7.0, 4.0], [7.0, 4.0, 6.0], [5.0, 0.0, 2.0], [8.0, 7.0, 3.0]]
    assert [computer_messages(staged, *at, 1) for at in place[:5]] == [
        [2.0, None, 2.0],
        [0.0, None, 0.0],
        [3.0, None, 3.0],
        [5.0, None, 7.0],
        [1.0, None, 3.0],
    ]


@pytest.mark.parametrize("seed", range(9))
def test_arms_are_balanced_after_each_block_and_at_the_end(seed):
    """Of ten people on two arms the last two are a block of their own."""
    arms = draw_arms(seed, 10, 2)
    assert [arms[:end].sum() * 2 for end in (4, 8, 10)] == [4, 8, 10]
