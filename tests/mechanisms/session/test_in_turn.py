"""What backward induction says in the middle of a round, against brute force at every history."""

import numpy as np
import pytest

from mechanisms.session.in_turn import equilibrium_in_turn, messages_in_turn
from mechanisms.treatments import Treatment, load_treatment
from tests.mechanisms.bayesian import sequential_brute_force as brute

PARK = load_treatment("treatments/park_pairwise_sequential.toml")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
@pytest.mark.parametrize("mechanism", ["pairwise", "agv"])
def test_it_is_an_equilibrium_of_the_order_of_the_round(order, mechanism):
    definition = {**PARK.definition, "mechanism": {"name": mechanism, "ties": "first"}}
    definition["play"] = {"form": "sequential", "order": "drawn"}
    treatment = Treatment.from_definition(definition).in_sequence(order)
    found, at = equilibrium_in_turn(treatment, [8, 20, 20])
    assert (found.order, at) == (order, (0, 1, 1))
    game = treatment.bayesian_game()
    strategy = {(i, h, t): int(found.strategies[i][(*h, t)]) for i, h, t in brute.places(game, order)}
    assert brute.is_equilibrium(game, order, strategy)


def test_what_was_said_is_kept_and_the_others_go_on_from_there():
    definition = {**PARK.definition, "mechanism": {"name": "agv"}, "play": {"form": "sequential", "order": [3, 1, 2]}}
    treatment = Treatment.from_definition(definition)
    for said in (8.0, 20.0):
        messages = messages_in_turn(treatment, [8, 20, 8], [None, None, said])
        assert messages[2] == said
        found, at = equilibrium_in_turn(treatment, [8, 20, 8])
        first = int(np.searchsorted([8, 20], said))
        own = found.strategies[0][first, at[0]]
        assert messages[0] == (8.0, 20.0)[own]
        assert messages[1] == (8.0, 20.0)[found.strategies[1][first, own, at[1]]]


def test_with_complete_information_the_types_are_known():
    complete = {**PARK.definition, "group": {"size": 3, "information": "complete"}}
    found, at = equilibrium_in_turn(Treatment.from_definition(complete), [8, 20, 8])
    assert at == (0, 0, 0)
    assert [strategy.shape for strategy in found.strategies] == [(1,), (2, 1), (2, 2, 1)]
