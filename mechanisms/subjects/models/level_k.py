"""Level-k with logit errors: level 0 plays uniformly, level k replies to level k - 1 (Nagel 1995; Stahl and Wilson).

Level k believes that the others play exact best replies of level k - 1 (ties with equal probability; level 1: that they
play uniformly), and errs with the precision lambda, the same for all levels (Costa-Gomes, Crawford and Broseta 2001).
Under private types the others' types are expected by the prior. A participant has one level. Levels whose replies are
the same everywhere cannot be told apart; they are one class.
"""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.games.best_responses import best_replies
from mechanisms.games.comparisons import RELATIVE_TOLERANCE
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.agents import expected, uniform
from mechanisms.subjects.choices import Choices, type_profiles
from mechanisms.subjects.crowded import CrowdGame
from mechanisms.subjects.models.model import (
    ChoiceTable,
    Model,
    NotApplicableError,
    by_agent,
    logit_choice,
    precision,
)
from mechanisms.subjects.models.participant_mixture import ParticipantMixture
from mechanisms.verdicts import TooLargeError

HIGHEST_LEVEL = 3
MOST_PROFILES = 100
"""Of types in groups of many players who know each other's types."""


class LevelK(ParticipantMixture):
    """Shares of the levels 0 to HIGHEST_LEVEL and one precision.

    >>> from mechanisms.subjects.sessions import empty_sessions
    >>> from mechanisms.treatments import load_treatment
    >>> model = LevelK(empty_sessions(load_treatment("treatments/chen_serial.toml"), 1))
    >>> [parameter.name for parameter in model.parameters]
    ['share: level 0', 'share: level 1', 'share: level 2 = level 3', 'lambda']
    """

    name, source = "level-k", "Stahl and Wilson 1994; Costa-Gomes, Crawford and Broseta 2001"

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        scale = choices.game.range
        levels = _of_agents(choices, HIGHEST_LEVEL)
        self._is_message = choices.game.is_message[choices.agent_situation]
        centred = [np.where(self._is_message, own - own[:, :1], 0.0) for own in levels]
        groups: list[list[int]] = [[0]]
        for k in range(1, HIGHEST_LEVEL + 1):
            same = (g for g in groups[1:] if np.abs(centred[g[0] - 1] - centred[k - 1]).max() <= 1e-9 * scale)
            if (group := next(same, None)) is not None:
                group.append(k)
            else:
                groups.append([k])
        self._payoffs = [levels[g[0] - 1] for g in groups[1:]]
        names = [" = ".join(f"level {k}" for k in g) for g in groups]
        self.notes = tuple(f"{name}: they reply alike everywhere, one class" for name in names if "=" in name)
        self.finish(tuple(names), (precision(scale),))

    def class_tables(self, own: FloatArray) -> list[ChoiceTable]:
        rates = [np.zeros_like(self._payoffs[0]), *(float(own[0]) * payoffs for payoffs in self._payoffs)]
        return [ChoiceTable(logit_choice(rate, 1.0, self._is_message), self.choices.agent) for rate in rates]


def level_payoffs(form: BayesianGame, highest: int) -> list[list[FloatArray]]:
    """Expected points of all messages of every agent at the levels 1 to `highest`: own[k - 1][i], (T_i, A_i).

    Examples
    --------
    >>> stag = np.array([[[4.0, 0.0], [3.0, 3.0]]])
    >>> form = BayesianGame([stag, stag.swapaxes(1, 2)], [[1], [1]], truthful=None)
    >>> [own[0].tolist() for own in level_payoffs(form, 2)]
    [[[2.0, 3.0]], [[0.0, 3.0]]]
    """
    margin = RELATIVE_TOLERANCE * max(float(np.abs(part).max()) for part in form.payoffs)
    believed, found = uniform(form), []
    for _ in range(highest):
        found.append(expected(form, believed))
        best = [best_replies(own, 1, margin) for own in found[-1]]
        believed = [own / own.sum(axis=1, keepdims=True) for own in best]
    return found


def _of_agents(choices: Choices, highest: int) -> list[FloatArray]:
    """Expected points at the levels 1 to `highest`, of all agents of the choices: (agents, width) each."""
    game = choices.game
    if isinstance(game, CrowdGame):
        profiles = type_profiles(choices)
        if len(profiles) > MOST_PROFILES:
            raise TooLargeError(f"{len(profiles)} groups of other types, more than {MOST_PROFILES}")
        found = [game.levels(highest, types) for types in profiles]
        return [np.concatenate([own[k] for own in found]) for k in range(highest)]
    forms = [level_payoffs(form, highest) for form in choices.forms]
    return [by_agent([rows for own in forms for rows in own[k]], game.width, 0.0) for k in range(highest)]


class Level(Model):
    """Everybody has the same level k, with the precision lambda; level 0 is uniform."""

    name, source = "level", LevelK.source

    def __init__(self, choices: Choices, k: int = 1) -> None:
        super().__init__(choices)
        if k < 0:
            raise NotApplicableError(f"{self.name}: k = {k}: use 0 or more")
        self.parameters = (precision(choices.game.range),)
        self._payoffs = _of_agents(choices, max(k, 1))[-1]
        self._is_message = choices.game.is_message[choices.agent_situation]
        self._payoffs *= k > 0

    def log_table(self, values: FloatArray) -> ChoiceTable:
        return ChoiceTable(logit_choice(self._payoffs, float(values[0]), self._is_message), self.choices.agent)
