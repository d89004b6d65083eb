"""Generalized serial functions and mechanisms (K Definitions 5 and 6; Shenker 1992), fixed path social choice functions
(K Definition 7).

A generalized serial function a maps levels z >= 0 to an allocation, a_i(z) in R^m being what i gets (inputs paid count
as negative). For all levels and all linear utilities lambda:
(1) while z_j stays at z_i or above, a_i does not depend on it;
(2) lambda · a_i(z_-i, s) has a unique maximiser s;
(3) that maximiser stays the unique one when levels of others at or above it move anywhere at or above it.
Each profile u defines a game with payoffs u_i(a_i(z)) and a single Nash equilibrium (Lemma 1); the generalized serial
mechanism gives everybody the allocation in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, answer, as_a, as_listed, as_numbers, as_whole, brief, takes
from mechanisms.cost_sharing import fixed_path
from mechanisms.cost_sharing.fixed_path import corners_of, points_along, polyline
from mechanisms.costs import Cost
from mechanisms.shown import Shown
from mechanisms.writing import digits

MAX_PROFILES = 4000
MAX_LEVELS = 20_001
TOLERANCE = 1e-9  # of the agent's largest payoff, value and price taken apart, or largest amount of a good
NEAR = 1e-12  # of the largest payoff: as good, for levels next to each other that integrals tell apart no better
Utility = Callable[[FloatArray], FloatArray]
ALLOCATE = "a function of levels (..., n) to allocations (..., n, m)"
UTILITY = "a function of what the agent gets (..., m) to payoffs (...)"
Ranges = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Condition(Shown):
    """The verdict on one condition of Definition 5, on the levels that were gone through.

    Attributes
    ----------
    number : 1, 2 or 3
    holds : bool
    witness : str, where it fails; empty if it holds
    """

    number: int
    holds: bool
    witness: str


class GeneralizedSerialFunction(Shown):
    """A function a of levels z_i in [0, highest_i].

    Parameters
    ----------
    allocate : function of levels (..., n) to allocations (..., n, m)
    highest : array_like, shape (n,)
    still : for each agent the (start, end) of the ranges of own levels that make no difference to anything, ascending.
        Only the end of each counts as a level (see `from_path`). Default: none.

    Examples
    --------
    >>> from mechanisms.cost_sharing.generalized_serial import from_path
    >>> from mechanisms.costs import PowerCost
    >>> serial = from_path([[0, 0], [6, 6]], PowerCost(0.5, 2))
    >>> [condition.holds for condition in serial.conditions([[3, 1], [5.2, 1]])]
    [True, True, True]
    >>> prices = [lambda a: 3 * a[..., 0] + a[..., 1], lambda a: 6 * a[..., 0] + a[..., 1]]
    >>> serial.social_choice(prices).round(6)
    array([[  1.5 ,  -2.25],
           [  4.5 , -15.75]])
    """

    def __init__(
        self, allocate: Callable[[FloatArray], FloatArray], highest: ArrayLike, still: Sequence[Ranges] = ()
    ) -> None:
        self.highest = as_numbers("highest", highest)
        if self.highest.ndim != 1 or self.highest.size == 0 or self.highest.min() < 0:
            raise ValueError(
                f"highest is {brief(self.highest.tolist())}; it must be one level of 0 or more for each agent"
            )
        self.n, self._allocate = len(self.highest), as_a("allocate", allocate, Callable)
        self._still = _ranges(still, self.n)
        self.goods = self.allocate(self.highest).shape[-1]

    def allocate(self, levels: ArrayLike) -> FloatArray:
        """a(z) for levels (..., n): shape (..., n, m)."""
        z = as_numbers("levels", levels)
        if z.shape[-1:] != (self.n,):
            raise ValueError(f"levels has shape {z.shape}; its last axis must be the {self.n} agents")
        if np.any((z < 0) | (z > self.highest)):
            i = int(np.argmax(((z < 0) | (z > self.highest)).reshape(-1, self.n).any(axis=0)))
            bad = z[..., i].ravel()[np.argmax(((z < 0) | (z > self.highest))[..., i])]
            raise ValueError(
                f"levels contains {digits(bad)} for agent {i}; it must be from 0 to {digits(self.highest[i])}"
            )
        allocation = as_numbers("allocate(levels)", answer("allocate", self._allocate, ALLOCATE, z))
        if allocation.ndim != z.ndim + 1 or allocation.shape[:-1] != z.shape:
            raise ValueError(
                f"allocate returned shape {allocation.shape} for levels {z.shape}; it must add an axis of goods"
            )
        return allocation

    def conditions(
        self, utilities: ArrayLike, points: int = 7, fine: int = 401
    ) -> tuple[Condition, Condition, Condition]:
        """Check the three conditions on a grid.

        Parameters
        ----------
        utilities : array_like, shape (k, m), linear utilities lambda
        points : levels of each agent that are gone through, for all combinations of the others
        fine : levels among which the own best one is looked for; best levels count as equal within two steps of these
        """
        as_whole("points", points, 2), as_whole("fine", fine, 2, MAX_LEVELS)
        weights = as_numbers("utilities", utilities)
        if weights.ndim != 2 or weights.shape[1] != self.goods:
            raise ValueError(f"utilities has shape {weights.shape}; it must be (k, {self.goods}), one weight a good")
        if points ** (self.n - 1) > MAX_PROFILES:
            raise ValueError(
                f"points is {points}; the others' {points ** (self.n - 1)} combinations of levels exceed {MAX_PROFILES}"
            )
        first = next(filter(None, (self._changes_with_higher(i, points) for i in range(self.n))), "")
        second = third = ""
        for i in range(self.n):
            others, own, allocations = self._own_choices(i, points, fine)
            for weight in weights:
                payoff = allocations @ weight
                near = TOLERANCE * float((np.abs(allocations) @ np.abs(weight)).max())
                best = payoff >= payoff.max(axis=-1, keepdims=True) - near
                second = second or _several(i, weight, others, own, best)
                third = third or _moves(i, weight, others, own, best.argmax(axis=-1))
        return Condition(1, not first, first), Condition(2, not second, second), Condition(3, not third, third)

    def equilibrium(self, utilities: Sequence[Utility], fine: int = 401) -> FloatArray:
        """The Nash equilibrium by the algorithm of Lemma 1: levels, shape (n,).

        Everybody starts at the highest level. In each step those not yet settled look for their best level given the
        others'; the lowest of these is settled. (The paper's steps 3 and 5 take a minimum over the wrong index sets.)
        """
        listed = as_listed("utilities", utilities, f"{self.n} functions of what each agent gets")
        if len(listed) != self.n:
            raise ValueError(f"utilities has {len(listed)} entries; there are {self.n} agents")
        functions = [as_a(f"utilities[{i}]", own, Callable) for i, own in enumerate(listed)]
        z = self.highest.copy()
        unsettled = list(range(self.n))
        while unsettled:
            best = [self.best_level(i, functions[i], z, fine) for i in unsettled]
            lowest = int(np.argmin(best))
            z[unsettled.pop(lowest)] = best[lowest]
        return z

    def best_level(self, i: int, utility: Utility, levels: ArrayLike, fine: int = 401) -> float:
        """Agent i's best level given the others' in `levels` (n,): best of `fine`, then refined between neighbours."""
        z, i = as_numbers("levels", levels), as_whole("i", i, 0, self.n - 1)
        as_a("utility", utility, Callable)
        if z.shape != (self.n,):
            raise ValueError(f"levels has shape {z.shape}; it must be ({self.n},), one level an agent")

        def payoff(own: ArrayLike) -> FloatArray:
            trial = np.broadcast_to(z, (*np.shape(own), self.n)).copy()
            trial[..., i] = own
            got = self.allocate(trial)[..., i, :]
            found = as_numbers("utility(allocation)", answer("utility", utility, UTILITY, got))
            if found.shape != np.shape(own):
                raise ValueError(
                    f"utility returned shape {found.shape} for allocations {np.shape(own)}; it must be that"
                )
            return found

        grid = self.levels(i, fine)
        k = int(np.argmax(payoff(grid)))
        low, high = grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)]
        start = next((start for start, end in self._still[i] if end == grid[k]), grid[k])
        ranges = [(low, high)] if start == grid[k] else [(low, start), (grid[k], high)]
        found = [_peak(payoff, *between) for between in ranges if between[0] < between[1]]
        candidates = np.array([grid[k], low, high, *found])
        payoffs = payoff(candidates)
        return float(candidates[np.argmax(payoffs >= payoffs.max() - NEAR * np.abs(payoffs).max())])

    def levels(self, i: int, fine: int) -> FloatArray:
        """`fine` evenly spaced levels of agent i, without those that make no difference to a higher one, ascending."""
        i, fine = as_whole("i", i, 0, self.n - 1), as_whole("fine", fine, 2, MAX_LEVELS)
        grid = np.linspace(0, self.highest[i], fine if self.highest[i] > 0 else 1)
        for start, end in self._still[i]:
            grid = np.append(grid[(grid < start) | (grid > end)], end)
        return np.unique(grid)

    def social_choice(self, utilities: Sequence[Utility]) -> FloatArray:
        """The generalized serial mechanism (K Definition 6): the allocation in the equilibrium, shape (n, m)."""
        return self.allocate(self.equilibrium(utilities))

    def _changes_with_higher(self, i: int, points: int) -> str:
        grids = [self.levels(j, points) for j in range(self.n)]
        own = self.allocate(np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1))[..., i, :]
        margin = TOLERANCE * np.abs(own).max(axis=tuple(range(self.n)))  # of each good
        for j in set(range(self.n)) - {i}:
            by_pair = np.moveaxis(own, (i, j), (0, 1))
            for k, level in enumerate(grids[i]):
                above = int(np.searchsorted(grids[j], level))
                if above < len(grids[j]) and (np.ptp(by_pair[k, above:], axis=0) > margin).any():
                    stays = f"z_{j}, which stays at {digits(grids[j][above])} or above"
                    return f"a_{i} at z_{i} = {digits(level)} changes with {stays}"
        return ""

    def _own_choices(self, i: int, points: int, fine: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The others' levels (p, n-1), the own levels (f,), and what i gets (p, f, m)."""
        grids = [self.levels(j, points) for j in range(self.n) if j != i]
        others = np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1).reshape(-1, self.n - 1)
        own = self.levels(i, fine)
        z = np.insert(np.repeat(others[:, None], len(own), axis=1), i, own, axis=-1)
        return others, own, self.allocate(z)[..., i, :]


