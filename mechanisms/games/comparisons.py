"""When two payoffs count as different: integers exactly, floating-point numbers by a stated relative tolerance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

RELATIVE_TOLERANCE = 1e-9
"""Of the largest absolute payoff of the game, if payoffs are floating-point numbers."""

Margin = int | float
LARGEST_SUM = 2**62


def margin_of(*payoffs: np.ndarray) -> tuple[float, Margin]:
    """The relative tolerance, and the difference that a payoff must exceed to count: (0.0, 0) for integers.

    The 0 is an int, so that adding it leaves int64 payoffs int64.
    """
    if all(part.dtype.kind in "iu" for part in payoffs):
        return 0.0, 0
    return RELATIVE_TOLERANCE, RELATIVE_TOLERANCE * float(largest(*payoffs))


def largest(*payoffs: np.ndarray) -> int | float:
    """The largest absolute value, as a Python number: no integer overflows."""
    return max(max(part.max().item(), -part.min().item()) for part in payoffs)


def check_sums(terms: int, *payoffs: np.ndarray) -> None:
    """ValueError if the sum or difference of that many integer payoffs may be no int64."""
    if all(part.dtype.kind in "iu" for part in payoffs) and terms * largest(*payoffs) >= LARGEST_SUM:
        raise ValueError(
            f"payoffs reach {largest(*payoffs)}: sums of {terms} of them are not exact in 64 bits; "
            "a larger smallest unit is needed"
        )


def as_payoffs(payoffs: Sequence[ArrayLike]) -> tuple[np.ndarray, ...]:
    """Own payoffs by type, n arrays (T_i, A_1, …, A_n), int64 or float64; not copied if they are that already.

    ValueError if shapes do not fit or a payoff is not finite.
    """
    given = tuple(np.asarray(part) for part in payoffs)
    for i, part in enumerate(given):
        if part.ndim != len(given) + 1 or part.shape[1:] != given[0].shape[1:] or part.size == 0:
            raise ValueError(
                f"payoffs[{i}] has shape {part.shape}; it must be (T_{i}, A_1, …, A_{len(given)}), A as for the others"
            )
        if part.dtype.kind not in "iuf" or (part.dtype.kind == "f" and not np.isfinite(part).all()):
            raise ValueError(f"payoffs[{i}] must be finite real numbers")
    return tuple(part.astype(np.float64 if part.dtype.kind == "f" else np.int64, copy=False) for part in given)
