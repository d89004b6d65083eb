from itertools import product

import numpy as np
import pytest

from mechanisms.cost_sharing.staged_serial import staged_serial
from mechanisms.costs import PowerCost
from mechanisms.stages import StagedGame
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.stages.random_games import random_game, serial_game, serve


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_who_is_served_is_the_first_of_the_smallest(order):
    game = random_game(1, 3, 3, order=order)
    for said in product(range(3), repeat=3):
        requests = dict(enumerate(said))
        assert game.served(requests) == serve(order, requests)


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_points_when_served_are_those_of_staged_serial(n):
    rng = np.random.default_rng(n)
    game = serial_game([[7 * n]] * n, 6)
    for _ in range(20):
        wanted = rng.integers(0, 6, (n, n))

        def requests(number, remaining, served, wanted=wanted):
            return [max(wanted[number - 1, i], *served.values(), 0) for i in remaining]

        state = game.start
        for stage in staged_serial(requests, n, PowerCost(1, 2)):
            own = game.own(state, stage.served, 0)[int(stage.quantity) - game.floor(state)]
            assert own == pytest.approx(60 * (7 * n * stage.quantity - stage.cost_share))
            state = game.after(state, stage.served, int(stage.quantity))


def test_states_are_those_that_requests_reach():
    game, order = random_game(3, 3, 3, order=(1, 2, 0)), (1, 2, 0)
    reached, new = set(), {game.start}
    while new:
        reached |= new
        following = set()
        for state in new:
            left = [i for i in range(3) if state[i] < 0]
            for said in product(range(max(0, *state), 3), repeat=len(left)):
                who, quantity = serve(order, dict(zip(left, said, strict=True)))
                following.add(game.after(state, who, quantity))
        new = {state for state in following if min(state) < 0}
    states = list(game.states())
    assert set(states) == reached
    assert len(states) == len(reached)
    assert [state.count(-1) for state in states] == sorted(state.count(-1) for state in states)


def test_many_players_are_asked_for_one_state_at_a_time():
    large, small = random_game(5, 5, 12), random_game(5, 5, 12)
    large_points = large.own((1, 2, -1, 4, 5), 2, 0)
    quantities = np.array([[1, 2, q, 4, 5] for q in range(5, 12)])
    assert large_points.tolist() == small.points((0,) * 5, quantities)[:, 2].tolist()
    assert not large._tables


def test_too_many_states():
    with pytest.raises(TooLargeError, match=r"too large: 4.3e\+07 states"):
        next(StagedGame(8, (1,) * 8, lambda types, q: q).states())


@pytest.mark.parametrize(
    ("types", "n_quantities", "order"), [((1,), 3, ()), ((1,) * 9, 3, ()), ((1, 1), 0, ()), ((1, 1), 3, (0, 0))]
)
def test_refused(types, n_quantities, order):
    with pytest.raises(ValueError, match=r"n is|n_quantities is|order is"):
        StagedGame(n_quantities, types, lambda types, q: q, order)
