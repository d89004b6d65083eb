"""Checks at the boundary: every message names the argument, the value and what would be right."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence, Sized
from functools import wraps
from inspect import isabstract, signature
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mechanisms.writing import described, digits

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
P = ParamSpec("P")
R = TypeVar("R")

LARGEST_SUM = 2**62
LARGEST_NUMBER = 1e100
"""Squares and cubes of what is given stay finite."""
Location = str | os.PathLike
UNORDERED = str | bytes | dict | set
"""Iterables that are no lists."""
LONGEST = 60
"""Signs of a value in an error message."""


def as_numbers(argument: str, values: ArrayLike, copy: bool = True) -> FloatArray:
    """`values` as a float64 array; ValueError unless they are finite real numbers.

    Without `copy` a float64 array is returned itself: for callers that only read it and do not keep it.
    """
    array = as_array(argument, values)
    if array.dtype.kind not in "iuf":
        kind = f"it must be an array of real numbers, not of dtype {array.dtype}"
        raise ValueError(f"{argument} is {brief(values)}; {kind}")
    array = array.astype(np.float64, copy=copy)
    if array.size and not (array.min() >= -LARGEST_NUMBER and array.max() <= LARGEST_NUMBER):
        bad = array[~(np.abs(array) <= LARGEST_NUMBER)].flat[0]
        raise ValueError(f"{argument} contains {bad}; every entry must be a finite number below 1e100")
    return array


def as_number(argument: str, value: Any, low: float | None = None, above: float | None = None) -> float:
    """One finite number, of `low` or more, or more than `above`; texts, booleans and lists are none."""
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    allowed = "" if low is None else f" of {low:g} or more"
    allowed = allowed if above is None else f" more than {above:g}"
    fits = real and abs(value) <= LARGEST_NUMBER and (low is None or value >= low) and (above is None or value > above)
    if not fits:
        raise ValueError(f"{argument} is {brief(value)}; it must be a finite number{allowed}")
    return float(value)


def as_choice(argument: str, value: Any, choices: Sequence[str]) -> str:
    """One of a few words."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{argument} is {brief(value)}; it must be {' or '.join(map(repr, choices))}")
    return value


