"""A repair of oTree 6.0.15: reading an attribute of a player, group or subsession takes note of nothing.

oTree writes down which attribute of which model was read last, for the tables of its debug pages: a seventh of the
processor time of a page with results, although these pages are never shown with subjects. That a field which is None
may not be read by accident stays as it is.
"""

from typing import Any

from otree import settings
from otree.database import SPGModel

plain = object.__getattribute__


def read(self: Any, name: str) -> Any:
    value = plain(self, name)
    if value is None and plain(self, "_is_frozen"):
        raise TypeError(
            f"{type(self).__name__.lower()}.{name} is None: a field that may be empty is read by field_maybe_none()"
        )
    return value


def field_maybe_none(self: Any, field_name: str) -> Any:
    """Without making the error first."""
    try:
        return plain(self, field_name)
    except TypeError:  # of a property that reads an empty field
        return None


def install() -> None:
    if not settings.DEBUG:
        SPGModel.__getattribute__ = read
        SPGModel.field_maybe_none = field_maybe_none
