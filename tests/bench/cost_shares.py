"""Serial cost shares of many groups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mechanisms.cost_sharing import serial
from mechanisms.costs import PowerCost
from tests.bench.measure import Case, Other, print_table

COST = PowerCost(0.5, 2)


def serial_shares() -> Iterator[Case]:
    for groups, n in ((1_000_000, 5), (1000, 1000)):
        demands = np.random.default_rng(1).random((groups, n)) * 10
        subset = demands[: 5000 // n]
        yield Case(
            "serial cost shares",
            f"{groups} groups x {n}",
            lambda q=demands: (np.sort(q), q.sum()),
            "np.sort + sum",
            lambda q=demands: serial(q, COST),
            target=4,
            memory_target=60,
            others=(Other("Python loop", lambda _, q=subset: list(map(_one_group, q)), len(subset) / groups),),
        )


def _one_group(demands: np.ndarray) -> list[float]:
    shares, paid, last, served, n = [0.0] * len(demands), 0.0, 0.0, 0.0, len(demands)
    for k, i in enumerate(sorted(range(n), key=demands.__getitem__)):
        stage = 0.5 * (served + (n - k) * demands[i]) ** 2
        paid, last, served = paid + (stage - last) / (n - k), stage, served + demands[i]
        shares[i] = paid
    return shares


BENCHES = {"serial": serial_shares}

if __name__ == "__main__":
    print_table(BENCHES)
