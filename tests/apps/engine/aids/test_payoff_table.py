"""The table for two players: every cell is the game's, on the screen and on paper, and the page stays light."""

import re
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from engine.aids import aids, payoff_table, printed_tables, uses_table
from engine.aids.payoff_table import COLUMNS_ON_PAPER, LARGEST_TABLE
from engine.bots.oracle import expected

from mechanisms.treatments import Treatment
from tests.apps.aid_games import FOR_TWO, TREATMENTS, Cells, number, person, profiles, units, with_screen
from tests.lab import ROOT


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("name", FOR_TWO)
def test_every_cell_of_the_table_is_the_game(name, position):
    treatment, other = TREATMENTS[name], 1 - position
    own_type = float(treatment.positions[position].types[-1])
    other_type = float(treatment.positions[other].types[-1]) if treatment.information == "complete" else None
    html = payoff_table(treatment, position, own_type, other_type)
    head, *body = Cells(html).rows
    mine, theirs = (treatment.positions[i].messages for i in (position, other))
    assert [float(th[1]["data-message"]) for th in head[1:]] == theirs.tolist()
    assert [float(row[0][1]["data-message"]) for row in body] == mine.tolist()
    assert [number(row[0][2][0]) for row in body] == mine.tolist()
    own = treatment.own_points(position, own_type)
    shown = np.array([[units(treatment, td[2][0]) for td in row[1:]] for row in body])
    assert np.array_equal(shown, own if position == 0 else own.T)
    if other_type is not None:
        points = treatment.own_points(other, other_type)
        shown = np.array([[units(treatment, td[2][1]) for td in row[1:]] for row in body])
        assert np.array_equal(shown, points if position == 0 else points.T)
    else:
        assert all(len(td[2]) == 1 for row in body for td in row[1:])


@pytest.mark.parametrize("name", FOR_TWO)
def test_cells_are_what_the_oracle_pays(name):
    treatment = TREATMENTS[name]
    read = cache(lambda *types: Cells(payoff_table(treatment, 0, *types)).rows)
    for types, messages in profiles(treatment, 12):
        _, *body = read(*types)
        r, c = (int(np.searchsorted(p.messages, m)) for p, m in zip(treatment.positions, messages, strict=True))
        shown = [units(treatment, text) for text in body[r][c + 1][2]]
        assert shown == expected(treatment.definition, types, messages)["points"]


def test_only_one_cell_is_in_the_order_of_the_tab_key():
    html = payoff_table(TREATMENTS["cason_pivotal"], 1, 8.0)
    assert html.count("tabindex") == 1
    assert 'role="grid"' in html


def test_on_paper_no_table_is_wider_than_a_page_and_headings_are_repeated():
    treatment = TREATMENTS["hundred"]
    tables = printed_tables(treatment, 0, 3.0)
    own, start = treatment.own_points(0, 3.0), 0
    for html in tables:
        head, *body, foot = Cells(html).rows
        assert [th[2] for th in head] == [th[2] for th in foot]
        width = len(head) - 1
        assert 0 < width <= COLUMNS_ON_PAPER
        shown = np.array([[units(treatment, td[2][0]) for td in row[1:]] for row in body])
        assert np.array_equal(shown, own[:, start : start + width])
        assert 'id="' not in html
        start += width
    assert start == 101


def test_a_large_table_keeps_the_page_light_and_a_larger_one_gives_way_to_the_calculator():
    treatment = TREATMENTS["hundred"]
    html = aids(person(treatment))
    assert uses_table(treatment)
    assert "payoff-table" in html
    assert len(html.encode()) <= LARGEST_TABLE + 10_000
    both = {**treatment.definition, "group": {"size": 2, "information": "complete"}}
    heavy = with_screen(Treatment.from_definition(both), calculator=False)
    html = aids(person(heavy))
    assert not uses_table(heavy)
    assert "payoff-table" not in html
    assert 'id="calculate"' in html
    assert len(html.encode()) < 10_000


def test_the_estimate_of_the_weight_is_not_below_it():
    for name in FOR_TWO:
        treatment = TREATMENTS[name]
        if not uses_table(treatment):
            continue
        for types, _ in profiles(treatment):
            other = types[1] if treatment.information == "complete" else None
            assert len(payoff_table(treatment, 0, types[0], other).encode()) <= LARGEST_TABLE


def luminance(colour):
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_colour_scale_is_a_scale_of_lightness_with_readable_text():
    css = (ROOT / "_static" / "aids.css").read_text(encoding="utf-8")
    found = dict(re.findall(r"\.payoffs \.(c\d) \{ background: (#[0-9a-f]{6})", css))
    scale = [luminance("#ffffff"), *(luminance(found[f"c{k}"]) for k in range(1, 7))]
    assert len(found) == 6
    assert all(a > b for a, b in pairwise(scale))
    ink = luminance("#1c2733")
    assert (scale[-1] + 0.05) / (ink + 0.05) >= 4.5
    treatment = with_screen(TREATMENTS["cason_groves"], colours=True)
    _, *body = Cells(payoff_table(treatment, 0, 12.0)).rows
    cells = [(units(treatment, td[2][0]), int(td[1].get("class", "c0")[1])) for row in body for td in row[1:]]
    cells.sort()
    levels = [level for _, level in cells]
    assert levels == sorted(levels)
    assert set(levels) == set(range(7))
    assert "The darker a cell" in aids(person(treatment))
    assert "class=c1" not in payoff_table(with_screen(treatment, colours=False), 0, 12.0)
