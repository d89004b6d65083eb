"""Experience-weighted attraction learning (Camerer and Ho 1999).

With attractions A_j, experience N and points pi_j that message j gave or would have given against what the others did,

    N(t) = phi (1 - kappa) N(t - 1) + 1
    A_j(t) = (phi N(t - 1) A_j(t - 1) + w_j pi_j(t)) / N(t),    w_j = 1 for the own message, delta for all others,

and messages are chosen with probabilities proportional to exp(lambda A_j). To begin with N(0) = 1, and A_j(0) is the
expected points of j against uniform play. For types that were not in force no message was played, so w = delta there.
delta = 1 and kappa = 0 is belief learning. Without seeing the others' messages nobody knows the forgone points, and the
model does not apply. A round that was not seen (the group did not decide) changes nothing.
"""

from __future__ import annotations

import numpy as np

from analysis.behaviour.choices import Choices
from analysis.behaviour.models.experience import Experience
from analysis.behaviour.models.model import ChoiceTable, Model, NotApplicableError, logit_choice, precision, share
from mechanisms.arrays import FloatArray

DECAY = share("phi", "how much of earlier experience is kept from round to round", 0.8, 0.3, 0.95)
FORGONE = share("delta", "weight of forgone points relative to points received", 0.5, 0.9, 0.1)
GROWTH = share("kappa", "0: attractions are averages of points, 1: they are sums", 0.2, 0.7, 0.05)


class EWA(Model):
    """Experience-weighted attraction: lambda, phi, delta, kappa.

    Raises
    ------
    NotApplicableError
        If the others' messages are nowhere shown.
    """

    name, source, learns = "EWA", "Camerer and Ho 1999", True

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        if not choices.others_shown:
            raise NotApplicableError(
                f"{self.name}: feedback shows nobody the others' messages, so that forgone points are not known"
            )
        self.parameters = (precision(choices.game.range), DECAY, FORGONE, GROWTH)
        self._experience = Experience(choices, choices.sees_others)
        self._first = self._experience.by_situation([own.mean(axis=1) for own in choices.game.columns])
        self._is_message = choices.game.is_message[choices.situation]

    def attractions(self, phi: float, delta: float, kappa: float) -> FloatArray:
        """Attractions of the messages in every row, before its round: (n_rows, width), points."""
        experience = self._experience
        state = np.broadcast_to(self._first, experience.shape).copy()
        weight = np.ones(experience.shape[:2])
        found = np.empty((len(self.choices.message), experience.shape[3]))
        for step in experience:
            found[step.rows] = state[step.now]
            gained = delta * step.payoffs
            gained[step.own] = step.received
            before = phi * weight[step.learners]
            after = (1 - kappa) * before + 1
            weight[step.learners] = after
            gained += before[:, None, None] * state[step.learners]
            state[step.learners] = gained / after[:, None, None]
        return found

    def log_table(self, values: FloatArray) -> ChoiceTable:
        rate, phi, delta, kappa = values.tolist()
        logs = logit_choice(self.attractions(phi, delta, kappa), rate, self._is_message)
        return ChoiceTable(logs, np.arange(len(logs)))
