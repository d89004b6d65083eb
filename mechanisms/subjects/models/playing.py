"""A model that plays, round by round, with parameters that may differ between participants.

A round is played by all rows of it together: whole groups, the members of a group one after the other in the order of
positions. Nothing is drawn here: `chance` is uniform on [0, 1), one number a row or participant.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.played import PlayedGame


class Playing(ABC):
    """A model at fixed parameters, with what has been learned so far."""

    @abstractmethod
    def logs(self, rows: IntArray) -> FloatArray:
        """Log choice probabilities of all messages: (len(rows), width), -inf where there is no message."""

    def learn(self, rows: IntArray, message: IntArray) -> None:  # noqa: B027
        """A round is over: `message` (len(rows),) was played in its rows, -1 by who has not decided."""

    def draw(self, rows: IntArray, chance: FloatArray) -> IntArray:
        """Messages (indices) of some rows, chance (len(rows),)."""
        return drawn(np.cumsum(self.weights(rows), axis=1), chance)

    def weights(self, rows: IntArray) -> FloatArray:
        """Numbers proportional to the choice probabilities: (len(rows), width)."""
        return np.exp(self.logs(rows))


def drawn(below: FloatArray, chance: FloatArray) -> IntArray:
    """The message that each chance falls on, of cumulative probabilities (k, width).

    >>> drawn(np.array([[0.25, 1.0], [0.25, 1.0]]), np.array([0.2, 0.25])).tolist()
    [0, 1]
    """
    return np.asarray((below <= chance[:, None] * below[:, -1:]).sum(axis=1))


class Tables(Playing):
    """A model that does not learn: tables of log probabilities, and which line a row has.

    Parameters
    ----------
    logs : (tables, lines, width); row : (n_rows,), each row's line
    which : int (participants,), each participant's table
    """

    def __init__(self, choices: Choices, logs: FloatArray, row: IntArray, which: IntArray) -> None:
        self._participant, self._which, self._row = choices.participant, which, row
        self._tables = logs

    def logs(self, rows: IntArray) -> FloatArray:
        return np.asarray(self._tables[self._which[self._participant[rows]], self._row[rows]])

    @cached_property
    def _below(self) -> FloatArray:
        return np.cumsum(np.exp(self._tables), axis=-1)

    def draw(self, rows: IntArray, chance: FloatArray) -> IntArray:
        return drawn(self._below[self._which[self._participant[rows]], self._row[rows]], chance)


class Mixed(Playing):
    """Participants who play different models, or classes of one: `which` (participants,) is the part of each."""

    def __init__(self, choices: Choices, parts: Sequence[Playing], which: IntArray) -> None:
        self._participant, self._width, self._parts, self._which = choices.participant, choices.game.width, parts, which

    def _split(self, rows: IntArray) -> list[tuple[Playing, IntArray]]:
        which = self._which[self._participant[rows]]
        return [(part, np.flatnonzero(which == k)) for k, part in enumerate(self._parts)]

    def logs(self, rows: IntArray) -> FloatArray:
        found = np.empty((len(rows), self._width))
        for part, here in self._split(rows):
            found[here] = part.logs(rows[here])
        return found

    def learn(self, rows: IntArray, message: IntArray) -> None:
        for part in self._parts:
            part.learn(rows, message)

    def draw(self, rows: IntArray, chance: FloatArray) -> IntArray:
        found = np.empty(len(rows), dtype=np.int64)
        for part, here in self._split(rows):
            if len(here):
                found[here] = part.draw(rows[here], chance[here])
        return found


class LastSeen:
    """The others' profile that each participant saw last in each position; -1: none yet."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self.profile = np.full((int(choices.participant.max()) + 1, choices.members.shape[1]), -1)

    def of(self, rows: IntArray) -> IntArray:
        return self.profile[self._choices.participant[rows], self._choices.position[rows]]

    def learn(self, rows: IntArray, message: IntArray) -> None:
        others = others_of(self._choices.game, message)
        saw = self._choices.sees_others[rows] & (others >= 0)
        rows = rows[saw]
        self.profile[self._choices.participant[rows], self._choices.position[rows]] = others[saw]


def others_of(game: PlayedGame, message: IntArray) -> IntArray:
    """Number of the others' profile for each member of whole groups (k * n,); -1 where somebody has not decided.

    >>> from mechanisms.treatments import load_treatment
    >>> game = PlayedGame(load_treatment("treatments/park_vcg.toml"))
    >>> others_of(game, np.array([1, 0, 1, 0, -1, 0])).tolist()
    [1, 3, 2, -1, -1, -1]
    """
    return game.number_of(message)


def classes(shares: FloatArray, chance: FloatArray) -> IntArray:
    """The class of each participant: shares (classes,) or (participants, classes), chance (participants,).

    >>> classes(np.array([0.5, 0.5]), np.array([0.1, 0.7])).tolist()
    [0, 1]
    """
    ends = np.cumsum(np.atleast_2d(shares), axis=1)
    return np.asarray((chance[:, None] * ends[:, -1:] >= ends[:, :-1]).sum(axis=1))


def distinct(values: FloatArray, participants: int) -> tuple[FloatArray, IntArray]:
    """The different vectors among values, (k,) for all or (participants, k), and which of them each participant has."""
    if values.ndim == 1:
        return values[None], np.zeros(participants, dtype=np.int64)
    found, which = np.unique(values, axis=0, return_inverse=True)
    return found, which.reshape(-1)
