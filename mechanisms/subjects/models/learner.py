"""Models that keep a state for each participant: it gives the choice probabilities, and changes with every round.

The same two steps, `choice` and `update`, make the probabilities of decisions that are known (log_table, for
estimation) and play on (play, for simulation).
"""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.models.experience import Experience, Round
from mechanisms.subjects.models.model import ChoiceTable, Model
from mechanisms.subjects.models.playing import Playing

State = dict[str, np.ndarray]
"""Arrays by name, participants first; parameters too: numbers, or one a participant."""
Now = tuple[IntArray, IntArray, IntArray]
"""Participant, position and type of some rows."""


class Learner(Model):
    """Subclasses set `experience` and the three steps."""

    learns = True
    experience: Experience

    @abstractmethod
    def begin(self, values: list[np.ndarray]) -> State:
        """Before the first round; each parameter is a number, or (participants,)."""

    @abstractmethod
    def choice(self, state: State, now: Now) -> FloatArray:
        """Log choice probabilities (k, width)."""

    def weights(self, state: State, now: Now) -> FloatArray:
        """Numbers proportional to the choice probabilities (k, width)."""
        return np.exp(self.choice(state, now))

    @abstractmethod
    def update(self, state: State, step: Round) -> None:
        """Learn from a round that is over."""

    def log_table(self, values: FloatArray) -> ChoiceTable:
        state = self.begin([np.asarray(value) for value in values])
        found = np.empty((len(self.choices.message), self.choices.game.width))
        for step in self.experience:
            found[step.rows] = self.choice(state, step.now)
            self.update(state, step)
        return ChoiceTable(found, np.arange(len(found)))

    def play(self, values: FloatArray, chance: FloatArray) -> Playing:
        return _Learning(self, self.begin(list(values.T)))


class _Learning(Playing):
    def __init__(self, model: Learner, state: State) -> None:
        self._model, self._state = model, state

    def logs(self, rows: IntArray) -> FloatArray:
        return self._model.choice(self._state, self._model.experience.now(rows))

    def weights(self, rows: IntArray) -> FloatArray:
        return self._model.weights(self._state, self._model.experience.now(rows))

    def learn(self, rows: IntArray, message: IntArray) -> None:
        self._model.update(self._state, self._model.experience.round(rows, message))


def of(value: np.ndarray, who: IntArray, axes: int) -> np.ndarray:
    """A parameter of some participants, with `axes` more axes to multiply arrays with.

    >>> of(np.array([1.0, 2.0]), np.array([1, 1, 0]), 1).tolist(), of(np.array(3.0), np.array([1]), 2).tolist()
    ([[2.0], [2.0], [1.0]], 3.0)
    """
    return value if not value.ndim else value[who].reshape(-1, *[1] * axes)
