"""What participants experience, round by round, laid out for learning models.

Attractions of messages are kept for each participant, position and type: shape (participants, n, T, width), T and width
padded to the largest. A round that is over changes those of the position that the participant had. Where types are
drawn anew, what was seen tells about the other types of the position too: what each message would have given them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.playing import others_of
from mechanisms.verdicts import TooLargeError

MAX_NUMBERS = 50_000_000
"""Payoffs of all types and messages in all rows: 400 MB."""


class Round(NamedTuple):
    """One round: its k rows, and the l of them that learn from it.

    rows : int (k,); now : participant, position and type of each, int (k,) each
    learners : participant and position of each learner; situations : and its type
    payoffs : (l, T, width), points that each type and message would have given
    own : indices into `payoffs` of the own type and message; received : (l,), points there
    """

    rows: IntArray
    now: tuple[IntArray, IntArray, IntArray]
    learners: tuple[IntArray, IntArray]
    situations: tuple[IntArray, IntArray, IntArray]
    payoffs: FloatArray
    own: tuple[IntArray, IntArray, IntArray]
    received: FloatArray


class Experience:
    """The rounds of some choices.

    Parameters
    ----------
    choices : Choices
    visible : bool (n_rows,), whether the participant learns from the round; False anyway where a group has not decided

    Raises
    ------
    TooLargeError
        If rows, types and messages make more than MAX_NUMBERS numbers.
    """

    def __init__(self, choices: Choices, visible: np.ndarray) -> None:
        game = choices.game
        self.choices = choices
        self.shape = (int(choices.participant.max()) + 1, len(game.sizes), max(game.n_types), game.width)
        numbers = float(len(choices.message)) * self.shape[2] * self.shape[3]
        if numbers > MAX_NUMBERS:
            raise TooLargeError(
                f"too large: {len(choices.message)} rows, {self.shape[2]} types and {self.shape[3]} messages make "
                f"{numbers:.3g} payoffs, more than {MAX_NUMBERS:.3g}; fewer rows at a time would fit"
            )
        self._visible = visible

    @cached_property
    def _rounds(self) -> list[Round]:
        learns = self._visible & (self.choices.others >= 0)
        found = []
        for rows in self.choices.rounds():
            learning = rows[learns[rows]]
            found.append(self._round(rows, learning, self.choices.others[learning], self.choices.message[learning]))
        return found

    def __iter__(self) -> Iterator[Round]:
        return iter(self._rounds)

    def now(self, rows: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Participant, position and type of some rows."""
        return self.choices.participant[rows], self.choices.position[rows], self.choices.type_index[rows]

    def round(self, rows: IntArray, message: IntArray) -> Round:
        """A round in which `message` (k,) was played in the rows (k,) of whole groups, whatever the choices say."""
        others = others_of(self.choices.game, message)
        learns = self._visible[rows] & (others >= 0)
        return self._round(rows, rows[learns], others[learns], message[learns])

    def by_situation(self, numbers: list[FloatArray]) -> FloatArray:
        """One array (T_i, A_i) a position as a padded array (n, T, width)."""
        padded = np.zeros(self.shape[1:])
        for i, own in enumerate(numbers):
            padded[i, : own.shape[0], : own.shape[1]] = own
        return padded

    def _round(self, rows: IntArray, learning: IntArray, others: IntArray, message: IntArray) -> Round:
        """`others` and `message` are those of the rows that learn."""
        who, position, kind = self.now(learning)
        payoffs = np.zeros((len(learning), *self.shape[2:]))
        for i in range(self.shape[1]):
            here = position == i
            seen = self.choices.game.against(i, others[here]).swapaxes(0, 1)
            payoffs[here, : seen.shape[1], : seen.shape[2]] = seen
        own = (np.arange(len(learning)), kind, message)
        return Round(rows, self.now(rows), (who, position), (who, position, kind), payoffs, own, payoffs[own])
