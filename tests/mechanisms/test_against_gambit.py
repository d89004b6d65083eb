"""Gambit as outside judge, on a few hundred random games; an optional extra, see requirements-gambit.txt.

Dominance is judged by brute force (test_elimination.py): in one of 300 random games gambit 16.7.0 eliminated what is
not strictly dominated.
"""

import re
from collections import Counter
from itertools import product

import numpy as np
import pytest

from mechanisms.bayesian import sequential_equilibria
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.equilibria import logit_equilibria
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.stages import staged_equilibria
from tests.mechanisms.stages.random_games import after_requests, final_points, stage_profiles
from tests.mechanisms.stages.random_games import random_game as staged_game

gambit = pytest.importorskip("pygambit", reason="gambit is optional: see requirements-gambit.txt")

GAMES = range(300)


def random_game(seed):
    """Two or three players with 2 to 4 messages; few distinct payoffs in every third game, so that ties are common."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(2, 5, rng.integers(2, 4))
    payoffs = rng.integers(0, 4 if seed % 3 == 0 else 100, (len(shape), *shape))
    return NormalFormGame(payoffs), getattr(gambit, "StrategicGame", gambit.Game).from_arrays(*payoffs)


@pytest.mark.parametrize("seed", GAMES)
def test_pure_nash_equilibria(seed):
    ours, theirs = random_game(seed)
    found = []
    for equilibrium in gambit.nash.enumpure_solve(theirs).equilibria:
        found.append(tuple([int(weight) for weight in strategy].index(1) for strategy in _strategies(equilibrium)))
    assert sorted(found) == [tuple(profile) for profile in pure_nash_equilibria(ours).tolist()]


@pytest.mark.parametrize("seed", range(1, 60, 2))
def test_logit_equilibria(seed):
    ours, theirs = random_game(seed)
    rates = [0.01, 0.05, 0.2]
    branch = logit_equilibria(ours, rates)
    for k, solution in enumerate(gambit.qre.logit_solve_lambda(theirs, lam=rates)):
        for strategy, expected in zip(branch.profiles, _strategies(solution.profile), strict=True):
            np.testing.assert_allclose(strategy[k], [float(weight) for weight in expected], atol=1e-5)


MOVES = [((2, 2), (2, 2)), ((2, 1), (3, 3)), ((1, 2), (3, 2)), ((1, 2, 1), (2, 2, 2)), ((1, 1, 2), (2, 2, 2))]
"""Numbers of types and of messages, in the order of moving."""


@pytest.mark.parametrize("seed", range(30))
def test_reports_in_turn(tmp_path, seed):
    """All pure equilibria of public reports with private types: those of gambit's pure Nash equilibria of the tree in
    which every message is a best one at every information set, reached or not."""
    rng = np.random.default_rng(seed)
    types, sizes = MOVES[seed % len(MOVES)]
    order = tuple(map(int, rng.permutation(len(types))))
    place = np.argsort(order)
    payoffs = [rng.integers(0, 3 if seed % 2 else 40, (types[k], *(sizes[p] for p in place))) for k in place]
    priors = [rng.integers(1, 4, types[k]) for k in place]
    found = sequential_equilibria(BayesianGame(payoffs, [p / p.sum() for p in priors], None), order)
    tree = ReportsInTurn(tmp_path, payoffs, priors, order)
    theirs = Counter(tree.plan(chosen) for chosen in tree.equilibria() if tree.is_rational(chosen))
    assert dict(theirs) == {tuple(p.ravel().tolist()): k for p, k in zip(found.plans, found.counts, strict=True)}


class ReportsInTurn:
    """Chance draws all types; who moves knows the own one, and what was said. At each such place somebody else decides,
    who is paid as the player is: none of them moves twice."""

    def __init__(self, folder, payoffs, priors, order):
        self.payoffs, self.order, self.n = payoffs, order, len(order)
        self.profiles = list(product(*(range(len(prior)) for prior in priors)))
        self.weights = [np.prod([prior[t] for prior, t in zip(priors, p, strict=True)]) for p in self.profiles]
        self.places, self.ends = {}, 0
        chances = " ".join(f'"{k}" {w}/{sum(self.weights)}' for k, w in enumerate(self.weights))
        lines = [f'c "" 1 "" {{ {chances} }} 0']
        for types in self.profiles:
            lines += self.grown(types, ())
        names = " ".join(f'"{k}"' for k in range(len(self.places)))
        owners = [i for i, _type, _said in self.places]
        text = "\n".join([f'EFG 2 R "" {{ {names} }}', *lines])
        self.game = read_tree(folder, re.sub(r"<(.*?)>", lambda own: paid(own[1].split(), owners), text))

    def grown(self, types, said):
        """The tree below a history, from left to right."""
        if len(said) == self.n:
            self.ends += 1
            return [f't "" {self.ends} "" {{ <{" ".join(map(str, self.points(types, said)))}> }}']
        i = self.order[len(said)]
        number = self.places.setdefault((i, types[i], said), len(self.places) + 1)
        size = self.payoffs[i].shape[1 + i]
        labels = " ".join(f'"{m + 1}"' for m in range(size))
        lines = [f'p "" {number} 1 "" {{ {labels} }} 0']
        for message in range(size):
            lines += self.grown(types, (*said, message))
        return lines

    def points(self, types, said):
        messages = tuple(said[self.order.index(i)] for i in range(self.n))
        return [int(self.payoffs[i][(types[i], *messages)]) for i in range(self.n)]

    def equilibria(self):
        """Of each the message by player, own type and what was said before."""
        for equilibrium in gambit.nash.enumpure_solve(self.game).equilibria:
            yield dict(zip(self.places, chosen_actions(equilibrium), strict=True))

    def goes_on(self, chosen, types, said):
        while len(said) < self.n:
            i = self.order[len(said)]
            said = (*said, chosen[i, types[i], said])
        return said

    def is_rational(self, chosen):
        for (i, t, said), message in chosen.items():
            values = [
                sum(w * self.points(p, self.goes_on(chosen, p, (*said, m)))[i]
                    for p, w in zip(self.profiles, self.weights, strict=True) if p[i] == t)
                for m in range(self.payoffs[i].shape[1 + i])
            ]  # fmt: skip
            if values[message] < max(values):
                return False
        return True

    def plan(self, chosen):
        ends = [self.goes_on(chosen, types, ()) for types in self.profiles]
        return tuple(said[self.order.index(i)] for said in ends for i in range(self.n))


@pytest.mark.parametrize(("seed", "size"), [*((seed, 2) for seed in range(30)), (30, 3), (32, 3)])
def test_requests_in_stages(tmp_path, seed, size):
    """Two players, requests shown: the outcomes of gambit's pure equilibria in which each request is another player,
    paid as the one who makes it, and the last one is a best one after every first stage."""
    ours = staged_game(seed, 2, size, values=3 if seed % 2 else 60, order=(0, 1)[:: (-1) ** seed])
    firsts = list(stage_profiles(ours, {}))
    served = [next(iter(after_requests(ours.order, {}, said).items())) for said in firsts]
    labels = " ".join(f'"{q}"' for q in range(size))
    first, second = (f'p "" {i} 1 "" {{ {labels} }} 0' for i in (1, 2))
    names = " ".join(f'"{k}"' for k in range(2 + len(firsts)))
    lines, best, count = [f'EFG 2 R "" {{ {names} }}', first], [], 0
    for k, (before, low) in enumerate(served):
        labels = " ".join(f'"{q}"' for q in range(low, size))
        lines += ([second] if k % size == 0 else []) + [f'p "" {k + 3} 1 "" {{ {labels} }} 0']
        ends = [final_points(ours, (0, 0), {before: low, 1 - before: q}) for q in range(low, size)]
        for end in ends:
            count += 1
            own = [end[0], end[1], *(end[1 - other] for other, _ in served)]
            lines.append(f't "" {count} "" {{ {", ".join(map(str, own))} }}')
        best.append([end[1 - before] == max(e[1 - before] for e in ends) for end in ends])
    found = set()
    for equilibrium in gambit.nash.enumpure_solve(read_tree(tmp_path, "\n".join(lines))).equilibria:
        one, two, *lasts = chosen_actions(equilibrium)
        if all(fine[q] for fine, q in zip(best, lasts, strict=True)):
            k = firsts.index({0: one, 1: two})
            before, low = served[k]
            found.add(tuple(low if i == before else low + lasts[k] for i in range(2)))
    assert found == set(map(tuple, staged_equilibria(ours, (0, 0)).outcomes.tolist()))


def read_tree(folder, text):
    """The game of a text in gambit's own format, which all of its versions read."""
    (folder / "tree.efg").write_text(text, "utf-8")
    return gambit.read_efg(folder / "tree.efg")


def paid(points, owners):
    """Those of the players, for everybody who decides in the place of one."""
    return ", ".join(points[i] for i in owners)


def chosen_actions(equilibrium):
    """Of players who move once: the number, from 0, of what each does in an equilibrium in pure strategies."""
    return [[float(weight) for weight in weights].index(1) for weights in _strategies(equilibrium)]


def _strategies(profile):
    """The weights of each player's strategies."""
    game = profile.game
    if hasattr(game, "get_strategies"):
        return [[profile[p][s] for s in game.get_strategies(p)] for p in game.players]
    return [[profile[strategy] for strategy in player.strategies] for player in game.players]
