"""Transfers of pairwise compensation at all profiles of reports."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.transfers import pairwise_compensation, symmetric_pairwise_compensation
from tests.bench.measure import Case, Other, print_table


def _problem(n_types: int, n: int) -> SocialChoiceProblem:
    rng = np.random.default_rng(1)
    problem = SocialChoiceProblem([rng.random((n_types, 4)) for _ in range(n)], [np.full(n_types, 1 / n_types)] * n)
    _ = problem.efficient_payoffs  # once: the rules share it
    return problem


def _average_over_orders(problem: SocialChoiceProblem) -> np.ndarray:
    orders = list(permutations(range(problem.n)))
    return sum(pairwise_compensation(problem, order) for order in orders) / len(orders)


def pairwise() -> Iterator[Case]:
    problem = _problem(10, 5)
    yield Case(
        "pairwise compensation",
        "T = 10, n = 5",
        problem.efficient_payoffs.copy,
        "copy of the payoff tensor",
        lambda: pairwise_compensation(problem),
        target=8,
    )


def symmetric() -> Iterator[Case]:
    for n_types, n, target in ((4, 8, 50), (10, 5, None)):
        problem = _problem(n_types, n)
        yield Case(
            "symmetric pairwise compensation",
            f"T = {n_types}, n = {n}",
            problem.efficient_payoffs.copy,
            "copy of the payoff tensor",
            lambda problem=problem: symmetric_pairwise_compensation(problem),
            target=target,
            others=(Other("n! orders", lambda _, problem=problem: _average_over_orders(problem)),) if n <= 5 else (),
        )


BENCHES = {"pairwise": pairwise, "symmetric": symmetric}

if __name__ == "__main__":
    print_table(BENCHES)
