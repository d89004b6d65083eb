"""The field of the decision: no default, errors that stay with what was typed, warnings only on request."""

import re

import numpy as np
import pytest
from engine.screens.message_input import input_kind, is_dominated, message_input, objection, refusal

from tests.apps.aid_games import TREATMENTS, person, with_screen

KINDS = {"buttons": 'type="radio"', "typing": 'type="text"', "slider": 'type="range"'}


@pytest.mark.parametrize("name", TREATMENTS)
@pytest.mark.parametrize("wanted", ["automatic", *KINDS])
def test_nothing_is_chosen_at_first(name, wanted):
    treatment = with_screen(TREATMENTS[name], input=wanted)
    for position in range(treatment.group_size):
        grid = treatment.positions[position].messages.tolist()
        html = message_input(person(treatment, position))
        assert "checked" not in html
        assert re.findall(r'type="text"[^>]* value="([^"]*)"', html) in ([], [""])
        assert not re.search(r'type="range"[^>]* value=', html)
        assert html.count('name="message"') == (len(grid) if 'type="radio"' in html else 1)
        assert "error" not in html
        assert "asked" not in html


def test_the_kind_of_field_follows_the_treatment_and_the_grid():
    kinds = {
        ("production_serial", "automatic"): "buttons",
        ("hundred", "automatic"): "typing",
        ("production_serial", "typing"): "typing",
        ("hundred", "slider"): "slider",
        ("hundred", "buttons"): "buttons",
        ("uneven_agv", "slider"): "buttons",  # a slider needs equal steps
    }
    for (name, wanted), kind in kinds.items():
        treatment = with_screen(TREATMENTS[name], input=wanted)
        assert input_kind(treatment, 0) == kind
        html = message_input(person(treatment))
        assert KINDS[kind] in html
        assert ('type="range"' in html) == (kind == "slider")
        assert ("message.js" in html) == (kind == "slider")


def test_buttons_send_the_whole_grid_and_reports_have_their_names():
    treatment = TREATMENTS["negative_decimals"]
    html = message_input(person(treatment))
    values = [float(v) for v in re.findall(r'type="radio"[^>]* value="([^"]*)"', html)]
    assert values == treatment.positions[0].messages.tolist()
    assert re.findall(r'<label for="message-2">([^<]*&lt;i&gt;low[^<]*)', str(html)) != []
    assert "<i>low" not in html


def test_the_slider_covers_the_grid_in_its_steps():
    treatment = with_screen(TREATMENTS["negative_decimals"], input="slider")
    html = message_input(person(treatment))
    assert re.search(r'type="range"[^>]* min="-2.5" max="2" step="0.5"', html)
    assert 'aria-valuetext="not chosen yet"' in html
    assert 'class="slider untouched"' in html


@pytest.mark.parametrize("wanted", ["buttons", "typing", "slider"])
def test_an_error_stands_with_the_field_and_what_was_typed_stays(wanted):
    html = message_input(person(with_screen(TREATMENTS["hundred"], input=wanted)), ["Please <choose>."], '12"5')
    assert '<p class="error" id="message-error" role="alert">Please &lt;choose&gt;. </p>' in html
    assert html.count('aria-describedby="message-error"') == 1
    assert html.count('aria-invalid="true"') == 1
    if wanted != "buttons":
        assert 'value="12&quot;5"' in html
    assert 'name="asked"' not in html


def test_the_question_before_sending_is_asked_if_the_treatment_wants_it():
    treatment = TREATMENTS["production_serial"]
    assert "<dialog" not in message_input(person(treatment))
    html = message_input(person(with_screen(treatment, confirmation=True)))
    assert 'data-question="Your request: {choice}. Send it?"' in html
    assert "message.js" in html
    assert "data-numbers" not in html
    typed = message_input(person(with_screen(TREATMENTS["negative_decimals"], confirmation=True, input="typing")))
    assert 'data-numbers="[-2.5, -2, ' in typed  # the script asks about nothing that would be refused


def dominated_by_definition(treatment, position, own_type, message):
    own = np.moveaxis(treatment.own_points(position, own_type), position, 0)
    grid = treatment.positions[position].messages.tolist()
    mine = own[grid.index(message)].ravel().tolist()
    return any(
        all(a >= b for a, b in zip(other.ravel().tolist(), mine, strict=True)) and other.ravel().tolist() != mine
        for other in own
    )


@pytest.mark.parametrize("name", ["cason_groves", "cason_pivotal", "production_serial", "park_vcg", "uneven_agv"])
def test_only_dominated_messages_are_objected_to_and_only_once(name, stored):
    treatment = with_screen(TREATMENTS[name], warn_dominated=True)
    player = person(treatment, 1)
    grid = treatment.positions[1].messages.tolist()
    dominated = [m for m in grid if dominated_by_definition(treatment, 1, player.type_value, m)]
    assert [m for m in grid if is_dominated(treatment, 1, player.type_value, m)] == dominated
    assert [m for m in grid if objection(player, m, None) is not None] == dominated
    assert [row["kind"] for row in stored] == ["warning"] * len(dominated)
    for message in dominated:
        problem = refusal(player, f"{message:g}", None)
        assert "never brings you fewer points" in problem
        html = message_input(player, [problem], f"{message:g}")
        [asked] = re.findall(r'name="asked" value="([^"]*)"', html)
        assert refusal(player, f"{message:g}", asked) is None  # a decision
        assert refusal(player, f"{message:g}", "x") is not None
    quiet = person(TREATMENTS[name], 1)
    assert all(refusal(quiet, f"{m:g}", None) is None for m in grid)


def test_the_warned_games_have_something_to_warn_of():
    assert any(is_dominated(TREATMENTS["cason_groves"], 1, 17.0, float(m)) for m in range(25))
    assert not is_dominated(TREATMENTS["cason_groves"], 1, 17.0, 17.0)


def test_what_is_not_on_the_grid_is_refused_with_one_sentence():
    player = person(TREATMENTS["production_serial"])
    for raw in ("", "9", "1.5", "-1", "abc", "1e1", None):
        assert refusal(player, raw, None) == "Please choose a whole number from 0 to 8."
    assert refusal(player, " 8 ", None) is None
