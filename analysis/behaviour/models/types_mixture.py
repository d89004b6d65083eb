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

from analysis.behaviour.choices import Choices
from analysis.behaviour.models.model import ChoiceTable, share
from analysis.behaviour.models.noisy_best_reply import seen_cells
from analysis.behaviour.models.participant_mixture import ParticipantMixture
from mechanisms.arrays import FloatArray, IntArray
from mechanisms.bayesian import pure_bayesian_equilibria
from mechanisms.games.best_responses import best_replies
from mechanisms.games.comparisons import RELATIVE_TOLERANCE
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.verdicts import TooLargeError

RANDOM = "random"
BEST_REPLIER = "best-replier"


class TypesMixture(ParticipantMixture):
    """Shares of the kinds, and the noise of each but the random one.

    >>> from analysis.behaviour.choices import empty_sessions
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
            self._targets.append(
                (target / target.sum(axis=1, keepdims=True), _even(choices.game.is_message[line]), row)
            )
        self.notes = tuple(notes)
        meaning = "probability that a participant of the class {} plays uniformly"
        noise = [share(f"noise: {name}", meaning.format(name), 0.2, 0.6, 0.05) for name in tables]
        self.finish((*tables, RANDOM), tuple(noise))

    def class_tables(self, own: FloatArray) -> list[ChoiceTable]:
        with np.errstate(divide="ignore"):
            tables = [
                ChoiceTable(np.log((1 - noise) * target + noise * even), row)
                for noise, (target, even, row) in zip(own, self._targets, strict=True)
            ]
            return [*tables, ChoiceTable(np.log(_even(self.choices.game.is_message)), self.choices.situation)]


def _even(is_message: np.ndarray) -> FloatArray:
    return np.asarray(is_message / is_message.sum(axis=1, keepdims=True))


def _fixed_kinds(choices: Choices, notes: list[str]) -> dict[str, np.ndarray]:
    """Targets (agents, width) of the kinds that do not depend on what was seen."""
    game, situation = choices.game, choices.agent_situation
    kinds = {}
    if game.treatment.messages_are == "reports":
        kinds["truthful"] = _truthful(choices)[situation]
    else:
        notes.append("messages are demands: there is no truthful type")
    try:
        kinds["equilibrium"] = _equilibrium(choices)
    except TooLargeError as error:
        notes.append(f"no equilibrium type: {error}")
    first, varies = _first_replies(choices), False
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


def _truthful(choices: Choices) -> np.ndarray:
    """The true report of each situation: bool (situations, width)."""
    game = choices.game
    target = np.zeros_like(game.is_message)
    for begin, place in zip(game.first_situation, game.treatment.positions, strict=False):
        target[begin + np.arange(len(place.types)), np.searchsorted(place.messages, place.types)] = True
    return target


def _equilibrium(choices: Choices) -> np.ndarray:
    """Own parts of equilibria of each agent: bool (agents, width)."""
    game = choices.game
    is_message = game.is_message[choices.agent_situation]
    target = np.zeros_like(is_message)
    if game.treatment.information == "complete":
        for f, form in enumerate(choices.forms):  # equal points are equal floats: the comparison is exact
            equilibria = pure_nash_equilibria(NormalFormGame(np.stack([own[0] for own in form.payoffs])))
            for i in range(form.n):
                target[f * form.n + i, equilibria[:, i]] = True
    else:
        strategies = pure_bayesian_equilibria(game.treatment.bayesian_game())
        for begin, messages in zip(game.first_situation, strategies, strict=False):
            target[begin + np.arange(messages.shape[1]), messages] = True
    return np.where(target.any(axis=1, keepdims=True), target, is_message)


def _first_replies(choices: Choices) -> np.ndarray:
    """Best replies to uniform play, up to RELATIVE_TOLERANCE: bool (situations, width)."""
    game = choices.game
    target = np.zeros_like(game.is_message)
    for i, columns in enumerate(game.columns):
        begin, end = game.first_situation[i : i + 2]
        target[begin:end, : game.sizes[i]] = best_replies(columns.mean(axis=1), 1, RELATIVE_TOLERANCE * game.range)
    return target


def _best_replies(choices: Choices) -> tuple[np.ndarray, IntArray]:
    """Best replies to what was seen last, exactly; to uniform play before: bool (k, width), and each row's line."""
    game = choices.game
    situations, profiles, row = seen_cells(choices)
    target = _first_replies(choices)[situations]
    for i, best in enumerate(game.best_replies):
        begin, end = game.first_situation[i : i + 2]
        known = (begin <= situations) & (situations < end) & (profiles >= 0)
        target[known, : game.sizes[i]] = best[situations[known] - begin, profiles[known]]
    return target, row
