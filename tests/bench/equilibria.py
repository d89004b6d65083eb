"""Equilibria on continuous demands, n = 1000, with agents at 0, agents at their highest demand, and agents between."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import minimize_scalar

from mechanisms.cost_sharing import proportional, serial
from mechanisms.costs import HomogeneousCost, PolynomialCost, PowerCost
from mechanisms.demand_equilibria import (
    DemandEquilibrium,
    LinearUtilities,
    PowerUtilities,
    QuadraticUtilities,
    Utilities,
    average_cost_equilibrium,
    serial_equilibrium,
)
from tests.bench.measure import Case, Other, print_table

N = 1000
SQUARE, WITH_CORNER = PowerCost(0.5, 2), PolynomialCost((1, 0.5))


def _instances() -> Iterator[tuple[str, Utilities, HomogeneousCost, np.ndarray, Callable[[], object]]]:
    """Name, utilities, cost, highest demands, and the floor: each array of the input read once."""
    rng = np.random.default_rng(1)
    types, curvature, exponent = rng.random(N) * 10, rng.uniform(0.5, 2, N), rng.uniform(0.2, 0.8, N)
    caps = rng.uniform(0.01, 0.2, N)
    yield "quadratic", QuadraticUtilities(types, curvature), SQUARE, caps, _read(types, curvature, caps)
    yield "quadratic, c'(0) > 0", QuadraticUtilities(types, curvature), WITH_CORNER, caps, _read(types, curvature, caps)
    yield "linear", LinearUtilities(types), SQUARE, caps, _read(types, caps)
    yield "power", PowerUtilities(types, exponent), SQUARE, caps, _read(types, exponent, caps)


def _read(*arrays: np.ndarray) -> Callable[[], object]:
    return lambda: [np.max(array) for array in arrays]


def _thousand(work: str, solve: Callable[..., DemandEquilibrium], target: float) -> Iterator[Case]:
    for name, utilities, cost, caps, floor in _instances():
        yield Case(
            work,
            f"n = {N}, {name}",
            floor,
            "np.max of each input array",
            lambda u=utilities, c=cost, q=caps: solve(u, c, q),
            target=target,
        )


def small_by_best_replies() -> Iterator[Case]:
    """Best replies in turn, five agents: what the equilibria replace."""
    types = np.arange(3.0, 8.0)
    for name, solve, share in (
        ("serial equilibrium", serial_equilibrium, serial),
        ("average cost equilibrium", average_cost_equilibrium, proportional),
    ):
        yield Case(
            name,
            "n = 5, quadratic",
            _read(types, types),
            "np.max of each input array",
            lambda solve=solve: solve(QuadraticUtilities(types, 1), SQUARE),
            others=(Other("best replies, 20 rounds", lambda _, share=share: _best_replies(types, share)),),
        )


def _best_replies(types: np.ndarray, share: Callable[..., np.ndarray], rounds: int = 20) -> np.ndarray:
    q = np.ones(len(types))
    for _ in range(rounds):
        for i in range(len(q)):

            def loss(own: float, i: int = i) -> float:
                demands = np.where(np.arange(len(q)) == i, own, q)
                return float(share(demands, SQUARE)[i] - types[i] * own + own**2 / 2)

            q[i] = minimize_scalar(loss, bounds=(0, 10), method="bounded").x
    return q


BENCHES = {
    "serial_equilibrium": lambda: _thousand("serial equilibrium", serial_equilibrium, target=200),
    "average_cost_equilibrium": lambda: _thousand("average cost equilibrium", average_cost_equilibrium, target=25),
    "best_replies": small_by_best_replies,
}

if __name__ == "__main__":
    print_table(BENCHES)
