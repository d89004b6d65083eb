"""Surplus of equilibria, prices, Pareto and payoff dominance: brute force from the definitions, known games."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions import efficiency as module
from mechanisms.solutions.efficiency import equilibrium_surplus, pareto_dominated, payoff_dominant
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError


@st.composite
def games(draw):
    """Small games with few distinct payoffs, so that ties and equilibria are common."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    size = len(shape) * int(np.prod(shape))
    payoffs = draw(st.lists(st.integers(-1, 2), min_size=size, max_size=size))
    return NormalFormGame(np.reshape(payoffs, (len(shape), *shape)))


def payoffs_at(game, profile):
    return [int(game.payoffs[(i, *profile)]) for i in range(game.n)]


def dominates(a, b):
    return all(x >= y for x, y in zip(a, b, strict=True)) and a != b


@given(games())
def test_surplus_and_prices_are_brute_force(game):
    found = equilibrium_surplus(game)
    everywhere = {p: sum(payoffs_at(game, p)) for p in product(*map(range, game.shape))}
    equilibria = list(map(tuple, found.equilibria.tolist()))
    assert equilibria == list(map(tuple, pure_nash_equilibria(game).tolist()))
    assert found.surplus.tolist() == [everywhere[p] for p in equilibria]
    assert found.surplus.dtype == np.int64
    assert found.optimum == max(everywhere.values())
    assert found.loss.tolist() == [found.optimum - total for total in found.surplus.tolist()]
    if not equilibria or found.optimum <= 0:
        assert found.price_of_anarchy is found.price_of_stability is None
        return
    assert found.surplus[found.worst] == min(everywhere[p] for p in equilibria)
    assert found.surplus[found.best] == max(everywhere[p] for p in equilibria)
    for price, which in ((found.price_of_anarchy, found.worst), (found.price_of_stability, found.best)):
        total = found.surplus[which]
        assert price == (found.optimum / total if total > 0 else math.inf)
    assert found.price_of_anarchy >= found.price_of_stability >= 1
    np.testing.assert_allclose(found.efficiency * found.optimum, found.surplus)


@given(games())
def test_pareto_dominance_is_brute_force(game):
    equilibria = list(map(tuple, pure_nash_equilibria(game).tolist()))
    own = [payoffs_at(game, p) for p in equilibria]
    everywhere = [payoffs_at(game, p) for p in product(*map(range, game.shape))]
    for by, rivals in (("equilibria", own), ("profiles", everywhere)):
        expected = [any(dominates(rival, payoff) for rival in rivals) for payoff in own]
        assert pareto_dominated(game, equilibria, by).tolist() == expected


@given(games())
def test_payoff_dominance_is_brute_force(game):
    equilibria = list(map(tuple, pure_nash_equilibria(game).tolist()))
    own = [payoffs_at(game, p) for p in equilibria]
    weak = [k for k, a in enumerate(own) if all(x >= y for b in own for x, y in zip(a, b, strict=True))]
    strict = [
        k
        for k, a in enumerate(own)
        if all(x > y for j, b in enumerate(own) if j != k for x, y in zip(a, b, strict=True))
    ]
    assert payoff_dominant(game, equilibria).tolist() == weak
    assert payoff_dominant(game, equilibria, strict=True).tolist() == strict


@given(games())
def test_floating_point_noise_changes_nothing(game):
    rng = np.random.default_rng(game.payoffs.size)
    noisy = NormalFormGame(game.payoffs * 0.1 + 1e-12 * rng.random(game.payoffs.shape))
    found = pure_nash_equilibria(noisy)
    if all(own.any() for own in game.payoffs):  # noise is all there is where somebody's payoffs are 0
        assert found.tolist() == pure_nash_equilibria(game).tolist()
        assert equilibrium_surplus(noisy).tolerance == 1e-9
        for by in ("equilibria", "profiles"):
            assert pareto_dominated(noisy, found, by).tolist() == pareto_dominated(game, found, by).tolist()
        assert payoff_dominant(noisy, found).tolist() == payoff_dominant(game, found).tolist()


