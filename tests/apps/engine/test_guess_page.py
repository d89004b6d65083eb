"""Guesses before decisions: who is asked when, what the rule says in words, and what the bots' guesses earn."""

import pytest
from engine.guess_page import Belief

from tests.apps.aid_games import with_beliefs
from tests.apps.stage import stage


@pytest.mark.parametrize(("typed", "read"), [("3,25", "3.25"), ("3.25", "3.25"), ("99", "99"), ("three", "three")])
def test_a_guess_may_have_a_decimal_comma(typed, read):
    """oTree's own field refuses a comma: what is a possible guess reaches it with a point, all else as it was typed."""
    [player, *_] = stage(with_beliefs("chen_serial", session={"language": "de"}))
    page = Belief.instantiate_without_request()
    page.player, page.participant = player, player.participant
    assert page._readable(typed) == read


@pytest.mark.parametrize("typed", ["3,25", "99", ""])
def test_a_refused_guess_is_told_more_than_the_hint(typed):
    [player, *_] = stage(with_beliefs("chen_serial"))
    page = Belief.instantiate_without_request()
    page.player, page.participant, page.typed = player, player.participant, typed
    problem = page.not_allowed()
    assert ("Please write 3.25: the decimal sign is a point." in problem) == (typed == "3,25")
    assert ("This is not a possible guess. Please enter a number" in problem) == (typed != "3,25")
