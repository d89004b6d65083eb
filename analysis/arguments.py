"""What is given to a function of the face is checked by the function's annotations, before anything is computed.

Inside the package functions call each other without it. An array of a wrong shape, or a value that only the data can
tell, is told by the function itself.
"""

from __future__ import annotations

import inspect
import math
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from numbers import Integral, Real
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from mechanisms.writing import did_you_mean

F = TypeVar("F", bound=Callable[..., Any])
MADE_BY = {
    "Cells": "inference.cells", "Choices": "choices_of", "DataFrame": "load_decisions", "Exports": "read_exports",
    "Treatment": "mechanisms.load_treatment", "UnitMeans": "unit_means", "Units": "independent_units",
    "AuditResult": "audit",
}  # fmt: skip
"""Which function makes what somebody may not have at hand."""
IN_WORDS = {
    np.ndarray: "an array", int: "a whole number", float: "a number", bool: "True or False", str: "a text",
    types.NoneType: "None",
}  # fmt: skip
LEAST = {
    "draws": 1,
    "resamples": 1,
    "experiments": 1,
    "simulations": 1,
    "participants": 1,
    "proposals": 1,
    "workers": 1,
}
LEAST |= {"seed": 0, "max_exact": 0}
RIGHT = {
    "model_type": "a class of models, one of analysis.MODELS, such as MODELS['noisy best reply']",
    "measure": (
        "the names of the columns of hit, area and distance, such as analysis.measures.rates.DOMINANT: "
        "('dominant_played', 'dominant_area', 'dominant_distance')"
    ),
}
"""What arguments of some names must be, where an annotation says too little."""
NEVER_EMPTY = ("decisions", "exports")
"""Of which nothing can be said where there is nothing, least of all that nothing is wrong with them."""


def checked(function: F) -> F:
    """The function, which names an argument that is not what its annotation says.

    Examples
    --------
    >>> @checked
    ... def half(number: float, level: float = 0.95) -> float:
    ...     return number / 2
    >>> half(3)
    1.5
    >>> half("3")
    Traceback (most recent call last):
    TypeError: half: number is '3'; it must be a number
    >>> half(3, level=95)
    Traceback (most recent call last):
    ValueError: half: level is 95; it must be between 0 and 1, like 0.95
    """
    signature, hints = inspect.signature(function), typing.get_type_hints(function)

    @wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            given = signature.bind(*arguments, **named).arguments
        except TypeError:  # Python's own words: which argument is missing, or too many
            return function(*arguments, **named)
        check(function.__name__, given, hints)
        try:
            return function(*arguments, **named)
        except KeyError as error:  # pandas' own says a name and nothing else
            tables = {name: value for name, value in given.items() if isinstance(value, pd.DataFrame)}
            if not tables:
                raise
            missing = re.findall(r"'([^']*)'", str(error.args[0])) or [str(error.args[0])]
            known = {str(column) for table in tables.values() for column in table}
            right = right_column(missing[0], known)
            problem = f"{' or '.join(tables)} has no column {missing[0]}" + (f"; {right}" if right else "")
            raise ValueError(f"{function.__name__}: {problem}") from error

    return cast(F, call)


def check(called: str, given: Mapping[str, Any], hints: Mapping[str, Any]) -> None:
    """TypeError or ValueError for the first argument that its annotation, or its name, does not allow."""
    for name, value in given.items():
        kind = hints.get(name, Any)
        if not fits(value, kind):
            raise TypeError(f"{called}: {name} is {shown(value)}; it must be {RIGHT.get(name) or in_words(kind)}")
        if reason := out_of_range(name, value):
            raise ValueError(f"{called}: {name} is {shown(value)}; it must be {reason}")


def fits(value: Any, kind: Any) -> bool:
    """Is the value what an annotation says? What the annotation leaves open is not looked at.

    >>> from collections.abc import Sequence
    >>> fits(np.int64(3), float | None), fits("abc", Sequence[str]), fits(("a",), Sequence[str]), fits(True, int)
    (True, False, True, False)
    """
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, part) for part in parts)
    if kind in (int, float):
        return isinstance(value, Integral if kind is int else Real) and not isinstance(value, bool | np.bool_)
    if kind is bool:
        return isinstance(value, bool | np.bool_)
    if kind is None or kind is types.NoneType:
        return value is None
    if origin is typing.Literal:
        return value in parts
    if origin is not None:
        return _fits_collection(value, origin, parts)
    return not isinstance(kind, type) or isinstance(value, kind)


