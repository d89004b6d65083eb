"""Equilibria on a grid at every profile of reports, against the solution of each demand game for itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.choice_functions import NotOneEquilibriumError, grid_equilibria, on_grid
from mechanisms.cost_sharing import proportional, serial
from mechanisms.costs import PowerCost
from mechanisms.played.demand_game import demand_game
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.verdicts import TooLargeError
from tests.shared import examples

RULES = {"serial": serial, "proportional": proportional}
ONE = 1


def economy(n, highest, rule, cost):
    grid = np.arange(highest + 1.0)
    return grid, rule(np.stack(np.meshgrid(*[grid] * n, indexing="ij"), axis=-1), cost)


@examples(40)
@given(
    st.sampled_from(sorted(RULES)),
    st.integers(2, 3),
    st.lists(st.integers(0, 40).map(lambda k: k / 3), min_size=1, max_size=3, unique=True).map(sorted),
    st.sampled_from([0.5, 1.0, 1.3]),
)
def test_each_profile_is_the_only_equilibrium_of_its_game_or_the_witness_is(name, n, types, coefficient):
    cost = PowerCost(coefficient, 2)
    grid, shares = economy(n, 5, RULES[name], cost)
    known = {}
    for profile in np.ndindex(*[len(types)] * n):
        game = demand_game([types[k] for k in profile], grid, cost, name)
        known[profile] = pure_nash_equilibria(game).tolist()
    values = [np.outer(types, grid)] * n
    if all(len(found) == ONE for found in known.values()):
        found = grid_equilibria(values, shares)
        for profile, equilibria in known.items():
            assert list(np.unravel_index(found[profile], shares.shape[:-1])) == equilibria[0]
    else:
        with pytest.raises(NotOneEquilibriumError) as caught:
            grid_equilibria(values, shares)
        assert caught.value.equilibria.tolist() == known[caught.value.reports]
        assert len(caught.value.equilibria) != ONE


def test_too_large_is_said_before_anything_is_computed(monkeypatch):
    grid, shares = economy(2, 3, serial, PowerCost(1, 2))
    monkeypatch.setattr(on_grid, "MAX_WORK", 10)
    monkeypatch.setattr(on_grid, "_best_demands", None)
    with pytest.raises(TooLargeError, match=r"too large: 1 × 2 reports and 4 × 4 demands"):
        grid_equilibria([np.outer([2.5], grid), np.outer([2.5, 3.5], grid)], shares)
