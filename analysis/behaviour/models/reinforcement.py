"""Reinforcement learning with three parameters (Roth and Erev 1995; Erev and Roth 1998).

Propensities q_j are reinforced by R, the points received less the least points of the situation; a message is chosen
with probability q_j / sum q. After a round with the own message k

    q_j(t + 1) = (1 - phi) q_j(t) + (1 - epsilon) R       for j = k
    q_j(t + 1) = (1 - phi) q_j(t) + epsilon R / (A - 1)   for the other A - 1 messages,

beginning with q_j(1) = strength * mean R under uniform play / A. Only the situation (position and type) in force is
reinforced. Others' messages do not matter; own points must have been seen. A message that the computer drew at a
timeout reinforces like another: its points were received.
"""

from __future__ import annotations

import numpy as np

from analysis.behaviour.choices import Choices
from analysis.behaviour.models.experience import Experience
from analysis.behaviour.models.model import ChoiceTable, Model, NotApplicableError, Parameter, share
from mechanisms.arrays import FloatArray

STRENGTH = Parameter(
    "strength", "initial propensities, in mean reinforcements", 1e-2, 1e4, (5.0, 1.0, 50.0), "log", "rounds"
)
FORGETTING = share("phi", "share of propensities that is forgotten from round to round", 0.1, 0.02, 0.5)
EXPERIMENTATION = share("epsilon", "share of a reinforcement that goes to the other messages", 0.1, 0.3, 0.02)


class Reinforcement(Model):
    """Roth-Erev reinforcement: strength, phi, epsilon.

    Raises
    ------
    NotApplicableError
        If nobody sees own points, or a situation always gives the same points.
    """

    name, source, learns = "reinforcement", "Roth and Erev 1995; Erev and Roth 1998", True

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        if not choices.sees_points.any():
            raise NotApplicableError(f"{self.name}: feedback shows nobody the own points")
        self.parameters = (STRENGTH, FORGETTING, EXPERIMENTATION)
        self._experience = Experience(choices, choices.sees_points)
        columns = choices.game.columns
        least = [own.min(axis=(1, 2))[:, None] for own in columns]
        mean = [own.mean(axis=(1, 2))[:, None] - low for own, low in zip(columns, least, strict=True)]
        if min(float(own.min()) for own in mean) <= 0:
            raise NotApplicableError(f"{self.name}: in some situation all messages always give the same points")
        self._least = self._experience.by_situation(least)[..., 0]
        sizes = choices.game.sizes
        first = [np.repeat(own / size, size, axis=1) for own, size in zip(mean, sizes, strict=True)]
        self._first = self._experience.by_situation(first)
        in_grid = np.arange(choices.game.width) < np.array(sizes)[:, None]
        self._spread = in_grid / np.maximum(np.array(sizes)[:, None] - 1, 1)

    def log_table(self, values: FloatArray) -> ChoiceTable:
        strength, phi, epsilon = values.tolist()
        state = np.broadcast_to(strength * self._first, self._experience.shape).copy()
        found = np.empty((len(self.choices.message), self._experience.shape[3]))
        for step in self._experience:
            found[step.rows] = state[step.now]
            _, position, kind = step.situations
            received = step.received - self._least[position, kind]
            gained = (epsilon * received)[:, None] * self._spread[position]
            gained[step.own[0], step.own[2]] = (1 - epsilon) * received
            state[step.situations] = (1 - phi) * state[step.situations] + gained
        with np.errstate(divide="ignore"):
            logs = np.log(found) - np.log(found.sum(axis=1, keepdims=True))
        return ChoiceTable(logs, np.arange(len(logs)))
