"""The judge's cost shares: every rule written a second time, from its definition (Kumar 2013, section 3).

Plain Python with fractions and loops, without mechanisms/. Paths of straight pieces are integrated exactly: the cost of
own goods is a polynomial (a quadratic form is one), and with one good a piece's cost is shared by how fast the goods
grow on it. The two paths that are curves, axial and Moulin–Shenker, are followed with floating-point numbers.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from math import comb
from typing import Any

Table = dict[str, Any]
"""A table of a treatment file."""
Terms = Sequence[tuple[Fraction, Sequence[int]]]
"""A polynomial: (coefficient, powers of q_1, …, q_n)."""
NOTHING = Fraction(0)


class Cost:
    """What the rules ask of a cost: cost(total) with one good, cost.of(demands) always.

    `terms` is None with one good, and None for a table; `options` is the table [mechanism].
    """

    def __init__(
        self,
        total: Callable[[Fraction], Fraction] | None,
        options: Table,
        terms: Terms | None = None,
        values: Any = None,
    ) -> None:
        self.total, self.options, self.terms, self.values = total, options, terms, values

    def __call__(self, total: Fraction) -> Fraction:
        assert self.total is not None
        return self.total(total)

    def of(self, demands: Sequence[Fraction]) -> Fraction:
        if self.total is not None:
            return self.total(sum(demands, NOTHING))
        if self.terms is None:
            found = self.values
            for q in demands:
                found = found[int(q)]
            return Fraction(str(found))
        return sum((a * _product(demands, powers) for a, powers in self.terms), NOTHING)


def _product(demands: Sequence[Any], powers: Sequence[int]) -> Any:
    found: Any = 1
    for q, power in zip(demands, powers, strict=True):
        found *= q**power
    return found


def serial(demands: Sequence[Fraction], cost: Cost) -> list[Fraction]:
    """Kumar (2013), eq. 1; Moulin and Shenker (1992)."""
    n = len(demands)
    ascending = sorted(range(n), key=lambda agent: demands[agent])
    q = [demands[agent] for agent in ascending]  # q[0] <= q[1] <= …
    steps = [cost(sum(q[:i]) + (n - i) * q[i]) for i in range(n)]  # cost of (q_1, …, q_i, q_i, …, q_i)
    shares = [Fraction(0)] * n
    for i in range(1, n + 1):  # counted from 1, as in the paper
        earlier = sum(steps[k - 1] / ((n + 1 - k) * (n - k)) for k in range(1, i))
        shares[ascending[i - 1]] = steps[i - 1] / (n + 1 - i) - earlier
    return shares


def proportional(demands: Sequence[Fraction], cost: Cost) -> list[Fraction]:
    total = sum(demands, NOTHING)
    return [Fraction(0) if total == 0 else q / total * cost(total) for q in demands]


def equal(demands: Sequence[Fraction], cost: Cost) -> list[Fraction]:
    return [cost.of(demands) / len(demands) for _ in demands]


def incremental(demands: Sequence[Fraction], cost: Cost) -> list[Fraction]:
    order = [int(k) - 1 for k in cost.options.get("order") or range(1, len(demands) + 1)]
    shares = [NOTHING] * len(demands)
    for place, i in enumerate(order):
        before, after = order[:place], order[: place + 1]
        shares[i] = cost.of(_only(demands, after)) - cost.of(_only(demands, before))
    return shares


def _only(demands: Sequence[Fraction], agents: Sequence[int]) -> list[Fraction]:
    return [q if k in agents else NOTHING for k, q in enumerate(demands)]


def shapley_shubik(demands: Sequence[Fraction], cost: Cost) -> list[Fraction]:
    """Orders in which the same k agents come before i are alike: each k is as likely as any other."""
    n, shares = len(demands), []
    if cost.total is not None:
        return [_by_totals([*demands[:i], *demands[i + 1 :]], demands[i], cost.total) for i in range(n)]
    for i in range(n):
        others, mean = [k for k in range(n) if k != i], NOTHING
        for size in range(n):
            for before in combinations(others, size):
                added = cost.of(_only(demands, [*before, i])) - cost.of(_only(demands, before))
                mean += added / n / comb(n - 1, size)
        shares.append(mean)
    return shares


def _by_totals(others: list[Fraction], own: Fraction, total_cost: Callable[[Fraction], Fraction]) -> Fraction:
    """The same with one good, where of those before i only the number and the total matter: they are counted."""
    ways = Counter({(0, NOTHING): 1})
    for q in others:
        ways.update({(size + 1, total + q): count for (size, total), count in ways.items()})
    added = {total: total_cost(total + own) - total_cost(total) for _size, total in ways}
    n = len(others) + 1
    return sum((count * added[total] / n / comb(n - 1, size) for (size, total), count in ways.items()), NOTHING)


def friedman_moulin(demands: Sequence[Fraction], cost: Cost) -> list[Fraction]:
    """Eq. 2: the diagonal."""
    n = len(demands)
    return along(demands, cost, [[NOTHING] * n, [max(demands)] * n])


def fixed_path(demands: Sequence[Fraction], cost: Cost) -> list[Fraction]:
    """Eq. 3."""
    return along(demands, cost, [[Fraction(str(x)) for x in corner] for corner in cost.options["path"]])


def aumann_shapley(demands: Sequence[Fraction], cost: Cost) -> list[Fraction]:
    return along(demands, cost, [[NOTHING] * len(demands), list(demands)])


def along(demands: Sequence[Fraction], cost: Cost, corners: list[list[Fraction]]) -> list[Fraction]:
    """Integrals of d_iC(phi ∧ q) d(phi_i ∧ q_i), piece by piece between corners and moments when a demand is met."""
    shares = [NOTHING] * len(demands)
    for start, end in pairwise(corners):
        speed = [b - a for a, b in zip(start, end, strict=True)]
        met = [(q - a) / v for q, a, v in zip(demands, start, speed, strict=True) if v > 0]
        times = sorted({NOTHING, Fraction(1), *(t for t in met if 0 < t < 1)})
        for t, later in pairwise(times):
            here, there = (
                [min(a + x * v, q) for a, v, q in zip(start, speed, demands, strict=True)] for x in (t, later)
            )
            for i, part in enumerate(on_piece(here, there, cost)):
                shares[i] += part
    return shares


def on_piece(start: list[Fraction], end: list[Fraction], cost: Cost) -> list[Fraction]:
    """What each pays while production goes straight from one point to another."""
    speed = [b - a for a, b in zip(start, end, strict=True)]
    if not any(speed):
        return speed
    if cost.terms is None:  # one good: all marginal costs are alike
        added = cost.of(end) - cost.of(start)
        return [added * v / sum(speed) for v in speed]
    paid = []
    for i, v in enumerate(speed):
        integral = NOTHING
        for a, powers in cost.terms:
            if powers[i] and v:
                lower = [power - (k == i) for k, power in enumerate(powers)]
                integral += a * powers[i] * v * _integral(start, speed, lower)
        paid.append(integral)
    return paid


def _integral(start: list[Fraction], speed: list[Fraction], powers: list[int]) -> Fraction:
    """Of the product of (start_k + t speed_k) ** powers_k over t from 0 to 1."""
    polynomial = [Fraction(1)]  # coefficients of 1, t, t**2, …
    for a, v, power in zip(start, speed, powers, strict=True):
        for _ in range(power):
            longer = [NOTHING] * (len(polynomial) + 1)
            for k, c in enumerate(polynomial):
                longer[k] += c * a
                longer[k + 1] += c * v
            polynomial = longer
    return sum((c / (k + 1) for k, c in enumerate(polynomial)), NOTHING)
