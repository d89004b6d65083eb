"""Lists of alternatives, chances of types, messages that are allowed."""

from engine.words.names import alternatives, prior_sentence
from engine.words.numbers import allowed_messages

from tests.apps.engine.screens.pages import TREATMENTS


def test_alternatives_and_priors():
    assert alternatives(["<"]) == "&lt;"
    assert prior_sentence(TREATMENTS["park_vcg"], 0) == "L (8) with chance 1/2 or H (20) with chance 1/2"
    assert allowed_messages([0, 1, 2, 3]) == "a whole number from 0 to 3"
    assert allowed_messages([0, 0.5, 1, 1.5]) == "a number from 0 to 1.5 in steps of 0.5"
    assert allowed_messages([8, 20]) == "one of the numbers 8; 20"
