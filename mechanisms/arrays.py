"""Checks at the boundary: every message names the argument, the value and what would be right."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mechanisms.writing import described, digits

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def as_numbers(argument: str, values: ArrayLike, copy: bool = True) -> FloatArray:
    """`values` as a float64 array; ValueError unless they are finite real numbers.

    Without `copy` a float64 array is returned itself: for callers that only read it and do not keep it.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{argument} must be an array of real numbers, not of dtype {array.dtype}")
    array = array.astype(np.float64, copy=copy)
    if not np.isfinite(array).all():
        bad = array[~np.isfinite(array)].flat[0]
        raise ValueError(f"{argument} contains {bad}; every entry must be a finite number")
    return array


def as_demands(demands: ArrayLike, copy: bool = True) -> FloatArray:
    """Demands of shape (..., n), n >= 1, non-negative; `copy` as in `as_numbers`."""
    array = as_numbers("demands", demands, copy)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(f"demands must have shape (..., n) with n >= 1 agents, not {array.shape}")
    if array.size and array.min() < 0:
        raise ValueError(f"demands contains {digits(array.min())}; a demand must be 0 or more")
    return array


def as_order(order: Any, n: int) -> tuple[int, ...]:
    """A permutation of 0…n-1."""
    agents = tuple(int(agent) for agent in order)
    if sorted(agents) != list(range(n)):
        raise ValueError(f"order is {list(order)}; it must name each agent 0…{n - 1} exactly once")
    return agents


def grid_index(argument: str, values: ArrayLike, grid: FloatArray) -> IntArray:
    """Where each value stands on an ascending grid; ValueError for the first value that is not on it."""
    array = as_numbers(argument, values)
    index = np.searchsorted(grid, array).clip(max=len(grid) - 1)
    off = grid[index] != array
    if off.any():
        raise ValueError(f"{argument} contains {digits(array[off].flat[0])}; allowed are {described(grid)}")
    return index.astype(np.int64)
