"""Which designs a search tries."""

import json

import pytest

from analysis.planning.search.space import Space
from mechanisms.treatments import TreatmentError, load_treatment

PARK, PAIRWISE, SERIAL = (
    load_treatment(f"treatments/{name}.toml") for name in ("park_vcg", "park_pairwise", "production_serial")
)


def test_every_combination_is_a_design_after_the_treatment_as_it_is():
    space = Space.of(PARK, {"rounding": [0, 1]}, PAIRWISE, {"types.values": [[8, 20], [8, 30], [4, 20]]})
    assert len(space) == 7
    found = [space.changes(k) for k in range(7)]
    assert found[0] == {}
    assert len({json.dumps(changes) for changes in found}) == 7
    vcg, pairwise = space.designs(5)
    assert found[5] == {"rounding": 1, "types.values": [8, 30]}
    assert (vcg.rounding, pairwise.rounding) == (1, 0)  # the second has only what both share
    assert vcg.positions[0].types.tolist() == pairwise.positions[0].types.tolist() == [8, 30]
    assert space.designs(0)[0].definition == PARK.definition


def test_groups_of_another_size_are_whole():
    space = Space.of(SERIAL, {"size": [2, 4, 5]})
    assert [space.designs(k)[0].protocol.participants for k in range(4)] == [6, 6, 8, 10]
    assert [space.designs(k)[0].group_size for k in range(4)] == [3, 2, 4, 5]


def test_order_and_information_can_vary():
    space = Space.of(PAIRWISE, {"order": [[1, 2, 3], [3, 1, 2]], "information": ["private", "own"]})
    assert space.designs(4)[0].definition["mechanism"]["order"] == [3, 1, 2]
    assert space.designs(4)[0].information == "own"


def test_keys_that_a_treatment_does_not_have_are_refused():
    with pytest.raises(TreatmentError, match="vary roundness"):
        Space.of(PARK, {"roundness": [1]})
    with pytest.raises(TreatmentError, match=r"vary order"):
        Space.of(PAIRWISE, {}, PARK, {"order": [[1, 2, 3]]})
