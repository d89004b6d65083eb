"""The two rows on reports one after another, against brute force over orders, histories and types."""

from itertools import permutations

import pytest

import mechanisms.certificate.in_turn_rows as module
from mechanisms.certificate import QUESTIONS, bayesian_rows, certify
from mechanisms.certificate.rendering import compared
from mechanisms.treatments import Treatment, load_treatment
from tests.mechanisms.bayesian import sequential_brute_force as brute

TRUTH, EFFICIENT = module.QUESTIONS


def park(name, mechanism=None, **play):
    definition = load_treatment(f"treatments/park_{name}.toml").definition
    definition = {**definition, "mechanism": {**definition["mechanism"], **({"name": mechanism} if mechanism else {})}}
    return Treatment.from_definition({**definition, "play": {"form": "sequential", **play}})


def test_simultaneous_treatments_are_not_asked():
    concepts = [row.concept for row in certify(load_treatment("treatments/park_vcg.toml")).rows]
    assert not {TRUTH, EFFICIENT} & set(concepts)


@pytest.mark.parametrize("mechanism", ["pairwise", "vcg", "agv", "cremer_riordan", "symmetric_pairwise"])
def test_truth_in_every_order_that_can_be_drawn(mechanism):
    treatment = park("pairwise_sequential", mechanism, order="drawn")
    fails = []
    for order in permutations(range(3)):
        game = treatment.in_sequence(order).bayesian_game()
        strategy = {(i, h, t): int(game.truthful[i][t]) for i, h, t in brute.places(game, order)}
        fails.append(not brute.is_equilibrium(game, order, strategy))
    row = certify(treatment).row(TRUTH)
    assert row.verdict.status == ("fails" if any(fails) else "holds")
    assert ("in the order" in row.witness) == any(fails)


@pytest.mark.parametrize("order", ["drawn", [1, 2, 3]])
def test_rows_on_reports_at_once_say_for_which_order_where_it_is_drawn(order):
    certificate = certify(park("pairwise_sequential", "pairwise", order=order))
    said = {row.concept: "in the order 1, …, n" in row.numbers for row in certificate.rows if row.verdict.method}
    assert said[TRUTH] is False
    assert {value for concept, value in said.items() if concept in QUESTIONS} == {order == "drawn"}


def test_efficiency_of_all_equilibria_tells_pairwise_compensation_from_cremer_and_riordan():
    pairwise = certify(load_treatment("treatments/park_pairwise_sequential.toml"))
    other = certify(load_treatment("treatments/park_cremer_riordan.toml"))
    assert pairwise.row(EFFICIENT).verdict.holds
    row = other.row(EFFICIENT)
    assert row.verdict.status == "fails"
    assert "the surplus is 20 instead of 28" in row.witness
    assert f"* {EFFICIENT}" in compared([pairwise, other])
    beside = compared([pairwise, certify(load_treatment("treatments/park_vcg.toml"))])
    [line] = [line for line in beside.splitlines() if TRUTH in line]
    assert line.split()[-2:] == ["holds", "-"]


def test_with_complete_information_every_type_profile_is_a_game():
    definition = park("pairwise_sequential", order=[2, 1, 3]).definition
    treatment = Treatment.from_definition({**definition, "group": {**definition["group"], "information": "complete"}})
    row = certify(treatment).row(TRUTH)
    orders = [(1, 0, 2)]
    found = []
    for types in [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]:
        game = treatment.bayesian_game()
        own = type(game)([game.payoffs[i][[t]] for i, t in enumerate(types)], [[1.0]] * 3,
                         [game.truthful[i][[t]] for i, t in enumerate(types)])  # fmt: skip
        strategy = {(i, h, 0): int(own.truthful[i][0]) for i, h, _ in brute.places(own, orders[0])}
        found.append(brute.is_equilibrium(own, orders[0], strategy))
    assert row.verdict.holds == all(found)


def test_too_many_orders_are_said(monkeypatch):
    monkeypatch.setattr(module, "MAX_ORDERS", 5)
    monkeypatch.setattr(bayesian_rows, "MAX_ORDERS", 5)
    independence = certify(load_treatment("treatments/park_pairwise.toml")).row("order independence").verdict
    assert (independence.status, independence.size) == ("too large", "6 orders")
    assert "6 orders, more than 5" in independence.reason
    row = certify(load_treatment("treatments/park_pairwise_sequential.toml")).row(TRUTH)
    assert row.verdict.status == "too large"
    assert "6 orders" in row.verdict.reason
