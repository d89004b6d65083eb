"""Random demand games for tests of mechanisms/crowds: small ones have a table of all profiles to be compared with."""

import numpy as np

from mechanisms.treatments import Treatment

COSTS = (
    {"kind": "power", "coefficient": "0.5", "exponent": "2"},
    {"kind": "polynomial", "coefficients": ["1", "0.3"]},
    {"kind": "piecewise_linear", "breakpoints": ["4", "9"], "slopes": ["1", "3", "9"]},
    {"kind": "power", "coefficient": "6", "exponent": "0.7"},
    {"kind": "table", "values": [0, *(str(k * (k + 3) / 4) for k in range(1, 200))]},
)
BY_DERIVATIVES = ("friedman_moulin", "moulin_shenker", "axial", "aumann_shapley")
"""Rules that a table of costs, the last of COSTS, does not fit."""
ROUGH = ("3", "1", "0.2", "0.05")
"""Points of a unit of utility: with few of them many demands tie."""


def definition(rule, n, size, types=(10,), cost=COSTS[0], scale="1", roles=None, **points):
    """One treatment; `size` demands from 0, or from `lowest`."""
    lowest = points.pop("lowest", 0)
    value = points.pop("value", {"kind": "linear"})
    chances = {"probabilities": [f"1/{len(types)}"] * len(types)} if len(types) > 1 else {}
    made = {
        "name": "crowd",
        "title": "A crowd",
        "group": {"size": n, "information": points.pop("information", "private")},
        "environment": {
            "kind": "production",
            "quantities": {"lowest": lowest, "highest": lowest + size - 1, "step": 1},
            "value": value,
            "cost": cost,
        },
        "mechanism": {"name": rule},
        "points": {"scale": scale, "shift": 5, "rounding": 0, **points},
        "session": {"participants": n, "rounds": 2, "matching": "partner", "seed": 1},
    }
    return made | ({"roles": roles} if roles else {"types": {"values": list(types), **chances}})


def treatment(*args, **kwargs):
    return Treatment.from_definition(definition(*args, **kwargs))


def random_games(rule, count, seed=1, most_players=4):
    """Small games with ties, several types or roles, some with fewer demands, and costs that are convex or not."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        n, size = int(rng.integers(2, most_players + 1)), int(rng.integers(2, 5))
        lowest = int(rng.integers(0, 3))
        cost = COSTS[int(rng.integers(0, len(COSTS) - (rule in BY_DERIVATIVES)))]
        types = sorted(rng.choice(np.arange(1, 4 * n), int(rng.integers(1, 4)), replace=False).tolist())
        roles = None
        if rng.random() < 0.5:
            roles = [{"name": f"R{i}", "types": {"values": [int(rng.choice(types))]}} for i in range(n)]
            if rng.random() < 0.5:
                roles[0]["messages"] = {"lowest": lowest, "highest": lowest + size - 2, "step": 1}
        value = {"kind": "quadratic", "curvature": "0.5"} if rng.random() < 0.5 else {"kind": "linear"}
        scale = str(rng.choice(ROUGH))
        yield treatment(rule, n, size, types, cost, scale, roles, lowest=lowest, value=value)
