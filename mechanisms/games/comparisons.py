"""When two payoffs count as different: integers exactly, floating-point numbers by a stated relative tolerance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import as_exact, as_listed, largest

RELATIVE_TOLERANCE = 1e-9
"""Of the player's largest absolute payoff, if payoffs are floating-point numbers."""

Margin = int | float


def margin_of(*payoffs: np.ndarray) -> tuple[float, Margin]:
    """The relative tolerance, and the difference that a payoff must exceed to count: (0.0, 0) for integers.

    The 0 is an int, so that adding it leaves int64 payoffs int64.
    """
    if all(part.dtype.kind in "iu" for part in payoffs):
        return 0.0, 0
    return RELATIVE_TOLERANCE, RELATIVE_TOLERANCE * float(largest(*payoffs))


def margins_of(payoffs: Iterable[np.ndarray]) -> list[Margin]:
    """The margin of each player's own payoffs: players may differ in scale."""
    return [margin_of(own)[1] for own in payoffs]


def as_payoffs(payoffs: Sequence[ArrayLike]) -> tuple[np.ndarray, ...]:
    """Own payoffs by type, n arrays (T_i, A_1, …, A_n), int64 or float64; not copied if they are that already.

    ValueError if shapes do not fit or a payoff is not finite.
    """
    listed = as_listed("payoffs", payoffs, "arrays, one a player")
    given = tuple(as_exact(f"payoffs[{i}]", part, copy=False) for i, part in enumerate(listed))
    for i, part in enumerate(given):
        if part.ndim != len(given) + 1 or part.shape[1:] != given[0].shape[1:] or part.size == 0:
            raise ValueError(
                f"payoffs[{i}] has shape {part.shape}; it must be (T_{i}, A_1, …, A_{len(given)}), A as for the others"
            )
    return given
