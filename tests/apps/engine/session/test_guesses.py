"""Who guesses when, and what the guesses earn."""

import itertools
import json
from fractions import Fraction
from math import floor

import pytest
from engine.session.guesses import asks_belief

from mechanisms.session.scoring import belief_draw
from mechanisms.treatments import Treatment
from tests import more_treatments
from tests.apps.aid_games import TREATMENTS, with_beliefs
from tests.apps.stage import stage
from tests.shared import mostly_thorough


def asked(treatment, round_number=3, practice=False):
    return {asks_belief(player) for player in stage(treatment, rounds=round_number, practice=practice)}


def test_who_guesses_when():
    assert [asked(with_beliefs("chen_serial"), k) for k in (1, 2, 3, 4)] == [{True}, {False}, {True}, {False}]
    assert [asked(with_beliefs("chen_serial", rounds="all"), k) for k in (1, 2)] == [{True}, {True}]
    against = {who: {"practice_rounds": 2, "practice_against": who} for who in ("computer", "others")}
    assert asked(with_beliefs("chen_serial", against["computer"]), 1, practice=True) == {False}
    assert asked(with_beliefs("chen_serial", against["others"]), 2, practice=True) == {True}
    assert asked(TREATMENTS["chen_serial"]) == {False}


@pytest.mark.parametrize(
    ("feedback", "rule"),
    mostly_thorough(
        itertools.product(["all", "own"], more_treatments.RULES),
        ("own", "binarized"),
    ),
)
def test_guesses_of_a_session(lab, rule, feedback):
    protocol = {"rounds": 3, "practice_rounds": 1, "practice_against": "computer", "feedback": feedback}
    done, parts = lab.play(f"guesses_{rule}", 6, bot_strategy="random", **protocol)
    assert done.returncode == 0, done.stderr[-3000:]
    rows = [row for row in parts["direct"] if row["practice"] == "0"]
    assert all(row["belief"] == "" for row in parts["direct"] if row["practice"] == "1" or row["round"] == "2")
    treatment = Treatment.from_definition(json.loads(rows[0]["definition"]))
    guessed = [row for row in rows if row["round"] in ("1", "3")]
    assert len(guessed) == 12
    for row in guessed:
        mates = row["partners"].split(";")
        truth = sum(Fraction(other["message"]) for other in rows if other["participant_id"] in mates
                    and other["round"] == row["round"]) / len(mates)  # fmt: skip
        share = 1 - ((Fraction(row["belief"]) - truth) / 12) ** 2  # reports are 8 or 20
        if rule == "quadratic":
            assert int(row["belief_points"]) == floor(10 * share + Fraction(1, 2))
        else:
            draw = belief_draw(treatment, row["session_code"], int(row["round_number"]), int(row["participant_id"]))
            assert int(row["belief_points"]) == (10 if draw < share else 0)
    if rule == "quadratic":  # the draws of the binarized rule depend on the session's code: all may win
        assert len({row["belief_points"] for row in guessed}) > 1
