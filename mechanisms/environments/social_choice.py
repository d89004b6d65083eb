"""A social choice problem with independent private values (S section 3).

A finite list of outcomes s, agents with finite types, payoffs u_i(theta_i, s) and independent priors. The efficient
outcome s*(theta) maximises the sum of payoffs at the *reported* types; ties go to the first outcome in the list, unless
another TieBreaking is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, as_a, as_exact, as_listed, as_numbers, as_whole, brief, check_sums
from mechanisms.environments.tie_breaking import TieBreaking
from mechanisms.shown import Shown, Words
from mechanisms.verdicts import TooLargeError

RELATIVE_TOLERANCE = 1e-12
"""Sums of payoffs that differ by less than this part of the largest payoff sum are a tie (floating-point payoffs
only)."""

LISTED_ORDER = TieBreaking("first")
CHUNK_ENTRIES = 1 << 21
MAX_PROFILES = 20_000_000
MAX_OPERATIONS = 2e10
MAX_TABLE_ENTRIES = 150_000_000


class DirectProblem(Shown):
    """What transfers need to know: payoffs at the efficient outcome for every profile of reports, and priors.

    Attributes
    ----------
    priors : tuple of n ndarrays (T_i,), probabilities of the types that can be reported
    shape : (T_1, …, T_n)
    efficient_payoffs : ndarray, shape (n, T_1, …, T_n), units of utility
    """

    priors: tuple[FloatArray, ...]
    efficient_payoffs: np.ndarray

    @property
    def n(self) -> int:
        """The number of agents."""
        return len(self.priors)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(prior) for prior in self.priors)

    def _facts(self) -> dict[str, object]:
        facts: dict[str, object] = {"agents": self.n, "types": Words(" × ".join(map(str, self.shape)))}
        outcomes = getattr(self, "n_outcomes", None)
        return facts if outcomes is None else facts | {"outcomes": outcomes}

    def best_payoff_of_others(self, i: int) -> np.ndarray:
        """max over s of the sum of u_k(theta_k, s) over k != i: shape (T_1, …, 1, …, T_n) with length 1 at axis i."""
        raise NotImplementedError

    def expectation(self, i: int, array: FloatArray) -> FloatArray:
        """The mean over i's type of an array (…, T_1, …, T_n), whose other axes may have length 1; i's axis keeps 1."""
        i = as_whole("i", i, 0, self.n - 1)
        if not isinstance(array, np.ndarray) or array.ndim < self.n or array.shape[i - self.n] != self.shape[i]:
            raise ValueError(f"array is {brief(array)}; it must be an array (…, {', '.join(map(str, self.shape))})")
        axis = array.ndim - self.n + i
        before, after = array.shape[:axis], array.shape[axis + 1 :]
        rows = array.reshape(-1, array.shape[axis], math.prod(after))
        mean = rows[..., 0] @ self.priors[i] if rows.shape[-1] == 1 else self.priors[i] @ rows
        return mean.reshape(*before, 1, *after)


class SocialChoiceProblem(DirectProblem):
    """Values by type and outcome, and priors.

    Parameters
    ----------
    values : sequence of n arrays, values[i] of shape (T_i, n_outcomes), units of utility
        Integer arrays are compared exactly, floating-point arrays up to RELATIVE_TOLERANCE.
    priors : sequence of n arrays, priors[i] of shape (T_i,)
        Probabilities of the types; zeros are allowed.
    ties : TieBreaking
        Which of several efficient outcomes is chosen. Default: the first in the list.

    Raises
    ------
    ValueError
        For shapes that do not fit, numbers that are not finite, priors that are negative or do not sum to 1, and
        problems with too many type profiles to enumerate.

    Examples
    --------
    The park of S section 3.1: agents 1 and 3, or agent 2, get the park, worth 8 or 20 to each.

    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> park.efficient_outcome[0, 1, 0], park.efficient_payoffs[:, 0, 1, 0]
    (np.int64(1), array([ 0, 20,  0]))
    """

    def __init__(
        self, values: Sequence[ArrayLike], priors: Sequence[ArrayLike], ties: TieBreaking = LISTED_ORDER
    ) -> None:
        self.ties = as_a("ties", ties, TieBreaking)
        values, priors = (
            as_listed(name, part, "arrays, one an agent") for name, part in (("values", values), ("priors", priors))
        )
        if len(values) != len(priors):
            raise ValueError(f"values has {len(values)} agents and priors has {len(priors)}; both need as many")
        self.values = tuple(_as_payoff_table(f"values[{i}]", table) for i, table in enumerate(values))
        self.priors = tuple(_as_prior(f"priors[{i}]", prior) for i, prior in enumerate(priors))
        self.n_outcomes = self.values[0].shape[1]
        for i, (table, prior) in enumerate(zip(self.values, self.priors, strict=True)):
            if table.shape != (len(prior), self.n_outcomes):
                raise ValueError(
                    f"values[{i}] has shape {table.shape}; with {len(prior)} types in priors[{i}] and "
                    f"{self.n_outcomes} outcomes it must be {(len(prior), self.n_outcomes)}"
                )
        check_size(self.shape, self.n_outcomes)
        check_sums(2 * len(self.values), *self.values, argument="values")  # as many terms as VCG transfers have

    @cached_property
    def efficient_outcome(self) -> IntArray:
        """s*(theta) for every profile of reports: index of the outcome, shape (T_1, …, T_n)."""
        best = _best_outcome(self.ties.in_preference_order(self.values))[0]
        return self.ties.preference(self.n_outcomes)[best]

    @cached_property
    def efficient_payoffs(self) -> np.ndarray:  # type: ignore[override]
        """u_j(theta) = u_j(theta_j, s*(theta)): shape (n, T_1, …, T_n), units of utility."""
        payoffs = [
            np.take_along_axis(self.along_axis(i, self.values[i]), self.efficient_outcome[..., None], axis=-1)[..., 0]
            for i in range(self.n)
        ]
        return np.stack(payoffs)

    def best_payoff_of_others(self, i: int) -> np.ndarray:
        i = as_whole("i", i, 0, self.n - 1)
        others = self.values[:i] + self.values[i + 1 :]
        if not others:
            return np.zeros((1,))
        return np.expand_dims(_best_outcome(others)[1], axis=i)

    def along_axis(self, i: int, table: np.ndarray) -> np.ndarray:
        """A (T_i, …) table viewed so that it broadcasts with tensors (T_1, …, T_n, …)."""
        i, table = as_whole("i", i, 0, self.n - 1), as_exact("table", table, copy=False)
        if not table.ndim or len(table) != self.shape[i]:
            raise ValueError(f"table has shape {table.shape}; it must be ({self.shape[i]}, …), the types of agent {i}")
        return table.reshape((1,) * i + (table.shape[0],) + (1,) * (self.n - 1 - i) + table.shape[1:])


def check_size(n_types: Sequence[int], n_outcomes: float) -> None:
    """TooLargeError if a problem has too many profiles and outcomes to go through them all."""
    profiles = np.prod(n_types, dtype=float)
    too_many = profiles * len(n_types) > MAX_PROFILES or sum(n_types) * n_outcomes > MAX_TABLE_ENTRIES
    if too_many or profiles * n_outcomes > MAX_OPERATIONS:
        raise TooLargeError(
            f"too large to compute: {len(n_types)} agents with {tuple(n_types)} reports make {profiles:.3g} profiles, "
            f"with {n_outcomes:.3g} outcomes for each; fewer reports, outcomes or agents are needed"
        )


def _as_payoff_table(argument: str, table: ArrayLike) -> np.ndarray:
    array = as_exact(argument, table)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{argument} has shape {array.shape}; it must be (types, outcomes), both at least 1")
    return array


def _as_prior(argument: str, prior: ArrayLike) -> FloatArray:
    array = as_numbers(argument, prior)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{argument} has shape {array.shape}; it must be (types,), at least 1")
    if array.min() < 0 or abs(array.sum() - 1) > 1e-9:
        raise ValueError(f"{argument} is {array.tolist()}; probabilities must be 0 or more and sum to 1")
    return array


def _best_outcome(values: Sequence[np.ndarray]) -> tuple[IntArray, np.ndarray]:
    """First maximiser of the sum of payoffs over the outcomes, and the maximum, for every type profile.

    Works through the outcomes in chunks, so that memory stays near CHUNK_ENTRIES numbers whatever their count.
    """
    n, n_outcomes = len(values), values[0].shape[1]
    shape = tuple(table.shape[0] for table in values)
    exact = all(table.dtype.kind == "i" for table in values)
    tolerance = 0 if exact else RELATIVE_TOLERANCE * sum(float(np.abs(table).max()) for table in values)
    chunk = max(1, CHUNK_ENTRIES // int(np.prod(shape)))
    index = np.zeros(shape, dtype=np.int64)
    best: np.ndarray | None = None
    for start in range(0, n_outcomes, chunk):
        total = np.zeros((1,) * n + (1,), dtype=np.int64 if exact else np.float64)
        for i, table in enumerate(values):
            part = table[:, start : start + chunk]
            total = total + part.reshape((1,) * i + (len(part),) + (1,) * (n - 1 - i) + (part.shape[1],))
        maximum = total.max(axis=-1)
        first = start + (total >= (maximum - tolerance)[..., None]).argmax(axis=-1)
        if best is None:
            index, best = first, maximum
        else:
            better = maximum > best + tolerance
            index, best = np.where(better, first, index), np.maximum(best, maximum)
    assert best is not None
    return index, best
