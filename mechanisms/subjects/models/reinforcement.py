"""Reinforcement learning with three parameters (Roth and Erev 1995; Erev and Roth 1998).

Propensities q_j are reinforced by R, the points received less the least points of the situation; a message is chosen
with probability q_j / sum q. After a round with the own message k

    q_j(t + 1) = (1 - phi) q_j(t) + (1 - epsilon) R       for j = k
    q_j(t + 1) = (1 - phi) q_j(t) + epsilon R / (A - 1)   for the other A - 1 messages,

beginning with q_j(1) = strength * mean R under uniform play / A. Where all propensities are 0, play is uniform. Only
the situation (position and type) in force is reinforced. Others' messages do not matter; own points must have been
seen. A message that the computer drew at a timeout reinforces like another: its points were received.
"""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.experience import Experience, Round
from mechanisms.subjects.models.learner import Learner, Now, State, of
from mechanisms.subjects.models.model import NotApplicableError, Parameter, share

STRENGTH = Parameter(
    "strength", "initial propensities, in mean reinforcements", 1e-2, 1e4, (5.0, 1.0, 50.0), "log", "rounds"
)
FORGETTING = share("phi", "share of propensities that is forgotten from round to round", 0.1, 0.02, 0.5)
EXPERIMENTATION = share("epsilon", "share of a reinforcement that goes to the other messages", 0.1, 0.3, 0.02)


class Reinforcement(Learner):
    """Roth-Erev reinforcement: strength, phi, epsilon.

    Raises
    ------
    NotApplicableError
        If nobody sees own points, or a situation always gives the same points.
    """

    name, source = "reinforcement", "Roth and Erev 1995; Erev and Roth 1998"

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        if not choices.sees_points.any():
            raise NotApplicableError(f"{self.name}: feedback shows nobody the own points")
        self.parameters = (STRENGTH, FORGETTING, EXPERIMENTATION)
        self.experience = Experience(choices, choices.sees_points)
        columns = choices.game.columns
        least = [own.min(axis=(1, 2))[:, None] for own in columns]
        mean = [own.mean(axis=(1, 2))[:, None] - low for own, low in zip(columns, least, strict=True)]
        if min(float(own.min()) for own in mean) <= 0:
            raise NotApplicableError(f"{self.name}: in some situation all messages always give the same points")
        self._least = self.experience.by_situation(least)[..., 0]
        sizes = choices.game.sizes
        first = [np.repeat(own / size, size, axis=1) for own, size in zip(mean, sizes, strict=True)]
        self._first = self.experience.by_situation(first)
        self._in_grid = np.arange(choices.game.width) < np.array(sizes)[:, None]
        self._spread = self._in_grid / np.maximum(np.array(sizes)[:, None] - 1, 1)

    def begin(self, values: list[np.ndarray]) -> State:
        """propensity : (participants, n, T, width)"""
        strength, phi, epsilon = values
        everybody = np.arange(self.experience.shape[0])
        first = np.broadcast_to(of(strength, everybody, 3) * self._first, self.experience.shape)
        return {"phi": phi, "epsilon": epsilon, "propensity": first.copy()}

    def choice(self, state: State, now: Now) -> FloatArray:
        found = self.weights(state, now)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(found) - np.log(found.sum(axis=1, keepdims=True)))

    def weights(self, state: State, now: Now) -> FloatArray:
        found = state["propensity"][now]
        return np.where(found.any(axis=1, keepdims=True), found, self._in_grid[now[1]])

    def update(self, state: State, step: Round) -> None:
        (who, position, kind), propensity = step.situations, state["propensity"]
        received = step.received - self._least[position, kind]
        epsilon = of(state["epsilon"], who, 0)
        gained = (epsilon * received)[:, None] * self._spread[position]
        gained[step.own[0], step.own[2]] = (1 - epsilon) * received
        propensity[step.situations] = (1 - of(state["phi"], who, 1)) * propensity[step.situations] + gained
