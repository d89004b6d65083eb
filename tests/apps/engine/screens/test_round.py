"""The pages of a round under every treatment: what they show is what was stored, and no more than may be told."""

import re
from collections import Counter
from itertools import product
from types import SimpleNamespace

import pytest
from engine.aids.explained import FEW_WHO_PAY
from engine.guess_page import belief_line
from engine.quiz.understanding_pages import Understanding
from engine.screens.history import history
from engine.screens.round import feedback_title, instructions_text, round_title, waiting_text
from engine.words.crowds import is_crowd
from engine.words.language import use
from engine.words.names import player_names
from engine.words.rendering import render

from mechanisms.treatments import Treatment
from mechanisms.writing import exact
from tests.apps.engine.instructions.reading import words
from tests.apps.engine.screens.pages import (
    TREATMENTS,
    changed,
    decide_page,
    feedback_page,
    forget,
    payments,
    played,
    shown,
)
from tests.apps.stage import stage
from tests.shared import first_of_each, in_turn, kind_of_game, mostly_thorough

LANGUAGES = ("en", "de", "ja")
KEPT = first_of_each(TREATMENTS, lambda name: (kind_of_game(TREATMENTS[name]), is_crowd(TREATMENTS[name])))
OTHERS = [name for name in TREATMENTS if name not in KEPT]


@pytest.mark.parametrize("name", TREATMENTS)
def test_the_result_shows_what_was_stored(name):
    for player in played(changed(name, session={"feedback": "all"}), groups=2):
        numbers = shown(feedback_page(player))
        assert int(numbers["points"]) == player.points_units
        assert float(numbers["value"]) == player.value
        everybody = player.group.get_players()
        for mate in [player] if is_crowd(player.treatment) else everybody:
            assert float(numbers[f"message-{mate.position + 1}"]) == mate.message
        if is_crowd(player.treatment):
            others = Counter(f"others-{exact(mate.message)}" for mate in everybody if mate is not player)
            assert others == {name: int(value) for name, value in numbers.items() if name.startswith("others-")}
        steps = {"step-cost-share": player.cost_share, "step-transfer": player.transfer}
        assert set(steps) & set(numbers)
        for step in set(steps) & set(numbers):
            assert float(numbers[step]) == pytest.approx(steps[step], abs=1e-9)
        flows = payments(numbers)
        constants = {"individually_rational_pairwise": numbers.get("step-constant", 0)}
        assert (len(flows) > 0) == (player.treatment.mechanism in ("pairwise", *constants))
        if flows:
            me, n = player.position + 1, player.treatment.group_size
            assert len(flows) == n * (n - 1) if n <= FEW_WHO_PAY else min(amount for *_, amount in flows) > 0
            assert min(amount for *_, amount in flows) >= 0
            received = sum(amount for _payer, receiver, amount in flows if receiver == me)
            paid = sum(amount for payer, _receiver, amount in flows if payer == me)
            constant = float(constants.get(player.treatment.mechanism, 0))
            assert received - paid + constant == pytest.approx(player.transfer, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "language"), [*in_turn(KEPT, LANGUAGES), *mostly_thorough(product(OTHERS, LANGUAGES))]
)
def test_every_page_can_be_said_in_every_language(name, language):
    with use(language):
        for practice in (False, True):
            treatment = TREATMENTS[name].with_protocol(language=language, practice_rounds=3)
            for player in stage(treatment, practice=practice)[: treatment.group_size]:
                assert "{" not in decide_page(player)
                render("engine/wait.html", awaited=waiting_text(player))
            assert "{" not in feedback_page(played(treatment, practice=practice)[0])


@pytest.mark.parametrize("name", mostly_thorough(TREATMENTS, *KEPT))
def test_partners_of_who_was_deleted_see_their_pages_and_nothing_of_that_person(name):
    for feedback in ("all", "own", "average"):
        for rounds_are_over in (False, True):
            treatment = changed(name, session={"feedback": feedback, "partner_left": "void"})
            players = (played if rounds_are_over else stage)(treatment)
            for player in players:
                player.belief, player.belief_units = 5, 7
            forget(players[0].participant, players)
            for partner in players[1:]:
                past = render("engine/history.html", history=history(partner))
                assert f"history-points-{partner.part_round - 1}" in shown(past)
                assert "belief-average" not in belief_line(partner)
                if rounds_are_over:
                    numbers = shown(feedback_page(partner))
                    assert int(numbers["points"]) == partner.points_units
                    assert not {"message-1", "outcome"} & set(numbers)
                else:
                    decide_page(partner)
                    render("engine/wait.html", awaited=waiting_text(partner))


