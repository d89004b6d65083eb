"""The same treatment with other values of its numbers: how verdicts depend on the design, and what a search tries."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

from mechanisms.treatments import Treatment, TreatmentError

Path = tuple[str | int, ...]
UNCHANGING = ("name", "title", "description", "source")


def vary(treatment: Treatment, values: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, Treatment | TreatmentError]]:
    """The treatment under every combination of values.

    Parameters
    ----------
    treatment : Treatment
    values : key of the file -> values to try. A key is dotted ("messages.step"), or its last part if that is enough
        ("rounding"); tables of a list are counted from 1 ("roles.2.messages.step"), and * stands for all of them.

    Yields
    ------
    what was changed in words, and the treatment; or the TreatmentError that says why such a treatment cannot be

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> [name for name, _ in vary(load_treatment("treatments/chen_serial.toml"), {"rounding": [0, 1]})]
    ['rounding=0', 'rounding=1']
    """
    for key in values:
        paths_of(treatment.definition, key)
    for combination in product(*values.values()):
        changes = dict(zip(values, combination, strict=True))
        name = " ".join(f"{key}={said(value)}" for key, value in changes.items())
        try:
            yield name, Treatment.from_definition(changed(treatment.definition, changes), name)
        except TreatmentError as error:
            yield name, error


def changed(definition: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A definition with other values of some keys, as in `vary`; TreatmentError if a key is none."""
    found = copy.deepcopy(dict(definition))
    for key, value in changes.items():
        for path in paths_of(definition, key):
            _set(found, path, value)
    return found


def asked(texts: Sequence[str]) -> dict[str, list[Any]]:
    """Values to try, from KEY=V1,V2,… as in a treatment file; words without quotes are texts.

    >>> asked(["rounding=0,1", "types.values=[8, 20],[8, 30]", "information=own,private"])
    {'rounding': [0, 1], 'types.values': [[8, 20], [8, 30]], 'information': ['own', 'private']}
    """
    values: dict[str, list[Any]] = {}
    for text in texts:
        key, equals, listed = text.partition("=")
        if not equals or not key or not listed:
            raise TreatmentError(f"vary {text}: write KEY=V1,V2,…, for example rounding=0,1,2")
        if key in values:
            raise TreatmentError(f"vary {text}: the key stands twice: give all its values together")
        whole = _value(f"[{listed}]")
        values[key] = whole if isinstance(whole, list) and whole else [_value(word) for word in listed.split(",")]
    return values


def said(value: Any) -> str:
    """A value as it is written on the command line: 2, own, [8, 20]."""
    return f"[{', '.join(map(said, value))}]" if isinstance(value, list | tuple) else str(value)


def _value(word: str) -> Any:
    """A value as in a treatment file; what is none is a text."""
    try:
        return tomllib.loads(f"value = {word}", parse_float=Decimal)["value"]
    except tomllib.TOMLDecodeError:
        return word


def paths_of(definition: Mapping[str, Any], key: str) -> list[Path]:
    """The full path of a key, or with * all of them; TreatmentError if there is none, or several without a *."""
    wanted, leaves = key.split("."), list(_leaves(definition))
    found = [path for path in leaves if _ends(path, wanted)]
    if "*" in wanted and found:
        return found
    # a key outside lists is meant before the same one of each role
    plain = [path for path in found if not any(isinstance(step, int) for step in path)]
    if len(plain) == 1:
        return plain
    if len(found) != 1:
        known = ", ".join(sorted(".".join(map(str, path)) for path in found or leaves))
        problem = "is the end of several keys" if found else "is no key of this treatment"
        every = " (with * for all of a list)" if found and not plain else ""
        raise TreatmentError(f"vary {key}: it {problem}: use one of {known}{every}")
    return found


def _ends(path: Path, wanted: Sequence[str]) -> bool:
    end = path[-len(wanted) :]
    return len(end) == len(wanted) and all(
        word == str(step) or (word == "*" and isinstance(step, int)) for step, word in zip(end, wanted, strict=True)
    )


def _leaves(table: Any, above: Path = ()) -> Iterator[Path]:
    """Keys whose value is no table, nor a list of tables: numbers, texts, and whole lists."""
    if isinstance(table, Mapping):
        for key, value in table.items():
            if above or key not in UNCHANGING:
                yield from _leaves(value, (*above, key))
    elif isinstance(table, list) and table and isinstance(table[0], Mapping):
        for number, entry in enumerate(table, 1):
            yield from _leaves(entry, (*above, number))
    else:
        yield above


def _set(definition: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        definition = definition[step - 1 if isinstance(step, int) else step]
    definition[path[-1]] = value
