"""Small figures of instructions and results: SVG made from numbers, in black, white and greys, so that they print.

Every figure has a title and a description for those who cannot see it. Labels are texts that are ready to print, and
`write` turns a number into text.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup, escape

from engine.words.numbers import plain
from mechanisms.arrays import FloatArray

Write = Callable[[float], str]

WIDTH = 340
"""Of a figure, in its own units: on a telephone about as many points, so that words of 13 can be read there."""
EDGE = 2.0
"""Room for the edge of a box."""
GREYS = ("#ffffff", "#dddddd", "#b5b5b5", "#8a8a8a", "#eeeeee", "#cccccc")
DASHES = ("", "6 3", "2 3", "9 3 2 3")


def figure(name: str, title: str, description: str, height: float, shapes: Sequence[str]) -> Markup:
    """The frame of all figures, with the title above; `name` makes the ids unique on a page."""
    return Markup(
        f'<figure class="drawing"><figcaption id="{name}-title">{escape(title)}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {height:g}" font-size="13" role="img" xmlns="http://www.w3.org/2000/svg" '
        f'aria-labelledby="{name}-title {name}-description"><desc id="{name}-description">{escape(description)}</desc>'
        f"{''.join(shapes)}</svg></figure>"
    )


def text(x: float, y: float, words: str, anchor: str = "middle", css: str = "") -> str:
    shown = f' class="{css}"' if css else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{shown}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, css: str = "axis") -> str:
    return f'<line class="{css}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def room_of(words: object) -> float:
    """How wide a text is at most, in the units of a figure: Japanese letters are as wide as they are high."""
    return sum(13.5 if unicodedata.east_asian_width(letter) in "WFA" else 8.3 for letter in str(words))


def box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" stroke="#000"/>'


def stacked_bars(
    name: str,
    title: str,
    description: str,
    bars: Sequence[tuple[str, Sequence[float]]],
    steps: Sequence[str],
    write: Write,
) -> Markup:
    """One lying bar for each (label, parts), below its label: the k-th part in the k-th grey, as the legend says."""
    longest = max([sum(parts) for _label, parts in bars] + [0.0]) or 1.0
    (named, below), shapes = legend(steps), []
    room = WIDTH - EDGE - max(room_of(write(sum(parts))) + 10 for _label, parts in bars)
    for row, (label, parts) in enumerate(bars):
        shapes.append(text(EDGE, below + 12 + 50.0 * row, label, "start"))
        top, x = below + 18 + 50.0 * row, EDGE
        for k, part in enumerate(parts):
            width = room * part / longest
            if part > 0:
                shapes.append(box(x, top, width, 24, GREYS[k % len(GREYS)]))
                if width > 9.0 * len(write(part)):
                    shapes.append(text(x + width / 2, top + 17, write(part)))
            x += width
        shapes.append(text(x + 6, top + 17, write(sum(parts)), "start", "strong"))
    return figure(name, title, description, below + 50 * len(bars), [*named, *shapes])


def paired_bars(
    name: str,
    title: str,
    description: str,
    pairs: Sequence[tuple[str, float, float]],
    kinds: tuple[str, str],
    write: Write,
) -> Markup:
    """For each label, below it, two lying bars from a line at zero, the first white and the second grey."""
    numbers = [number for _label, *both in pairs for number in both]
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    named, below = legend(kinds, 2)
    ends = 8 + max(room_of(write(number)) for number in numbers)
    left = EDGE + (ends if low < 0 else 0)
    scale = (WIDTH - left - ends) / ((high - low) or 1.0)
    zero, shapes = left - low * scale, []
    for row, (label, *both) in enumerate(pairs):
        shapes.append(text(EDGE, below + 12 + 64.0 * row, label, "start"))
        top = below + 18 + 64.0 * row
        shapes.append(line(zero, top - 1, zero, top + 39))
        for k, number in enumerate(both):
            x = zero + min(number, 0) * scale
            shapes.append(box(x, top + 20 * k, abs(number) * scale, 18, GREYS[2 * k]))
            end = x - 5 if number < 0 else x + abs(number) * scale + 5
            shapes.append(text(end, top + 14 + 20 * k, write(number), "end" if number < 0 else "start"))
    return figure(name, title, description, below + 64 * len(pairs), [*named, *shapes])


def legend(names: Sequence[str], every: int = 1, dashed: bool = False) -> tuple[list[str], float]:
    """Boxes, or lines, with their names, in as many rows as they need, and where the figure goes on below."""
    shapes, x, y = [], 8.0, 4.0
    for k, name in enumerate(names):
        wide = (46 if dashed else 34) + room_of(name)
        if x > 8 and x + wide > WIDTH:
            x, y = 8.0, y + 20
        shapes.append(
            f'<path d="M{x:.1f} {y + 7:.1f}h26" stroke="#000" stroke-dasharray="{DASHES[k % 4]}"/>'
            if dashed
            else box(x, y, 14, 14, GREYS[every * k % len(GREYS)])
        )
        shapes.append(text(x + wide - 15 - room_of(name), y + 12, name, "start"))
        x += wide
    return shapes, y + 26


def curves(
    name: str,
    title: str,
    description: str,
    across: str,
    x: Sequence[float],
    lines: Sequence[tuple[str, Sequence[float]]],
    write: Write,
    grid: Iterable[float] = (),
) -> Markup:
    """Numbers over x, one line for each (label, numbers): the labels are at the ends, or above where they are long.

    `across` says what the horizontal axis is, which has numbers of the grid, or of x.
    """
    numbers = [0.0, *(number for _label, row in lines for number in row)]
    low, high = min(numbers), max(numbers)
    left = 10 + max(room_of(write(number)) for number in (low, high))
    right = WIDTH - max(room_of(label) + 10 for label, _row in lines)
    named, top = list[str](), 14.0
    if above := right - left < WIDTH / 2:
        (named, top), right = legend([label for label, _row in lines], dashed=True), WIDTH - 8.0
    bottom = top + 162
    wide = (right - left) / ((x[-1] - x[0]) or 1.0)
    tall = (bottom - top) / ((high - low) or 1.0)
    at = [
        [(left + (a - x[0]) * wide, bottom - (b - low) * tall) for a, b in zip(x, row, strict=True)]
        for _l, row in lines
    ]
    zero = bottom + low * tall
    shapes = [*named, line(left, top, left, bottom), line(left, zero, right, zero)]
    shapes += [
        text(left - 6, bottom - (number - low) * tall + 4, write(number), "end") for number in sorted({low, 0.0, high})
    ]
    shapes += [
        text(left + (a - x[0]) * wide, bottom + 18, plain(a), css="across") for a in ticks(x[0], x[-1], grid or x)
    ]
    shapes.append(text((left + right) / 2, bottom + 38, across))
    for k, ((label, _row), points) in enumerate(zip(lines, at, strict=True)):
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        shapes.append(f'<polyline points="{path}" fill="none" stroke="#000" stroke-dasharray="{DASHES[k % 4]}"/>')
        if len(points) <= 30:
            shapes += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5"/>' for a, b in points]
        if not above:
            shapes.append(text(points[-1][0] + 8, points[-1][1] + 4, label, "start"))
    return figure(name, title, description, bottom + 46, shapes)


def ticks(low: float, high: float, grid: Iterable[float] = (), most: int = 10) -> list[float]:
    """Round numbers from `low` to `high`, at most `most` of them, equally far apart, all of them on the grid.

    Of a grid on which no two of them are: some of its values. Without a grid any number will do.

    >>> ticks(0, 24, range(25)), ticks(0, 4, range(5)), ticks(0.5, 2, [0.5, 1, 1.5, 2])
    ([0.0, 5.0, 10.0, 15.0, 20.0], [0.0, 1.0, 2.0, 3.0, 4.0], [0.5, 1.0, 1.5, 2.0])
    >>> ticks(0.3, 2.3, [0.3, 1.3, 2.3]), ticks(0.0, 0.5)
    ([0.3, 1.3, 2.3], [0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    """
    allowed = {round(float(number), 9) for number in grid}
    for step in (k * 10.0**p for p in range(-9, 16) for k in (1, 2, 5)):
        if most - 1 >= (high - low) / step >= 1:
            first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
            found = [round(k * step, 9) for k in range(first, last + 1)]
            if len(found) > 1 and (not allowed or allowed.issuperset(found)):
                return found
    some = sorted(number for number in allowed or {low, high} if low - 1e-9 <= number <= high + 1e-9)
    return some[:: math.ceil(len(some) / most)]


def arrows(
    name: str,
    title: str,
    description: str,
    labels: Sequence[str],
    payments: Sequence[Sequence[float]] | FloatArray,
    write: Write,
) -> Markup:
    """Who pays whom on balance; payments[i][j] is what j pays i. The arrow points to who receives."""
    n, high = len(labels), {2: 52.0, 3: 82.0, 4: 82.0}.get(len(labels), 115.0)
    turns = [2 * math.pi * k / n - math.pi / 2 for k in range(n)]  # the first is above
    halves = [half_width(label) for label in labels]
    wide = (WIDTH / 2 - EDGE - max(halves)) / max(1e-9, *(abs(math.cos(turn)) for turn in turns))
    at = [(WIDTH / 2 + wide * math.cos(turn), high + 40 + high * math.sin(turn)) for turn in turns]
    shapes = []
    for i in range(n):
        for j in range(i):
            net = payments[i][j] - payments[j][i]
            if abs(net) > 1e-9:
                payer, receiver = (j, i) if net > 0 else (i, j)
                between = (halves[payer], halves[receiver])
                shapes += arrow(at[payer], at[receiver], between, write(abs(net)), 0.42 if n < 4 else 0.3)
    for (a, b), label, half in zip(at, labels, halves, strict=True):
        words = in_lines(label)
        shapes.append(box(a - half, b - HALF_BOX, 2 * half, 2 * HALF_BOX, "#ffffff"))
        shapes += [text(a, b + 4.5 + 15 * (k - (len(words) - 1) / 2), said) for k, said in enumerate(words)]
    return figure(name, title, description, max(b for _a, b in at) + HALF_BOX + 4, shapes)


HALF_BOX = 17.0
"""Half the height of the box around a name, which has room for two lines."""


def in_lines(label: str) -> list[str]:
    """A name in two lines, parted where they are most equally long, if it is long.

    >>> in_lines("You (Player 1)"), in_lines("Player 2")
    (['You', '(Player 1)'], ['Player 2'])
    """
    words = label.split(" ")
    parted = [[" ".join(words[:k]), " ".join(words[k:])] for k in range(1, len(words))]
    return min(parted, key=lambda both: max(map(room_of, both))) if parted and room_of(label) > 80 else [label]


def half_width(label: str) -> float:
    """Of the box around a name."""
    return 6 + max(map(room_of, in_lines(label))) / 2


def arrow(
    start: tuple[float, float], end: tuple[float, float], halves: tuple[float, float], words: str, along: float
) -> list[str]:
    """From one box to another; `halves` are half the widths of the boxes. The amount stands at `along` of the way."""
    (x1, y1), (x2, y2) = start, end
    length = math.hypot(x2 - x1, y2 - y1)
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    gaps = [min(half / max(abs(ux), 1e-9), HALF_BOX / max(abs(uy), 1e-9)) + 3 for half in halves]
    tail, tip = (x1 + gaps[0] * ux, y1 + gaps[0] * uy), (x2 - gaps[1] * ux, y2 - gaps[1] * uy)
    wings = " ".join(f"{tip[0] - 10 * ux + s * 5 * uy:.1f},{tip[1] - 10 * uy - s * 5 * ux:.1f}" for s in (1, -1))
    near = (tail[0] + along * (tip[0] - tail[0]), tail[1] + along * (tip[1] - tail[1]))
    half = 4 + room_of(words) / 2
    return [
        line(*tail, *tip, "arrow"),
        f'<polygon points="{tip[0]:.1f},{tip[1]:.1f} {wings}"/>',
        f'<rect x="{near[0] - half:.1f}" y="{near[1] - 10:.1f}" width="{2 * half:.1f}" height="20" fill="#ffffff"/>',
        text(near[0], near[1] + 5, words),
    ]
