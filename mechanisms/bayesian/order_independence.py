"""Order independence: interim utilities do not depend on the order in which reports are treated (S Proposition 3)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, answer, as_numbers, takes
from mechanisms.bayesian._weights import RELATIVE_TOLERANCE
from mechanisms.environments.social_choice import DirectProblem
from mechanisms.shown import Shown
from mechanisms.transfers import pairwise_compensation
from mechanisms.verdicts import Verdict
from mechanisms.writing import digits

TRANSFERS = "a function of (problem, order) to transfers (n, T_1, …, T_n)"
MAX_ENTRIES = 3e9
"""Transfers to compute over all orders: about a minute."""


@dataclass(frozen=True)
class OrderWitness(Shown):
    """A type that expects different utilities under two orders; the largest such difference.

    Attributes
    ----------
    player, type : indices
    lower_order, higher_order : the orders with the lowest and with the highest utility
    lowest, highest : the interim utilities there
    """

    player: int
    type: int
    lower_order: tuple[int, ...]
    higher_order: tuple[int, ...]
    lowest: float
    highest: float


@takes(problem=DirectProblem, transfers=Callable)
def order_independence(
    problem: DirectProblem,
    transfers: Callable[[DirectProblem, Sequence[int]], FloatArray] = pairwise_compensation,
    joint: ArrayLike | None = None,
) -> Verdict:
    """Whether every type expects the same utility under every order of the agents, all telling the truth (S Prop. 3).

    Utilities are payoffs at the efficient outcome plus transfers, not rounded.

    Parameters
    ----------
    problem : DirectProblem
    transfers : transfers(problem, order) received, (n, T_1, …, T_n); by default those of S Definition 4
    joint : array (T_1, …, T_n), the joint prior by which types expect the others' types, given their own; the transfers
        are still computed with the problem's priors. Default: types are independent, with these priors.

    Returns
    -------
    Verdict with an OrderWitness; "too large" above MAX_ENTRIES transfers. Differences up to RELATIVE_TOLERANCE of the
        agent's largest absolute payoff or transfer count as none.

    Raises
    ------
    ValueError
        If `joint` is no joint prior of the problem's types.

    Examples
    --------
    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> order_independence(SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)).status
    'holds'
    """
    beliefs = None if joint is None else _as_joint(joint, problem.shape)
    n, orders = problem.n, math.factorial(problem.n)
    entries = float(orders) * n * math.prod(problem.shape)
    method, size = "interim utilities under every order", f"{orders} orders, {math.prod(problem.shape)} type profiles"
    if entries > MAX_ENTRIES:
        fewer = next(k for k in range(n, 0, -1) if math.factorial(k) * k * max(problem.shape) ** k <= MAX_ENTRIES)
        reason = f"too large: transfers over all orders are {entries:.3g}, more than {MAX_ENTRIES:.3g}; "
        return Verdict("too large", method, size, reason=f"{reason}{fewer} agents with that many types would fit")
    everybody = list(permutations(range(n)))
    tables, scales = [], _largest_of_each(problem.efficient_payoffs)
    for order in everybody:
        received = _received(transfers, problem, order)
        scales = np.maximum(scales, _largest_of_each(received))
        tables.append(_interim(problem, problem.efficient_payoffs + received, beliefs))
    spread, witness = 0.0, None
    for i in range(n):
        utilities = np.stack([table[i] for table in tables])
        low, high = utilities.argmin(axis=0), utilities.argmax(axis=0)
        differences = utilities.max(axis=0) - utilities.min(axis=0)
        t = int(differences.argmax())
        if differences[t] > max(spread, RELATIVE_TOLERANCE * float(scales[i])):
            ends = utilities[low[t], t].item(), utilities[high[t], t].item()
            spread, witness = differences[t], OrderWitness(i, t, everybody[low[t]], everybody[high[t]], *ends)
    return Verdict("fails" if witness else "holds", method, size, RELATIVE_TOLERANCE, witness)


def _largest_of_each(numbers: FloatArray) -> FloatArray:
    """The largest absolute number of each agent, (n,): agents may differ in scale."""
    return np.asarray(np.abs(numbers.reshape(len(numbers), -1)).max(axis=1), dtype=np.float64)


def _received(
    transfers: Callable[[DirectProblem, Sequence[int]], FloatArray], problem: DirectProblem, order: Sequence[int]
) -> FloatArray:
    found = answer("transfers", transfers, TRANSFERS, problem, order)
    received, shape = as_numbers("transfers(problem, order)", found), (problem.n, *problem.shape)
    if received.shape != shape:
        raise ValueError(f"transfers returned shape {received.shape}; it must be {shape}")
    return received


def _as_joint(joint: ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    beliefs = as_numbers("joint", joint)
    if beliefs.shape != shape or beliefs.min() < 0 or abs(beliefs.sum() - 1) > 1e-9:
        raise ValueError(
            f"joint has shape {beliefs.shape} and sum {digits(beliefs.sum())}; it must be {shape} with sum 1"
        )
    return beliefs


def _interim(problem: DirectProblem, utilities: FloatArray, joint: FloatArray | None) -> list[FloatArray]:
    """E over the others' types of each agent's utility: n arrays (T_i,)."""
    tables = []
    for i, expected in enumerate(utilities):
        if joint is not None:
            rows = np.moveaxis(joint, i, 0).reshape(len(problem.priors[i]), -1)
            rows = np.where(rows.any(axis=1, keepdims=True), rows, rows.sum(axis=0))
            own = np.moveaxis(expected, i, 0).reshape(rows.shape)
            tables.append((rows * own).sum(axis=1) / rows.sum(axis=1))
            continue
        for j in range(problem.n):
            if j != i:
                expected = problem.expectation(j, expected)
        tables.append(expected.ravel())
    return tables
