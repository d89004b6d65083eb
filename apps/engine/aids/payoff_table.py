"""The table for two players: own points, with complete information both players', at every pair of messages."""

import math
from functools import lru_cache

import numpy as np
from markupsafe import Markup, escape

from engine.words.grids import value_to_send
from engine.words.language import _, in_its_words
from engine.words.names import player_names
from engine.words.numbers import plain, points_text
from mechanisms.arrays import IntArray
from mechanisms.treatments import Treatment

LARGEST_TABLE = 100_000
"""Bytes: with the rest of the page it stays below 150 kB. The calculator takes the place of a larger table."""
LEVELS = 7
"""Steps of the colour scale, from few points (white) to many (dark); `.c1` to `.c6` in _static/aids.css."""
COLUMNS_ON_PAPER = 25


@lru_cache(maxsize=64)
def uses_table(treatment: Treatment) -> bool:
    """Two players have a table if the treatment wants one and it is light enough: both of them, or none."""
    if treatment.group_size != 2 or not treatment.screen.table:
        return False
    sizes = [len(place.messages) for place in treatment.positions]
    if sizes[0] * sizes[1] * len("<td>1") > LARGEST_TABLE:
        return False
    return all(_bytes(treatment, i) <= LARGEST_TABLE for i in (0, 1))


def _bytes(treatment: Treatment, viewer: int) -> int:
    """The heaviest table of a position, over all types: its cells, without colours, and about what is around them."""
    sizes = [len(place.messages) for place in treatment.positions]
    shown = (0, 1) if treatment.information == "complete" else (viewer,)
    mark = "<td><b></b><i></i>" if len(shown) > 1 else "<td>"
    texts = sum(max(_text_bytes(treatment, i, theta) for theta in treatment.positions[i].types) for i in shown)
    return sizes[0] * sizes[1] * len(mark) + texts + 50 * sum(sizes)


def _text_bytes(treatment: Treatment, position: int, own_type: float) -> int:
    units, counts = np.unique(treatment.own_points(position, own_type), return_counts=True)
    lengths = [len(points_text(treatment, int(u)).encode()) for u in units]
    return int(np.dot(lengths, counts))


@lru_cache(maxsize=256)
@in_its_words
def payoff_table(
    treatment: Treatment,
    position: int,
    own_type: float,
    other_type: float | None = None,
    least: float = -math.inf,
    said: float | None = None,
) -> Markup:
    """The table of the decision page, own messages in rows; with `other_type` (complete information) both points;
    in a later stage only own messages from `least` on, and what the other one has `said`.

    Made once for all participants and rounds with the same type, because it is the heaviest part of the page. The
    colour scale is left out where it would make the table too heavy.
    """
    shown = (
        [k for k, m in enumerate(treatment.positions[position].messages.tolist()) if m >= least],
        [k for k, m in enumerate(treatment.positions[1 - position].messages.tolist()) if said in (None, m)],
    )
    plain_table = _table(treatment, position, own_type, other_type, False, shown)
    if not treatment.screen.colours:
        return plain_table
    coloured = _table(treatment, position, own_type, other_type, True, shown)
    return coloured if len(coloured.encode()) <= LARGEST_TABLE else plain_table


def _table(
    treatment: Treatment,
    position: int,
    own_type: float,
    other_type: float | None,
    coloured: bool,
    shown: tuple[list[int], list[int]],
) -> Markup:
    """`shown`: which own messages, and which ones of the other player."""
    rows, columns = shown
    cells = _cells(treatment, position, own_type, other_type, coloured)
    first = cells[rows[0]][columns[0]]
    # one stop of the Tab key; arrows go on from there
    cells[rows[0]][columns[0]] = first.replace("<td", '<td tabindex="0"', 1)
    marks = f'id="payoff-table" role="grid" data-position={position}{" data-coloured" if coloured else ""}'
    return _html(treatment, position, other_type is not None, cells, shown, marks)