@pytest.mark.parametrize("feedback", ["all", "own", "average", "none"])
def test_nobody_learns_more_than_the_feedback_setting_tells(feedback):
    treatment = changed("park_pairwise", session={"feedback": feedback})
    player = played(treatment, groups=2)[0]
    numbers = shown(feedback_page(player))
    assert ("points" in numbers) == (feedback != "none")
    assert ("message-2" in numbers) == bool(payments(numbers)) == (feedback == "all")
    assert ("average-message" in numbers) == (feedback == "average")
    past = shown(render("engine/history.html", history=history(player)))
    assert {"history-message-1", "history-message-2"} <= set(past)
    assert ("history-points-1" in past) == (feedback != "none")
    assert ("history-message-1-2" in past) == (feedback == "all")


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


def test_the_calculator_holds_what_has_been_reported():
    first, second, third = stage(changed("park_pairwise_sequential", play={"order": [1, 2, 3]}))
    first.message = 20.0
    assert "filled in" not in decide_page(first)
    pages = [decide_page(second)]
    second.message = 8.0
    pages.append(decide_page(third))
    for html, said in zip(pages, ([20.0], [20.0, 8.0]), strict=True):
        assert "made is filled in" in html if len(said) == 1 else "made are filled in" in html
        for i in range(3):
            held = re.search(rf'</output>\s*<input type="hidden" id="guess-{i}"[^>]* value="(\d+)"', html)
            assert (held is not None) == (i < len(said))
            assert not held or float(held[1]) == said[i]
            assert (f'<select id="guess-{i}"' in html) == (i >= len(said))


def test_what_happens_at_zero_is_said_where_there_is_a_clock():
    clock, screen = "If you have not confirmed a request then", {"instructions": False}
    assert clock not in decide_page(stage(changed("production_serial", screen=screen))[0])
    html = decide_page(stage(changed("production_serial", screen=screen, session={"seconds": 45}))[0])
    assert "You have 45 seconds for a decision." in html
    assert clock in html


@pytest.mark.parametrize("instructions", [True, False])
def test_the_rule_is_folded_after_it_was_read(instructions):
    treatment = changed("production_serial", screen={"instructions": instructions})
    first, later = (stage(treatment, rounds=k)[0] for k in (1, 2))
    folded = '<details class="folded">\n    <summary>The rule'
    assert (folded in decide_page(first)) == instructions
    assert folded in decide_page(later)


@pytest.mark.parametrize(
    ("name", "style", "said"),
    [
        (
            "cason_pivotal",
            "menu",
            "do not depend on your report. It only decides which of them you get. You can never earn",
        ),
        (
            "chen_serial",
            "opportunity",
            "decides what each number of units costs you, and you choose one of them. It makes no",
        ),
    ],
)
def test_what_the_style_says_stays_beside_every_decision(name, style, said):
    """Above the aids, and never folded; the rule is, after it was read."""
    told = {"description": {"style": style}, "advice": {"kind": "proof"}}
    treatment = Treatment.from_definition({**changed(name).definition, **told})
    page = decide_page(stage(treatment, rounds=2)[0])
    assert said in words(page.split('<div class="reminder">')[1].split("</div>")[0])
    assert said not in words(decide_page(stage(changed(name))[0]))


def test_where_roles_are_drawn_advice_is_of_the_own_role_as_soon_as_it_is_known():
    treatment = changed("cason_pivotal", advice={"kind": "proof"}, session={"fixed_roles": False})
    for player in stage(treatment)[:2]:
        own, other = (player_names(treatment)[i] for i in (player.position, 1 - player.position))
        said, asked = (
            words(decide_page(player)),
            words(Understanding.content(SimpleNamespace(player=player, problems=None, moment="before"))),
        )
        assert f"this is the report of the other player: {other}: " in said
        assert "suppose that you are" not in said.rsplit("Advice", 1)[1]
        assert f"For example, suppose that you are {own} with type" in words(instructions_text(player))
        assert f"Your situation Suppose that you are {own}." in asked