def _fits_collection(value: Any, origin: Any, parts: tuple[Any, ...]) -> bool:
    if isinstance(value, str):  # a sequence of texts, too: nobody means that
        return False
    if isinstance(value, np.ndarray | pd.Index | pd.Series | ExtensionArray):
        return issubclass(origin, Iterable | np.ndarray) and not issubclass(origin, list | tuple | Mapping)
    if issubclass(origin, Mapping):
        return isinstance(value, Mapping) and (len(parts) != 2 or all(fits(own, parts[1]) for own in value.values()))
    if issubclass(origin, tuple) and Ellipsis not in parts:
        return isinstance(value, list | tuple) and len(value) == len(parts) and all(map(fits, value, parts))
    one_kind = isinstance(value, list | tuple | set) and len([part for part in parts if part is not Ellipsis]) == 1
    return isinstance(value, origin) and (not one_kind or all(fits(element, parts[0]) for element in value))


def out_of_range(name: str, value: Any) -> str:
    """What an argument of this name must be, where it is not; else nothing."""
    if isinstance(value, list | tuple) and not value and name in ("by", "outcomes"):
        return "one or more"
    if is_without_rows(getattr(value, "decisions", None) if name == "exports" else value) and name in NEVER_EMPTY:
        return "one with at least one decision"
    if not fits(value, float):
        return ""
    if math.isnan(value) or (math.isinf(value) and name == "margin"):
        return "a finite number"
    if name == "level" and not 0 < value < 1:
        return "between 0 and 1, like 0.95"
    if name in LEAST and value < LEAST[name]:
        return f"{LEAST[name]} or more"
    return ""


def right_column(missing: str, known: Iterable[str], otherwise: str = "") -> str:
    """Where a column is to be had, or which one was meant.

    >>> right_column("unit", []), right_column("efficency", ["treatment", "efficiency"])
    ('analysis.add_units makes it', "did you mean 'efficiency'?")
    """
    return "analysis.add_units makes it" if missing == "unit" else did_you_mean(missing, known, otherwise)


def is_without_rows(value: Any) -> bool:
    """Is it an empty table?"""
    return isinstance(value, pd.DataFrame) and value.empty


def in_words(kind: Any) -> str:
    """An annotation for people.

    >>> from collections.abc import Sequence
    >>> in_words(Sequence[str] | None), in_words(pd.DataFrame)
    ('a list of texts, or None', 'a DataFrame (of load_decisions)')
    """
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        first, *others = [in_words(part) for part in parts]
        return ", or ".join(dict.fromkeys([first, *others]))
    if kind in IN_WORDS:
        return IN_WORDS[kind]
    if origin is typing.Literal:
        return f"one of {', '.join(map(repr, parts))}"
    if origin is not None and issubclass(origin, Mapping):
        return f"a dictionary, each entry {in_words(parts[1])}" if len(parts) == 2 else "a dictionary"
    if origin is not None and issubclass(origin, np.ndarray):
        return "an array"
    if origin is not None and origin is not type and issubclass(origin, Iterable):
        of = {str: "texts", float: "numbers", int: "whole numbers"}.get(parts[0]) if parts else None
        length = f"{len(parts)} " if issubclass(origin, tuple) and Ellipsis not in parts else ""
        return f"a list of {length}{of or 'such entries'}"
    if origin is Callable or (isinstance(origin, type) and issubclass(origin, Callable)):  # type: ignore[arg-type]
        return "a function"
    name = getattr(kind, "__name__", str(kind))
    made = f" (of {MADE_BY[name]})" if name in MADE_BY else ""
    return f"{'an' if name[0] in 'AEIOU' and name != 'UnitMeans' and name != 'Units' else 'a'} {name}{made}"


def shown(value: Any) -> str:
    """A value on a line."""
    if is_without_rows(value):
        return "a table without rows"
    if isinstance(value, str | Real | types.NoneType | list | tuple | dict | set):
        text = " ".join(repr(value).split())
        return text if len(text) <= 80 else f"{text[:79]}…"
    return f"of the type {type(value).__name__}"