def as_flag(argument: str, value: Any) -> bool:
    """True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{argument} is {brief(value)}; it must be True or False")
    return bool(value)


def as_names(argument: str, names: Any, sizes: Sequence[int], what: str) -> tuple[Sequence | np.ndarray, ...]:
    """What messages or types are called: one list for each player, of the given lengths; None: numbers from 0."""
    if names is None:
        return tuple(range(size) for size in sizes)
    listed = as_listed(argument, names, f"lists of {what}, one a player")
    lengths = [len(part) if hasattr(part, "__len__") and np.ndim(part) else 0 for part in listed]
    if lengths != list(sizes) or any(isinstance(part, str | bytes | dict | set) for part in listed):
        right = f"it must be lists of {list(sizes)} {what}, one a player"
        raise ValueError(f"{argument} has lengths {lengths} in {brief(names)}; {right}")
    return tuple(listed)


def as_indices(argument: str, values: ArrayLike, sizes: Sequence[int]) -> IntArray:
    """Profiles (..., n) of indices from 0, each below its size."""
    index = as_exact(argument, values)
    fits = index.shape[-1:] == (len(sizes),) and (index.dtype.kind == "i" or not index.size)
    if not fits or (index < 0).any() or (index >= np.asarray(sizes)).any():
        raise ValueError(
            f"{argument} is {brief(index.tolist())}; it must be indices (..., {len(sizes)}), below {list(sizes)}"
        )
    return index.astype(np.int64, copy=False)


def as_exact(argument: str, values: ArrayLike, copy: bool = True) -> np.ndarray:
    """`values` as int64 where they are whole numbers, which stay exact, else as finite float64.

    `copy` as in `as_numbers`.
    """
    array = as_array(argument, values)
    if array.dtype.kind not in "iu":
        return as_numbers(argument, array, copy)
    if array.size and array.dtype == np.uint64 and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{argument} contains {array.max()}; whole numbers must be below 2**63")
    return array.astype(np.int64, copy=copy)


def largest(*payoffs: np.ndarray) -> int | float:
    """The largest absolute value, as a Python number: no integer overflows."""
    return max(max(part.max().item(), -part.min().item()) for part in payoffs)


def check_sums(terms: int, *payoffs: np.ndarray, argument: str = "payoffs") -> None:
    """ValueError if the sum or difference of that many integer payoffs may be no int64."""
    if all(part.dtype.kind in "iu" for part in payoffs) and terms * largest(*payoffs) >= LARGEST_SUM:
        raise ValueError(
            f"{argument} reach {largest(*payoffs)}: sums of {terms} of them are not exact in 64 bits; "
            "a larger smallest unit is needed"
        )


def as_array(argument: str, values: Any) -> np.ndarray:
    if isinstance(values, UNORDERED):
        right = "numbers, not a text" if isinstance(values, str) else f"numbers, not {_article(type(values).__name__)}"
    elif _is_read_wrongly(values):
        right = "numbers, none of them masked, and not True or False"
    else:
        try:
            return np.asarray(values)
        except (ValueError, TypeError):
            right = "numbers in rows of equal lengths"
    raise ValueError(f"{argument} is {brief(values)}; it must be {right}")


def _is_read_wrongly(values: Any) -> bool:
    """Whether numpy would read what is no number: the masked as what it was, True and False in a list as 1 and 0."""
    if isinstance(values, list | tuple):
        return any(isinstance(v, bool) or _is_read_wrongly(v) for v in values)
    return bool(np.ma.is_masked(values))


def as_given(argument: str, values: ArrayLike) -> FloatArray:
    """An array of floats as it is, its entries unread, for what is asked often; all else as `as_numbers`."""
    floats = isinstance(values, np.ndarray | np.generic) and values.dtype.kind == "f"
    return values if floats and not np.ma.isMaskedArray(values) else as_numbers(argument, values)  # type: ignore[return-value]


def brief(value: Any) -> str:
    """A value as an error message names it: one line, not too long."""
    line = " ".join(repr(value.item() if isinstance(value, np.generic) else value).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def is_whole(value: Any) -> bool:
    """Whether it is a whole number by its class: booleans, 1.0 and texts are none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool | np.bool_)


def as_whole(argument: str, value: Any, low: int, high: int | None = None) -> int:
    """A whole number from `low` to `high`; booleans, fractions and texts are none."""
    whole = is_whole(value)
    if not whole or value < low or (high is not None and value > high):
        allowed = f"{low} or more" if high is None else f"from {low} to {high}"
        kind = "" if whole else "a whole number of " if high is None else "a whole number "
        raise ValueError(f"{argument} is {brief(value)}; it must be {kind}{allowed}")
    return int(value)


def as_wholes(argument: str, values: Any, sizes: Sequence[int], what: str) -> tuple[int, ...]:
    """One whole number for each size, from 0 to below it: a profile of messages or types."""
    try:
        listed = () if isinstance(values, UNORDERED) else tuple(values)
        return tuple(as_whole(argument, v, 0, size - 1) for v, size in zip(listed, sizes, strict=True))
    except (TypeError, ValueError):
        below = f", whole numbers below {list(sizes)}"
        raise ValueError(f"{argument} is {brief(values)}; it must name {what}{below}") from None


def as_truthful(truthful: Any, n: int) -> list[IntArray]:
    """The truthful messages of n players' types, as arrays of whole numbers."""
    listed = as_listed("truthful", truthful, f"{n} lists of message indices, one for each player")
    if len(listed) != n:
        raise ValueError(
            f"truthful has {len(listed)} entries; it needs one list of message indices for each of {n} players"
        )
    given = [as_exact(f"truthful[{i}]", own) for i, own in enumerate(listed)]
    for i, own in enumerate(given):
        if own.dtype.kind != "i" or own.ndim != 1 or not own.size:
            raise ValueError(f"truthful[{i}] is {brief(own.tolist())}; it must name a message index for each type")
    return given


def as_a(argument: str, value: Any, kind: Any) -> Any:
    """The value, which must be of a class of this package; a class itself is no function."""
    if not isinstance(value, kind) or (kind is Callable and isinstance(value, type)):
        name = {Callable: "a function", Location: "a path"}.get(kind) or _kind_in_words(kind)
        raise TypeError(f"{argument} is {brief(value)}; it must be {name}")
    return value


