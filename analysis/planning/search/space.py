"""The designs to try: a treatment under every combination of values of its keys, alone or beside another one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from mechanisms.certificate.variations import changed, paths_of
from mechanisms.treatments import Treatment

Values = tuple[tuple[str, tuple[Any, ...]], ...]
"""Key of a treatment file -> values to try."""


@dataclass(frozen=True)
class Space:
    """The designs, counted from 0: the treatment as it is, then all combinations, the last key fastest.

    Attributes
    ----------
    first, second : definitions in JSON; second: of the treatment that it is compared with, "" if there is none
    own, both : values of keys of the first, and of keys that change in both

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> space = Space.of(load_treatment("treatments/chen_serial.toml"), {"scale": [5, 10], "size": [2, 3]})
    >>> len(space), space.changes(2)
    (5, {'scale': 5, 'size': 3})
    """

    first: str
    second: str
    own: Values
    both: Values

    @classmethod
    def of(
        cls,
        first: Treatment,
        own: Mapping[str, list[Any]],
        second: Treatment | None = None,
        both: Mapping[str, list[Any]] | None = None,
    ) -> Space:
        """TreatmentError if a key is none of a treatment that it changes."""
        for key in (*own, *(both or {})):
            paths_of(first.definition, key)
        for key in both or {}:
            if second is not None:
                paths_of(second.definition, key)
        values = [tuple((key, tuple(listed)) for key, listed in given.items()) for given in (own, both or {})]
        other = "" if second is None else json.dumps(second.definition, sort_keys=True)
        return cls(json.dumps(first.definition, sort_keys=True), other, values[0], values[1])

    def __len__(self) -> int:
        return 1 + prod(len(listed) for _, listed in (*self.own, *self.both)) * bool(self.own or self.both)

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in (*self.own, *self.both)]

    def changes(self, number: int) -> dict[str, Any]:
        """What a design changes: key -> value."""
        found: dict[str, Any] = {}
        if number == 0:
            return found
        left = number - 1
        for key, listed in reversed((*self.own, *self.both)):
            left, place = divmod(left, len(listed))
            found[key] = listed[place]
        return {key: found[key] for key in self.keys}

    def designs(self, number: int) -> tuple[Treatment, ...]:
        """The treatments of a design; TreatmentError if it cannot be."""
        changes = self.changes(number)
        own = [_fitting(json.loads(self.first), changes)]
        if self.second:
            shared = {key: changes[key] for key, _ in self.both if key in changes}
            own.append(_fitting(json.loads(self.second), shared))
        return tuple(own)


def _fitting(definition: dict[str, Any], changes: Mapping[str, Any]) -> Treatment:
    """With as many participants as make whole groups: those of the file, or the next number above."""
    found = changed(definition, changes)
    size, people = found["group"]["size"], found["session"]["participants"]
    if isinstance(size, int) and isinstance(people, int) and size > 0:
        found["session"]["participants"] = -(-people // size) * size
    return Treatment.from_definition(found, definition["name"])
