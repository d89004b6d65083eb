"""What the others in a large group might do, in one field."""

import pytest
from engine.aids.answers import ANSWERS
from engine.aids.crowd_guess import GuessError, as_entered, guesses_told, others_messages, others_name
from engine.aids.what_if import read_messages

from tests.crowd_games import treatment

SERIAL, AVERAGE = (treatment(rule, 30, 13, (6, 10), scale="1") for rule in ("serial", "proportional"))


def test_under_serial_sharing_one_number_is_of_each_or_numbers_are_of_all():
    assert others_messages(SERIAL, 4, "7") == [7.0] * 29
    assert others_messages(SERIAL, 4, "10 x 4; 19\u00d76") == [4.0] * 10 + [6.0] * 19
    assert others_messages(SERIAL, 4, "10*4, 19*6") == [4.0] * 10 + [6.0] * 19
    assert "Each of the 29 others" in others_name(SERIAL)


def test_where_the_total_is_all_that_matters_the_total_is_asked():
    assert others_name(AVERAGE) == "The 29 others together"
    for total in (0, 1, 100, 29 * 12):
        assert sum(others_messages(AVERAGE, 0, str(total))) == total


@pytest.mark.parametrize(
    ("game", "typed", "said"),
    [
        (SERIAL, "", "Please choose a whole number from 0 to 12 for the others."),
        (SERIAL, "13", "Please choose a whole number from 0 to 12 for the others."),
        (SERIAL, "10 x 4", "Please say it of all 29 others."),
        (SERIAL, "10 x 4; many x 6", "Please write how many of the others choose what"),
        (SERIAL, "29 x 99", "Please choose a whole number from 0 to 12 for the others."),
        (AVERAGE, "349", "Please choose a total of the others from 0 to 348."),
        (AVERAGE, None, "Please choose a total of the others from 0 to 348."),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(game, typed, said):
    with pytest.raises(GuessError, match=said.replace(".", "[.]")):
        others_messages(game, 0, typed)


@pytest.mark.parametrize("game", [SERIAL, AVERAGE], ids=["serial", "proportional"])
def test_the_aids_give_the_points_of_the_game(game):
    messages = [float((7 * i) % 13) for i in range(30)]
    types = [6.0] * 30
    for position in (0, 17):
        read = read_messages(game, position, {"messages": as_entered(game, position, messages)})
        points = ANSWERS["calculator"](game, position, 6.0, None, read)[1]
        assert points == game.play(types, messages).points[position]
        told = guesses_told(game, [None if i == position else message for i, message in enumerate(read)])
        assert len(told) == (1 if game is AVERAGE else 13)


def test_a_total_that_does_not_exist_is_refused():
    roles = [{"name": f"R{i}", "types": {"values": [6]}, "messages": {"lowest": 0, "highest": 12, "step": 3}}
             for i in range(13)]  # fmt: skip
    game = treatment("proportional", 13, 13, roles=roles)
    assert sum(others_messages(game, 0, "9")) == 9
    with pytest.raises(GuessError, match="cannot request this total"):
        others_messages(game, 0, "10")
