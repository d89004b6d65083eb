"""A grid of messages as people see it: its step, and what each message is called."""

import math
from decimal import Decimal

from engine.words.entries import keyboard, written
from engine.words.names import message_text
from mechanisms.treatments import Treatment
from mechanisms.writing import exact


def message_choices(treatment: Treatment, position: int, least: float = -math.inf) -> list[tuple[str, str]]:
    """(value to send, text) of the messages of a position from `least` on, ascending."""
    grid = treatment.positions[position].messages.tolist()
    return [
        (value_to_send(message), message_text(treatment, position, message)) for message in grid if message >= least
    ]


def keyboard_of(treatment: Treatment, position: int) -> str:
    """The inputmode of a field in which a message is typed."""
    grid = treatment.positions[position].messages.tolist()
    return keyboard(grid[0], all(value.is_integer() for value in grid))


def value_to_send(message: float) -> str:
    """What a button, a list or a table sends for a message: no language can take it for another number."""
    return written(Decimal(exact(message)))
