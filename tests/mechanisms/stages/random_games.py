"""Games in stages: points drawn at random, many of them equal, written out by history; and those of the serial rule."""

from itertools import product

import numpy as np

from mechanisms.stages import StagedGame


def random_game(seed, n, n_quantities, n_types=None, values=4, order=()):
    """Points of a player depend on the own type, and on the others' quantities only up to the own one."""
    n_types = n_types or (1,) * n
    drawn = np.random.default_rng(seed).integers(0, values, (n, max(n_types), *(n_quantities,) * n))

    def points(types, quantities):
        quantities = np.asarray(quantities)
        own = np.empty(quantities.shape, dtype=np.int64)
        for i in range(n):
            seen = np.minimum(quantities, quantities[..., [i]])
            own[..., i] = drawn[i, types[i]][tuple(np.moveaxis(seen, -1, 0))]
        return own

    return StagedGame(n_quantities, n_types, points, order)


def serve(order, requests):
    """Who of {player: request} is served, by the words of the rule."""
    smallest = min(requests.values())
    return next(i for i in order if requests.get(i) == smallest), smallest


def after_requests(order, served, requests):
    who, quantity = serve(order, requests)
    return {**served, who: quantity}


def final_points(game, types, served):
    return game.points(types, np.array([served[i] for i in range(game.n)]))


def stage_profiles(game, served):
    left = [i for i in range(game.n) if i not in served]
    low = max(served.values(), default=0)
    for said in product(range(low, game.n_quantities), repeat=len(left)):
        yield dict(zip(left, said, strict=True))


def plain_request(game, types, served, i):
    """The largest quantity that is best if all who are left get as much."""
    low = max(served.values(), default=0)
    points = {}
    for q in range(low, game.n_quantities):
        everybody = [served.get(j, q) for j in range(game.n)]
        points[q] = game.points(types, np.array(everybody))[i]
    return max(q for q in points if points[q] == max(points.values()))


def plain_end(game, types, served):
    while len(served) < game.n:
        requests = {i: plain_request(game, types, served, i) for i in range(game.n) if i not in served}
        served = after_requests(game.order, served, requests)
    return final_points(game, types, served)


def serial_game(values, n_quantities, order=(), exponent=2):
    """Values by player and type; points are those of the serial rule, from its definition."""
    n = len(values)

    def points(types, quantities):
        quantities = np.asarray(quantities)
        rank = np.sort(quantities, axis=-1)
        cost = [rank[..., :k].sum(axis=-1) + (n - k) * rank[..., k] for k in range(n)]
        cost = [c**exponent for c in cost]
        paid = np.stack([sum((cost[k] - (cost[k - 1] if k else 0)) * (60 // (n - k) if 60 % (n - k) == 0 else 0)
                             for k in range(j + 1)) for j in range(n)], axis=-1)  # fmt: skip
        place = (quantities[..., :, None] > quantities[..., None, :]).sum(axis=-1)
        shares = np.take_along_axis(paid, place, axis=-1)
        own = np.rint([60 * values[i][types[i]] for i in range(n)])
        return np.rint(own * quantities - shares).astype(int)

    return StagedGame(n_quantities, tuple(map(len, values)), points, order)