def _ranges(still: object, n: int) -> list[list[tuple[float, float]]]:
    """The ranges of each agent, ascending pairs; of none given, none."""
    if isinstance(still, tuple | list) and not len(still):
        return [[] for _ in range(n)]
    listed = as_listed("still", still, f"{n} lists of ranges")
    try:
        ranges = [[(float(start), float(end)) for start, end in own] for own in listed]
    except (TypeError, ValueError):
        ranges = []
    if len(ranges) != n or any(not start <= end for own in ranges for start, end in own):
        raise ValueError(f"still is {brief(still)}; it must be {n} lists of pairs (start, end), one list an agent")
    return ranges


def _several(i: int, weight: FloatArray, others: FloatArray, own: FloatArray, best: np.ndarray) -> str:
    """Where agent i has best levels that are no neighbours."""
    first, last = best.argmax(axis=-1), best.shape[-1] - 1 - best[:, ::-1].argmax(axis=-1)
    apart = last - first > 1
    if not apart.any():
        return ""
    p = int(apart.argmax())
    return (
        f"with lambda = {weight.tolist()} agent {i} is best off at {digits(own[first[p]])} and at "
        f"{digits(own[last[p]])} when "
        f"the others are at {others[p].tolist()}"
    )


def _moves(i: int, weight: FloatArray, others: FloatArray, own: FloatArray, best: np.ndarray) -> str:
    """Where agent i's best level changes, by more than two steps, though only levels at or above it moved."""
    for p, level in enumerate(own[best]):
        same = np.all((others == others[p]) | (np.minimum(others, others[p]) >= level), axis=-1)
        moved = same & (np.abs(best - best[p]) > 2)
        if moved.any():
            k = int(moved.argmax())
            return (
                f"with lambda = {weight.tolist()} agent {i}'s best level is {digits(level)} when the others are at "
                f"{others[p].tolist()}, and {digits(own[best[k]])} when they are at {others[k].tolist()}"
            )
    return ""


