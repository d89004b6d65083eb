"""Belief learning: weighted fictitious play with logit errors (Fudenberg and Levine 1998; Cheung and Friedman 1997).

Beliefs are weighted averages of what the others did together, an earlier round counting phi times as much as the next,
and of uniform play, which has the weight of one observation before the first round. Messages are chosen with
probabilities proportional to exp(lambda * expected points). phi = 1 is fictitious play, phi = 0 replies to the last
round. It is EWA with delta = 1 and kappa = 0 (Camerer and Ho 1999).
"""

from __future__ import annotations

import numpy as np

from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.ewa import DECAY, EWA
from mechanisms.subjects.models.learner import State


class BeliefLearning(EWA):
    """Weighted fictitious play: lambda and phi."""

    name, source = "belief learning", "Cheung and Friedman 1997"

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        self.parameters = (self.parameters[0], DECAY)

    def begin(self, values: list[np.ndarray]) -> State:
        return super().begin([*values, np.asarray(1.0), np.asarray(0.0)])
