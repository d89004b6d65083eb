"""Guesses before decisions: who is asked when, what the rule says in words, and what the bots' guesses earn."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from engine.guess_page import Belief
from engine.session.guesses import asks_belief
from engine.words.guess_rule import allowed_guesses, belief_rule, belief_step

from mechanisms.session.scoring import belief_draw
from mechanisms.treatments import Treatment
from tests.apps.aid_games import TREATMENTS
from tests.apps.stage import stage

BELIEFS = {"rounds": [1, 3], "points": 10}


def with_beliefs(name, session=None, **changes):
    definition = TREATMENTS[name].definition
    session = {**definition["session"], **(session or {})}
    return Treatment.from_definition({**definition, "session": session, "beliefs": {**BELIEFS, **changes}})


def asked(treatment, round_number=3, practice=False):
    return {asks_belief(player) for player in stage(treatment, rounds=round_number, practice=practice)}


def test_who_guesses_when():
    assert [asked(with_beliefs("chen_serial"), k) for k in (1, 2, 3, 4)] == [{True}, {False}, {True}, {False}]
    assert [asked(with_beliefs("chen_serial", rounds="all"), k) for k in (1, 2)] == [{True}, {True}]
    against = {who: {"practice_rounds": 2, "practice_against": who} for who in ("computer", "others")}
    assert asked(with_beliefs("chen_serial", against["computer"]), 1, practice=True) == {False}
    assert asked(with_beliefs("chen_serial", against["others"]), 2, practice=True) == {True}
    assert asked(TREATMENTS["chen_serial"]) == {False}


def test_steps_are_finer_than_the_messages():
    assert belief_step(with_beliefs("chen_serial"), 0) == Decimal("0.01")
    halves = next(name for name, t in TREATMENTS.items() if t.positions[1].messages[0] % 1 == 0.5)
    assert belief_step(with_beliefs(halves, rounds="all"), 0) == Decimal("0.001")
    assert "from 1 to 12 in steps of 0.01" in allowed_guesses(with_beliefs("chen_serial"), 0)


@pytest.mark.parametrize("name", ["chen_serial", "cason_pivotal", "production_serial", "park_vcg"])
def test_the_example_of_the_quadratic_rule_is_right(name):
    treatment = with_beliefs(name)
    example = belief_rule(treatment, 0)[3].replace("−", "-")
    off, most, width, earned = re.search(
        r"off by ([\d.]+), you get ([\d.]+) × .* ÷ ([\d.]+)\)²\), rounded: ([\d.]+) points", example
    ).groups()
    exact = Fraction(most) * (1 - (Fraction(off) / Fraction(width)) ** 2)
    assert Fraction(earned) == Fraction(floor(exact * 10**treatment.rounding + Fraction(1, 2)), 10**treatment.rounding)
    others = [place.messages for place in treatment.positions[1:]]
    assert float(width) == sum(m[-1] - m[0] for m in others) / len(others)


def test_the_example_of_the_binarized_rule_is_right():
    off, width, chance = re.search(
        r"off by ([\d.]+), .* ÷ ([\d.]+)\)², which is ([\d.]+) %",
        belief_rule(with_beliefs("chen_serial", rule="binarized"), 0)[3],
    ).groups()
    assert Fraction(chance) == 100 * (1 - (Fraction(off) / Fraction(width)) ** 2)


def test_instructions_say_which_guesses_are_paid():
    last = {pay: belief_rule(with_beliefs("chen_serial", {"pay": pay}), 0)[-1] for pay in ("all", "one")}
    assert "like all other points" in last["all"]
    assert "If the round is drawn" in last["one"]
    assert belief_rule(TREATMENTS["chen_serial"], 0) == []


@pytest.mark.parametrize("rule", ["quadratic", "binarized"])
@pytest.mark.parametrize("feedback", ["all", "own"])
def test_guesses_of_a_session(own_lab, rule, feedback):
    path = own_lab.folder / "treatments" / "park_vcg.toml"
    extra = f'\n[beliefs]\nrounds = [1, 3]\nrule = "{rule}"\npoints = 10\n'
    path.write_text(path.read_text(encoding="utf-8") + extra, encoding="utf-8")
    protocol = {"rounds": 3, "practice_rounds": 1, "practice_against": "computer", "feedback": feedback}
    done, parts = own_lab.play("park_vcg", 6, bot_strategy="random", **protocol)
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


@pytest.mark.parametrize(("typed", "read"), [("3,25", "3.25"), ("3.25", "3.25"), ("99", "99"), ("three", "three")])
def test_a_guess_may_have_a_decimal_comma(typed, read):
    """oTree's own field refuses a comma: what is a possible guess reaches it with a point, all else as it was typed."""
    [player, *_] = stage(with_beliefs("chen_serial", session={"language": "de"}))
    page = Belief.instantiate_without_request()
    page.player, page.participant = player, player.participant
    assert page._readable(typed) == read
