"""How guesses are asked for and paid, in words."""

import re
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from engine.words.guess_rule import allowed_guesses, belief_rule, belief_step

from tests.apps.aid_games import TREATMENTS, with_beliefs


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
        r"off by ([\d.]+), you get ([\d.]+) × .* ÷ ([\d.]+)\)²\), rounded: ([\d.]+) points?", example
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


@pytest.mark.parametrize(
    ("rounds", "said"), [([2], "In round 2 you"), ([1, 3], "In rounds 1 and 3 you"), ("all", "Before each decision")]
)
def test_instructions_name_the_rounds_with_guesses(rounds, said):
    assert belief_rule(with_beliefs("chen_serial", rounds=rounds), 0)[0].startswith(said)