def answer(argument: str, function: Callable[..., Any], right: str, *asked: Any) -> Any:
    """What a user's function answers; ValueError that names it and what is right if it cannot be asked in this way.

    >>> answer("cost", lambda q, extra: q, "a function of demands (..., n)", 1)
    Traceback (most recent call last):
    ValueError: cost must be a function of demands (..., n): <lambda>() missing 1 required positional argument: 'extra'
    """
    try:
        return function(*asked)
    except (TypeError, LookupError, AttributeError) as error:
        raise ValueError(f"{argument} must be {right}: {error}") from error


def _kind_in_words(kind: type) -> str:
    """A class; of one that is only inherited from, also which to use, and where it is."""
    said = kind.__name__ if kind.__name__.endswith("ies") else _article(kind.__name__)
    kinds: list[type] = kind.__subclasses__() if isabstract(kind) else []
    return said + (f", such as {kinds[0].__name__} of {kinds[0].__module__.rpartition('.')[0]}" if kinds else "")


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def as_players(players: Any, n: int, kind: type) -> list[Any]:
    """Those of another game in which these n players have the same payoffs."""
    listed = as_listed("players", players, f"{n} players of another game")
    if len(listed) != n or not all(isinstance(player, kind) for player in listed):
        raise ValueError(f"players is {brief(players)}; it must be {n} players, each {_article(kind.__name__)}")
    return listed


def takes(**kinds: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A function whose arguments of these names must be of these classes: TypeError with the argument's name if not.

    >>> double = takes(number=int)(lambda number: 2 * number)
    >>> double("a")
    Traceback (most recent call last):
    TypeError: number is 'a'; it must be an int
    """

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        places = {name: place for place, name in enumerate(signature(function).parameters)}
        known = [(name, places[name], kind) for name, kind in kinds.items()]

        @wraps(function)
        def checked(*arguments: P.args, **named: P.kwargs) -> R:
            for name, place, kind in known:
                if place < len(arguments):
                    as_a(name, arguments[place], kind)
                elif name in named:
                    as_a(name, named[name], kind)
            return function(*arguments, **named)

        return checked

    return decorated


def as_listed(argument: str, values: Any, what: str) -> list[Any]:
    """The entries of a list that must have at least one."""
    sized = isinstance(values, Sized) and np.iterable(values) and not isinstance(values, UNORDERED)
    if not sized or not len(values):
        raise ValueError(f"{argument} is {brief(values)}; it must be a list of {what}, at least one")
    return list(values)


def as_demands(demands: ArrayLike, copy: bool = True, argument: str = "demands") -> FloatArray:
    """Demands of shape (..., n), n >= 1, non-negative; `copy` as in `as_numbers`."""
    array = as_numbers(argument, demands, copy)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(f"{argument} must have shape (..., n) with n >= 1 agents, not {array.shape}")
    if array.size and array.min() < 0:
        raise ValueError(f"{argument} contains {digits(array.min())}; a demand must be 0 or more")
    return array


def as_order(order: Any, n: int) -> tuple[int, ...]:
    """A permutation of 0…n-1."""
    try:
        agents = () if isinstance(order, UNORDERED) or not hasattr(order, "__len__") else tuple(order)
        agents = tuple(as_whole("order", agent, 0) for agent in agents)
    except (TypeError, ValueError):
        agents = ()
    if sorted(agents) != list(range(n)):
        written = brief(list(order) if isinstance(order, tuple | range) else order)
        raise ValueError(f"order is {written}; it must name each agent 0…{n - 1} exactly once")
    return agents


def grid_index(argument: str, values: ArrayLike, grid: FloatArray) -> IntArray:
    """Where each value stands on an ascending grid; ValueError for the first value that is not on it."""
    array = as_numbers(argument, values)
    index = np.searchsorted(grid, array).clip(max=len(grid) - 1)
    off = grid[index] != array
    if off.any():
        raise ValueError(f"{argument} contains {digits(array[off].flat[0])}; allowed are {described(grid)}")
    return index.astype(np.int64)
