"""The graph: own points against the own message, for one guess about the others. Drawn here, shown by the browser."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from engine.aids.crowd_guess import guesses_told
from engine.words.grids import message_choices
from engine.words.names import who_sends
from engine.words.numbers import plain, points_text, tagged
from engine.words.rendering import render
from mechanisms.explanations import own_points_curve
from mechanisms.treatments import Treatment
from mechanisms.writing import exact

WIDTH, HEIGHT = 340, 230
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 42
"""The frame of the drawing, in units of its viewBox: room for the numbers of the axes."""
TICKS = 6


@dataclass(frozen=True)
class Mark:
    """A tick of an axis or a point of the curve: where it is drawn, and its number as text."""

    x: str
    y: str
    text: str
    message: str = ""
    points: Markup | None = None


def curve(
    treatment: Treatment,
    position: int,
    own_type: float,
    types: list[float] | None,
    messages: list[float | None],
    least: float = -math.inf,
) -> tuple[Markup, None]:
    """The drawing and the same numbers as a table; the own place of `messages` is open, from `least` on."""
    others = [message for i, message in enumerate(messages) if i != position and message is not None]
    grid = treatment.positions[position].messages
    units = own_points_curve(treatment, position, own_type, others)[grid >= least]
    grid = grid[grid >= least]
    x = _scale(grid, LEFT, WIDTH - RIGHT)
    ticks = _round_numbers(int(units.min()), int(units.max()))
    y = _scale(np.array([min(ticks[0], units.min()), max(ticks[-1], units.max())]), HEIGHT - BOTTOM, TOP)
    texts = [text for _value, text in message_choices(treatment, position, least)]
    points = [
        Mark(x(m), y(u), text, exact(m), tagged(f"graph-points-{exact(m)}", int(u), points_text(treatment, int(u))))
        for m, u, text in zip(grid.tolist(), units.tolist(), texts, strict=True)
    ]
    guesses = guesses_told(treatment, messages)
    html = render(
        "engine/graph_answer.html",
        demands=treatment.messages_are == "demands",
        guessed_others=len(guesses),
        guesses=who_sends(guesses),
        points=points,
        line=" ".join(f"{point.x},{point.y}" for point in points),
        x_ticks=[Mark(x(m), "", plain(m)) for m in _some(grid)],
        y_ticks=[Mark("", y(u), points_text(treatment, u)) for u in ticks],
        frame={"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "bottom": HEIGHT - BOTTOM},
    )
    return html, None


def _scale(values: np.ndarray, start: float, end: float) -> Callable[[float], str]:
    """From a number to a coordinate: the smallest of `values` at `start`, the largest at `end`."""
    low, span = float(values.min()), float(values.max() - values.min()) or 1.0
    return lambda value: f"{start + (float(value) - low) / span * (end - start):.1f}"


def _some(grid: np.ndarray) -> list[float]:
    """Messages to write under the axis: every one, or every second, fifth, tenth and so on if they are many."""
    for every in (k * 10**p for p in range(6) for k in (1, 2, 5)):
        if len(grid) <= TICKS * every + 1:
            return grid[::every].tolist()
    return [float(grid[0]), float(grid[-1])]


def _round_numbers(low: int, high: int) -> list[int]:
    """Round numbers from below `low` to above `high`, all equally far apart: 1, 2 or 5 times a power of ten.

    >>> _round_numbers(-3, 141), _round_numbers(7, 7)
    ([-50, 0, 50, 100, 150], [7, 8])
    """
    high = max(high, low + 1)
    step = next(k * 10**p for p in range(20) for k in (1, 2, 5) if TICKS * k * 10**p >= high - low)
    return list(range(low // step * step, high + step, step))
