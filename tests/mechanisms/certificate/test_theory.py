"""Theory of a treatment: type profiles that are the same game are found, and nothing changes by deciding them once."""

from itertools import product

import numpy as np
import pytest

from mechanisms.certificate import certificate_of, coalition_rows, finding_of, learning_rows
from mechanisms.certificate import theory as theory_module
from mechanisms.certificate.theory import Theory
from mechanisms.treatments import Treatment, load_treatment


def small(name):
    definition = load_treatment(f"treatments/{name}.toml").definition
    grid = {"lowest": 0, "highest": 4, "step": 1}
    changes = {"environment": definition["environment"] | {"quantities": grid}, "messages": grid}
    return Treatment.from_definition(definition | changes)


@pytest.mark.parametrize("name", ["production_serial", "production_proportional"])
def test_a_certificate_is_the_same_with_all_type_profiles(name, monkeypatch):
    treatment = small(name)
    theory = Theory(treatment)
    assert (theory.alike, len(theory.type_profiles), len(theory.different)) == ([0, 0, 0], 27, 10)
    monkeypatch.setattr(Theory, "alike", [0, 1, 2])
    every = Theory(treatment)
    assert len(every.different) == 27
    assert certificate_of(theory).plain() == certificate_of(every).plain()


def test_positions_that_are_treated_in_an_order_are_not_alike():
    assert Theory(load_treatment("treatments/production_pairwise.toml")).alike == [0, 1, 2]
    assert Theory(load_treatment("treatments/cason_pivotal.toml")).alike == [0, 1]


def test_own_points_and_equilibria_are_those_of_the_treatment():
    treatment = load_treatment("treatments/park_pairwise.toml")
    alone, whole = Theory(treatment), Theory(treatment)
    assert whole.game.n == 3
    for types in product(range(2), repeat=3):
        values = [place.types[t] for place, t in zip(treatment.positions, types, strict=True)]
        game = treatment.game(values)
        found = [
            [place.messages[m] for place, m in zip(treatment.positions, row, strict=True)]
            for row in alone.nash_at(types).tolist()
        ]
        assert found == treatment.nash_equilibria(values).tolist()
        for i, t in enumerate(types):
            assert (alone.own_points(i, t) == game.payoffs[i]).all()
            assert (whole.own_points(i, t) == game.payoffs[i]).all()


def test_the_budget_of_logit_equilibria_is_said(monkeypatch):
    monkeypatch.setattr(learning_rows, "MAX_READ", 10**5)
    row = certificate_of(Theory(small("production_serial"))).row("logit equilibrium approaches Nash")
    assert row.verdict.status == "too large"
    assert "10 different branches about 7.5e+05 payoffs are read, more than 1e+05" in row.verdict.reason


def test_the_budget_of_strong_equilibria_is_that_of_all_type_profiles_together(monkeypatch):
    theory = Theory(load_treatment("treatments/auction_second_price.toml"))
    assert finding_of(theory, "strong equilibrium exists").verdict.holds
    monkeypatch.setattr(coalition_rows, "MAX_COMPARISONS", 1000)
    reason = finding_of(theory, "strong equilibrium exists").verdict.reason
    payoffs = len(theory.type_profiles) * 3 * 11**3
    assert f"comparisons, with those before, more than {payoffs / 4:.3g}; a coarser grid" in reason


@pytest.mark.parametrize("name", ["cason_pivotal", "park_vcg", "serial_direct"])
def test_equilibria_that_are_too_many_to_remember_are_found_again_and_one_stands_for_all_that_do_the_same(
    name, monkeypatch
):
    theory = Theory(load_treatment(f"treatments/{name}.toml"))
    monkeypatch.setattr(theory_module, "MAX_REMEMBERED", 0)
    for types in theory.type_profiles:
        found, first = theory.nash_at(types), theory.nash_by_outcome(types)
        assert theory.nash_counts[types] == len(found)
        done = theory.done[tuple(found.T)]
        earliest = [int(np.flatnonzero(done == number)[0]) for number in np.unique(done)]
        assert first.tolist() == found[sorted(earliest)].tolist()
    assert not theory._nash
