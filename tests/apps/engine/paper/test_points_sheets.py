"""Sheets of points against the game as played."""

import re

import pytest
from engine.paper.points_sheets import points_sheets, profile_table
from engine.words.numbers import points_text

from mechanisms.treatments import Treatment
from tests.apps.aid_games import TREATMENTS


@pytest.mark.parametrize(
    "name", [n for n, t in TREATMENTS.items() if t.group_size == 2 and len(t.positions[0].messages) < 100]
)
def test_the_table_of_two_players_is_the_whole_game(name):
    treatment = TREATMENTS[name]
    for position in (0, 1):
        for sheet, own in zip(points_sheets(treatment, position), treatment.positions[position].types, strict=False):
            units = treatment.own_points(position, float(own))
            rows = (units if position == 0 else units.T).tolist()
            for _other, tables in sheet["tables"]:
                printed_cells = []
                for table in tables:
                    body = str(table).split("<tbody>")[1].split("<tfoot")[0]
                    printed_cells += re.findall(r"<td[^>]*>(?:<b>)?([^<]+)", body)
                wanted = [points_text(treatment, unit) for row in rows for unit in row]
                assert sorted(printed_cells) == sorted(wanted) if len(tables) > 1 else printed_cells == wanted


@pytest.mark.parametrize("name", ["park_pairwise", "production_serial", "uneven_agv"])
def test_the_table_of_more_players_is_the_game_as_played(name):
    treatment = TREATMENTS[name]
    position = 1
    own = float(treatment.positions[position].types[-1])
    table = profile_table(treatment, position, own)
    grids = [place.messages.tolist() for place in treatment.positions]
    types = [float(place.types[0]) for place in treatment.positions]
    types[position] = own
    profiles = [(a, c) for a in grids[0] for c in grids[2]]
    assert len(table["rows"]) == len(profiles)
    for (a, c), (_heads, cells) in zip(profiles, table["rows"], strict=True):
        wanted = [treatment.play(types, [a, b, c]).points[position] for b in grids[1]]
        assert cells == [points_text(treatment, int(unit)) for unit in wanted]


def test_a_game_that_is_too_large_for_paper_has_values_and_costs_only():
    treatment = TREATMENTS["production_serial"]
    definition = treatment.definition
    larger = Treatment.from_definition({**definition, "group": definition["group"] | {"size": 6}})
    [sheet, *_more] = points_sheets(larger, 0)
    assert profile_table(larger, 0, 13.0) is None
    assert sheet["profiles"] is None
    assert len(sheet["own_values"]) == 9
    assert len(sheet["costs"]) == 6 * 8 + 1
