"""Strategy-proofness and rectangularity of rules that satisfy both: nothing ends the search early."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from mechanisms.solutions.secure_implementation import secure_implementation
from tests.bench.measure import Case, Other, print_table

Rule = tuple[np.ndarray, list[np.ndarray]]


def serial_rule(types: np.ndarray, n: int) -> Rule:
    """The serial social choice function, u_i = b_i q_i - x_i and C = Q**2 / 2, in exact integers.

    Types must be multiples of n!. Agents leave in ascending order of b, where b_k = (sum of lower q) + (n + 1 - k) q_k.
    """
    profiles = np.stack(np.meshgrid(*[types] * n, indexing="ij"), axis=-1)
    order = np.argsort(profiles, axis=-1, kind="stable")
    b = np.take_along_axis(profiles, order, axis=-1)
    q, x = np.zeros_like(b), np.zeros_like(b)
    served, last, paid = (np.zeros(b.shape[:-1], dtype=b.dtype) for _ in range(3))
    for k in range(n):  # 2 n! x, so that all shares are whole
        q[..., k] = (b[..., k] - served) // (n - k)
        stage = (served + (n - k) * q[..., k]) ** 2 * int(np.prod(np.arange(1, n + 1)))
        paid = paid + (stage - last) // (n - k)
        x[..., k], last, served = paid, stage, served + q[..., k]
    back = np.argsort(order, axis=-1)
    q, x = (np.take_along_axis(part, back, axis=-1) for part in (q, x))
    scale = 2 * int(np.prod(np.arange(1, n + 1)))
    rows = np.concatenate([q, x], axis=-1).reshape(-1, 2 * n)
    ids = np.unique(rows, axis=0, return_inverse=True)[1].reshape(q.shape[:-1])
    return ids, [np.stack([scale * t * q[..., i] - x[..., i] for t in types]) for i in range(n)]


def constant_rule(n_types: int, n: int) -> Rule:
    """Everything ties: most work for the second condition."""
    shape = (n_types,) * n
    return np.zeros(shape, dtype=np.int64), [np.full((n_types, *shape), 7) for _ in range(n)]


def all_pairs(rule: Rule) -> bool:
    """Rectangularity by its definition, with whole rows of reports at once."""
    ids, payoffs = rule
    n = ids.ndim
    for v in product(*map(range, ids.shape)):
        premise = np.ones(ids.shape, dtype=bool)
        for i in range(n):
            own = np.arange(ids.shape[i])
            tied = payoffs[i][(own, *v)] == payoffs[i][(own, *v[:i], own, *v[i + 1 :])]
            premise &= tied.reshape([-1 if k == i else 1 for k in range(n)])
        if (premise & (ids != ids[v])).any():
            return False
    return True


def secure() -> Iterator[Case]:
    for name, rule in (
        ("T = 20, n = 4, serial", serial_rule(24 * np.arange(1, 21), 4)),
        ("T = 20, n = 4, constant", constant_rule(20, 4)),
    ):
        yield Case(
            "strategy-proofness + rectangularity",
            name,
            lambda rule=rule: (np.max(rule[0]), *map(np.max, rule[1])),
            "np.max of outcome ids and of payoffs by type",
            lambda rule=rule: secure_implementation(*rule),
            target=8,
        )
    small = serial_rule(24 * np.arange(1, 7), 4)
    yield Case(
        "strategy-proofness + rectangularity",
        "T = 6, n = 4, serial",
        lambda: (np.max(small[0]), *map(np.max, small[1])),
        "np.max of outcome ids and of payoffs by type",
        lambda: secure_implementation(*small),
        others=(Other("all pairs", lambda _: all_pairs(small)),),
    )


BENCHES = {"secure_implementation": secure}

if __name__ == "__main__":
    print_table(BENCHES)
