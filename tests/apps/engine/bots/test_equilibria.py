"""The judge's equilibria: by hand, and more than one is noticed."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from engine.bots import shares
from engine.bots.equilibria import equilibrium


def economy(sharing, highest=12, continuous=False, rate=Fraction(1, 2)):
    cost = shares.Cost(lambda total: rate * Fraction(total) ** 2, {})
    return SimpleNamespace(
        quantities=[Fraction(k) for k in range(highest + 1)],
        gross=lambda i, type_, quantity: type_ * quantity,
        sharing=sharing,
        cost=cost,
        shares=lambda q: sharing(q, cost),
        continuous=continuous,
        exact=True,
    )


class Hashable(SimpleNamespace):
    __hash__ = object.__hash__


def judged(given, *reports):
    return equilibrium(Hashable(**vars(given)), tuple(map(Fraction, reports)))


def test_on_the_grid_by_hand():
    chen = economy(shares.serial, rate=Fraction(1))
    assert judged(chen, "16.1", "20.1") == (4, 6)
    assert judged(economy(shares.proportional, rate=Fraction(1)), "16.1", "20.1") == (4, 8)
    with pytest.raises(AssertionError, match="3 equilibria"):
        judged(economy(shares.serial), 5, 5)


def test_continuous_by_hand():
    assert judged(economy(shares.serial, continuous=True), 6, 8) == (3, 5)
    assert judged(economy(shares.proportional, continuous=True), 3, 2) == (Fraction(8, 3), Fraction(2, 3))
    assert judged(economy(shares.proportional, continuous=True), 4, 11) == (0, 11)
