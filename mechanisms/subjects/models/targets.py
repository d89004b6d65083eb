"""Models with target messages: the truth, dominant ones, one or any equilibrium, stated numbers. With probability
`noise` play is uniform.

Which of several equilibria, or which numbers, is an option of the model; the noise is its parameter (El-Gamal and
Grether 1995).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.bayesian import pure_bayesian_equilibria
from mechanisms.games.best_responses import best_replies
from mechanisms.games.comparisons import RELATIVE_TOLERANCE
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.solutions.dominance import dominant_for_player
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.subjects.choices import Choices, type_profiles
from mechanisms.subjects.crowded import CrowdGame
from mechanisms.subjects.models.model import ChoiceTable, Model, NotApplicableError, Parameter
from mechanisms.writing import counted

NOISE = Parameter("noise", "probability that a decision is uniform", 0.0, 1 - 1e-4, (0.2, 0.6, 0.05))


def even(is_message: np.ndarray) -> FloatArray:
    """Uniform probabilities over what is a message, along the last axis."""
    return np.asarray(is_message / is_message.sum(axis=1, keepdims=True))


def with_noise(target: np.ndarray, is_message: np.ndarray, noise: FloatArray | float) -> FloatArray:
    """Log probabilities: uniform over the target (bool) with probability 1 - noise, else over all messages."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log((1 - noise) * even(target) + noise * even(is_message)))


class Targets(Model):
    """Subclasses set `target`, bool (lines, width), and `line` (n_rows,), the line of each row."""

    target: np.ndarray
    line: IntArray

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        self.parameters = (NOISE,)

    def log_table(self, values: FloatArray) -> ChoiceTable:
        situation = np.zeros(len(self.target), dtype=np.int64)
        situation[self.line] = self.choices.situation
        is_message = self.choices.game.is_message[situation]
        return ChoiceTable(with_noise(self.target | ~self.target.any(axis=1, keepdims=True) & is_message,
                                      is_message, float(values[0])), self.line)  # fmt: skip


class Truthful(Targets):
    """The report of the own type.

    >>> from mechanisms.subjects.sessions import empty_sessions
    >>> from mechanisms.treatments import load_treatment
    >>> model = Truthful(empty_sessions(load_treatment("treatments/park_vcg.toml"), 1))
    >>> np.exp(model.log_table(np.array([0.1])).logs[:2]).round(2).tolist()
    [[0.95, 0.05], [0.05, 0.95]]
    """

    name, source = "truthful", "benchmark"

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        if choices.game.treatment.messages_are != "reports":
            raise NotApplicableError(f"{self.name}: messages are demands, which say nothing of a type")
        self.target, self.line = truthful(choices), choices.situation


class Equilibrium(Targets):
    """One equilibrium: `number` counts from 1 through the lexicographic list of pure equilibria, of the game of the
    types in the group under complete information, else of Bayesian equilibria (where there are fewer, the last one).

    number 0 is the focal one: dominant messages if everybody has one (the truth if it is dominant), else the truth if
    it is an equilibrium, else the first. Where there is none: the truth, or the whole grid.

    Raises
    ------
    NotApplicableError
        If the game has not so many equilibria.
    TooLargeError
        If the game is too large to search.
    """

    name, source = "equilibrium", "benchmark"

    def __init__(self, choices: Choices, number: int = 0) -> None:
        super().__init__(choices)
        found = strategies(choices, number)
        most = max(count for count, _ in found)
        if number > max(most, 0) or number < 0:
            raise NotApplicableError(
                f"{self.name}: number = {number}: the game has {counted(most, 'pure equilibrium', 'pure equilibria')}"
            )
        self.target, self.line = np.concatenate([target for _, target in found]), choices.agent


class Nash(Targets):
    """The own part of any pure equilibrium, all parts alike; the whole grid where there is no equilibrium."""

    name, source = "any equilibrium", "benchmark"

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        self.target, self.line = equilibrium_parts(choices), choices.agent


class Dominant(Targets):
    """Any weakly dominant message of the own type, all alike.

    Raises
    ------
    NotApplicableError
        If a type has none.
    """

    name, source = "dominant", "benchmark"

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        game = choices.game
        self.target, self.line = np.zeros_like(game.is_message), choices.situation
        if isinstance(game, CrowdGame):
            self.target = game.dominant
        else:
            for i, (begin, own) in enumerate(zip(game.first_situation, game.units, strict=False)):
                for t, payoffs in enumerate(own):
                    self.target[begin + t, dominant_for_player(payoffs, i, "weak")] = True
        if not self.target.any(axis=1).all():
            raise NotApplicableError(f"{self.name}: some type has no dominant message")


