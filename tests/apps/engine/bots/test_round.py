"""How bots judge a round: by numbers done by hand, since they are the judges of whole sessions themselves."""

from types import SimpleNamespace

import pytest
from engine.bots import round as module
from engine.bots.round import average_message, check_numbers_of_others, page_numbers, play_stages
from otree.bots.bot import ExpectError


@pytest.mark.parametrize(
    ("asked", "order", "served"),
    [
        ([[5, 6, 7], [3], [4, 4]], [0, 1, 2], [(1, 3), (2, 4), (0, 7)]),
        ([[3], [3, 3], [3, 3, 3]], [0, 1, 2], [(0, 3), (1, 3), (2, 3)]),
        ([[3, 3, 3], [3], [3, 3]], [1, 2, 0], [(1, 3), (2, 3), (0, 3)]),  # of equal requests the first of the order
        ([[5, 4, 4], [5, 4], [2]], [1, 0, 2], [(2, 2), (1, 4), (0, 4)]),
    ],
)
def test_the_lowest_request_of_each_stage_is_served(asked, order, served):
    found = play_stages(asked, order, 3)
    assert [(who, quantity) for who, quantity, _ in found] == served
    assert [len(said) for *_, said in found] == [3, 2, 1]
    assert play_stages(asked, order, 2) == found[:2]


def test_a_request_below_what_was_served_last_is_noticed():
    with pytest.raises(ExpectError):
        play_stages([[2], [4, 1]], [0, 1], 2)


def test_numbers_of_a_page_and_of_the_others_in_a_large_group():
    page = '<b data-name="others-3" data-value="2">2</b> <i data-name="others-0.5" data-value="1">1</i>'
    shown = page_numbers(page)
    assert shown == {"others-3": "2", "others-0.5": "1"}
    check_numbers_of_others(shown, (3.0, 3.0, 0.5, 3.0), 1, told=True)
    check_numbers_of_others({}, (3.0, 3.0, 0.5, 3.0), 1, told=False)
    for position, told in ((2, True), (1, False)):
        with pytest.raises(ExpectError):
            check_numbers_of_others(shown, (3.0, 3.0, 0.5, 3.0), position, told)


def test_the_average_is_of_who_played_the_same_part_and_round():
    def somebody(message, part=1, practice=False):
        found = SimpleNamespace(part=part, part_round=2, practice=practice, message=message)
        found.field_maybe_none = lambda name: getattr(found, name)
        return found

    people = [somebody(2.0), somebody(5.0), somebody(None), somebody(90.0, part=2), somebody(80.0, practice=True)]
    people[0].subsession = SimpleNamespace(get_players=lambda: people)
    assert average_message(people[0]) == 3.5


def test_a_round_is_announced_once(monkeypatch):
    said = []
    monkeypatch.setattr(module.logger, "info", lambda text, *numbers: said.append(text % numbers))
    monkeypatch.setattr(module, "told", set())
    session = SimpleNamespace(code="s1", num_participants=12)
    for number in (1, 1, 2, 1):
        module.tell(SimpleNamespace(session=session, round_number=number))
    assert said == ["Round 1: 12 bots play", "Round 2: 12 bots play"]
