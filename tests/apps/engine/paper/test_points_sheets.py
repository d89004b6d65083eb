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
            for _orders, _other, tables in sheet["tables"]:
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


@pytest.mark.parametrize("name", ["park_pairwise_sequential", "cremer_riordan", "two", "complete", "many"])
def test_where_the_order_of_reports_is_drawn_each_table_says_for_which_orders_it_holds(name):
    """Every number under every order that its table names, and all orders together."""
    definition = dict(TREATMENTS["park_pairwise_sequential"].definition)
    if name == "cremer_riordan":
        definition |= {"mechanism": {"name": name}, "play": definition["play"] | {"compensation": False}}
    if name in ("two", "complete"):
        information = "complete" if name == "complete" else "private"
        definition |= {"group": {"size": 2, "information": information}, "roles": definition["roles"][:2]}
    if name == "many":
        definition |= {"group": definition["group"] | {"size": 6}, "roles": definition["roles"] * 2}
        definition["roles"] = [role | {"name": f"Player {k}"} for k, role in enumerate(definition["roles"], 1)]
    treatment = Treatment.from_definition(definition)
    for sheet, own in zip(points_sheets(treatment, 0), treatment.positions[0].types.tolist(), strict=True):
        assert sheet["too_many_orders"] == (name == "many")
        printed = {}
        for said, rows in printed_rows(sheet):
            for order in re.findall(r"Player \d(?: → Player \d)+", said):
                printed[order] = rows
        assert len(printed) == (0 if name == "many" else 2 if treatment.group_size == 2 else 6)
        for said, rows in printed.items():
            ordered = treatment.in_sequence([int(digit) - 1 for digit in re.findall(r"\d", said)])
            units = ordered.own_points(0, own)
            columns = units.reshape(len(units), -1)
            wanted = columns if treatment.group_size == 2 else columns.T
            assert rows == [[points_text(ordered, int(unit)) for unit in row] for row in wanted]


def printed_rows(sheet):
    for said, table in sheet["profiles"]:
        yield said, [cells for _heads, cells in table["rows"]]
    for said, _other, tables in sheet["tables"]:
        body = str(tables[0]).split("<tbody>")[1].split("<tfoot")[0]
        yield said, [re.findall(r"<td[^>]*>(?:<b>)?([^<]+)", row) for row in body.split("<tr>")[1:]]


def test_a_game_that_is_too_large_for_paper_has_values_and_costs_only():
    treatment = TREATMENTS["production_serial"]
    definition = treatment.definition
    larger = Treatment.from_definition({**definition, "group": definition["group"] | {"size": 6}})
    [sheet, *_more] = points_sheets(larger, 0)
    assert profile_table(larger, 0, 13.0) is None
    assert sheet["profiles"] == []
    assert len(sheet["own_values"]) == 9
    assert len(sheet["costs"]) == 6 * 8 + 1