class Fixed(Targets):
    """Stated messages, one for each position or one for all.

    Raises
    ------
    NotApplicableError
        If a message is not on the grid of its position, or there are not as many as positions.
    """

    name, source = "fixed", "benchmark"

    def __init__(self, choices: Choices, messages: Sequence[float] = ()) -> None:
        super().__init__(choices)
        places = choices.game.treatment.positions
        given = list(messages) * (len(places) if len(messages) == 1 else 1)
        if len(given) != len(places):
            raise NotApplicableError(f"{self.name}: messages has {len(given)} numbers: give 1 or {len(places)}")
        self.target, self.line = np.zeros_like(choices.game.is_message), choices.situation
        for i, (place, message) in enumerate(zip(places, given, strict=True)):
            if message not in place.messages:
                ends = f"{place.messages[0]:g} to {place.messages[-1]:g}"
                raise NotApplicableError(
                    f"{self.name}: messages: {message:g} is not on the grid {ends} of {place.role}"
                )
            begin, end = choices.game.first_situation[i : i + 2]
            self.target[begin:end, np.searchsorted(place.messages, message)] = True


def truthful(choices: Choices) -> np.ndarray:
    """The true report of each situation: bool (situations, width)."""
    game = choices.game
    target = np.zeros_like(game.is_message)
    for begin, place in zip(game.first_situation, game.treatment.positions, strict=False):
        target[begin + np.arange(len(place.types)), np.searchsorted(place.messages, place.types)] = True
    return target


def strategies(choices: Choices, number: int = 0) -> list[tuple[int, np.ndarray]]:
    """Of each of the games that are played: how many pure equilibria it has, and the one with the number (0: the focal
    one) as bool (agents of the game, width); no message is marked where there is none."""
    game = choices.game
    if isinstance(game, CrowdGame):
        return [_in_crowd(choices, game, types, number) for types in type_profiles(choices)]
    reports = game.treatment.messages_are == "reports"
    truth = truthful(choices) if reports else None
    found: list[tuple[int, np.ndarray]] = []
    begin = 0
    for form in choices.forms:
        agents = sum(form.n_types)
        own = None if truth is None else truth[choices.agent_situation[begin : begin + agents]].argmax(axis=1)
        begin += agents
        dominant = _dominant(form, own) if number == 0 else None
        lists = _equilibria(choices, form) if dominant is None else dominant[None]
        chosen = _chosen(lists, number, own)
        target = np.zeros((agents, game.width), dtype=bool)
        if chosen is not None:
            target[np.arange(agents), chosen] = True
        found.append((len(lists), target))
    return found


def _in_crowd(choices: Choices, game: CrowdGame, types: IntArray | None, number: int) -> tuple[int, np.ndarray]:
    """The same of a game of many players; the focal one: dominant messages if all have one, else the first."""
    situations = game.first_situation[:-1] + types if types is not None else np.arange(game.first_situation[-1])
    dominant = game.dominant[situations] if number == 0 else np.zeros((1, 1), dtype=bool)
    by_position = game.equilibria(types) if not dominant.any(axis=1).all() else dominant.argmax(axis=1)[None]
    if by_position.shape[1:] != situations.shape:
        raise AssertionError("one message an agent")
    target = np.zeros((len(situations), game.width), dtype=bool)
    chosen = _chosen(by_position, number, None)
    if chosen is not None:
        target[np.arange(len(situations)), chosen] = True
    return len(by_position), target


def _equilibria(choices: Choices, form: BayesianGame) -> IntArray:
    """All pure equilibria, one message an agent: (k, agents)."""
    if choices.game.treatment.information == "complete":
        # equal points are equal floats: the comparison is exact
        return pure_nash_equilibria(NormalFormGame(np.stack([own[0] for own in form.payoffs])))
    return np.concatenate(pure_bayesian_equilibria(choices.game.treatment.bayesian_game()), axis=1)


def _dominant(form: BayesianGame, truth: IntArray | None) -> IntArray | None:
    """A weakly dominant message of each agent, the truth if it is one; None if somebody has none."""
    found: list[int] = []
    for i, payoffs in enumerate(form.payoffs):
        for own in payoffs:
            messages = dominant_for_player(own, i, "weak")
            if not len(messages):
                return None
            true = -1 if truth is None else int(truth[len(found)])
            found.append(true if true in messages else int(messages[0]))
    return np.array(found)


def _chosen(lists: IntArray, number: int, truth: IntArray | None) -> IntArray | None:
    if not len(lists):
        return truth
    if number == 0 and truth is not None and (lists == truth).all(axis=1).any():
        return truth
    return np.asarray(lists[min(max(number, 1), len(lists)) - 1])


def equilibrium_parts(choices: Choices) -> np.ndarray:
    """Own parts of all equilibria of each agent: bool (agents, width); the whole grid where there is none."""
    is_message = choices.game.is_message[choices.agent_situation]
    target, begin = np.zeros_like(is_message), 0
    for form in choices.forms:
        agents = np.arange(sum(form.n_types))
        for strategy in _equilibria(choices, form):
            target[begin + agents, strategy] = True
        begin += len(agents)
    return np.where(target.any(axis=1, keepdims=True), target, is_message)


def first_replies(choices: Choices) -> np.ndarray:
    """Best replies to uniform play, up to RELATIVE_TOLERANCE: bool (situations, width)."""
    game = choices.game
    target = np.zeros_like(game.is_message)
    for i, columns in enumerate(game.columns):
        begin, end = game.first_situation[i : i + 2]
        target[begin:end, : game.sizes[i]] = best_replies(columns.mean(axis=1), 1, RELATIVE_TOLERANCE * game.range)
    return target
