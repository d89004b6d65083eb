"""A package's face: the names that it offers, each with its room and one line, loaded when first asked for (PEP 562).

The one list is the package's stub file, ``__init__.pyi``, which editors and mypy read too. Its headings are comments
that begin a line; every other line is

    from mechanisms.costs import PowerCost as PowerCost  # c(Q) = coefficient · Q ** exponent

A name that is a module of the package as well (``analysis.audit``) is the module, which can be called: see `callable_`.
"""

from __future__ import annotations

import pkgutil
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

ENTRY = re.compile(r"from (?P<module>[\w.]+) import (?P<name>\w+) as (?P=name)  # (?P<line>.+)")


class Entry(NamedTuple):
    """One name of a face: under which heading, from which module, and what it is in one line."""

    heading: str
    module: str
    name: str
    line: str


def entries(stub: Path) -> list[Entry]:
    """The names of a stub file, in its order."""
    found, heading = [], ""
    for text in stub.read_text(encoding="utf-8").splitlines():
        if text.startswith("# "):
            heading = text[2:]
        elif entry := ENTRY.fullmatch(text):
            found.append(Entry(heading, entry["module"], entry["name"], entry["line"]))
    return found


def listing(offered: list[Entry]) -> str:
    """The names with their lines under their headings, as plain text.

    >>> print(listing([Entry("Costs", "mechanisms.costs", "PowerCost", "c(Q) = a Q ** b")]))
    Costs
        PowerCost                           c(Q) = a Q ** b
    """
    lines, heading = [], None
    for entry in offered:
        if entry.heading != heading:
            heading = entry.heading
            lines += ["", heading]
        lines.append(f"    {entry.name:<35} {entry.line}")
    return "\n".join(lines[1:])


def face(
    package: str, rules: Sequence[str] = (), checked_by: str = ""
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str], str]:
    """``__getattr__``, ``__dir__``, ``__all__`` and the listing of a package, from its stub file.

    A rule without a line there is found too: by the record in the file of its name, in one of the rooms `rules`.
    Functions are wrapped in the function `checked` of the module `checked_by`, where there is one.

    Examples
    --------
    >>> find, names, offered, lines = face("mechanisms")
    >>> float(find("PowerCost")(2, 1).total_cost(3.0))
    6.0
    >>> find("cost")
    Traceback (most recent call last):
    AttributeError: module 'mechanisms' has no attribute 'cost'
    """
    room = sys.modules[package]
    offered = entries(Path(str(room.__file__)).with_suffix(".pyi"))
    modules = {entry.name: entry.module for entry in offered}

    def find(name: str) -> Any:
        if name not in modules:
            if record := _record(room, rules, name):
                return record.function
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=room)
        is_module = modules[name] in (package, f"{package}.{name}")
        found = import_module(f"{package}.{name}") if is_module else getattr(import_module(modules[name]), name)
        if checked_by and isinstance(found, FunctionType):
            found = import_module(checked_by).checked(found)
        setattr(room, name, found)  # next time it is there, and this function is not asked
        return found

    def names() -> list[str]:
        return sorted({*vars(room), *modules} - {"face", "_lines"})  # what has made the face

    return find, names, list(modules), listing(offered)


def _record(package: ModuleType, rooms: Sequence[str], name: str) -> Any:
    """The record of the rule of this name, None if there is none; loads nothing else."""
    for room in rooms:
        if name in {file.name for file in pkgutil.iter_modules([f"{path}/{room}" for path in package.__path__])}:
            return getattr(import_module(f"{package.__name__}.{room}.{name}"), "RULE", None)
    return None


class _CallableModule(ModuleType):
    """A module that does, when it is called, what its function of the same name does."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return getattr(self, self.__name__.rpartition(".")[2])(*arguments, **named)


def callable_(module: str) -> None:
    """Let a module be called like the function that bears its name.

    The import system binds a package's attribute to a submodule of that name, whichever is loaded first; so
    ``analysis.audit`` is the module, and ``analysis.audit(decisions)`` is what somebody who types it means.
    """
    sys.modules[module].__class__ = _CallableModule
