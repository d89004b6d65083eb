"""The graph is the row of the game, drawn to scale."""

import re

import numpy as np
import pytest
from engine.aids import answer
from engine.bots.oracle import expected

from tests.apps.aid_games import TREATMENTS, number, person, profiles, tags, units, with_screen
from tests.shared import first_of_each, kind_of_game, mostly_thorough

pytestmark = pytest.mark.usefixtures("stored")


@pytest.mark.parametrize(
    "name", mostly_thorough(TREATMENTS, *first_of_each(TREATMENTS, lambda name: kind_of_game(TREATMENTS[name])))
)
def test_the_graph_is_the_row_of_the_game(name, stored):
    treatment = with_screen(TREATMENTS[name], graph=True)
    for types, messages in profiles(treatment, 2):
        for position in (0, treatment.group_size - 1):
            entered = ["" if i == position else f"{m:g}" for i, m in enumerate(messages)]
            reply = answer(person(treatment, position, types), {"kind": "graph", "messages": entered})
            shown = tags(reply["html"])
            grid = treatment.positions[position].messages.tolist()
            assert len(shown) == len(grid) == reply["html"].count("<circle")
            for own in grid[:: max(1, len(grid) // 5)]:
                profile = [own if i == position else m for i, m in enumerate(messages)]
                points = expected(treatment.definition, types, profile)["points"][position]
                value, text = shown[f"graph-points-{own:g}"]
                assert int(value) == units(treatment, text) == points
            check_drawing(reply["html"], [int(value) for value, _ in shown.values()], grid)
            assert stored[-1]["points_units"] is None
            assert stored[-1]["messages"] == ";".join(entered)


def check_drawing(html, points, grid):
    """Points lie where the two axes say: all on one straight scale, higher for more points."""
    places = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([^"]*)" cy="([^"]*)"', html)]
    ticks = re.findall(r'<text class="y" x="[^"]*" y="([^"]*)">([^<]*)<', html)
    heights, numbers = zip(*((float(y), number(text)) for y, text in ticks), strict=True)
    slope = (heights[-1] - heights[0]) / (numbers[-1] - numbers[0])
    assert slope < 0
    scale = 10 ** max(len(text.partition(".")[2]) for _, text in ticks)
    for (_, y), value in zip(places, points, strict=True):
        assert y == pytest.approx(heights[0] + (value / scale - numbers[0]) * slope, abs=0.2)
        assert min(heights) - 0.1 <= y <= max(heights) + 0.1
    steps = np.diff([x for x, _ in places]) / np.diff(grid)
    assert np.allclose(steps, steps.mean(), atol=0.2 * abs(steps.mean()) + 0.2)
