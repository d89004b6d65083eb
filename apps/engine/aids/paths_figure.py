"""For two players: the way on which the units are produced, one player's units across and the other's up."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from engine.aids.drawings import DASHES, figure, line, text, ticks
from engine.words.language import _
from engine.words.numbers import plain
from mechanisms.arrays import FloatArray

WIDE, TALL = 240.0, 190.0
LEFT, TOP = 60.0, 46.0


def paths_figure(
    names: Sequence[str],
    traces: Sequence[Sequence[FloatArray] | FloatArray],
    stops: Sequence[FloatArray],
    grid: Sequence[float] = (),
    name: str = "step-path",
) -> Markup:
    """Lines from nothing to the demands, with a numbered dot at each stop; empty for more or fewer than two players.

    `grid` : what can be requested, and nothing; empty where it can be anything. `name` is that of the figure.
    """
    if len(names) != 2 or not traces or not np.any(traces[0]):
        return Markup("")
    most = [max(float(np.max(np.asarray(trace)[:, i])) for trace in traces) or 1.0 for i in (0, 1)]

    def at(point: FloatArray) -> tuple[float, float]:
        return LEFT + WIDE * float(point[0]) / most[0], TOP + TALL * (1 - float(point[1]) / most[1])

    bottom = TOP + TALL
    shapes = [line(LEFT, TOP - 8, LEFT, bottom), line(LEFT, bottom, LEFT + WIDE + 8, bottom)]
    shapes += [text(at(np.array([x, 0]))[0], bottom + 18, plain(x), css="across") for x in ticks(0, most[0], grid, 6)]
    shapes += [text(LEFT - 8, at(np.array([0, y]))[1] + 4, plain(y), "end") for y in ticks(0, most[1], grid, 6)]
    shapes.append(text(LEFT + WIDE / 2, bottom + 38, _("Units of {name} so far", name=names[0])))
    shapes.append(text(4, 14, _("Units of {name} so far", name=names[1]), "start"))
    for k, trace in enumerate(traces):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, trace))
        shapes.append(f'<polyline points="{points}" fill="none" stroke="#000" stroke-dasharray="{DASHES[k % 4]}"/>')
    for k, stop in enumerate(stops, 1):
        x, y = at(stop)
        shapes += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>', text(x + 9, y - 7, str(k), "start")]
    said = (
        _("A line from 0 units for both players to the units requested. Each dot is the end of a step.")
        if len(traces) == 1
        else _("Two lines from 0 units for both players to the units requested, one for each order of the players.")
    )
    return figure(name, _("In which order the units are produced"), said, bottom + 48, shapes)
