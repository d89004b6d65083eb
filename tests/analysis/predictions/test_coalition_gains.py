"""Joint gains against plain loops on random games with ties."""

import itertools

import numpy as np
import pytest

from analysis.predictions import coalition_gains as module
from analysis.predictions.coalition_gains import coalition_gains
from mechanisms.solutions.coalitions import coalitions
from mechanisms.verdicts import TooLargeError
from tests.analysis import brute_force


@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (2, 3, 2), (2, 2, 2, 2)])
@pytest.mark.parametrize("seed", range(4))
def test_random_games_against_plain_loops(shape, seed):
    own = np.random.default_rng(seed).integers(0, 5, (len(shape), *shape))
    profiles = list(itertools.product(*map(range, shape)))
    points = {m: own[(slice(None), *m)].tolist() for m in profiles}
    expected = [brute_force.coalition_gains(points, [range(size) for size in shape], m) for m in profiles]
    gains = coalition_gains(own, np.array(profiles))
    names = [*coalitions(len(shape), smallest=2), None]
    named = [(paid, names[by], agreed, names[agreed_by]) for paid, by, agreed, agreed_by in np.array(gains).T.tolist()]
    assert named == expected
    assert (gains.agreed <= gains.paid).all()
    assert gains.paid.max() > gains.agreed.min()


def test_players_and_rows_can_be_renamed():
    own = np.random.default_rng(9).integers(0, 9, (3, 3, 2, 4))
    profiles = np.array(list(itertools.product(range(3), range(2), range(4))))
    renamed = [own[i].transpose(2, 0, 1) for i in (2, 0, 1)]
    straight, other = coalition_gains(own, profiles), coalition_gains(renamed, profiles[:, [2, 0, 1]])
    assert straight.paid.tolist() == other.paid.tolist()
    assert straight.agreed.tolist() == other.agreed.tolist()
    order = np.random.default_rng(1).permutation(len(profiles))
    shuffled = coalition_gains(own, profiles[order])
    assert [part.tolist() for part in shuffled] == [part[order].tolist() for part in straight]


def test_chunks_change_nothing(monkeypatch):
    own = np.random.default_rng(2).integers(0, 9, (3, 3, 3, 3))
    profiles = np.array(list(itertools.product(range(3), repeat=3)))
    whole = [gains.tolist() for gains in coalition_gains(own, profiles)]
    monkeypatch.setattr(module, "CHUNK_ENTRIES", 1)
    assert [gains.tolist() for gains in coalition_gains(own, profiles)] == whole


def test_too_large_says_so(monkeypatch):
    monkeypatch.setattr(module, "MAX_OPERATIONS", 10)
    own = np.random.default_rng(2).integers(0, 9, (2, 3, 3))
    with pytest.raises(TooLargeError, match="joint changes of coalition"):
        coalition_gains(own, np.array(list(itertools.product(range(3), repeat=2))))
