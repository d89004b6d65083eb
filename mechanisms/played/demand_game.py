"""A demand game from its parts, without a treatment file: values, a grid, a cost and a cost sharing rule.

Everybody demands a quantity q_i of a grid, gets it, and pays the cost share that the rule gives: u_i = v_i(q_i) -
x_i(q). Players may differ in values and in grids.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mechanisms import cost_sharing
from mechanisms.arrays import FloatArray, answer, as_demands, as_listed, as_numbers, brief, takes
from mechanisms.costs import Cost
from mechanisms.environments.values import LinearValue, ValueFunction
from mechanisms.games.normal_form import MAX_ENTRIES, NormalFormGame
from mechanisms.played.points import PointsRule
from mechanisms.rule import Rule as Record
from mechanisms.rule import records
from mechanisms.verdicts import TooLargeError

Rule = Callable[[ArrayLike, Cost], FloatArray]
Value = float | ArrayLike | Callable[[FloatArray], ArrayLike] | tuple[ValueFunction, float]

FEW = 6
"""Players whose numbers of demands are written out."""
CHUNK = 1 << 18
"""Profiles that the rule gets at a time: what it needs beside the tensor stays small."""


@takes(cost=Cost)
def demand_game(
    values: Sequence[Value],
    grid: ArrayLike | Sequence[ArrayLike],
    cost: Cost,
    rule: str | Rule,
    *,
    scale: ArrayLike | None = None,
    shift: ArrayLike | None = None,
    rounding: int | None = None,
) -> NormalFormGame:
    """The game of n players who share the cost of what they demand.

    Parameters
    ----------
    values : n entries, one a player, units of utility: a number theta (theta * q); an array, the value of each quantity
        of the player's grid; a function of an array of quantities; or a pair (ValueFunction, type)
    grid : the quantities that can be demanded, ascending; one list for all players, or n lists
    cost : Cost; a heterogeneous one if the rule takes it
    rule : function (demands (..., n), cost) -> cost shares (..., n), or its name: "serial", "proportional", …,
        and every rule that treatment files can name (docs/rules.md), with its options as they are by default
    scale, shift, rounding : points = scale * utility + shift, rounded to `rounding` decimals, as in a treatment (a
        scale above 0, 6 decimals at most); one number for all or one a player. If any is given, payoffs are exact:
        int64, in smallest units of points. Otherwise they are float64, units of utility.

    Returns
    -------
    NormalFormGame, messages[i] the quantities of player i

    Raises
    ------
    TooLargeError
        Before anything large is made, if there are more than MAX_ENTRIES payoffs.
    ValueError
        If values, grids or points do not fit, there is no such rule, or the rule does not take the cost.

    Examples
    --------
    >>> import numpy as np
    >>> from mechanisms.costs import PowerCost
    >>> from mechanisms.solutions.nash import pure_nash_equilibria
    >>> game = demand_game([16.1, 20.1], range(1, 13), PowerCost(1, 2), "serial")
    >>> game.profiles(pure_nash_equilibria(game))
    array([[4, 6]])
    >>> demand_game([[0, 9, 16], lambda q: 8 * np.sqrt(q)], [0, 1, 2], PowerCost(1, 2), "proportional", scale=10)
    NormalFormGame(players=2, messages=3 × 3, payoffs=int64 from 0 to 120)
    """
    n = len(values := as_listed("values", values, "what quantities are worth, one entry a player"))
    grids = _grids(grid, n)
    shape = tuple(map(len, grids))
    _check_size(shape)
    share = _rule(rule)
    worth = [_worth(i, value, quantities) for i, (value, quantities) in enumerate(zip(values, grids, strict=True))]
    points = _points(n, scale, shift, rounding)
    payoffs = np.empty((n, math.prod(shape)), dtype=np.float64 if points is None else np.int64)
    for start in range(0, payoffs.shape[1], CHUNK):
        index = np.unravel_index(np.arange(start, min(start + CHUNK, payoffs.shape[1])), shape)
        demands = np.stack([quantities[k] for quantities, k in zip(grids, index, strict=True)], axis=-1)
        utilities = np.stack([own[k] for own, k in zip(worth, index, strict=True)], axis=-1) - share(demands, cost)
        if utilities.shape != demands.shape:
            raise ValueError(f"rule gave shares of another shape than the demands, {demands.shape}")
        payoffs[:, start : start + CHUNK] = (utilities if points is None else points.units(utilities)).T
    return NormalFormGame(payoffs.reshape(n, *shape), [_labels(quantities) for quantities in grids])


def _grids(grid: Any, n: int) -> list[FloatArray]:
    """One ascending grid of demands for each player."""
    listed = as_listed("grid", grid, "quantities")
    common = np.ndim(listed[0]) == 0
    if not common and len(listed) != n:
        raise ValueError(
            f"grid has {len(listed)} lists of quantities; there are {n} players: one list, or one for each"
        )
    grids = [as_demands(own, argument="grid") for own in ([listed] * n if common else listed)]
    for own in grids:
        if own.ndim != 1 or np.any(np.diff(own) <= 0):
            raise ValueError(f"grid has the quantities {brief(own.tolist())}; they must ascend, each of them once")
    return grids


def _check_size(shape: tuple[int, ...]) -> None:
    entries = len(shape) * math.prod(map(float, shape))
    if entries > MAX_ENTRIES:
        demands = " × ".join(map(str, shape)) if len(shape) <= FEW else f"up to {max(shape)}"
        raise TooLargeError(
            f"too large: {len(shape)} players with {demands} demands have {entries:.3g} payoffs, "
            f"more than {MAX_ENTRIES:.3g}; a coarser grid would fit"
        )


def _rule(rule: str | Rule) -> Rule:
    if callable(rule) and not isinstance(rule, type):
        return partial(answer, "rule", rule, "a function of (demands, cost) to cost shares")
    known = {name: _by_default(record) for name, record in records(cost_sharing).items() if name != "fixed_path"}
    if not isinstance(rule, str) or rule not in known:
        raise ValueError(
            f"rule is {brief(rule)}; it must be a function of demands and cost, or one of {', '.join(sorted(known))} "
            "(a path goes with functools.partial(fixed_path, path=…))"
        )
    return known[rule]


def _by_default(record: Record) -> Rule:
    """A rule as treatments play it that say nothing of its options."""
    return partial(record.function, **record.by_default())


def _worth(i: int, value: Any, quantities: FloatArray) -> FloatArray:
    """What each quantity is worth to player i, shape (A_i,)."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], ValueFunction):
        found: Any = value[0].value(as_numbers(f"values[{i}]", value[1]), quantities)
    elif isinstance(value, ValueFunction):
        raise ValueError(f"values[{i}] is {value!r} without a type; write the pair ({value!r}, type)")
    elif callable(value) and not isinstance(value, type):
        found = value(quantities)
    elif np.ndim(value) == 0:
        found = LinearValue().value(as_numbers(f"values[{i}]", value), quantities)
    else:
        found = value
    worth = as_numbers(f"values[{i}]", found)
    if worth.shape != quantities.shape:
        raise ValueError(
            f"values[{i}] has shape {worth.shape}; it needs one number for each of the {len(quantities)} quantities"
        )
    return worth


def _points(n: int, scale: ArrayLike | None, shift: ArrayLike | None, rounding: int | None) -> PointsRule | None:
    if scale is None and shift is None and rounding is None:
        return None
    given = {"scale": 1.0 if scale is None else scale, "shift": 0.0 if shift is None else shift}
    numbers = {name: as_numbers(name, number) for name, number in given.items()}
    for name, number in numbers.items():
        if number.shape not in ((), (n,)):
            raise ValueError(f"{name} has shape {number.shape}; it must be one number, or one for each of {n} players")
    scales, shifts = (np.broadcast_to(number, n) for number in numbers.values())
    return PointsRule(scales, shifts, 0 if rounding is None else rounding)


def _labels(quantities: FloatArray) -> np.ndarray:
    """The quantities as messages: whole numbers where all are whole."""
    whole = quantities.astype(np.int64)
    return whole if np.array_equal(whole, quantities) else quantities
