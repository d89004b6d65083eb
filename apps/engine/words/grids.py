"""A grid of messages as people see it: its step, and what each message is called."""

from collections.abc import Sequence
from itertools import pairwise

from engine.words.names import message_text
from mechanisms.treatments import Treatment


def step_of(grid: Sequence[float]) -> float | None:
    """The distance of neighbours, or None when they are not all equally far apart (or there is only one value).

    >>> step_of([0.0, 0.5, 1.0]), step_of([0.0, 1.0, 3.0])
    (0.5, None)
    """
    steps = {round(b - a, 9) for a, b in pairwise(map(float, grid))}
    return steps.pop() if len(steps) == 1 else None


def exact(message: float) -> str:
    """A message as a browser and parse_message read it: 5, 0.5, -6."""
    return f"{message:.15g}"


def message_choices(treatment: Treatment, position: int) -> list[tuple[str, str]]:
    """(value to send, text) of all messages of a position, ascending."""
    grid = treatment.positions[position].messages.tolist()
    return [(exact(message), message_text(treatment, position, message)) for message in grid]
