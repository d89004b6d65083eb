"""How the verdicts depend on a number of the design: the same treatment with other values."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from mechanisms.treatments import Treatment, TreatmentError


def vary(treatment: Treatment, values: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, Treatment | TreatmentError]]:
    """The treatment under every combination of values.

    Parameters
    ----------
    treatment : Treatment
    values : key of the file -> values to try. A key is dotted ("messages.step"), or its last part if that is enough
        ("rounding").

    Yields
    ------
    what was changed in words, and the treatment; or the TreatmentError that says why such a treatment cannot be

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> [name for name, _ in vary(load_treatment("treatments/chen_serial.toml"), {"rounding": [0, 1]})]
    ['rounding=0', 'rounding=1']
    """
    paths = {key: _path(treatment.definition, key) for key in values}
    for combination in product(*values.values()):
        changes = dict(zip(values, combination, strict=True))
        definition = copy.deepcopy(treatment.definition)
        for key, value in changes.items():
            _set(definition, paths[key], value)
        name = " ".join(f"{key}={value}" for key, value in changes.items())
        try:
            yield name, Treatment.from_definition(definition, name)
        except TreatmentError as error:
            yield name, error


def _path(definition: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The full path of a key; TreatmentError if there is none or several."""
    wanted = tuple(key.split("."))
    found = [path for path in _leaves(definition) if path[-len(wanted) :] == wanted]
    if len(found) != 1:
        known = ", ".join(sorted(".".join(path) for path in found or _leaves(definition)))
        problem = "is the end of several keys" if found else "is no key with one value in this treatment"
        raise TreatmentError(f"vary {key}: it {problem}: use one of {known}")
    return found[0]


def _leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    leaves = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            leaves += _leaves(value, (*above, key))
        elif not isinstance(value, list) and (above or key not in ("name", "title", "description", "source")):
            leaves.append((*above, key))
    return leaves


def _set(definition: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for key in path[:-1]:
        definition = definition[key]
    definition[path[-1]] = value
