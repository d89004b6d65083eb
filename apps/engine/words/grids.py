"""A grid of messages as people see it: its step, and what each message is called."""

from engine.words.names import message_text
from mechanisms.treatments import Treatment
from mechanisms.writing import exact


def message_choices(treatment: Treatment, position: int) -> list[tuple[str, str]]:
    """(value to send, text) of all messages of a position, ascending."""
    grid = treatment.positions[position].messages.tolist()
    return [(exact(message), message_text(treatment, position, message)) for message in grid]
