"""Hypothesis strategies that all tests share: costs, demands, social choice problems, whole treatment definitions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from mechanisms.costs import HomogeneousCost, PolynomialCost, PowerCost, QuadraticFormCost, TabulatedCost
from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.treatments.rules import BASELINES, MECHANISMS, RULES

tenths = st.integers(0, 80).map(lambda k: k / 10)


@st.composite
def costs(draw: st.DrawFn) -> HomogeneousCost:
    """Increasing costs with c(0) = 0; tabulated ones for whole totals up to 60."""
    kind = draw(st.sampled_from(["power", "polynomial", "table"]))
    if kind == "power":
        return PowerCost(draw(tenths), draw(st.sampled_from([0.5, 1, 1.5, 2, 3])))
    if kind == "polynomial":
        return PolynomialCost(tuple(draw(st.lists(tenths, min_size=1, max_size=3))))
    steps = draw(st.lists(tenths, min_size=60, max_size=60))
    return TabulatedCost(tuple(np.cumsum([0.0, *steps])))


@st.composite
def heterogeneous_costs(draw: st.DrawFn, n: int = 3) -> QuadraticFormCost:
    """Increasing, not symmetric, convex in every good."""
    entries = st.integers(0, 9).map(lambda k: k / 3)
    matrix = np.array(draw(st.lists(entries, min_size=n * n, max_size=n * n))).reshape(n, n)
    return QuadraticFormCost(matrix, [draw(st.integers(1, 6)) / 2 for _ in range(n)])


@st.composite
def demands(draw: st.DrawFn, min_agents: int = 1, max_agents: int = 6) -> np.ndarray:
    """Whole demands 0…9 with ties and zeros, shape (n,)."""
    return np.array(draw(st.lists(st.integers(0, 9), min_size=min_agents, max_size=max_agents)), dtype=np.float64)


@st.composite
def priors(draw: st.DrawFn, size: int) -> list[Fraction]:
    """Exact probabilities, some of them possibly zero."""
    weights = draw(st.lists(st.integers(0, 5), min_size=size, max_size=size).filter(any))
    return [Fraction(weight, sum(weights)) for weight in weights]


@st.composite
def problems(draw: st.DrawFn, min_agents: int = 1) -> SocialChoiceProblem:
    """Small problems with whole payoffs, many ties among outcomes, and odd priors."""
    n = draw(st.integers(min_agents, 4))
    n_outcomes = draw(st.integers(1, 5))
    sizes = draw(st.lists(st.integers(1, 3), min_size=n, max_size=n))
    rows = st.lists(st.integers(-6, 6), min_size=n_outcomes, max_size=n_outcomes)
    values = [draw(st.lists(rows, min_size=size, max_size=size)) for size in sizes]
    return SocialChoiceProblem(values, [[float(p) for p in draw(priors(size))] for size in sizes])


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Whole treatments: every environment and mechanism, n from 2 to 4, odd grids, priors and roundings."""
    environment = draw(st.sampled_from(["production", "single_peaked", "public_project", "allocation"]))
    direct = [name for name, rule in MECHANISMS.items() if rule.messages == "reports"]
    kinds = MECHANISMS.items()  # social choice functions are drawn apart: many economies have several equilibria
    names = [name for name, rule in kinds if environment in rule.environments and rule.demand_rule is None]
    mechanism: dict[str, Any] = {"name": draw(st.sampled_from(names))}
    size = draw(st.integers(2, 3 if environment == "production" and mechanism["name"] in direct else 4))
    type_values = sorted(draw(st.lists(st.integers(-8, 20), min_size=1, max_size=3, unique=True)))
    definition: dict[str, Any] = {
        "name": "random",
        "title": "random",
        "group": {"size": size},
        "environment": {"kind": environment},
        "mechanism": mechanism,
        "types": {
            "values": [f"{value / 2:g}" for value in type_values],
            "probabilities": [str(p) for p in draw(priors(len(type_values)))],
        },
        "points": {
            "scale": draw(st.sampled_from(["1", "0.5", "3", "12.5"])),
            "shift": draw(st.sampled_from(["0", "-7.3", "100"])),
            "rounding": draw(st.integers(0, 3)),
        },
        "session": {"participants": size, "rounds": 1, "matching": "partner", "seed": 1},
    }
    if environment == "production":
        definition["environment"] |= draw(_production(mechanism["name"] in direct))
        sharing = mechanism["name"]
        if sharing in direct:
            sharing = mechanism["cost_shares"] = draw(st.sampled_from(list(BASELINES)))
        if RULES[sharing].goods == "own" and draw(st.booleans()):
            definition["environment"]["cost"] = draw(_own_goods(size))
    if environment == "allocation":
        definition["environment"]["objects"] = draw(st.integers(1, size - 1))
    if environment == "public_project":
        definition["environment"]["outcomes"] = ["a", "b", "c"]
        entries = st.sampled_from(["type", "0", "2.5", "-1"])
        definition["roles"] = [
            {
                "name": f"R{i}",
                "payoffs": {outcome: draw(entries) for outcome in "abc"},
                "points": draw(st.sampled_from([{}, {"shift": "5"}, {"scale": "2", "shift": "-1"}])),
            }
            for i in range(size)
        ]
    options = MECHANISMS[mechanism["name"]].option_names
    if "ties" in options:
        mechanism["ties"] = draw(st.sampled_from(["first", "last"]))
    if "order" in options:
        mechanism["order"] = list(draw(st.permutations(range(1, size + 1))))
    if "constants" in options:  # those that are worked out refuse many problems
        first = draw(st.lists(st.integers(-8, 8).map(lambda k: k / 4), min_size=size - 1, max_size=size - 1))
        mechanism["constants"] = [f"{y:g}" for y in [*first, -sum(first)]]
    if "path" in options:
        mechanism["path"] = draw(_paths(size, definition["environment"]["quantities"]["highest"]))
    if mechanism["name"] in direct and draw(st.booleans()):
        definition["messages"] = _grid_around(definition["types"]["values"], size)
    return definition


