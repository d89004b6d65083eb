"""The judge's shares along the two paths that are curves, for own goods: axial normalisation and Moulin–Shenker.

Numerical, by other ways than mechanisms/cost_sharing goes: Gauss's rule over the stand-alone cost, and one differential
equation for path and shares together, over the square root of what each has added to the cost.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from engine.bots.shares import Cost, friedman_moulin

NODES, WEIGHTS = np.polynomial.legendre.leggauss(60)
SMOOTH = 6  # over the sixth root of the cost, powers up to 3 start smoothly
FIRST = 1e-5
NEAR, MOST = 1e-9, 100_000


def near_fractions(numbers: Sequence[float]) -> list[Fraction]:
    """Numbers as the simple fractions that they are to nine decimals, so that halves are halves."""
    exact = [(x, Fraction(x).limit_denominator(MOST)) for x in map(float, numbers)]
    return [simple if abs(float(simple) - x) < NEAR else Fraction(x) for x, simple in exact]


def gradient(cost: Cost, at: Sequence[float]) -> list[float]:
    assert cost.terms is not None
    found = []
    for i in range(len(at)):
        total = 0.0
        for a, powers in cost.terms:
            if powers[i]:
                product = float(a) * powers[i]
                for k, power in enumerate(powers):
                    product *= at[k] ** (power - (k == i))
                total += product
        found.append(total)
    return found


def alone(cost: Cost, i: int, amount: float) -> float:
    assert cost.terms is not None
    own = [(float(a), powers[i]) for a, powers in cost.terms if sum(powers) == powers[i]]
    return sum(a * amount**power for a, power in own)


def axial(demands: Sequence[Fraction], cost: Cost) -> list[Fraction]:
    """The path on which every stand-alone cost is t; with one good it is the diagonal."""
    if cost.terms is None:
        return friedman_moulin(demands, cost)
    q, n = [float(x) for x in demands], len(demands)
    met = [alone(cost, i, q[i]) ** (1 / SMOOTH) for i in range(n)]
    shares, times = [0.0] * n, sorted({0.0, *met})
    for a, b in pairwise(times):
        for node, weight in zip(NODES, WEIGHTS, strict=True):
            s = a + (b - a) * (node + 1) / 2
            active = [i for i in range(n) if met[i] > (a + b) / 2]
            point = [amount_for(cost, i, s**SMOOTH, q[i]) if i in active else q[i] for i in range(n)]
            marginal = gradient(cost, point)
            for i in active:
                single = [point[i] if k == i else 0.0 for k in range(n)]
                speed = SMOOTH * s ** (SMOOTH - 1) / gradient(cost, single)[i]
                shares[i] += (b - a) / 2 * weight * marginal[i] * speed
    return near_fractions(shares)


def amount_for(cost: Cost, i: int, money: float, most: float) -> float:
    low, high = 0.0, most
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (middle, high) if alone(cost, i, middle) < money else (low, middle)
    return high


def moulin_shenker(demands: Sequence[Fraction], cost: Cost) -> list[Fraction]:
    """d phi_i / dt = 1 / d_iC(phi), with t = s * s; with one good the path is the diagonal."""
    if cost.terms is None or not any(demands):
        return friedman_moulin(demands, cost)
    from scipy.integrate import solve_ivp

    q, n = np.array([float(x) for x in demands]), len(demands)
    state, s = np.concatenate([start(cost, n), np.where(q > 0, FIRST**2, 0.0)]), FIRST
    active = [i for i in range(n) if q[i] > 0]
    while active:

        def speed(s: float, state: np.ndarray, active: list[int] = active) -> np.ndarray:
            path = np.maximum(state[:n], 0)
            free, bound = gradient(cost, path), gradient(cost, [path[i] if i in active else q[i] for i in range(n)])
            paid = [2 * s * bound[i] / free[i] if i in active else 0.0 for i in range(n)]
            return np.array([*(2 * s / g for g in free), *paid])

        def met(s: float, state: np.ndarray, active: list[int] = active) -> float:
            return float(max(state[i] - q[i] for i in active))

        met.terminal = True  # type: ignore[attr-defined]
        found = solve_ivp(speed, (s, 1e9), state, method="DOP853", events=met, rtol=1e-12, atol=1e-13)
        state, s = found.y[:, -1], float(found.t[-1])
        active = [i for i in active if state[i] < q[i] - 1e-11 * (1 + q[i])]
    return near_fractions(state[n:].tolist())


def start(cost: Cost, n: int) -> np.ndarray:
    """Where the path is at s = FIRST: s * s / d_iC(0), or s * d with d_i = 2 / d_iC(d) where the cost starts flat."""
    steep = np.array(gradient(cost, [0.0] * n))
    flat = steep <= 0
    direction = np.where(flat, 1.0, 0.0)
    for _ in range(1000 if flat.any() else 0):
        scaled = np.array(gradient(cost, (FIRST * direction).tolist())) / FIRST
        direction = np.where(flat, np.sqrt(direction * 2 / np.where(flat, scaled, 1.0)), 0.0)
    return np.where(flat, FIRST * direction, FIRST**2 / np.where(flat, 1.0, steep))
