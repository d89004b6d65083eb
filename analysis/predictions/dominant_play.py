"""Dominance joined to decisions: dominant messages, whether one was played, and what the message played costs.

The loss of a message at a profile of the others is what a dominant message gives there less what the message gives: 0
for all dominant messages, as they always tie. Its mean over all profiles of the others, each equally likely, and its
maximum do not depend on what the others really did. The margin of dominance of a game is the least mean loss of a
message that is not dominant: what the cheapest mistake costs on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.games import Part
from analysis.predictions.message_lists import Texts, messages_text
from analysis.predictions.solutions import Solutions
from mechanisms.arrays import FloatArray, IntArray

COLUMNS = (
    *("message_share", "dominant_messages", "dominant_count", "strictly_dominant", "dominant_area"),
    *("dominance_margin", "dominant_played", "dominant_distance", "dominant_loss_mean", "dominant_loss_max"),
)


@dataclass(frozen=True, eq=False)
class Losses:
    """mean, most : points lost against a dominant message by each own message, shape (A_i,); margin : NaN if all are
    dominant"""

    mean: FloatArray
    most: FloatArray
    margin: float


def losses(own: IntArray, position: int, dominant: IntArray, unit: float = 1.0) -> Losses:
    """What every message loses against the dominant ones.

    Parameters
    ----------
    own : int array, shape (A_1, …, A_n), own points in smallest units
    position : int, from 0: the axis of the own messages
    dominant : indices of all weakly dominant messages, one at least
    unit : smallest units of a point

    Examples
    --------
    The first message is dominant; the second never loses more than 2, and 1 on average.

    >>> found = losses(np.array([[3, 4], [3, 2], [0, 0]]), 0, np.array([0]))
    >>> found.mean.tolist(), found.most.tolist(), found.margin
    ([0.0, 1.0, 3.5], [0.0, 2.0, 4.0], 1.0)
    """
    rows = np.moveaxis(own, position, 0).reshape(own.shape[position], -1)
    return _losses(rows, None, dominant, unit)


def _losses(rows: IntArray, share: FloatArray | None, dominant: IntArray, unit: float) -> Losses:
    """The same from own points (A, C); column c stands for a share of the others' profiles, None: all for as many."""
    loss = rows[dominant[0]] - rows
    mean, most = (loss.mean(axis=1) if share is None else loss @ share) / unit, loss.max(axis=1) / unit
    others = np.delete(mean, dominant)
    return Losses(mean, most, float(others.min()) if len(others) else np.nan)


def fill(part: Part, solutions: Solutions, columns: dict[str, np.ndarray], texts: Texts) -> None:
    """Fill in the columns, position by position and type by type; `dominant_messages` as numbers of `texts`."""
    types = part.rows["type"].to_numpy()
    for i, position in enumerate(part.treatment.positions):
        columns["message_share"][part.positions == i] = 1 / len(position.messages)
        for value in position.types[position.probabilities > 0].tolist():
            weak, strict = solutions.dominant(i, value), solutions.dominant(i, value, "strict")
            if weak is None or strict is None:
                continue
            here = (part.positions == i) & (types == value)
            columns["dominant_messages"][here] = texts.number(messages_text(weak))
            columns["dominant_count"][here] = len(weak)
            columns["strictly_dominant"][here] = len(strict) > 0
            columns["dominant_area"][here] = len(weak) / len(position.messages)
            if len(weak):
                _played(part, solutions, (i, value), here, weak, columns)


def _played(
    part: Part,
    solutions: Solutions,
    who: tuple[int, float],
    here: np.ndarray,
    weak: np.ndarray,
    columns: dict[str, np.ndarray],
) -> None:
    """The columns that need a dominant message, for rows `here` of a position (from 0) and type."""
    grid = part.treatment.positions[who[0]].messages
    distance = np.abs(grid[:, None] - weak).min(axis=1)
    own, against = solutions.own_points(*who), solutions.all_against(*who)
    decided = here & part.message_is_possible
    message = np.searchsorted(grid, part.rows["message"].to_numpy()[decided])
    columns["dominant_distance"][decided] = distance[message]
    columns["dominant_played"][decided] = distance[message] == 0
    places, unit = np.searchsorted(grid, weak), 10.0**part.treatment.rounding
    lost = None
    if against is not None:
        lost = _losses(*against, places, unit)
    elif own is not None:
        lost = losses(own, who[0], places, unit)
    if lost is not None:
        columns["dominance_margin"][here] = lost.margin
        columns["dominant_loss_mean"][decided] = lost.mean[message]
        columns["dominant_loss_max"][decided] = lost.most[message]
