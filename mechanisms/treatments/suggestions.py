"""What was probably meant: of an unknown key, of a word that is none of those allowed, and of a slip in TOML."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from mechanisms.writing import closest, did_you_mean

MOST_PLACES = 3
MOST_KEYS = 12
FLAGS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}


def of_key(unknown: str, own: Collection[str], sections: Any, docs: str) -> str:
    """The key of its table, all of which are `own`, that was meant; or where this one belongs, or which there are.

    >>> from mechanisms.treatments import schema
    >>> own = schema.PointsSpec.model_fields
    >>> of_key("scal", own, schema, "the page"), of_key("rounds", own, schema, "the page")
    ("did you mean 'scale'?", 'it belongs to [beliefs] or [session]')
    >>> of_key("zzz", own, schema, "the page")
    "there are 'scale', 'shift', 'rounding'"
    """
    classes = [item for item in vars(sections).values() if isinstance(item, type) and issubclass(item, BaseModel)]
    owners = [owner for owner in classes if unknown in owner.model_fields]
    if (meant := closest(unknown, own)) and (not owners or _one_letter(unknown, meant)):
        return f"did you mean {meant!r}?"
    places = sorted({place for owner in owners for place in _places(owner, classes)})
    if 0 < len(places) <= MOST_PLACES:
        return f"it belongs to {' or '.join(places)}"
    return f"there are {', '.join(map(repr, own))}" if 0 < len(own) <= MOST_KEYS else f"see {docs} for the keys"


def _one_letter(unknown: str, meant: str) -> bool:
    """Whether a letter more or less makes one of the other: names for name."""
    short, long = sorted((unknown, meant), key=len)
    return any(long[:k] + long[k + 1 :] == short for k in range(len(long)))


def keys_beside(model: type[BaseModel], loc: Sequence[int | str]) -> list[str]:
    """All keys that the table could have in which pydantic found the last one of a location.

    >>> from mechanisms.treatments import schema
    >>> keys_beside(schema.TreatmentSpec, ("environment", "production", "quantities", "hihgest"))
    ['lowest', 'highest', 'step']
    """
    tables = [model]
    for step in loc[:-1]:
        inner = [
            found
            for table in tables
            if (field := table.model_fields.get(str(step)))
            for found in _models(field.annotation)
        ]
        tagged = [table for table in tables if step in _tags(table)]
        tables = inner or tagged or tables  # numbers of a list, and what pydantic calls its checks, are no keys
    return list(dict.fromkeys(key for table in tables for key in table.model_fields))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _tags(table: type[BaseModel]) -> Iterator[object]:
    """The values of `kind` or `form` by which a table is told from others, and its class."""
    yield table.__name__
    for name in ("kind", "form"):
        if (field := table.model_fields.get(name)) is not None:
            yield from get_args(field.annotation)


def _places(owner: type[BaseModel], classes: list[type[BaseModel]]) -> Iterator[str]:
    """Where the keys of a class stand in a file."""
    tables = {
        name for parent in classes for name, field in parent.model_fields.items() if _mentions(field.annotation, owner)
    }
    for name, field in owner.model_fields.items():
        if (
            name in ("kind", "form")
            and get_origin(field.annotation) is Literal
            and len(get_args(field.annotation)) == 1
        ):
            yield f"{name} = {get_args(field.annotation)[0]!r}"
            return
    yield from (f"[{table}]" for table in tables)
    if not tables and any(_mentions(field.annotation, BaseModel) for field in owner.model_fields.values()):
        yield "the top of the file"


def _mentions(annotation: Any, wanted: type) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, wanted):
        return True
    return any(_mentions(part, wanted) for part in get_args(annotation))


def close_to(key: str, given: Iterable[str]) -> str:
    """The key of a table by which a missing one was probably meant; "" if none is close.

    >>> close_to("form", ["from", "order"])
    " ('from' is none of its keys)"
    """
    close = closest(key, map(str, given))
    return f" ({close!r} is none of its keys)" if close else ""


def of_word(given: object, allowed: Iterable[str]) -> str:
    """The word that was meant, behind a list of what is allowed; "" if none is close.

    >>> of_word("VCG", ["agv", "vcg"]), of_word("x", ["agv", "vcg"])
    ("; did you mean 'vcg'?", '')
    """
    if not isinstance(given, str):
        return ""
    plain = re.sub(r"[\s-]+", "_", given.strip().lower())
    meant = did_you_mean(plain, allowed, "")
    return f"; {meant}" if meant else ""


def of_toml(text: str, problem: str, line: int) -> str:
    r"""What would be right in a line (from 1) over which the reader of TOML stumbles; "" if it is not known.

    >>> of_toml("size: 3", "Expected '='", 1), of_toml("fee = 0,5", "Expected newline", 1)
    ("write size = in the place of 'size:'", "write 0.5 in the place of '0,5'")
    >>> of_toml("a = 1\na = 2", "Cannot overwrite a value", 2)
    "'a' stands twice in one table, in lines 1 and 2: take one of them away"
    """
    lines = text.split("\n")
    if not 0 < line <= len(lines):
        return ""
    if twice := re.match(r"Cannot declare \((.*?),?\) twice", problem):
        name = ".".join(part.strip().strip("'") for part in twice[1].split(","))
        return f"[{name}] stands twice: put all of its keys under one of them, or write [[{name}]] for each of a list"
    if "overwrite" in problem and (header := re.match(r"\s*\[+([\w.-]+)\]+", lines[line - 1])):
        return f"[{header[1]}] and [[{header[1]}]] are both there: write [[{header[1]}]] for each of a list"
    if (found := re.match(r"\s*([\w.-]+)\s*:", lines[line - 1])) is not None:
        return f"write {found[1]} = in the place of {found[0].strip()!r}"
    if (entry := re.match(r"\s*([\w.-]+|\"[^\"]*\")\s*=\s*(.*?)\s*(#.*)?$", lines[line - 1])) is None:
        return ""
    key, value = entry[1], entry[2]
    if "overwrite" in problem:
        earlier = [k for k in range(1, line) if re.match(rf"\s*{re.escape(key)}\s*=", lines[k - 1])]
        return f"{key!r} stands twice in one table, in lines {earlier[-1]} and {line}: take one of them away" if (
            earlier
        ) else ""  # fmt: skip
    return _of_value(value)


def _of_value(value: str) -> str:
    if re.fullmatch(r"[+-]?\d+,\d+", value):
        return f"write {value.replace(',', '.')} in the place of {value!r}"
    if value.endswith(";"):
        return "take away the ; at the end"
    if (flag := FLAGS.get(value.lower())) is not None:
        return f"write {flag} in the place of {value!r}"
    if re.fullmatch(r"[^\W\d][\w .-]*", value):
        return f'texts stand between quotation marks: write "{value}"'
    return "a value is missing behind the =" if not value else ""
