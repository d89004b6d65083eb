"""Against a search through whole histories: each way to play on after each profile of requests, written out."""

from itertools import product

import numpy as np
import pytest

from mechanisms.stages import StagedGame, staged_equilibria
from mechanisms.stages.equilibria import StagedSearch
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.stages.random_games import after_requests, final_points, random_game, serial_game, stage_profiles


def plain_outcomes(game, types, served=None):
    """Outcomes of all pure subgame perfect equilibria where requests are shown: after every profile of requests the
    players may go on in any equilibrium of the rest; all combinations are tried."""
    served = served or {}
    if len(served) == game.n:
        return {tuple(served[i] for i in range(game.n))}
    profiles = list(stage_profiles(game, served))
    rest = [sorted(plain_outcomes(game, types, after_requests(game.order, served, said))) for said in profiles]
    if not all(rest):
        return set()
    points = {end: game.points(types, np.array(end)) for ends in rest for end in ends}
    index = {tuple(sorted(said.items())): k for k, said in enumerate(profiles)}
    found = set()
    for k, said in enumerate(profiles):
        changes = {
            (i, index[tuple(sorted({**said, i: q}.items()))])
            for i in said for q in range(max(served.values(), default=0), game.n_quantities)
        }  # fmt: skip
        for end in rest[k]:
            if end in found:
                continue
            where = sorted({c for _, c in changes} - {k})
            for ways in product(*(rest[c] for c in where)):
                way = {**dict(zip(where, ways, strict=True)), k: end}
                if all(points[end][i] >= points[way[c]][i] for i, c in changes):
                    found.add(end)
                    break
    return found


@pytest.mark.parametrize("seed", range(24))
def test_random_games(seed):
    n, size = ((2, 3), (3, 2), (2, 4))[seed % 3]
    game = random_game(seed, n, size, values=2 if seed < 12 else 5, order=range(n)[:: (-1) ** seed])
    found = staged_equilibria(game, (0,) * n)
    assert set(map(tuple, found.outcomes.tolist())) == plain_outcomes(game, (0,) * n)


def test_none_and_several_occur():
    counts = [len(staged_equilibria(random_game(seed, 3, 2, values=3), (0, 0, 0)).outcomes) for seed in range(40)]
    assert max(counts) > 1


@pytest.mark.parametrize("values", [[5, 9], [4, 10, 13], [5, 6, 10, 15]])
def test_the_serial_equilibrium(values):
    game = serial_game([[v + 0.1] for v in values], 5)
    found = staged_equilibria(game, (0,) * game.n)
    every = np.stack(np.meshgrid(*[range(5)] * game.n, indexing="ij"), -1).reshape(-1, game.n)
    points = game.points((0,) * game.n, every)

    def best(said, i):
        changes = np.array([[*said[:i], q, *said[i + 1 :]] for q in range(5)])
        return game.points((0,) * game.n, changes)[:, i].max()

    nash = [
        said.tolist() for said, own in zip(every, points, strict=True)
        if all(own[i] == best(said, i) for i in range(game.n))
    ]  # fmt: skip
    assert len(nash) == 1
    # with four there is one more: who could be served first in a tie asks for more, which costs nothing, and then the
    # next one does better by asking for less
    assert found.outcomes.tolist() == ([[1, 1, 1, 4], *nash] if game.n == 4 else nash)


def test_types_are_taken():
    game = random_game(4, 2, 3, (2, 3))
    for types in product(range(2), range(3)):
        assert set(map(tuple, staged_equilibria(game, types).outcomes.tolist())) == plain_outcomes(game, types)
    assert final_points(game, (0, 0), {0: 1, 1: 2}).shape == (2,)


def test_one_search_answers_all_profiles_of_types():
    game = random_game(5, 3, 2, (2, 3, 1))
    search = StagedSearch(game)
    for types in product(range(2), range(3), range(1)):
        together, alone = search.equilibria(types), staged_equilibria(game, types)
        assert (together.types, together.complete) == (types, alone.complete)
        assert together.outcomes.tolist() == alone.outcomes.tolist()
    assert len(search.ends) < 6 * len(search.left)


def test_too_large():
    with pytest.raises(TooLargeError, match="states of who was served what"):
        staged_equilibria(StagedGame(10, (1,) * 8, lambda types, q: q), (0,) * 8)


def test_all_profiles_of_types_share_one_budget(monkeypatch):
    search = StagedSearch(random_game(5, 3, 2, (2, 3, 1)))
    search.equilibria((0, 0, 0))
    monkeypatch.setattr("mechanisms.stages.equilibria.MAX_STEPS", search.steps)
    search.equilibria((0, 0, 0))  # nothing new
    with pytest.raises(TooLargeError, match="outcomes tie so often"):
        search.equilibria((1, 2, 0))
