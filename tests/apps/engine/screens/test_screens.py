"""The pages of a round under every treatment: what they show is what was stored, and no more than may be told."""

import re
from html import unescape
from itertools import product

import numpy as np
import pytest
from engine.screens.account import population_average
from engine.screens.history import history
from engine.screens.round import decide_screen, feedback_screen, feedback_title, round_title, waiting_text
from engine.words.language import use
from engine.words.names import alternatives, player_names, prior_sentence
from engine.words.numbers import allowed_messages, amount, chance, localized, money_text, parse_message, plain, tagged
from engine.words.rendering import render

from mechanisms.treatments import Treatment, load_session_designs
from tests.apps.stage import decide, stage
from tests.lab import ROOT

DESIGNS = load_session_designs(ROOT / "treatments")
TREATMENTS = {treatment.name: treatment for design in DESIGNS for treatment in design.treatments}
LANGUAGES = ("en", "de", "ja")
SHOWN = re.compile(r'data-name="([^"]+)" data-value="([^"]*)">([^<]*)<')


def changed(name, **changes):
    """A shipped treatment with other values in its tables, e.g. screen={"history": False}."""
    definition = dict(TREATMENTS[name].definition)
    for table, values in changes.items():
        definition[table] = {**definition.get(table, {}), **values}
    return Treatment.from_definition(definition)


def decide_page(player):
    return render("engine/decide.html", **decide_screen(player))


def feedback_page(player):
    return render("engine/feedback.html", **feedback_screen(player), belief="")


def shown(html):
    """Exact values by name."""
    return {name: unescape(value) for name, value, _text in SHOWN.findall(html)}


def played(treatment, **options):
    """Players who have just played their last round."""
    players = stage(treatment, **options)
    for group in dict.fromkeys(player.group for player in players):
        decide(treatment, group, group.get_players(), 5 + group.id)
    return players


@pytest.mark.parametrize("name", TREATMENTS)
def test_the_result_shows_what_was_stored(name):
    for player in played(changed(name, session={"feedback": "all"}), groups=2):
        numbers = shown(feedback_page(player))
        assert int(numbers["points"]) == player.points_units
        assert float(numbers["value"]) == player.value
        for mate in player.group.get_players():
            assert float(numbers[f"message-{mate.position + 1}"]) == mate.message
        steps = {"step-cost-share": player.cost_share, "step-transfer": player.transfer}
        assert set(steps) & set(numbers)
        for step in set(steps) & set(numbers):
            assert float(numbers[step]) == pytest.approx(steps[step], abs=1e-9)
        if "step-payment-1-2" in numbers:
            me = player.position + 1
            others = [i + 1 for i in range(player.treatment.group_size) if i != player.position]
            received = sum(float(numbers[f"step-payment-{other}-{me}"]) for other in others)
            paid = sum(float(numbers[f"step-payment-{me}-{other}"]) for other in others)
            assert received - paid == pytest.approx(player.transfer, abs=1e-9)
    assert ("step-payment-1-2" in numbers) == (player.treatment.mechanism == "pairwise")


@pytest.mark.parametrize(("name", "language"), list(product(TREATMENTS, LANGUAGES)))
def test_every_page_can_be_said_in_every_language(name, language):
    with use(language):
        for practice in (False, True):
            treatment = TREATMENTS[name].with_protocol(language=language, practice_rounds=3)
            for player in stage(treatment, practice=practice)[: treatment.group_size]:
                assert "{" not in decide_page(player)
                render("engine/wait.html", awaited=waiting_text(player))
            assert "{" not in feedback_page(played(treatment, practice=practice)[0])


@pytest.mark.parametrize("feedback", ["all", "own", "average", "none"])
def test_nobody_learns_more_than_the_feedback_setting_tells(feedback):
    treatment = changed("park_pairwise", session={"feedback": feedback})
    player = played(treatment, groups=2)[0]
    numbers = shown(feedback_page(player))
    assert ("points" in numbers) == (feedback != "none")
    assert ("message-2" in numbers) == ("step-payment-1-2" in numbers) == (feedback == "all")
    assert ("average-message" in numbers) == (feedback == "average")
    past = shown(render("engine/history.html", history=history(player)))
    assert {"history-message-1", "history-message-2"} <= set(past)
    assert ("history-points-1" in past) == (feedback != "none")
    assert ("history-message-1-2" in past) == (feedback == "all")


