"""What holds for the page that is being made, and not for others that are made meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Value = TypeVar("Value")


@contextmanager
def holding(variable: ContextVar[Value], value: Value) -> Iterator[None]:
    """Everything inside reads this value.

    >>> level = ContextVar("level", default=1)
    >>> with holding(level, 2):
    ...     level.get()
    2
    """
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
