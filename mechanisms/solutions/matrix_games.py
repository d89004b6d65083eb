"""Does a mixture of the rows of a table exceed a target in every column? Decided exactly, by linear programming.

Exactly one of two things exists (a theorem of the alternative; Pearce 1984, Lemma 3, in the form of Gale, Kuhn and
Tucker 1951): a mixture of the rows that exceeds the target in every column, or a distribution over the columns under
which no row exceeds the target in expectation. It is the sign of the value of the zero-sum game `table - target`.

Floating-point linear programs (HiGHS) only propose: what they propose is rounded to whole weights and checked in whole
numbers. Where the check fails, as it must at exact ties, an integer simplex (Edmonds 1967; Bland's rule 1977) decides.
Both work on a few rows and columns, to which the best row and the worst column are added until the answer stands for
the whole table (McMahan, Gordon and Blum 2003, "double oracle").
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.shown import Shown

SMALL = 4000
"""Tables with so many entries start with all rows and columns."""
SAFE_BITS = 61
FEW = 150
"""Parts of a table with so few entries are solved in whole numbers at once: sooner than a linear program is set up."""


@dataclass(frozen=True, eq=False)
class Alternative(Shown):
    """Which of the two exists, with exact proof.

    Attributes
    ----------
    exceeds : True: a mixture of rows exceeds the target; False: a distribution over columns lets no row exceed it
    support : int array, the rows of the mixture or the columns of the distribution, ascending
    weights : their probabilities as fractions, positive, sum 1
    """

    exceeds: bool
    support: IntArray
    weights: tuple[Fraction, ...]


Part = tuple[list[int], list[int]]
"""Rows and columns of a table."""


def exceed(table: np.ndarray, target: np.ndarray) -> Alternative:
    """Whether a mixture of rows exceeds the target in every column, or which columns' distribution speaks against it.

    Parameters
    ----------
    table : ndarray of integers, shape (R, C)
    target : ndarray of integers, shape (C,)

    Examples
    --------
    >>> exceed(np.array([[3, 0], [0, 3]]), np.array([1, 1])).exceeds
    True
    >>> exceed(np.array([[2, 0], [0, 2]]), np.array([1, 1]))
    Alternative(exceeds=False, support=array([0, 1]), weights=(Fraction(1, 2), Fraction(1, 2)))
    """
    table, target = as_wide(table), as_wide(target)
    return exceed_from(table, target, _start(table, target))[0]


def exceed_from(table: np.ndarray, target: np.ndarray, start: Part) -> tuple[Alternative, Part]:
    """The same, beginning with a part of the table, and the part that decided; numbers as of `as_wide`."""
    rows, columns = map(list, start)
    exact = False
    while True:
        part = table[np.ix_(rows, columns)] - target[columns]
        mixture, distribution = integer_solution(part) if exact else _proposal(part, FEW)
        gains = weighted(mixture, table[rows] - target)
        rests = weighted(distribution, (table[:, columns] - target[columns]).T)
        if gains.min() > 0 or rests.max() <= 0:
            exceeds = bool(gains.min() > 0)
            found = _alternative(exceeds, *((rows, mixture) if exceeds else (columns, distribution)))
            return found, (_used(rows, mixture), _used(columns, distribution))
        worst, best = int(gains.argmin()), int(rests.argmax())
        exact = worst in columns and best in rows
        rows = rows if best in rows else [*rows, best]
        columns = columns if worst in columns else [*columns, worst]


def _used(members: list[int], weights: list[int]) -> list[int]:
    return [member for member, weight in zip(members, weights, strict=True) if weight]


def integer_solution(table: np.ndarray) -> tuple[list[int], list[int]]:
    """Optimal strategies of a zero-sum game with whole payoffs, as whole weights: of the row and the column player.

    The column player's program, max sum(y) with (table + shift) y <= 1 and y >= 0, all entries of table + shift being 1
    or more, by the simplex method in whole numbers; the row player's strategy is its dual solution.
    """
    n_rows, n_columns = table.shape
    positive = table.astype(object) - (int(table.min()) - 1)
    tableau = np.zeros((n_rows + 1, n_columns + n_rows + 1), dtype=object)
    tableau[:n_rows, :n_columns] = positive
    tableau[:n_rows, n_columns:-1] = np.eye(n_rows, dtype=int).astype(object)
    tableau[:n_rows, -1] = 1
    tableau[-1, :n_columns] = -1
    basis, previous = list(range(n_columns, n_columns + n_rows)), 1
    while len(entering := np.flatnonzero(tableau[-1, :-1] < 0)):
        column = int(entering[0])
        row = _leaving(tableau[:-1, column].tolist(), tableau[:-1, -1].tolist(), basis)
        pivot, pivot_row = tableau[row, column], tableau[row].copy()
        tableau = (tableau * pivot - np.outer(tableau[:, column], pivot_row)) // previous  # divides without rest
        tableau[row] = pivot_row
        basis[row], previous = column, pivot
    distribution = [0] * n_columns
    for r, variable in enumerate(basis):
        if variable < n_columns:
            distribution[variable] = int(tableau[r, -1])
    return [int(weight) for weight in tableau[-1, n_columns:-1]], distribution


def _leaving(pivots: list[int], amounts: list[int], basis: list[int]) -> int:
    """The row with the least amount / pivot among positive pivots, of equal ones that of the lowest variable."""
    row = -1
    for r, (pivot, amount) in enumerate(zip(pivots, amounts, strict=True)):
        if pivot <= 0:
            continue
        less = -1 if row < 0 else amount * pivots[row] - amounts[row] * pivot
        if less < 0 or (less == 0 and basis[r] < basis[row]):
            row = r
    return row


def _proposal(table: np.ndarray, few: int = 0) -> tuple[list[int], list[int]]:
    """The same up to rounding, from floating-point linear programming if the table has more entries than `few`."""
    largest = _largest(table)
    bits = SAFE_BITS - largest.bit_length()
    if table.size <= few:
        mixture, distribution = integer_solution(table)
        return _rounded(mixture, bits), _rounded(distribution, bits)
    from scipy.optimize import linprog  # slow to load, and a laboratory starts without it

    n_rows, n_columns = table.shape
    scaled = table.astype(np.float64) / max(largest, 1)
    solution = linprog(
        np.append(np.zeros(n_rows), -1.0),
        A_ub=np.hstack([-scaled.T, np.ones((n_columns, 1))]),
        b_ub=np.zeros(n_columns),
        A_eq=np.append(np.ones(n_rows), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * n_rows + [(-1, 1)],
        method="highs",
    )
    if solution.status != 0:
        return integer_solution(table)
    scale = 2.0 ** (bits - 1 if bits >= 16 else 40)
    weights = [
        [int(weight) for weight in np.rint(part.clip(0) * scale)]
        for part in (solution.x[:-1], -solution.ineqlin.marginals)
    ]
    return (weights[0], weights[1]) if all(map(any, weights)) else integer_solution(table)


def _rounded(weights: list[int], bits: int) -> list[int]:
    """Whole weights in the same proportions, rounded if their sum has more than so many bits and these are not few."""
    unit = math.gcd(*weights)
    total = sum(weights) // unit
    if bits < 16 or total.bit_length() <= bits:
        return [weight // unit for weight in weights]
    return [((weight // unit) << (bits - 1)) // total for weight in weights]


def weighted(weights: list[int], rows: np.ndarray) -> np.ndarray:
    """The weighted sum of rows, exact."""
    used = [k for k, weight in enumerate(weights) if weight]
    chosen = rows[used]
    if chosen.dtype != object and (sum(weights) * _largest(chosen)).bit_length() <= SAFE_BITS + 1:
        return np.array([weights[k] for k in used], dtype=np.int64) @ chosen
    return np.array([weights[k] for k in used], dtype=object) @ chosen.astype(object)


def _start(table: np.ndarray, target: np.ndarray) -> tuple[list[int], list[int]]:
    """Rows and columns to begin with: all that can matter, or the column where least is missing and its best row."""
    if table.size <= SMALL:
        useful = np.flatnonzero((table > target).any(axis=1))
        return [int(row) for row in useful] or [0], list(range(table.shape[1]))
    column = int((table.max(axis=0) - target).argmin())
    return [int(table[:, column].argmax())], [column]


def _alternative(exceeds: bool, members: list[int], weights: list[int]) -> Alternative:
    total = sum(weights)
    kept = sorted((member, Fraction(weight, total)) for member, weight in zip(members, weights, strict=True) if weight)
    return Alternative(
        exceeds, np.array([member for member, _ in kept], dtype=np.int64), tuple(weight for _, weight in kept)
    )


def as_wide(array: np.ndarray) -> np.ndarray:
    """Python integers where differences could overflow."""
    return array if _largest(array).bit_length() <= SAFE_BITS else array.astype(object)


def _largest(array: np.ndarray) -> int:
    return max(int(array.max()), -int(array.min()))
