"""Sessions drawn for a matching, and who met whom."""

from itertools import combinations

import numpy as np

from mechanisms.matching.groups import match_groups


def generator(seed=2013):
    return np.random.Generator(np.random.PCG64(seed))


def draw(matching, n_participants, group_size, rounds, fixed_roles, seed=2013):
    return match_groups(matching, n_participants, group_size, rounds, fixed_roles, generator(seed))


def pairs_that_met(groups):
    return [
        tuple(sorted(pair))
        for group in groups.reshape(-1, groups.shape[-1]).tolist()
        for pair in combinations(group, 2)
    ]


def assert_nobody_meets_twice(groups):
    met = pairs_that_met(groups)
    assert len(met) == len(set(met))


def assert_everybody_plays_once_a_round(groups):
    everybody = list(range(groups.shape[1] * groups.shape[2]))
    for one_round in groups:
        assert sorted(one_round.ravel().tolist()) == everybody
