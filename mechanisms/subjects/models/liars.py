"""A coalition that plays its best joint lie, as in the certificate (Safronov 2018, Definition 6).

The members know each other's types and choose, at these types, the joint messages with the largest expected sum of
their points, outsiders telling the truth (where messages are demands: playing the focal equilibrium); without a gain
they do as outsiders do. Without named members it is the coalition of two or more whose lie gains most at some types, of
equal ones the smallest, first. Each member plays the own part, whoever sits in the other seats.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.agents import against
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.model import NotApplicableError
from mechanisms.subjects.models.targets import Targets, strategies

GAIN = 1e-9
"""Of the range of points: less is no gain."""


class Liars(Targets):
    """members : positions from 1; none: the coalition that gains most.

    >>> from mechanisms.subjects.sessions import empty_sessions
    >>> from mechanisms.treatments import load_treatment
    >>> model = Liars(empty_sessions(load_treatment("treatments/cason_pivotal.toml"), 1))
    >>> model.members, model.gain > 0
    ((0, 1), True)
    """

    name, source = "liars", "Safronov 2018, Def. 6"

    def __init__(self, choices: Choices, members: Sequence[float] = ()) -> None:
        super().__init__(choices)
        n = len(choices.game.sizes)
        named = tuple(sorted({int(i) - 1 for i in members}))
        if members and (len(named) < 2 or not set(named) <= set(range(n))):
            raise NotApplicableError(f"{self.name}: members: name two or more of the positions 1 to {n}")
        told = self._told(choices)
        among = [named] if named else [c for size in range(2, n + 1) for c in combinations(range(n), size)]
        found = {c: [self._lies(f, own, c) for f, own in zip(choices.forms, told, strict=True)] for c in among}
        gains = {c: max(gain for gain, _ in lies) for c, lies in found.items()}
        self.members = max(among, key=lambda c: (gains[c], -len(c)))
        self.gain = gains[self.members]
        self._lay_out(told, [lies for _, lies in found[self.members]])

    def _told(self, choices: Choices) -> list[list[IntArray]]:
        """What outsiders do: of each game, the message of each type of each position."""
        found, begin = [], 0
        reports = choices.game.treatment.messages_are == "reports"
        for form, (_, target) in zip(choices.forms, strategies(choices), strict=True):
            messages = target.argmax(axis=1)
            if reports:
                situations = choices.agent_situation[begin : begin + len(messages)]
                place = np.searchsorted(choices.game.first_situation, situations, side="right") - 1
                types = situations - choices.game.first_situation[place]
                grids = [(p.messages, p.types) for p in choices.game.treatment.positions]
                messages = np.array(
                    [np.searchsorted(grids[i][0], grids[i][1][t]) for i, t in zip(place, types, strict=True)]
                )
            elif not target.any(axis=1).all():
                raise NotApplicableError(f"{self.name}: the game has no pure equilibrium to leave")
            begin += len(messages)
            found.append(np.split(messages, np.cumsum(form.n_types)[:-1]))
        return found

    def _lies(self, form: BayesianGame, told: list[IntArray], members: tuple[int, ...]) -> tuple[float, IntArray]:
        """The largest gain, and the members' messages at each profile of their types: (T_1, …, members)."""
        average: list[FloatArray] = []
        for prior, messages, size in zip(form.priors, told, form.n_messages, strict=True):
            average.append(np.bincount(messages, weights=prior, minlength=size).astype(np.float64))
        sums = [against(form.payoffs[i], average, i, members) for i in members]
        shape = sums[0].shape[1:]
        rows = [own.reshape(len(own), -1) for own in sums]
        types = tuple(map(len, rows))
        lies, largest = np.empty((*types, len(members)), dtype=np.int64), 0.0
        for profile in np.ndindex(types):
            total = np.sum([own[t] for own, t in zip(rows, profile, strict=True)], axis=0)
            truth = tuple(int(told[i][t]) for i, t in zip(members, profile, strict=True))
            best = int(total.argmax())
            gain = float(total[best] - total[np.ravel_multi_index(truth, shape)])
            gains = gain > GAIN * self.choices.game.range
            lies[profile] = np.unravel_index(best, shape) if gains else truth
            largest = max(largest, gain if gains else 0.0)
        return largest, lies

    def _lay_out(self, told: list[list[IntArray]], lies: list[IntArray]) -> None:
        """One line a game, profile of the members' types and member; then one an agent, for outsiders."""
        choices, k = self.choices, len(self.members)
        every = np.concatenate([of_form.reshape(-1, k) for of_form in lies])
        profiles = len(every) // len(lies)
        if choices.game.treatment.information == "complete":
            group = choices.agent[choices.members[:, 0]] // len(choices.game.sizes)
        else:
            types = choices.type_index[choices.members[:, list(self.members)]]
            group = np.ravel_multi_index(tuple(types.T), lies[0].shape[:-1])
        assert profiles == 1 or len(lies) == 1
        own = np.concatenate([messages for of_form in told for messages in of_form])
        self.target = np.zeros((every.size + len(own), choices.game.width), dtype=bool)
        self.target[np.arange(every.size), every.reshape(-1)] = True
        self.target[every.size + np.arange(len(own)), own] = True
        self.line = every.size + choices.agent
        for place, i in enumerate(self.members):
            self.line[choices.members[:, i]] = group * k + place