@pytest.mark.parametrize("name", ["production_serial", "cason_groves", "park_vcg"])
def test_the_history_shows_the_past_rounds_of_the_part(name):
    treatment = changed(name, session={"feedback": "all"})
    player = stage(treatment, groups=2, rounds=4)[-1]
    table = history(player)
    assert [row[0] for row in table["rows"]] == [3, 2, 1]
    numbers = shown(render("engine/history.html", history=table))
    for past in player.objects_filter(participant=player.participant).filter_by(part_round=2):
        assert float(numbers["history-message-2"]) == past.message
        assert int(numbers["history-points-2"]) == past.points_units
        for mate in past.group.get_players():
            if mate is not past:
                assert float(numbers[f"history-message-2-{mate.position + 1}"]) == mate.message


def test_the_history_begins_with_the_second_round():
    assert history(stage(TREATMENTS["production_serial"], rounds=1)[0]) is None
    assert 'class="history"' not in decide_page(stage(changed("production_serial", screen={"history": False}))[0])
    assert 'class="history"' in decide_page(stage(TREATMENTS["production_serial"])[0])


def test_averages_are_over_everybody_who_played_the_round():
    treatment = changed("production_serial", session={"feedback": "average"})
    players = played(treatment, groups=2, rounds=3)
    mean = np.mean([player.message for player in players])
    assert population_average(players[0]) == pytest.approx(mean)
    assert float(shown(feedback_page(players[3]))["average-message"]) == pytest.approx(mean)
    earlier = [p.message for p in players[0].objects_filter(round_number=2)]
    rows = history(players[0])["rows"]
    assert rows[0][2] == amount(np.mean(earlier), 2)


def test_practice_against_the_computer_shows_its_messages():
    treatment = changed("production_pairwise", session={"practice_rounds": 3, "feedback": "all"})
    player = played(treatment, practice=True)[0]
    player.computer_messages = ";13.0;19.0"
    html = feedback_page(player)
    assert "computer" in html
    assert (shown(html)["message-2"], shown(html)["message-3"]) == ("13.0", "19.0")


def test_titles_count_parts_and_practice():
    treatment = TREATMENTS["production_serial"].with_protocol(practice_rounds=5)
    assert round_title(stage(treatment)[0]) == "Round 3 of 10"
    assert round_title(stage(treatment, practice=True)[0]) == "Practice round 3 of 5 (not paid)"
    assert round_title(stage(treatment, order=(2, 1))[0]) == "Part 1 of 2, round 3 of 10"
    assert feedback_title(stage(treatment)[0]) == "Round 3 of 10: result"


def test_the_wait_page_says_how_many_are_awaited():
    player, second, third = stage(TREATMENTS["production_serial"])
    assert waiting_text(player) == "Waiting for 3 of the 3 members of your group to decide."
    player.message = second.message = 2.0
    assert waiting_text(player) == "Waiting for 1 of the 3 members of your group to decide."
    third.message = 0.0
    assert waiting_text(player) == "Waiting for the other participants."


def test_texts_of_a_treatment_file_are_escaped():
    definition = TREATMENTS["park_vcg"].definition
    roles = [{**role, "name": f"<b>{k}&"} for k, role in enumerate(definition["roles"])]
    treatment = Treatment.from_definition({**definition, "roles": roles})
    player = played(changed_roles := treatment)[0]
    assert player_names(changed_roles) == ["<b>0&", "<b>1&", "<b>2&"]
    for html in (decide_page(player), feedback_page(player)):
        assert "&lt;b&gt;0&amp;" in html
        assert "<b>0&" not in html


def test_numbers_follow_the_language():
    assert (plain(-0.5), amount(2.345, 2), localized("-1.50")) == ("\u22120.5", "2.35", "\u22121.50")
    with use("de"):
        assert (plain(-1234.5), amount(2.345, 2), chance(0.123)) == ("\u22121234,5", "2,35", "12,3\u00a0%")
        assert parse_message("0,5", [0, 0.5]) == parse_message("0.5", [0, 0.5]) == 0.5
        assert parse_message("1,000", [1, 1000]) is parse_message("1.000", [1, 1000]) is None
    with use("ja"):
        assert plain(0.5) == "0.5"
    assert parse_message("0,5", [0, 0.5]) is None
    assert parse_message("\u22126", [-6, 8]) == -6
    assert money_text("4.00", "EUR") == "4.00 EUR"


def test_a_tagged_number_keeps_its_exact_value():
    assert tagged("x", repr(0.1), "<") == '<span class="number" data-name="x" data-value="0.1">&lt;</span>'


def test_alternatives_and_priors():
    assert alternatives(["<"]) == "&lt;"
    assert prior_sentence(TREATMENTS["park_vcg"], 0) == "L (8) with chance 1/2 or H (20) with chance 1/2"
    assert allowed_messages([0, 1, 2, 3]) == "a whole number from 0 to 3"
    assert allowed_messages([0, 0.5, 1, 1.5]) == "a number from 0 to 1.5 in steps of 0.5"
    assert allowed_messages([8, 20]) == "one of the numbers 8; 20"