@st.composite
def choice_functions(draw: st.DrawFn) -> dict[str, Any]:
    """Social choice functions for two or three; some are refused, as they have not just one equilibrium."""
    name = draw(st.sampled_from([name for name, rule in MECHANISMS.items() if rule.demand_rule is not None]))
    size, highest = draw(st.integers(2, 3)), draw(st.integers(2, 4))
    thirds = st.integers(1, 30).map(lambda k: f"{k / 3 + 0.1:.4f}")
    values = sorted(draw(st.lists(thirds, min_size=1, max_size=3, unique=True)), key=float)
    definition: dict[str, Any] = {
        "name": "random",
        "title": "random",
        "group": {"size": size},
        "environment": {"kind": "production", **draw(_production(direct=True))},
        "mechanism": {"name": name},
        "types": {"values": values, "probabilities": [f"1/{len(values)}"] * len(values)},
        "points": {"scale": "10", "rounding": draw(st.integers(0, 1))},
        "session": {"participants": size, "rounds": 1, "matching": "partner", "seed": 1},
    }
    definition["environment"]["quantities"] = {"lowest": "0", "highest": str(highest), "step": "1"}
    if RULES[name].goods == "own" and draw(st.booleans()):
        definition["environment"]["cost"] = draw(_own_goods(size))
    if "order" in RULES[name].option_names:
        definition["mechanism"]["order"] = list(draw(st.permutations(range(1, size + 1))))
    if "path" in RULES[name].option_names:
        definition["mechanism"]["path"] = draw(_paths(size, str(highest)))
    if (RULES[name].path or name == "proportional_direct") and draw(st.booleans()):
        definition["mechanism"]["demands"] = "continuous"
    return definition


@st.composite
def _paths(draw: st.DrawFn, size: int, highest: str) -> list[list[str]]:
    """Corners from nothing to the largest quantities, some of them on the edges."""
    corners = st.lists(st.integers(0, 4), min_size=size, max_size=size)
    middle = np.sort(np.array(draw(st.lists(corners, min_size=1, max_size=2))), axis=0)
    parts = [[0] * size, *middle.tolist(), [4] * size]
    return [[f"{float(highest) * part / 4:g}" for part in corner] for corner in parts]


@st.composite
def _own_goods(draw: st.DrawFn, size: int) -> dict[str, Any]:
    """A symmetric matrix without negative numbers, or a polynomial."""
    quarters = st.integers(0, 6).map(lambda k: k / 4)
    linear = [str(draw(st.integers(1, 3)) / 2) for _ in range(size)]
    if draw(st.booleans()):
        half = np.triu(np.array(draw(st.lists(quarters, min_size=size**2, max_size=size**2))).reshape(size, size))
        return {"kind": "quadratic_form", "matrix": (half + half.T).astype(str).tolist(), "linear": linear}
    powers = st.lists(st.integers(0, 2), min_size=size, max_size=size).filter(any)
    more = draw(st.lists(st.tuples(quarters, powers), max_size=2))
    alone = [(a, [int(k == i) for k in range(size)]) for i, a in enumerate(linear)]
    return {"kind": "goods_polynomial", "terms": [{"coefficient": str(a), "powers": p} for a, p in [*alone, *more]]}


def _grid_around(types: list[str], size: int) -> dict[str, str]:
    """A grid of reports that has every type; no longer than a brute-force judge can bear for that many agents."""
    lowest, highest = float(types[0]), float(types[-1])
    step = 0.5 if highest - lowest <= 12 / size else max(highest - lowest, 0.5)
    if any((float(value) - lowest) % step for value in types):
        step = 0.5
    return {"lowest": f"{lowest:g}", "highest": f"{highest:g}", "step": f"{step:g}"}


@st.composite
def _production(draw: st.DrawFn, direct: bool) -> dict[str, Any]:
    steps = draw(st.integers(1, 3 if direct else 6))
    step = draw(st.sampled_from(["1", "0.5", "2"]))
    lowest = draw(st.sampled_from(["0", "1"]))
    highest = f"{float(lowest) + steps * float(step):g}"
    return {
        "quantities": {"lowest": lowest, "highest": highest, "step": step},
        "value": draw(
            st.sampled_from(
                [{"kind": "linear"}, {"kind": "quadratic", "curvature": "1.5"}, {"kind": "power", "exponent": "2"}]
            )
        ),
        "cost": draw(
            st.sampled_from(
                [
                    {"kind": "power", "coefficient": "0.3", "exponent": "2"},
                    {"kind": "polynomial", "coefficients": ["1", "0.25"]},
                    {"kind": "piecewise_linear", "breakpoints": ["1.5", "4"], "slopes": ["0.5", "3", "2"]},
                ]
            )
        ),
    }