def test_the_pivotal_treatment():
    treatment = load_treatment("treatments/cason_pivotal.toml")
    game = treatment.game([-6, 8])
    found = equilibrium_surplus(game)
    assert len(found.equilibria) == 327
    dominated = pareto_dominated(game, found.equilibria)
    assert 0 < np.count_nonzero(dominated) < 327
    assert not dominated[found.best]
    reports = np.stack(np.meshgrid(*[place.messages for place in treatment.positions], indexing="ij"), axis=-1)
    surplus = treatment.surplus(treatment.play([-6, 8], reports))
    built = equilibrium_surplus(game, surplus, optimum=float(treatment.efficient_surplus([-6, 8])))
    assert (built.optimum, built.price_of_stability, built.price_of_anarchy) == (2, 1, math.inf)  # built: 2, else 0
    assert built.method == "surplus as given, optimum as given"


def test_the_serial_treatment_by_hand():
    """alpha = (16.1, 20.1), C = Q²: (4, 6) gives 16.1 · 4 + 20.1 · 6 - 100 = 85; the best Q is 20.1 / 2, of agent 2."""
    treatment = load_treatment("treatments/chen_serial.toml")
    profiles = np.stack(np.meshgrid(*[place.messages for place in treatment.positions], indexing="ij"), axis=-1)
    surplus = treatment.surplus(treatment.play([16.1, 20.1], profiles))
    found = equilibrium_surplus(treatment.game([16.1, 20.1]), surplus)
    assert found.equilibria.tolist() == [[3, 5]]
    assert found.surplus == pytest.approx([85])
    assert found.optimum == pytest.approx(16.1 + 9 * 20.1 - 100)  # demands start at 1
    assert found.efficiency == pytest.approx([85 / 97])


def test_an_equilibrium_with_a_loss_has_no_finite_price():
    found = equilibrium_surplus(NormalFormGame([[[2, -3], [3, -1]], [[2, 3], [-3, -1]]]))
    assert (found.surplus.tolist(), found.optimum, found.price_of_anarchy) == ([-2], 4, math.inf)
    assert found.efficiency.tolist() == [-0.5]
    below_zero = equilibrium_surplus(NormalFormGame([[[-1]], [[-1]]]))
    assert below_zero.price_of_anarchy is None
    assert np.isnan(below_zero.efficiency).all()


def test_an_optimum_of_0_is_that_of_payoffs_that_cancel():
    game = NormalFormGame([[[0.1 + 0.2]], [[-0.3]]])
    assert equilibrium_surplus(game, optimum=0).optimum == 0


def test_no_equilibrium():
    pennies = NormalFormGame([[[1, 0], [0, 1]], [[0, 1], [1, 0]]])
    found = equilibrium_surplus(pennies)
    assert found.equilibria.shape == (0, 2)
    assert found.worst is found.best is found.price_of_anarchy is None
    assert pareto_dominated(pennies, found.equilibria).tolist() == []
    assert payoff_dominant(pennies, found.equilibria).tolist() == []


def test_many_equilibria_are_fast_and_exact():
    rng = np.random.default_rng(3)
    own = rng.integers(0, 1000, (2, 300))
    payoffs = np.stack([np.broadcast_to(own[1], (300, 300)), np.broadcast_to(own[0][:, None], (300, 300))])
    game = NormalFormGame(
        payoffs
    )  # everybody's payoff depends on the other's message only: all profiles are equilibria
    equilibria = pure_nash_equilibria(game)
    assert len(equilibria) == 90_000
    best = payoffs.reshape(2, -1) == payoffs.max(axis=(1, 2))[:, None]
    assert np.array_equal(~pareto_dominated(game, equilibria), best.all(axis=0))
    assert np.array_equal(payoff_dominant(game, equilibria), np.flatnonzero(best.all(axis=0)))


def test_too_large_is_said(monkeypatch):
    monkeypatch.setattr(module, "MAX_OPERATIONS", 5)
    game = NormalFormGame([[[0, 1], [2, 3]], [[3, 2], [1, 0]]])
    for by in ("equilibria", "profiles"):
        with pytest.raises(TooLargeError, match="too large: 4 different payoffs"):
            pareto_dominated(game, list(product(range(2), repeat=2)), by)


def test_bad_arguments_are_named():
    game = NormalFormGame([[[1, 0], [0, 1]]] * 2)
    with pytest.raises(ValueError, match=r"surplus has shape \(2,\)"):
        equilibrium_surplus(game, [1, 2])
    with pytest.raises(ValueError, match="by is 'all'"):
        pareto_dominated(game, [[0, 0]], "all")
    with pytest.raises(ValueError, match=r"equilibria is \[\[0, 2\]\]; it must be indices"):
        payoff_dominant(game, [[0, 2]])
