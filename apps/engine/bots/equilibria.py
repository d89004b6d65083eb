"""The judge's equilibria of demand games at reports (Kumar 2013, sections 4 and 5), without mechanisms/.

On a grid all profiles of demands are gone through, with fractions. On continuous demands everybody replies best to the
others, again and again, until nobody moves; a best reply is where the own payoff stops rising, by halving. In the end
nobody may gain by any of many other demands.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache, partial
from itertools import product
from typing import Any

from engine.bots.curves import near_fractions

ROUNDS, HALVINGS = 300, 60
EXACT_STEP, STEP = 1e-13, 1e-7
"""Of the highest demand: over what distance payoffs are compared; fractions can be compared over any."""
STILL = 1e-10
SIMPLE, NEAR = 500, 1e-8
GAIN = 1e-7


@lru_cache(maxsize=4096)
def equilibrium(economy: Any, reports: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """What everybody gets: the only profile from which nobody wants to move alone; AssertionError if there are more.

    `economy` has quantities, gross(i, type, quantity), shares(demands), sharing and cost, continuous, and exact:
    whether all of it is computed with fractions.
    """
    return _continuous(economy, reports) if economy.continuous else _on_grid(economy, reports)


def _on_grid(economy: Any, reports: Sequence[Fraction]) -> tuple[Fraction, ...]:
    found = [q for q in product(economy.quantities, repeat=len(reports)) if _nobody_moves(economy, reports, q)]
    assert len(found) == 1, f"{len(found)} equilibria at {reports}"
    return found[0]


def _nobody_moves(economy: Any, reports: Sequence[Fraction], q: tuple[Fraction, ...]) -> bool:
    def payoff(i: int, own: Fraction) -> Fraction:
        return economy.gross(i, reports[i], own) - economy.shares((*q[:i], own, *q[i + 1 :]))[i]

    return all(payoff(i, q[i]) >= payoff(i, own) for i in range(len(q)) for own in economy.quantities)


def _continuous(economy: Any, reports: Sequence[Fraction]) -> tuple[Fraction, ...]:
    highest, n = float(economy.quantities[-1]), len(reports)
    q = [0.0] * n

    def payoff(i: int, own: float) -> Fraction:
        trial = [Fraction(own if k == i else q[k]) for k in range(n)]
        return economy.gross(i, reports[i], trial[i]) - economy.sharing(trial, economy.cost)[i]

    for _ in range(ROUNDS):
        before = list(q)
        for i in range(n):
            step = highest * (EXACT_STEP if economy.exact else STEP)
            q[i] = _best(partial(payoff, i), highest, step)
        if max(abs(a - b) for a, b in zip(before, q, strict=True)) < STILL * highest:
            break
    for i in range(n):
        here = payoff(i, q[i])
        assert all(payoff(i, highest * k / 50) <= here + GAIN * (1 + abs(here)) for k in range(51)), (reports, q)
    return tuple(_simple(x) for x in q)


def _best(payoff: Any, highest: float, step: float) -> float:
    """Where a payoff with falling slope stops rising."""

    def rises(own: float) -> bool:
        low, high = max(0.0, own - step), min(highest, own + step)
        return bool(payoff(high) > payoff(low))

    low, high = 0.0, highest
    if not rises(0.0):
        return 0.0
    if rises(highest):
        return highest
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) else (low, middle)
        if high - low < STILL * highest / 10:
            break
    return (low + high) / 2


def _simple(x: float) -> Fraction:
    """The simple fraction that a result of computation stands for, or itself."""
    simple = Fraction(x).limit_denominator(SIMPLE)
    return simple if abs(float(simple) - x) < NEAR else near_fractions([x])[0]
