"""Names that people must be able to tell apart, and that must not mislead them: in each language that a file has.

Files are asked, and not what sessions and data hold: what was played with other names is still read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from mechanisms.treatments.numbers import plain, too_close
from mechanisms.treatments.schema import GridSpec, RoleSpec, TreatmentError, TreatmentSpec, TypesSpec
from mechanisms.treatments.schema_words import LANGUAGES
from mechanisms.treatments.section import as_read


def check_names(spec: TreatmentSpec, where: str) -> None:
    """TreatmentError where two positions, types or outcomes have names that look alike, a name is blank, a label is the
    number of another type, or different types and messages are written alike."""
    tables = list(_types(spec))
    numbers = {value for _, types in tables for value in types.values}
    labels = [(key, types) for key, types in tables if types.labels is not None]
    roles = {f"roles[{i}].name": role.name for i, role in enumerate(spec.roles or (), 1)}
    outcomes = {f"environment.outcomes[{k}]": name for k, name in enumerate(_outcomes(spec), 1)}
    for language in (None, *LANGUAGES):
        said = _said(spec, language)
        if language and not said:
            continue
        for names in (roles, outcomes):
            _check_apart(names, said, language, where)
        for key, types in labels:
            named = {f"{key}.labels[{k}]": label for k, label in enumerate(types.labels or (), 1)}
            _check_apart(named, said, language, where)
            for (place, label), own in zip(named.items(), types.values, strict=True):
                _check_number(place, label, said.get(label, label), own, numbers, language, where)
    _check_written(spec, where)


def _said(spec: TreatmentSpec, language: str | None) -> Mapping[str, str]:
    """What the pages of a language call the names of the file."""
    return spec.words.names.of(language) if language and spec.words and spec.words.names else {}


def _outcomes(spec: TreatmentSpec) -> tuple[str, ...]:
    return getattr(spec.environment, "outcomes", ())


def _types(spec: TreatmentSpec) -> Iterator[tuple[str, TypesSpec]]:
    """The tables of types that are used, with their keys."""
    if spec.types is not None:
        yield "types", spec.types
    for i, role in enumerate(spec.roles or (), 1):
        if role.types is not None:
            yield f"roles[{i}].types", role.types


def _check_apart(names: Mapping[str, str], said: Mapping[str, str], language: str | None, where: str) -> None:
    """TreatmentError where a name is blank or looks like an earlier one."""
    seen: dict[str, str] = {}
    for key, name in names.items():
        text = said.get(name, name)
        place = f"{where}: {key} = {name!r}" + (f" ({text!r} by words.names.{language})" if text != name else "")
        read = as_read(text)
        if not read:
            raise TreatmentError(f"{place}: nothing would be shown: it must have a sign that shows")
        if read in seen:
            other = seen[read]
            raise TreatmentError(
                f"{place}: nobody can tell it from {other} = {names[other]!r}: it must have another name, not only "
                "other spaces or capital letters"
            )
        seen[read] = key


def _check_number(
    place: str, label: str, text: str, own: Decimal, numbers: Collection[Decimal], language: str | None, where: str
) -> None:
    """TreatmentError where a label is the number of another type."""
    number = _as_number(text)
    if number is not None and number != own and number in numbers:
        by = f" ({text!r} by words.names.{language})" if text != label else ""
        raise TreatmentError(
            f"{where}: {place} = {label!r}{by} is the label of the type {plain(own)}, but {plain(number)} is another "
            "type: it must be a word, or its own number"
        )


def _as_number(text: str) -> Decimal | None:
    try:
        number = Decimal(as_read(text).replace("\u2212", "-").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _numbers(spec: TreatmentSpec) -> Iterator[tuple[str, Decimal]]:
    """Types and messages of all positions, with the key that says each."""
    for key, types in _types(spec):
        yield from ((f"{key}.values", value) for value in types.values)
    grids: dict[str, GridSpec | None] = {"messages": spec.messages}
    if spec.environment.kind == "production":
        grids["environment.quantities"] = spec.environment.quantities
    roles: tuple[RoleSpec, ...] = spec.roles or ()
    grids |= {f"roles[{i}].messages": role.messages for i, role in enumerate(roles, 1)}
    for key, grid in grids.items():
        if grid is not None:
            yield from ((key, point) for point in grid.points())


def _check_written(spec: TreatmentSpec, where: str) -> None:
    """TreatmentError where two different numbers are written alike, or as good as."""
    key_of = {number: key for key, number in _numbers(spec)}
    pair = too_close(sorted(key_of))
    if pair is not None:
        low, high = pair
        raise TreatmentError(
            f"{where}: {key_of[high]} has {plain(high)}, and {key_of[low]} has {plain(low)}: they are different "
            "numbers that are shown alike: they must be the same, or differ in their first ten digits"
        )
