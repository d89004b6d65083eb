"""Serial cost sharing (Moulin and Shenker 1992; K equation 1).

Sort the demands, q_1 <= … <= q_n, and let q^k = (q_1, …, q_{k-1}, q_k, …, q_k), the profile in which nobody demands
more than q_k. All n agents share C(q^1) equally; the n-1 others share the increment C(q^2) - C(q^1) equally; and so
on: x_i = sum over k <= i of (C(q^k) - C(q^{k-1})) / (n + 1 - k), which is equation 1 rearranged.

Many groups are worked on in chunks that stay in the cache. Within a chunk the groups go in pairs, one as the real and
one as the imaginary parts of a row, because a running sum takes as long for complex numbers as for real ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, as_demands, takes
from mechanisms.cost_sharing.steps import diagonal
from mechanisms.costs import Cost, HomogeneousCost, cost_of_total, require_homogeneous
from mechanisms.rule import Rule
from mechanisms.shown import Shown

CHUNK_ENTRIES = 1 << 16


@takes(cost=Cost)
def serial(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Serial cost shares.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the good
    cost : HomogeneousCost

    Returns
    -------
    ndarray, shape (..., n), units of cost. Nobody's share depends on how much more than him the others demand.

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> serial([4, 6], PowerCost(1, 2))
    array([32., 68.])
    """
    array, shared = as_demands(demands, copy=False), require_homogeneous(cost, "serial")
    n = array.shape[-1]
    groups = np.ascontiguousarray(array).reshape(-1, n)
    shares = np.empty(groups.shape)
    sharing = np.repeat(np.arange(n, 0.0, -1.0), 2).reshape(n, 2)  # n + 1 - k agents share the k-th increment
    step = 2 * max(1, CHUNK_ENTRIES // (2 * n))
    for start in range(0, len(groups), step):
        _share(groups[start : start + step], shared, sharing, shares[start : start + step])
    return shares.reshape(array.shape)


def _share(groups: FloatArray, cost: HomogeneousCost, sharing: FloatArray, shares: FloatArray) -> None:
    """Write the shares of a chunk of groups (m, n) into `shares` (m, n)."""
    order = _side_by_side(_ascending(groups))
    demands = groups.ravel().take(order)
    if (demands[:, 1:] < demands[:, :-1]).any():
        order = _side_by_side(np.argsort(groups, axis=1, kind="stable"))
        demands = groups.ravel().take(order)
    produced = np.empty_like(demands)
    _running_sum(demands, produced)
    demands *= sharing - 1
    produced += demands
    stage_costs = cost_of_total(cost, produced)
    increments = stage_costs - 0.0  # C(q^0) = 0
    increments[:, 1:] -= stage_costs[:, :-1]
    increments /= sharing
    _running_sum(increments, increments)
    shares.ravel()[order] = increments


def _ascending(groups: FloatArray) -> IntArray:
    """The agents (m, n) of each group by ascending demand, equal demands by number; wrong if some are nearly equal.

    Non-negative floating-point numbers are ordered like their bit patterns, so an agent's number can take the place of
    the last bits and one sort does it, several times faster than argsort. Demands that differ in these bits alone come
    out in the order of the numbers.
    """
    n = groups.shape[1]
    number_bits = (1 << (n - 1).bit_length()) - 1
    keys = groups.view(np.int64) & ~number_bits
    keys |= np.arange(n)
    keys.sort(axis=1)
    keys &= number_bits
    return keys


def _side_by_side(agents: IntArray) -> IntArray:
    """Flat indices (ceil(m / 2), n, 2) of agents (m, n) of groups in pairs; an odd last group is its own partner."""
    m, n = agents.shape
    first = np.arange(0, m * n, n)[:, None]
    indices = np.empty(((m + 1) // 2, n, 2), dtype=np.int64)
    np.add(agents[::2], first[::2], out=indices[..., 0])
    indices[-1, :, 1] = indices[-1, :, 0]
    np.add(agents[1::2], first[1::2], out=indices[: m // 2, :, 1])
    return indices


def _running_sum(pairs: FloatArray, out: FloatArray) -> None:
    """Cumulative sums along the middle axis of an array (p, n, 2), written to `out`."""
    np.cumsum(pairs.view(np.complex128), axis=1, out=out.view(np.complex128))


@dataclass(frozen=True, eq=False)
class SerialStage(Shown):
    """One step of serial cost sharing: nobody gets more than `level` units yet.

    Attributes
    ----------
    level : float, the next larger demand, units of the good
    quantities : ndarray, shape (n,), min(demand, level)
    total : float, their sum
    cost : float, c(total)
    increment : float, by how much the cost is above that of the stage before
    sharers : tuple of int, the positions that demand at least `level`, who share the increment equally
    share : float, what each of them pays for this stage
    shares : ndarray, shape (n,), the same for everybody: 0 for those who demand less
    """

    level: float
    quantities: FloatArray
    total: float
    cost: float
    increment: float
    sharers: tuple[int, ...]
    share: float
    shares: FloatArray


@dataclass(frozen=True, eq=False)
class SerialStages(Shown):
    """Serial cost sharing: one stage for each distinct demand, smallest first.

    Attributes
    ----------
    stages : tuple of SerialStage
    cost_shares : ndarray, shape (n,), what the stages add up to
    """

    stages: tuple[SerialStage, ...]

    @property
    def cost_shares(self) -> FloatArray:
        return np.sum([stage.shares for stage in self.stages], axis=0)


def serial_stages(demands: FloatArray, cost: Cost) -> SerialStages:
    """The stages of demands (n,).

    What is paid at a stage is the difference between the serial shares of two profiles, in which nobody demands more
    than this stage's level and the last one's.
    """
    levels = np.unique(demands)
    profiles = np.minimum(demands, levels[:, None])
    costs = cost.cost(profiles)
    paid = np.diff(serial(profiles, cost), axis=0, prepend=0.0)
    increments = np.diff(costs, prepend=0.0)
    stages = []
    for k, level in enumerate(levels):
        sharers = tuple(int(i) for i in np.flatnonzero(demands >= level))
        stages.append(
            SerialStage(
                level=float(level),
                quantities=profiles[k],
                total=float(profiles[k].sum()),
                cost=float(costs[k]),
                increment=float(increments[k]),
                sharers=sharers,
                share=float(paid[k, sharers[0]]),
                shares=np.where(demands >= level, paid[k], 0.0),
            )
        )
    return SerialStages(tuple(stages))


RULE = Rule(
    name="serial",
    messages="demands",
    function=serial,
    source="Moulin and Shenker 1992; Kumar 2013, eq. 1",
    sentence="Serial cost sharing (Moulin and Shenker 1992; Kumar 2013, eq. 1): equal demands pay equally, and what "
    "others demand beyond one's own demand does not raise one's own share.",
    environments=("production",),
    explain=serial_stages,
    path=diagonal,
    others="levels",
)
