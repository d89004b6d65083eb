"""The table of the own past rounds."""

import pytest
from engine.screens.history import history
from engine.words.rendering import render

from tests.apps.engine.screens.pages import TREATMENTS, changed, decide_page, shown
from tests.apps.stage import stage


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


@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize("name", ["production_serial", "park_vcg"])
def test_where_roles_change_the_own_position_is_that_of_each_round(name, practice):
    roles = {"fixed_roles": False, "feedback": "all", "practice_rounds": 4, "practice_against": "computer"}
    treatment = changed(name, session=roles)
    player = stage(treatment, rounds=4, practice=practice)[-1]
    table = history(player)
    assert table["heads"][1] == "You were"
    numbers = shown(render("engine/history.html", history=table))
    for past in player.objects_filter(participant=player.participant).filter(type(player).part_round < 4):
        k = past.part_round
        assert past.position != player.position or k == 4 - treatment.group_size
        assert table["rows"][3 - k][1] == treatment.positions[past.position].role
        for mate in past.group.get_players():
            told = numbers.get(f"history-message-{k}-{mate.position + 1}")
            assert told == (None if mate is past else repr(mate.message))


def test_the_history_begins_with_the_second_round():
    assert history(stage(TREATMENTS["production_serial"], rounds=1)[0]) is None
    assert 'class="history"' not in decide_page(stage(changed("production_serial", screen={"history": False}))[0])
    assert 'class="history"' in decide_page(stage(TREATMENTS["production_serial"])[0])
