"""Equilibria under average cost: Kumar (2013, section 5)."""

import sys

import numpy as np
import pytest

from mechanisms.demand_equilibria import LinearUtilities, PowerUtilities, average_cost_equilibrium
from tests.mechanisms.demand_equilibria.cases import SQUARE


@pytest.mark.parametrize("b", [(1.0, 1.0), (1.0, 1.2), (3.0, 2.0), (10.0, 12.5)])
def test_kumar2013_section_5(b):
    """q_i = (4/3)(b_i - b_j/2) and x_i = (4/9)(b_i - b_j/2)(b_i + b_j); the paper's printed shares are a misprint."""
    found = average_cost_equilibrium(LinearUtilities(b), SQUARE)
    active = np.array([b[0] - b[1] / 2, b[1] - b[0] / 2])
    np.testing.assert_allclose(found.demands, 4 / 3 * active, rtol=1e-12)
    np.testing.assert_allclose(found.cost_shares, 4 / 9 * active * sum(b), rtol=1e-12)


@pytest.mark.parametrize("agents", [1, 7, 40])
def test_where_the_search_begins_makes_no_difference(monkeypatch, agents):
    """A few of the agents tell where to begin, and what they tell may be far off."""
    module = sys.modules["mechanisms.demand_equilibria.average_cost_equilibrium"]
    rng = np.random.default_rng(agents)
    utilities = PowerUtilities(10 ** rng.uniform(-2, 2, 40), rng.uniform(0.1, 0.9, 40))
    caps = rng.uniform(0.01, 5, 40)
    found = []
    for few in (agents, 1000):
        monkeypatch.setattr(module, "FEW", few)
        found.append(average_cost_equilibrium(utilities, SQUARE, caps).demands)
    np.testing.assert_allclose(*found, rtol=1e-12)