def _peak(payoff: Callable[[ArrayLike], FloatArray], low: float, high: float) -> float:
    """The level between two neighbours at which the payoff is highest."""
    from scipy.optimize import minimize_scalar  # slow to load, and who looks for records reads this file too

    def loss(step: float) -> float:  # from `low` on: the search is exact relative to what it varies
        return -float(payoff(low + step))

    return low + float(minimize_scalar(loss, bounds=(0, high - low), method="bounded", options={"xatol": 1e-12}).x)


@takes(cost=Cost)
def from_path(path: ArrayLike | Callable[[FloatArray], FloatArray], cost: Cost) -> GeneralizedSerialFunction:
    """The generalized serial function of a fixed path method (K Theorem 3): a_i(z) = (phi_i(z_i), -x_i(phi(z))).

    Its social choice function is the fixed path social choice function of K Definition 7. A demand at which the path
    stands still for i has many levels; the one that counts is the last. (The paper takes the first, and then a zero
    demand is settled before those who are served earlier are: see docs/theory.md.)

    Parameters
    ----------
    path : polyline (m, n) or function of times in [0, 1], as for fixed_path; non-decreasing
    cost : Cost with increasing marginal costs

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> from_path([[0, 0], [6, 6]], PowerCost(0.5, 2)).allocate([0.5, 1.0])
    array([[  3. ,  -9. ],
           [  6. , -31.5]])

    Along the edges agent 1 is served after agent 0:

    >>> edges = from_path([[0, 0], [10, 0], [10, 10]], PowerCost(0.5, 2))
    >>> edges.social_choice([lambda a: 3 * a[..., 0] + a[..., 1], lambda a: 8 * a[..., 0] + a[..., 1]]).round(6)
    array([[  3. ,  -4.5],
           [  5. , -27.5]])
    """
    if callable(path):
        along, sampled = path, np.linspace(0, 1, 1001)
    else:
        vertices = corners_of(path)
        sampled = np.linspace(0, 1, len(vertices))
        along = polyline(sampled, vertices)
    points = points_along(along, sampled)
    n = points.shape[-1]

    def allocate(z: FloatArray) -> FloatArray:
        q = np.stack([along(z[..., i])[..., i] for i in range(n)], axis=-1)
        return np.stack([q, -fixed_path(q, cost, path)], axis=-1)

    still = [_still(partial(_coordinate, along, i), sampled, points[:, i]) for i in range(n)]
    return GeneralizedSerialFunction(allocate, np.ones(n), still)


