"""One line for whatever is wrong with a file: file, key, value, what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel, ValidationError

from mechanisms.treatments import schema, schema_described, schema_words
from mechanisms.treatments.schema import TreatmentError
from mechanisms.treatments.suggestions import close_to, keys_beside, of_key, of_word

MAX_SHOWN = 80
SECTIONS = SimpleNamespace(**{**vars(schema), **vars(schema_described), **vars(schema_words)})
"""Where the keys of a treatment file are looked for, to suggest the one that was meant."""


def parse(
    model: type[BaseModel],
    data: Mapping[str, Any],
    where: str | Callable[[str], str],
    sections: Any = SECTIONS,
    docs: str = "docs/add-a-treatment.md",
) -> Any:
    """`data` as a `model`; TreatmentError with the first thing that is wrong.

    `where` : the file, or what says it (and the line) for a dotted key; `sections`, `docs` : where keys are looked for.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        errors = error.errors()
        first = _first(errors)
        beside = keys_beside(model, first["loc"]) if first["type"] == "extra_forbidden" else []
        key, problem = _told(first, errors, data, lambda unknown: of_key(unknown, beside, sections, docs))
        raise TreatmentError(f"{where if isinstance(where, str) else where(key)}: {problem}") from None


def _first(errors: list[Any]) -> Any:
    """Which one is told. An unknown name is often the reason why a key is unknown, and that why another one is missing:
    in this order; and where a word or a list would be right, a list is no misspelt word."""
    lists = [one for one in errors if one["type"] != "literal_error" or not isinstance(one["input"], list | tuple)]
    names = [one for one in lists if one["type"] == "literal_error" and one["loc"][-1] == "name"]
    return min(names or lists or errors, key=lambda item: item["type"] != "extra_forbidden")


def _told(first: Any, errors: list[Any], data: Mapping[str, Any], meant: Callable[[str], str]) -> tuple[str, str]:
    """The key in the file, and what is wrong with it; `meant`: what an unknown key should be."""
    kind, value = first["type"], first["input"]
    key = _key_in_file(first["loc"], data, names_absent_key=kind == "missing")
    context = first.get("ctx", {})
    if kind == "extra_forbidden":
        return key, f"{key} = {_shown(value)}: unknown key; {meant(str(first['loc'][-1]))}"
    if kind == "missing":
        return key, f"{key} is missing"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        tag = context.get("tag")
        named = f"{key}.{str(context['discriminator']).strip(chr(39))}"
        slip = close_to(named.rpartition(".")[2], value) if tag is None and isinstance(value, Mapping) else ""
        head = f"{named} is missing{slip}" if tag is None else f"{named} = {_shown(tag)}"
        return key, f"{head}: must be one of {KINDS[key]}{of_word(tag, _words(KINDS[key]))}"
    if kind == "wrong_key":
        found = value.get(context["key"]) if isinstance(value, Mapping) else None
        shown = "" if found is None else f" = {_shown(found)}:"
        own = f"{key}.{context['key']}" if first["loc"] else context["key"]
        return own, f"{own}{shown} {context['message']}"
    if key.rpartition(".")[0].endswith("payoffs"):
        return key, f'{key} = {_shown(value)}: must be a number, "type", or a list with one number for each report'
    if kind == "string_pattern_mismatch" and (right := PATTERNS.get(context["pattern"])):
        file = f"the file is called {_shown(value)}, without its ending"
        return key, f"{file if key == 'name' else f'{key} = {_shown(value)}'}: it must be {right}"
    kinds = {item["type"] for item in errors if _key_in_file(item["loc"], data, False) == key}
    said = _in_our_words(first["msg"])
    if said == "must be a number" and isinstance(value, str) and re.fullmatch(r"[-\d\s]+/[\d\s]+", value):
        said += ", as in 0.25: only probabilities can be fractions"
    return key, f"{key} = {_shown(value)}: {said}{_or_what(first, kinds)}"


def _or_what(first: Any, kinds: set[str]) -> str:
    """What else than these words would be right; `kinds` of all errors of the key. And the word that was meant."""
    if first["type"] != "literal_error":
        return ""
    return (" or a list" if "tuple_type" in kinds else "") + of_word(first["input"], _words(first["ctx"]["expected"]))


def _words(listed: str) -> list[str]:
    return re.findall(r"'([^']*)'", listed)


PATTERNS = {
    r"^[A-Za-z][A-Za-z0-9_]*$": "letters without accents, digits and underscores, beginning with a letter",
    r"^[a-z][a-z0-9_]*$": "small letters, digits and underscores, beginning with a letter",
    r"^[a-z]{2}$": 'two small letters, such as "en"',
    r"^[A-Z]{3}$": 'three capital letters, such as "EUR"',
    r"^[^\s{}](.*[^\s{}])?$": "one line of text, without braces, and without spaces around it",
}
"""In words."""

KINDS = {
    "environment": "'production', 'single_peaked', 'public_project', 'allocation'",
    "play": "'sequential', 'staged'",
    "environment.value": "'linear', 'quadratic', 'power', 'table'",
    "environment.cost": "'power', 'polynomial', 'piecewise_linear', 'table', 'quadratic_form', 'goods_polynomial', "
    "'goods_table'",
}

WORDS = {
    "Value error, ": "",
    "Decimal input should be an integer, float, string or Decimal object": "must be a number",
    "a valid decimal": "a number",
    "Input should": "must",
    "String should": "must",
    "Tuple should": "must",
    "valid integer": "whole number",
    "valid tuple": "list",
    "valid boolean": "true or false",
    "valid string": "text in quotes",
    "a true or false": "true or false",
    "a text in quotes": "text in quotes",
    "a valid dictionary": "a table",
    " after validation": "",
}


def _in_our_words(message: str) -> str:
    for theirs, ours in WORDS.items():
        message = message.replace(theirs, ours)
    return re.sub(r" or instance of \w+", "", message)


def _key_in_file(loc: tuple[int | str, ...], data: Any, names_absent_key: bool) -> str:
    """The dotted key of the file; pydantic's location also holds names of union members, which are no keys."""
    parts: list[str] = []
    here = data
    for index, step in enumerate(loc):
        if isinstance(here, Mapping) and step in here:
            parts.append(str(step))
            here = here[step]
        elif isinstance(here, list | tuple) and isinstance(step, int) and step < len(here):
            parts[-1] += f"[{step + 1}]"
            here = here[step]
        elif names_absent_key and index == len(loc) - 1:
            parts.append(str(step))
    return ".".join(parts) or "the file"


def _shown(value: Any) -> str:
    text = f'"{value}"'.replace("\n", r"\n") if isinstance(value, str) else str(value)
    if isinstance(value, list | tuple):
        text = "[" + ", ".join(_shown(item) for item in value) + "]"
    elif isinstance(value, Mapping):
        text = "{" + ", ".join(f"{name} = {_shown(item)}" for name, item in value.items()) + "}"
    elif isinstance(value, bool):
        text = str(value).lower()
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
