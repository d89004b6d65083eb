"""Whatever arrives is answered, by numbers or by a sentence, in the language of the page."""

import re

import pytest
from engine.aids import answer, payoff_table
from engine.words.language import use

from tests.apps.aid_games import TREATMENTS, person

pytestmark = pytest.mark.usefixtures("stored")

# What cannot be answered

BAD = [
    None, 3, "x", [], {}, {"kind": []}, {"kind": "calculator"}, {"kind": "calculator", "messages": 1},
    {"kind": "calculator", "messages": ["1"]}, {"kind": "calculator", "messages": [None, None, None]},
    {"kind": "calculator", "messages": ["", "1", "1"]}, {"kind": "calculator", "messages": [[], {}, "1"]},
    {"kind": "calculator", "messages": ["1e1", "1", "1"]}, {"kind": "calculator", "messages": ["9", "1", "1"]},
    {"kind": "calculator", "messages": ["0.5", "1", "1"]}, {"kind": "calculator", "messages": [True, "1", "1"]},
    {"kind": "calculator", "messages": [float("nan"), "1", "1"]}, {"kind": "table", "messages": ["1", "1", "1"]},
    {"kind": "graph", "messages": ["", "", "1"]}, {"kind": "points", "messages": ["1", "1", "1"], "query": []},
]  # fmt: skip


@pytest.mark.parametrize("data", BAD, ids=repr)
def test_whatever_else_arrives_is_answered_by_a_sentence_and_not_stored(data, stored):
    reply = answer(person(TREATMENTS["production_serial"], 1), data)
    assert re.fullmatch(r"Please choose .*\.", reply["error"])
    assert "html" not in reply
    assert stored == []


def test_the_sentence_names_who_is_missing():
    treatment = TREATMENTS["production_serial"]
    for entered, start in (
        (["", "1", "1"], "for Player 1"),
        (["1", "", "1"], "for yourself"),
        (["1", "1", "x"], "for Player 3"),
    ):
        reply = answer(person(treatment, 1), {"kind": "calculator", "messages": entered})
        assert reply["error"] == f"Please choose a whole number from 0 to 8 {start}."


def test_numbers_are_written_and_read_as_in_the_language_of_the_page(stored):
    treatment = TREATMENTS["two_players_halves"].with_protocol(language="de")
    with use("de"):
        reply = answer(person(treatment), {"kind": "calculator", "messages": ["0,5", "1.5"]})
        points = treatment.play([1.5, 1.5], [0.5, 1.5]).points[0]
        assert f">{treatment.format_points(points)}<".replace(".", ",").replace("-", "\u2212") in reply["html"]
        assert "<td><b>\u2212" in payoff_table(treatment, 0, 1.5, 1.5)
        assert "." not in "".join(
            re.findall(r"<b>([^<]*)</b>", payoff_table(treatment, 0, 1.5, 1.5).partition("tbody")[2])
        )
    assert stored[0]["messages"] == "0.5;1.5"
