"""A mixture of four kinds of participants: truthful, equilibrium, best-replier and random.

Each of the first three has a set of target messages and plays in it with probability 1 - noise, uniformly; with
probability noise it plays uniformly on the whole grid (El-Gamal and Grether 1995). Targets are

truthful       the report of one's own type (direct mechanisms only);
equilibrium    own parts of pure equilibria: of the game of the types in the group under complete information, else
               Bayesian equilibria; the whole grid where there is none;
best-replier   best replies to the others' messages seen last, to uniform play before anything was seen;
random         the whole grid; no noise.

Kinds that are the same in every situation (as in a game with strictly dominant truth) cannot be told apart and are one
class, named after all of them. A kind whose targets are the whole grid everywhere is random.
"""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.model import ChoiceTable, share
from mechanisms.subjects.models.noisy_best_reply import seen_cells
from mechanisms.subjects.models.participant_mixture import ParticipantMixture
from mechanisms.subjects.models.playing import LastSeen, Playing
from mechanisms.subjects.models.targets import equilibrium_parts, even, first_replies, truthful, with_noise
from mechanisms.verdicts import TooLargeError

RANDOM = "random"
BEST_REPLIER = "best-replier"


class TypesMixture(ParticipantMixture):
    """Shares of the kinds, and the noise of each but the random one.

    >>> from mechanisms.subjects.sessions import empty_sessions
    >>> from mechanisms.treatments import load_treatment
    >>> TypesMixture(empty_sessions(load_treatment("treatments/chen_serial.toml"), 1)).classes
    ('equilibrium', 'best-replier', 'random')
    """

    name, source = "mixture of types", "four named types, errors as in El-Gamal and Grether 1995"

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        notes: list[str] = []
        kinds = _distinct(choices, _fixed_kinds(choices, notes), notes)
        tables = {name: (target, choices.agent) for name, target in kinds.items()}
        if not any(BEST_REPLIER in name for name in kinds) and not any(BEST_REPLIER in note for note in notes):
            tables[BEST_REPLIER] = _best_replies(choices)
        self._targets = []
        for target, row in tables.values():
            line = np.zeros(len(target), dtype=np.int64)
            line[row] = choices.situation
            self._targets.append((target / target.sum(axis=1, keepdims=True), even(choices.game.is_message[line]), row))
        self.notes = tuple(notes)
        meaning = "probability that a participant of the class {} plays uniformly"
        noise = [share(f"noise: {name}", meaning.format(name), 0.2, 0.6, 0.05) for name in tables]
        self.finish((*tables, RANDOM), tuple(noise))

    def class_tables(self, own: FloatArray) -> list[ChoiceTable]:
        with np.errstate(divide="ignore"):
            tables = [
                ChoiceTable(np.log((1 - noise) * target + noise * any_message), row)
                for noise, (target, any_message, row) in zip(own, self._targets, strict=True)
            ]
            return [*tables, ChoiceTable(np.log(even(self.choices.game.is_message)), self.choices.situation)]

    def class_plays(self, own: FloatArray, participants: int) -> list[Playing]:
        plays = super().class_plays(own, participants)
        if BEST_REPLIER in self.classes:
            k = self.classes.index(BEST_REPLIER)
            plays[k] = _BestReplying(self.choices, np.broadcast_to(own[..., k], participants))
        return plays


class _BestReplying(Playing):
    """noise : (participants,)"""

    def __init__(self, choices: Choices, noise: FloatArray) -> None:
        self._choices, self._noise, self._seen = choices, noise[:, None], LastSeen(choices)

    def logs(self, rows: IntArray) -> FloatArray:
        situation, noise = self._choices.situation[rows], self._noise[self._choices.participant[rows]]
        target = replies_to(self._choices, situation, self._seen.of(rows))
        return with_noise(target, self._choices.game.is_message[situation], noise)

    def learn(self, rows: IntArray, message: IntArray) -> None:
        self._seen.learn(rows, message)


def _fixed_kinds(choices: Choices, notes: list[str]) -> dict[str, np.ndarray]:
    """Targets (agents, width) of the kinds that do not depend on what was seen."""
    game, situation = choices.game, choices.agent_situation
    kinds = {}
    if game.treatment.messages_are == "reports":
        kinds["truthful"] = truthful(choices)[situation]
    else:
        notes.append("messages are demands: there is no truthful type")
    try:
        kinds["equilibrium"] = equilibrium_parts(choices)
    except TooLargeError as error:
        notes.append(f"no equilibrium type: {error}")
    first, varies = first_replies(choices), False
    if choices.others_shown:
        begins = zip(game.best_replies, game.first_situation, strict=False)
        varies = any((best != first[begin : begin + len(best), None, : best.shape[2]]).any() for best, begin in begins)
    if not varies:
        kinds[BEST_REPLIER] = first[situation]
    return kinds


def _distinct(choices: Choices, kinds: dict[str, np.ndarray], notes: list[str]) -> dict[str, np.ndarray]:
    """The kinds that can be told apart, named after all that are alike."""
    found: dict[str, np.ndarray] = {}
    for name, target in kinds.items():
        alike = next((other for other, shown in found.items() if np.array_equal(shown, target)), None)
        if np.array_equal(target, choices.game.is_message[choices.agent_situation]):
            notes.append(f"every message is a target of the {name} type: it is random")
        elif alike is None:
            found[name] = target
        else:
            notes.append(f"the {alike} and the {name} type have the same targets: one class")
            found = {f"{key} = {name}" if key == alike else key: shown for key, shown in found.items()}
    return found


def _best_replies(choices: Choices) -> tuple[np.ndarray, IntArray]:
    """Best replies to what was seen last, exactly; to uniform play before: bool (k, width), and each row's line."""
    situations, profiles, row = seen_cells(choices)
    return replies_to(choices, situations, profiles), row


def replies_to(choices: Choices, situations: IntArray, profiles: IntArray) -> np.ndarray:
    """Best replies of situations to profiles of the others (-1: to uniform play): bool (k, width)."""
    game = choices.game
    target = first_replies(choices)[situations]
    for i, best in enumerate(game.best_replies):
        begin, end = game.first_situation[i : i + 2]
        known = (begin <= situations) & (situations < end) & (profiles >= 0)
        target[known, : game.sizes[i]] = best[situations[known] - begin, profiles[known]]
    return target
