"""Best replies to what the others really did, and the points that were foregone by not playing one.

The points of a best reply are compared with those of the message played, in the points that were paid; the others'
messages stay as they were. A weakly dominant message is a best reply to everything, so that the points foregone
against a dominant message are the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.games import Part
from analysis.predictions.message_lists import Texts, messages_text
from analysis.predictions.solutions import Solutions
from mechanisms.arrays import FloatArray, IntArray
from mechanisms.games.best_responses import best_replies

COLUMNS = (
    *("best_replies", "best_reply_count", "best_reply_area", "best_reply_played", "best_reply_distance"),
    *("best_reply_points", "foregone_points", "foregone_share", "foregone_by_chance"),
)
CHUNK_ENTRIES = 1 << 21
"""Distances held at a time: 16 MB."""


@dataclass(frozen=True, eq=False)
class Replies:
    """Own points of one position and type, arranged by what the others do.

    own : int array, shape (profiles of the others in C order, A_i), smallest units
    messages : the own grid, shape (A_i,)

    Examples
    --------
    Two messages are best replies to the first profile of the others.

    >>> replies = Replies(np.array([[3, 3, 1], [0, 1, 5]]), np.array([10.0, 20.0, 30.0]))
    >>> replies.best.tolist(), replies.is_best.sum(axis=1).tolist()
    ([3, 5], [2, 1])
    >>> replies.distance(np.array([0, 1]), np.array([2, 0])).tolist()
    [10.0, 20.0]
    """

    own: IntArray
    messages: FloatArray

    @cached_property
    def best(self) -> IntArray:
        """Points of a best reply, shape (profiles of the others,)."""
        return self.own.max(axis=1)

    @cached_property
    def is_best(self) -> np.ndarray:
        """Which messages are best replies: bool, the shape of own."""
        return best_replies(self.own, 1, 0)

    def distance(self, others: IntArray, own: IntArray) -> FloatArray:
        """Least |message - b| over best replies b, for numbers of profiles of the others and of own messages, (k,)."""
        cells, which = np.unique(others * len(self.messages) + own, return_inverse=True)
        nearest = np.empty(len(cells))
        size = max(1, CHUNK_ENTRIES // len(self.messages))
        for start in range(0, len(cells), size):
            profile, message = np.divmod(cells[start : start + size], len(self.messages))
            gap = np.abs(self.messages[message, None] - self.messages)
            nearest[start : start + size] = np.where(self.is_best[profile], gap, np.inf).min(axis=1)
        return nearest[which]


def replies_of(solutions: Solutions, position: int, type_value: float) -> Replies | None:
    """The replies of a position (from 0) with a type; None if the game is too large."""
    own = solutions.own_points(position, type_value)
    if own is None:
        return None
    moved = np.moveaxis(own, position, -1)
    return Replies(moved.reshape(-1, moved.shape[-1]), solutions.treatment.positions[position].messages)


def replies_to(
    solutions: Solutions, position: int, type_value: float, others: IntArray
) -> tuple[Replies | None, IntArray]:
    """The replies, and the numbers in them of profiles of the others (k, n - 1): from the table of all profiles, or,
    in a game that has none, from the profiles that were played."""
    treatment = solutions.treatment
    if not treatment.by_structure:
        sizes = [len(place.messages) for place in treatment.positions]
        return replies_of(solutions, position, type_value), profile_numbers(others, sizes, position)
    distinct, which = np.unique(others, axis=0, return_inverse=True)
    own = solutions.points_against(position, type_value, distinct)
    return Replies(own, treatment.positions[position].messages), which.ravel()


def fill(part: Part, solutions: Solutions, columns: dict[str, np.ndarray], texts: Texts) -> None:
    """Fill in the columns for the members of groups that decided; `best_replies` as numbers of `texts`."""
    members = part.played_groups
    index = message_indices(part, members)
    for i, position in enumerate(part.treatment.positions):
        types = part.of("type", members[:, i])
        for value in np.unique(types).tolist():
            here = types == value
            replies, others = replies_to(solutions, i, value, np.delete(index[here], i, axis=1))
            if replies is not None:
                found = _columns(replies, others, index[here, i], 10.0**part.treatment.rounding, texts)
                for name, entries in found.items():
                    columns[name][members[here, i]] = entries
        columns["best_reply_area"][members[:, i]] = columns["best_reply_count"][members[:, i]] / len(position.messages)


def message_indices(part: Part, members: IntArray) -> IntArray:
    """Messages of groups as numbers on the grids, shape (n_groups, n)."""
    messages = part.of("message", members)
    grids = [position.messages for position in part.treatment.positions]
    return np.stack([np.searchsorted(grid, messages[:, i]) for i, grid in enumerate(grids)], axis=-1)


def profile_numbers(others: IntArray, sizes: list[int], without: int) -> IntArray:
    """Numbers, in C order, of profiles (k, n - 1) of all positions but one."""
    number = np.zeros(len(others), dtype=np.int64)
    for column, size in zip(others.T, sizes[:without] + sizes[without + 1 :], strict=True):
        number = number * size + column
    return number


def _columns(replies: Replies, others: IntArray, own: IntArray, unit: float, texts: Texts) -> dict[str, np.ndarray]:
    best, points = replies.best[others], replies.own[others, own]
    range_ = best - replies.own.min(axis=1)[others]
    distance = replies.distance(others, own)
    different, which = np.unique(others, return_inverse=True)
    numbers = np.array([texts.number(messages_text(replies.messages[row])) for row in replies.is_best[different]])
    return {
        "best_replies": numbers[which],
        "best_reply_count": replies.is_best.sum(axis=1)[others],
        "best_reply_played": points == best,
        "best_reply_distance": distance,
        "best_reply_points": best / unit,
        "foregone_points": (best - points) / unit,
        "foregone_share": np.divide(best - points, range_, out=np.full(len(best), np.nan), where=range_ > 0),
        "foregone_by_chance": (replies.best - replies.own.mean(axis=1))[others] / unit,
    }
