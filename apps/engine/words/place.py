"""Where people sit: in a laboratory they raise their hands; online nobody would see that."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from markupsafe import Markup

from engine.words.language import _

_hands: ContextVar[bool] = ContextVar("hands", default=True)


def hands() -> bool:
    """Whether an experimenter is in the room of those who read the page that is being made."""
    return _hands.get()


@contextmanager
def raising_hands(seen: bool) -> Iterator[None]:
    """Everything inside is said to people in a laboratory, or to people elsewhere.

    >>> with raising_hands(False):
    ...     call_for_help()
    Markup('Please write to the experimenter.')
    """
    token = _hands.set(seen)
    try:
        yield
    finally:
        _hands.reset(token)


def call_for_help() -> Markup:
    return _("Please raise your hand.") if hands() else _("Please write to the experimenter.")
