"""A treatment as the text of a file, which `load_treatment` reads as the same treatment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mechanisms.treatments.errors import parse
from mechanisms.treatments.numbers import plain
from mechanisms.treatments.schema import TreatmentSpec
from mechanisms.treatments.treatment import Treatment


def as_toml(treatment: Treatment, remarks: str = "") -> str:
    r"""The file of a treatment, all that is in force; its name is not in it: that is the file's.

    remarks : lines that stand above it as comments

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> text = as_toml(load_treatment("treatments/chen_serial.toml"), "A copy.")
    >>> text.splitlines()[0], "[mechanism]\nname = \"serial\"" in text
    ('# A copy.', True)
    """
    spec = parse(TreatmentSpec, treatment.definition, treatment.name)
    content = {key: _typed(getattr(spec, key), plain_) for key, plain_ in spec.plain().items() if key != "name"}
    tables = {key: value for key, value in content.items() if isinstance(value, Mapping) or _is_tables(value)}
    lines = [f"# {line}".rstrip() for line in remarks.splitlines()]
    lines += [f"{_key(key)} = {_value(value)}" for key, value in content.items() if key not in tables]
    for name, table in tables.items():
        for entry in [table] if isinstance(table, Mapping) else table:
            lines += ["", f"[{name}]" if isinstance(table, Mapping) else f"[[{name}]]"]
            lines += [f"{_key(key)} = {_value(value)}" for key, value in entry.items()]
    return "\n".join(lines) + "\n"


def _typed(value: Any, plain_: Any) -> Any:
    """JSON values with decimals as numbers again, where the treatment has numbers."""
    if isinstance(plain_, Mapping):
        return {
            key: _typed(value[key] if isinstance(value, Mapping) else getattr(value, key), entry)
            for key, entry in plain_.items()
        }
    if isinstance(plain_, list):
        return [_typed(own, entry) for own, entry in zip(value, plain_, strict=True)]
    return value if isinstance(value, Decimal) else plain_


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _text(key)


def _value(value: Any) -> str:
    """A value in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(entry)}" for key, entry in value.items()) + " }"
    return "[" + ", ".join(map(_value, value)) + "]"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
