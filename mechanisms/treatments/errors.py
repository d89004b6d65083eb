"""One line for whatever is wrong with a file: file, key, value, what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from mechanisms.treatments.schema import TreatmentError

MAX_SHOWN = 80


def parse(model: type[BaseModel], data: Mapping[str, Any], where: str) -> Any:
    """`data` as a `model`; TreatmentError with the first thing that is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise TreatmentError(f"{where}: {_first_error(error, data)}") from None


def _first_error(error: ValidationError, data: Mapping[str, Any]) -> str:
    # An unknown key is often the reason why another one is missing: name it first.
    first = min(error.errors(), key=lambda item: item["type"] != "extra_forbidden")
    key, parent = _key_in_file(first["loc"], data)
    kind, value = first["type"], first["input"]
    if kind == "extra_forbidden":
        return f"{key} = {_shown(value)}: unknown key{_suggestion(error.title, first['loc'], parent)}"
    if kind == "missing":
        return f"{key} is missing"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        context = first["ctx"]
        tag = context.get("tag")
        head = f"{key}.kind is missing" if tag is None else f"{key}.kind = {_shown(tag)}"
        return f"{head}: must be one of {context.get('expected_tags', _KINDS.get(key, 'the documented kinds'))}"
    message = first["msg"].removeprefix("Value error, ")
    return f"{key} = {_shown(value)}: {message[0].lower()}{message[1:].replace('Input should', 'should').replace('input should', 'should')}"


_KINDS = {
    "environment": "'production', 'single_peaked', 'public_project'",
    "environment.value": "'linear', 'quadratic', 'power', 'table'",
    "environment.cost": "'power', 'polynomial', 'table'",
}


def _key_in_file(loc: tuple[int | str, ...], data: Any) -> tuple[str, Any]:
    """The dotted key of the file; pydantic's location also holds names of union members, which are no keys."""
    parts: list[str] = []
    here = data
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(here, Mapping) and step in here:
            parts.append(str(step))
            here = here[step] if not last else here
        elif isinstance(here, list | tuple) and isinstance(step, int) and step < len(here):
            parts[-1] += f"[{step + 1}]"
            here = here[step]
        elif last and isinstance(here, Mapping) and isinstance(step, str) and not _is_union_member(step):
            parts.append(step)
    return ".".join(parts) or "the file", here


def _is_union_member(step: str) -> bool:
    return any(mark in step for mark in ("[", "literal", "function-", "decimal", "tuple"))


def _suggestion(title: str, loc: tuple[int | str, ...], parent: Any) -> str:
    from mechanisms.treatments import schema

    known: list[str] = sorted(
        {name for item in vars(schema).values() if isinstance(item, type) and issubclass(item, BaseModel) for name in item.model_fields}
    )
    close = difflib.get_close_matches(str(loc[-1]), known, n=1)
    return f"; did you mean {close[0]!r}?" if close else "; see docs/add-a-treatment.md for the keys"


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    if isinstance(value, list | tuple):
        text = "[" + ", ".join(_shown(item) for item in value) + "]"
    elif isinstance(value, Mapping):
        text = "{" + ", ".join(f"{name} = {_shown(item)}" for name, item in value.items()) + "}"
    elif isinstance(value, bool):
        text = str(value).lower()
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
