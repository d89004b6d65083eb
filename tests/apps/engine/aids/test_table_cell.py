"""A cell of the payoff table in words: its numbers are the game's, by the oracle."""

import pytest
from engine.aids import answer, uses_table
from engine.bots.oracle import expected

from tests.apps.aid_games import FOR_TWO, TREATMENTS, person, profiles, tags, units, with_screen

pytestmark = pytest.mark.usefixtures("stored")


# What is asked


@pytest.mark.parametrize("name", FOR_TWO)
def test_a_chosen_cell_is_said_in_words(name, stored):
    treatment = with_screen(TREATMENTS[name], table=True)
    if not uses_table(treatment):
        pytest.fail(f"{name} should have a table")
    for types, messages in profiles(treatment):
        for position in (0, 1):
            reply = answer(
                person(treatment, position, types), {"kind": "table", "messages": list(map(str, messages)), "query": 4}
            )
            points = expected(treatment.definition, types, messages)["points"]
            shown = tags(reply["html"])
            assert int(shown["table-points"][0]) == points[position] == reply["points"]
            assert units(treatment, shown["table-points"][1]) == points[position]
            assert ("table-other-points" in shown) == (treatment.information == "complete")
            if treatment.information == "complete":
                assert int(shown["table-other-points"][0]) == points[1 - position]
            assert (reply["kind"], reply["query"]) == ("table", 4)
            assert stored[-1]["points_units"] == points[position]
            assert [float(m) for m in stored[-1]["messages"].split(";")] == messages
