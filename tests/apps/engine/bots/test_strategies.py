"""What bots choose where a session would not show a mistake; tests/apps/test_sessions.py plays whole ones."""

from types import SimpleNamespace

import numpy as np
import pytest
from engine.bots import strategies

from mechanisms.verdicts import TooLargeError


class Game:
    """A treatment with the grids 0, 1, …, 4 of two players, known solutions and reports of the types 1 to 4."""

    def __init__(self, nash, dominant=((), ()), messages_are="reports"):
        self.nash, self.dominant, self.messages_are = nash, dominant, messages_are
        self.positions = [SimpleNamespace(messages=np.arange(5.0))] * 2
        self.group_size = 2

    def dominant_messages(self, i, value):
        return np.array(self.dominant[i])

    def nash_equilibria(self, types):
        if self.nash is None:
            raise TooLargeError("too large")
        return np.array(self.nash, dtype=float).reshape(-1, 2)


@pytest.mark.parametrize(
    ("game", "expected"),
    [
        (Game([(0, 0), (3, 1)]), (3, 1)),  # the truth, although another equilibrium is listed before it
        (Game([(0, 0), (4, 4)]), (0, 0)),
        (Game([]), (3, 1)),
        (Game(None), (3, 1)),
        (Game([(0, 0)], dominant=((2, 3), (0, 1))), (3, 1)),  # the truth, although another message is dominant, too
        (Game([(0, 0)], dominant=((2, 4), (0, 4))), (2, 0)),
        (Game([(0, 4)], dominant=((2, 4), ())), (0, 4)),
        (Game([(0, 0), (3, 1)], messages_are="demands"), (0, 0)),  # a demand of the number of a type is no truth
        (Game([], messages_are="demands"), (2, 2)),
        (Game(None, messages_are="demands"), (2, 2)),
    ],
)
def test_what_an_equilibrium_bot_plays(game, expected):
    assert strategies.equilibrium(game, (3.0, 1.0)) == expected


@pytest.mark.parametrize(("floor", "expected"), [(0.0, 3.0), (3.0, 3.0), (8.0, 8.0)])
def test_in_a_later_stage_nothing_below_the_floor_is_requested(monkeypatch, floor, expected):
    monkeypatch.setattr(strategies, "standing_of", lambda player: SimpleNamespace(floor=floor, stage=2))
    monkeypatch.setattr(strategies, "bot_messages", lambda player: [9.0, 3.0])
    session = SimpleNamespace(config={"bot_strategy": "fixed"})
    player = SimpleNamespace(treatment=None, position=1, type_value=20.0, session=session)
    assert strategies.bot_request(player) == expected


def test_fixed_messages_are_one_for_each_position():
    assert strategies.fixed_messages(Game([]), (3.0, 1.0), "3 0.5") == [3.0, 0.5]
    for given in ("3", "3 5 7"):
        with pytest.raises(ValueError, match=f"bot_messages = '{given}' must have 2 numbers, one for each position"):
            strategies.fixed_messages(Game([]), (3.0, 1.0), given)


def test_who_reports_in_turn_in_a_game_too_large_says_the_truth_after_what_was_said(monkeypatch):
    def too_large(*_):
        raise TooLargeError("too large")

    monkeypatch.setattr(strategies, "messages_in_turn", too_large)
    assert strategies.in_turn(Game([]), (3.0, 1.0), [0.0, None], alone=False) == [0.0, 1.0]


def test_what_was_said_is_no_matter_to_who_practises_alone(monkeypatch):
    monkeypatch.setattr(strategies, "messages_in_turn", lambda treatment, types, said: said)
    assert strategies.in_turn(Game([]), (3.0, 1.0), [0.0, None], alone=False) == [0.0, None]
    assert strategies.in_turn(Game([]), (3.0, 1.0), [0.0, None], alone=True) == [None, None]
