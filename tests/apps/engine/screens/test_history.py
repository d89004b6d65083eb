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


def test_the_history_begins_with_the_second_round():
    assert history(stage(TREATMENTS["production_serial"], rounds=1)[0]) is None
    assert 'class="history"' not in decide_page(stage(changed("production_serial", screen={"history": False}))[0])
    assert 'class="history"' in decide_page(stage(TREATMENTS["production_serial"])[0])
