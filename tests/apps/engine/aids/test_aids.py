"""The payoff aids of a page: each is there only if the treatment has it, and its names are text."""

import re

import pytest
from engine.aids import aids, answer

from tests.apps.aid_games import TREATMENTS, person, with_screen

pytestmark = pytest.mark.usefixtures("stored")


def test_an_aid_is_shown_and_answered_only_if_the_treatment_has_it(stored):
    two, three = TREATMENTS["chen_serial"], TREATMENTS["production_serial"]
    signs = {"table": 'id="payoff-table"', "calculator": 'id="calculate"', "graph": 'id="draw"'}
    for treatment in (two, three):
        for screen in ({"table": a, "calculator": b, "graph": c} for a in (0, 1) for b in (0, 1) for c in (0, 1)):
            chosen = {key: bool(on) for key, on in screen.items()}
            player = person(with_screen(treatment, **chosen))
            html = aids(player)
            for kind, sign in signs.items():
                on = chosen[kind] and (kind != "table" or treatment is two)
                assert (sign in html) == on
                messages = ["3"] * treatment.group_size
                assert ("html" in answer(player, {"kind": kind, "messages": messages})) == on
    nothing = with_screen(two, table=False, calculator=False, graph=False)
    assert aids(person(nothing)).strip() == ""


def test_names_of_a_treatment_file_are_text_and_not_html():
    html = aids(person(TREATMENTS["negative_decimals"]))
    assert "&lt;i&gt;low&lt;/i&gt;" in str(html).replace("&#x2f;", "/")
    assert "<i>low" not in html


def test_few_messages_are_chosen_from_a_list_and_many_are_typed_on_the_grid():
    assert '<select id="guess-1"' in aids(person(TREATMENTS["production_serial"]))
    html = aids(person(with_screen(TREATMENTS["hundred"], table=False)))
    assert re.search(r'<input type="text" inputmode="numeric" id="guess-1"', html)
    assert "checked" not in html
    assert "selected" not in html
