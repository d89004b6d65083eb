"""The drawing of a path: its points are where the quantities are, and only two players have one."""

import re

import numpy as np
from engine.aids.paths_figure import LEFT, TALL, TOP, WIDE, paths_figure

TRACE = np.array([[0.0, 0.0], [2.0, 1.0], [4.0, 1.0]])


def test_the_line_goes_through_the_points_of_the_path():
    svg = str(paths_figure(["A", "B <"], [TRACE], [TRACE[1], TRACE[2]]))
    [points] = re.findall(r'<polyline points="([^"]*)"', svg)
    found = np.array([list(map(float, point.split(","))) for point in points.split()])
    quantities = np.stack([(found[:, 0] - LEFT) / WIDE * 4, 1 - (found[:, 1] - TOP) / TALL], axis=-1)
    np.testing.assert_allclose(quantities, TRACE, atol=0.01)
    assert svg.count("<circle") == 2
    assert "B &lt;" in svg
    assert "B <" not in svg


def test_the_numbers_at_the_axes_are_those_that_can_be_requested():
    def shown(grid):
        texts = re.findall(r"<text[^>]*>([^<]*)</text>", str(paths_figure(["A", "B"], [TRACE], [], grid)))
        return [float(text) for text in texts if re.fullmatch(r"[\d.]+", text)]

    assert shown([0, 1, 2, 3, 4]) == [0, 1, 2, 3, 4, 0, 1]
    assert shown([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]) == [0, 1, 2, 3, 4, 0, 0.5, 1]
    assert len(shown([])) > 8


def test_two_orders_are_two_lines():
    ways = [[[0, 0], [2, 0], [2, 3]], [[0, 0], [0, 3], [2, 3]]]
    assert str(paths_figure(["A", "B"], ways, [])).count("<polyline") == 2


def test_more_players_or_nothing_have_no_drawing():
    assert paths_figure(["A", "B", "C"], [np.eye(3)], []) == ""
    assert paths_figure(["A", "B"], [np.zeros((2, 2))], []) == ""