def _coordinate(along: Callable[[FloatArray], FloatArray], i: int, t: FloatArray) -> FloatArray:
    return along(t)[..., i]


def _still(coordinate: Callable[[FloatArray], FloatArray], times: FloatArray, values: FloatArray) -> Ranges:
    """The ranges of time in which a coordinate of the path stands still, their ends to the last bit."""
    flat = np.flatnonzero(np.diff(values) == 0)
    ranges = []
    for run in np.split(flat, np.flatnonzero(np.diff(flat) > 1) + 1) if flat.size else []:
        here, first, last = values[run[0]], run[0], run[-1] + 1
        start = _edge(coordinate, here, times[first], times[max(first - 1, 0)])
        ranges.append((start, _edge(coordinate, here, times[last], times[min(last + 1, len(times) - 1)])))
    return ranges


def _edge(coordinate: Callable[[FloatArray], FloatArray], here: float, inside: float, outside: float) -> float:
    """The last time on the way from `inside` to `outside` at which the coordinate is `here`."""
    if coordinate(np.asarray(outside)) == here:
        return float(outside)
    while inside != (middle := (inside + outside) / 2) != outside:
        inside, outside = (middle, outside) if coordinate(np.asarray(middle)) == here else (inside, middle)
    return float(inside)


def constant(allocation: ArrayLike) -> GeneralizedSerialFunction:
    """A constant social choice function: generalized serial with a single level each, and no fixed path method.

    Parameters
    ----------
    allocation : array_like, shape (n, m), what everybody gets in any case

    Examples
    --------
    >>> constant([[1, -2], [3, -4]]).social_choice([lambda a: a[..., 0]] * 2)
    array([[ 1., -2.],
           [ 3., -4.]])
    """
    given = as_numbers("allocation", allocation)
    if given.ndim != 2:
        raise ValueError(f"allocation has shape {given.shape}; it must be (n, m)")
    return GeneralizedSerialFunction(lambda z: np.broadcast_to(given, (*z.shape, given.shape[1])), np.zeros(len(given)))
