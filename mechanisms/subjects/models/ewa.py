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

from mechanisms.arrays import FloatArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.experience import Experience, Round
from mechanisms.subjects.models.learner import Learner, Now, State, of
from mechanisms.subjects.models.model import NotApplicableError, logit_choice, logit_weights, precision, share

DECAY = share("phi", "how much of earlier experience is kept from round to round", 0.8, 0.3, 0.95)
FORGONE = share("delta", "weight of forgone points relative to points received", 0.5, 0.9, 0.1)
GROWTH = share("kappa", "0: attractions are averages of points, 1: they are sums", 0.2, 0.7, 0.05)


class EWA(Learner):
    """Experience-weighted attraction: lambda, phi, delta, kappa.

    Raises
    ------
    NotApplicableError
        If the others' messages are nowhere shown.
    """

    name, source = "EWA", "Camerer and Ho 1999"

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        if not choices.others_shown:
            raise NotApplicableError(
                f"{self.name}: feedback shows nobody the others' messages, so that forgone points are not known"
            )
        self.parameters = (precision(choices.game.range), DECAY, FORGONE, GROWTH)
        self.experience = Experience(choices, choices.sees_others)
        self._first = self.experience.by_situation(list(choices.game.against_uniform))
        self._is_message = np.arange(choices.game.width) < np.array(choices.game.sizes)[:, None]

    def begin(self, values: list[np.ndarray]) -> State:
        """attraction : points, (participants, n, T, width); weight : experience N, (participants, n)"""
        shape = self.experience.shape
        state = dict(zip(("rate", "phi", "delta", "kappa"), values, strict=True))
        return state | {"attraction": np.broadcast_to(self._first, shape).copy(), "weight": np.ones(shape[:2])}

    def choice(self, state: State, now: Now) -> FloatArray:
        return logit_choice(state["attraction"][now], of(state["rate"], now[0], 1), self._is_message[now[1]])

    def weights(self, state: State, now: Now) -> FloatArray:
        return logit_weights(state["attraction"][now], of(state["rate"], now[0], 1), self._is_message[now[1]])

    def update(self, state: State, step: Round) -> None:
        who, attraction, weight = step.learners[0], state["attraction"], state["weight"]
        gained = of(state["delta"], who, 2) * step.payoffs
        gained[step.own] = step.received
        before = of(state["phi"], who, 0) * weight[step.learners]
        after = (1 - of(state["kappa"], who, 0)) * before + 1
        weight[step.learners] = after
        gained += before[:, None, None] * attraction[step.learners]
        attraction[step.learners] = gained / after[:, None, None]