def printed_tables(
    treatment: Treatment, position: int, own_type: float, other_type: float | None = None
) -> list[Markup]:
    """The same for paper, as many tables as the columns need; the headings are repeated at the foot of each."""
    cells = _cells(treatment, position, own_type, other_type, treatment.screen.colours)
    rows, columns = list(range(len(cells))), list(range(len(cells[0])))
    blocks = [columns[k : k + COLUMNS_ON_PAPER] for k in range(0, len(columns), COLUMNS_ON_PAPER)]
    return [_html(treatment, position, other_type is not None, cells, (rows, block), "", foot=True) for block in blocks]


def _html(
    treatment: Treatment,
    position: int,
    both: bool,
    cells: list[list[str]],
    shown: tuple[list[int], list[int]],
    marks: str,
    foot: bool = False,
) -> Markup:
    """Closing tags that HTML does not need are left out: they would be a third of the page."""
    other, (own, others) = 1 - position, shown
    mine, theirs = (treatment.positions[i].messages.tolist() for i in (position, other))
    heads = "".join(f"<th scope=col data-message={value_to_send(theirs[c])}>{plain(theirs[c])}" for c in others)
    heads = f"<tr><th class=corner>{corner(treatment, other)}{heads}"
    rows = [
        f"<tr><th scope=row data-message={value_to_send(m)}>{plain(m)}{''.join(line[c] for c in others)}"
        for m, line in ((mine[r], cells[r]) for r in own)
    ]
    end = f"<tfoot aria-hidden=true>{heads}" if foot else ""
    head = f"<caption><span>{caption(treatment, other, both)}</span></caption><thead>{heads}"
    return Markup(f'<table class="payoffs" {marks}>{head}<tbody>{"".join(rows)}{end}</table>')


def caption(treatment: Treatment, other: int, both: bool) -> Markup:
    """What rows, columns and cells are."""
    name, demands = player_names(treatment)[other], treatment.messages_are == "demands"
    if demands and both:
        return _(
            "Rows: what you request. Columns: what {name} requests. Cells: <b>your points</b> and, below them, "
            "<i>the points of {name}</i>.",
            name=name,
        )
    if both:
        return _(
            "Rows: what you report. Columns: what {name} reports. Cells: <b>your points</b> and, below them, "
            "<i>the points of {name}</i>.",
            name=name,
        )
    if demands:
        return _("Rows: what you request. Columns: what {name} requests. Cells: your points.", name=name)
    return _("Rows: what you report. Columns: what {name} reports. Cells: your points.", name=name)


def corner(treatment: Treatment, other: int) -> Markup:
    return _("You \u2193 {name} \u2192", name=player_names(treatment)[other])


def _cells(
    treatment: Treatment, position: int, own_type: float, other_type: float | None, coloured: bool
) -> list[list[str]]:
    """One <td> for each own message and each message of the other player."""
    own = own_rows(treatment, position, position, own_type)
    texts = _texts(treatment, own)
    marks = np.full(own.shape, "")
    if coloured:
        span = max(int(own.max() - own.min()), 1)
        levels = np.minimum((own - own.min()) * LEVELS // span, LEVELS - 1)
        marks = np.where(levels == 0, "", np.char.add(" class=c", levels.astype(str)))
    if other_type is None:
        return [[f"<td{m}>{t}" for m, t in zip(*line, strict=True)] for line in zip(marks, texts, strict=True)]
    theirs = _texts(treatment, own_rows(treatment, position, 1 - position, other_type))
    return [
        [f"<td{m}><b>{t}</b><i>{o}</i>" for m, t, o in zip(*line, strict=True)]
        for line in zip(marks, texts, theirs, strict=True)
    ]


def own_rows(treatment: Treatment, viewer: int, position: int, own_type: float) -> IntArray:
    """Points of `position` (A_viewer, A_other), smallest units: one row a message of the viewer."""
    units = treatment.own_points(position, own_type)
    return units if viewer == 0 else units.T


def _texts(treatment: Treatment, units: IntArray) -> list[list[str]]:
    written = {int(u): str(escape(points_text(treatment, int(u)))) for u in np.unique(units)}
    return [[written[u] for u in line] for line in units.tolist()]
