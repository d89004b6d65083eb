"""Allocations: the same game as a public project whose outcomes are the winners; under VCG a (k + 1)-price auction."""

from itertools import combinations, product

import numpy as np
import pytest

from mechanisms.environments import Allocation
from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from mechanisms.treatments.rules import MECHANISMS

DIRECT = [name for name, rule in MECHANISMS.items() if rule.has_transfers]
GIVEN = load_treatment("treatments/auction_second_price.toml").definition


def auction(size, objects, mechanism, **tables):
    definition = {key: part for key, part in GIVEN.items() if key not in ("roles", "messages")}
    types = {"values": ["1", "4", "6"], "probabilities": ["1/4", "1/4", "1/2"]}
    return {
        **definition,
        "group": {"size": size},
        "environment": {"kind": "allocation", "objects": objects},
        "mechanism": mechanism,
        "types": types,
        "session": {**GIVEN["session"], "participants": size},
        **tables,
    }


def as_project(definition):
    """The public project in which each outcome is a group of winners, each role with its payoffs."""
    size, objects = definition["group"]["size"], definition["environment"]["objects"]
    winners = list(combinations(range(size), objects))
    names = ["; ".join(f"Player {i + 1}" for i in group) for group in winners]
    roles = [
        {"name": f"Player {i + 1}",
         "payoffs": {n: "type" if i in group else "0" for n, group in zip(names, winners, strict=True)}}
        for i in range(size)
    ]  # fmt: skip
    return {**definition, "environment": {"kind": "public_project", "outcomes": names}, "roles": roles}


@pytest.mark.parametrize("ties", ["first", "last"])
@pytest.mark.parametrize("name", DIRECT)
@pytest.mark.parametrize(("size", "objects"), [(2, 1), (3, 1), (3, 2)])
def test_it_is_the_public_project_of_its_winners(size, objects, name, ties):
    definition = auction(size, objects, {"name": name, "ties": ties})
    ours, project = (Treatment.from_definition(d) for d in (definition, as_project(definition)))
    profiles = np.array(list(product([1, 4, 6], repeat=size)), dtype=float)
    for types in ([1, 4, 6][:size], [6, 1, 4][:size]):
        here, there = (treatment.play(types, profiles) for treatment in (ours, project))
        assert here.points.tolist() == there.points.tolist()
        assert here.transfers == pytest.approx(there.transfers)
        labels = [[t.outcome_label(o) for o in play.outcome] for t, play in ((ours, here), (project, there))]
        assert labels[0] == labels[1]


@pytest.mark.parametrize(("size", "objects"), [(2, 1), (3, 1), (4, 2), (5, 3)])
def test_under_vcg_winners_pay_the_highest_bid_that_gets_nothing(size, objects):
    treatment = Treatment.from_definition(auction(size, objects, {"name": "vcg"}))
    rng = np.random.default_rng(size)
    for bids in rng.choice([1.0, 4.0, 6.0], (50, size)):
        play = treatment.play([4] * size, bids)
        order = sorted(range(size), key=lambda i: (-bids[i], i))
        winners, price = order[:objects], bids[order[objects]]
        paid = [-price if i in winners else 0 for i in range(size)]
        assert play.transfers.tolist() == paid
        assert play.values.tolist() == [4 if i in winners else 0 for i in range(size)]


def test_a_shipped_second_price_auction_has_dominant_truth():
    treatment = load_treatment("treatments/auction_second_price.toml")
    for theta in treatment.positions[0].types:
        assert theta in treatment.dominant_messages(0, theta)


def test_everybody_cannot_get_one():
    with pytest.raises(TreatmentError, match=r"environment.objects = 3: must be less than group.size = 3"):
        Treatment.from_definition(auction(3, 3, {"name": "vcg"}))


def test_agents_of_one_name_are_told_by_their_numbers():
    assert Allocation.of(("Bidder",) * 3, (np.arange(3.0),) * 3, 2).outcomes == ("1; 2", "1; 3", "2; 3")
