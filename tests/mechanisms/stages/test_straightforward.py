"""Against play written out history by history."""

from itertools import product

import pytest

from mechanisms.stages import StagedGame, straightforward_in_stages
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.stages.random_games import (
    after_requests,
    plain_end,
    plain_request,
    random_game,
    serial_game,
    stage_profiles,
)


def plain_gain(game):
    """The largest gain of one change of a request, over all histories and type profiles."""
    largest = 0
    for types in product(*map(range, game.n_types)):
        open_states, seen = [{}], set()
        while open_states:
            served = open_states.pop()
            straightforward = {i: plain_request(game, types, served, i) for i in range(game.n) if i not in served}
            end = plain_end(game, types, after_requests(game.order, served, straightforward))
            for i in straightforward:
                for q in range(max(served.values(), default=0), game.n_quantities):
                    other = plain_end(game, types, after_requests(game.order, served, {**straightforward, i: q}))
                    largest = max(largest, int(other[i] - end[i]))
            for requests in stage_profiles(game, served):
                following = after_requests(game.order, served, requests)
                key = tuple(sorted(following.items()))
                if len(following) < game.n and key not in seen:
                    seen.add(key)
                    open_states.append(following)
    return largest


@pytest.mark.parametrize("seed", range(12))
def test_random_games(seed):
    n = 2 + seed % 2
    game = random_game(seed, n, 3, (2, 1, 1)[:n], values=6 if seed < 8 else 2, order=range(n)[::-1])
    verdict = straightforward_in_stages(game)
    assert verdict.holds == (plain_gain(game) == 0)
    if not verdict.holds:
        found = verdict.witness
        served = {j: q for j, q in enumerate(found.state) if q >= 0}
        requests = {j: plain_request(game, found.types, served, j) for j in range(n) if j not in served}
        assert found.request == requests[found.player]
        better = after_requests(game.order, served, {**requests, found.player: found.better})
        points = [plain_end(game, found.types, way)[found.player]
                  for way in (after_requests(game.order, served, requests), better)]  # fmt: skip
        assert found.gain == points[1] - points[0] > 0


def test_both_answers_occur():
    found = {straightforward_in_stages(random_game(seed, 3, 3, values=6)).status for seed in range(20)}
    assert found == {"holds", "fails"}


@pytest.mark.parametrize("values", [[[5], [9]], [[3, 8], [4, 11]], [[6, 14], [6, 14], [6, 14]], [[4], [9], [14], [20]]])
def test_serial_sharing_of_a_convex_cost(values):
    assert straightforward_in_stages(serial_game(values, 5)).holds
    assert straightforward_in_stages(serial_game(values, 5, range(len(values))[::-1])).holds


def test_a_concave_cost():
    """Who waits until the other has paid for the expensive first units pays little for more."""
    game = serial_game([[1], [1]], 6, exponent=0.5)
    assert straightforward_in_stages(game).holds == (plain_gain(game) == 0)


def test_known_types_only():
    drawn = [random_game(seed, 2, 3, (2, 2), values=2) for seed in range(30)]
    for game in drawn:
        each = [straightforward_in_stages(game, types).holds for types in product(range(2), repeat=2)]
        assert straightforward_in_stages(game).holds == all(each)


def test_too_large():
    with pytest.raises(TooLargeError, match="requests of types at states, more than 3e\\+06"):
        straightforward_in_stages(StagedGame(13, (3,) * 8, lambda types, q: q))
