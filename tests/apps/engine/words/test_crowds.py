"""Large groups: pages have numbers of others in place of rows, columns and fields of each."""

import re

import pytest
from engine.aids.calculator import calculator_fields
from engine.quiz.questions_game import questions
from engine.screens.history import history
from engine.screens.round import instructions_text
from engine.words.crowds import counted, is_crowd
from engine.words.rendering import render

from tests.apps.engine.screens.pages import decide_page, feedback_page, played, shown
from tests.apps.stage import stage
from tests.crowd_games import treatment

COST = {"kind": "power", "coefficient": "0.03", "exponent": "2"}


def crowd(rule="serial", n=30, **more):
    game = treatment(rule, n, 13, (6, 10, 14), COST, "10", **more)
    return game.with_protocol(rounds=5)


def test_a_crowd_is_more_than_twelve():
    assert not is_crowd(treatment("serial", 12, 3))
    assert is_crowd(treatment("serial", 13, 3))


def test_the_result_tells_how_many_of_the_others_requested_what():
    player = played(crowd(), groups=1, rounds=2)[2]
    page = feedback_page(player)
    mates = [mate.message for mate in player.group.get_players() if mate is not player]
    numbers = {name: value for name, value in shown(page).items() if name.startswith("others-")}
    assert numbers == {f"others-{message:g}": str(count) for message, count in counted(sorted(mates))}
    assert float(shown(page)["message-3"]) == player.message
    assert "Player 17" not in page


@pytest.mark.parametrize("fixed", [True, False])
def test_the_history_has_the_average_and_the_range_of_the_others(fixed):
    player = stage(crowd().with_protocol(fixed_roles=fixed), groups=1, rounds=4)[2]
    table = history(player)
    assert len(table["heads"]) == len(table["rows"][0]) == (5 if fixed else 6)
    numbers = shown(render("engine/history.html", history=table))
    for past in player.objects_filter(participant=player.participant).filter_by(part_round=2):
        mates = [mate.message for mate in past.group.get_players() if mate is not past]
        assert float(numbers["history-average-2"]) == pytest.approx(sum(mates) / 29)
        assert table["rows"][1][-2] == f"{min(mates):g} to {max(mates):g}"


@pytest.mark.parametrize("information", ["complete", "private", "own"])
@pytest.mark.parametrize("n", [30, 100])
def test_no_page_has_a_line_for_each_of_the_others(n, information):
    player = stage(crowd(n=n, information=information), groups=1, rounds=2)[2]
    for page in (decide_page(player), str(instructions_text(player))):
        assert len(set(re.findall(r"Player \d+", page)) - {"Player 1", "Player 3", f"Player {n}"}) == 0
    assert len(calculator_fields(player.treatment, 2)) == 2


def test_complete_information_is_told_in_numbers():
    player = stage(crowd(information="complete"), groups=1, rounds=2)[2]
    types = [mate.type_value for mate in player.group.get_players() if mate is not player]
    told = re.findall(r"(\d+) of the others: (\d+)", decide_page(player))
    assert told == [(str(count), f"{value:g}") for value, count in counted(sorted(types))]


def test_who_differs_is_told_in_numbers_too():
    roles = [{"name": f"R{i}", "types": {"values": [6 + 4 * (i % 2)]}} for i in range(14)]
    roles[0]["messages"] = {"lowest": 0, "highest": 5, "step": 1}
    player = stage(crowd(n=14, roles=roles), groups=1, rounds=2)[2]
    told = str(instructions_text(player))
    assert "7 players" in told
    assert "12 of the others" in told


@pytest.mark.parametrize("rule", ["serial", "proportional"])
def test_the_quiz_counts_the_others_of_its_example(rule):
    game, seen = crowd(rule), 0
    for question in questions(game, 2, 10.0):
        for who, what in question.facts:
            seen += "of the others" in who
            assert who == "You (Player 3)" or re.fullmatch(r"\d+ of the others", who), (who, what)
    assert seen
