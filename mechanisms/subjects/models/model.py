"""What a model of behaviour is: choice probabilities of every row, given its past, for a vector of parameters.

A model is made for one `Choices`, played or not. It names its reported parameters ("values", on their own scales) and
how they come from the free numbers that are estimated ("x", unbounded but for wide box bounds): logarithms of positive
parameters, logits of shares. Fitting and comparison use nothing else; `play` is the same model round by round, for
simulation and for the robots of the laboratory.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit, log_softmax, logit
from scipy.stats.qmc import Halton

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.playing import Playing, Tables, distinct

LOWEST_SHARE = 1e-4
"""Shares are estimated between this and 1 - this; an estimate at an end is reported as a boundary estimate."""
LOWEST_PRECISION, HIGHEST_PRECISION = 1e-3, 1e5
"""Of lambda times the range of points: below, play is uniform; above, exact: an estimate there is 0 or has no limit."""
GRID = 49
"""Values at which a likelihood of one number is looked at before it is climbed: six a decade of lambda."""
POINTS = 12
"""For each further number, so many points of a Halton sequence."""


class NotApplicableError(ValueError):
    """The model has nothing to say about these data; the message says why."""


@dataclass(frozen=True)
class Parameter:
    """A reported parameter.

    Attributes
    ----------
    name, meaning : "lambda", "precision of logit choice"
    unit : "1/points"; "" for shares and pure numbers
    lowest, highest : bounds of estimation
    start : values to begin the search from
    link : "log" for positive numbers, "logit" for shares: the scale of estimation and of Wald intervals
    natural : boundaries of the range
    """

    name: str
    meaning: str
    lowest: float
    highest: float
    start: tuple[float, ...]
    link: str = "logit"
    unit: str = ""

    @property
    def natural(self) -> tuple[float, float]:
        """The boundaries that the bounds of estimation stand for: no limit is an infinite one."""
        return (0.0, np.inf) if self.link == "log" else (0.0, 1.0)


def precision(scale: float) -> Parameter:
    """The logit precision lambda of a game whose points have the range `scale`."""
    starts = tuple(rate / scale for rate in (10.0, 1.0, 100.0))
    lowest, highest = LOWEST_PRECISION / scale, HIGHEST_PRECISION / scale
    return Parameter("lambda", "precision of logit choice", lowest, highest, starts, "log", "1/points")


def share(name: str, meaning: str, *start: float) -> Parameter:
    """A parameter between 0 and 1."""
    return Parameter(name, meaning, LOWEST_SHARE, 1 - LOWEST_SHARE, start)


def to_link(values: FloatArray, links: list[str]) -> FloatArray:
    """Values on the scales of their links."""
    return np.array([np.log(v) if link == "log" else logit(v) for v, link in zip(values, links, strict=True)])


def from_link(x: FloatArray, links: list[str]) -> FloatArray:
    """The inverse of `to_link`."""
    return np.array([np.exp(v) if link == "log" else expit(v) for v, link in zip(x, links, strict=True)])


class ChoiceTable(NamedTuple):
    """logs : log probabilities (k, width), -inf where there is no message; row : int (n_rows,), each row's line."""

    logs: FloatArray
    row: IntArray


class Model(ABC):
    """A model of behaviour for one `Choices`; subclasses set name, source, parameters, learns and log_table.

    Attributes
    ----------
    name, source : as reported
    learns : whether choices depend on earlier rounds
    choices : Choices
    parameters : tuple of Parameter, the reported ones
    notes : sentences about this fit that a reader must know
    """

    name: str
    source: str
    learns = False
    parameters: tuple[Parameter, ...] = ()
    notes: tuple[str, ...] = ()

    def __init__(self, choices: Choices) -> None:
        self.choices = choices

    @abstractmethod
    def log_table(self, values: FloatArray) -> ChoiceTable:
        """Log choice probabilities of all messages in every row, given earlier rounds."""

    def log_probabilities(self, values: FloatArray) -> FloatArray:
        """Log probability of each decision given earlier rounds: (n_decisions,). Their sum is the log-likelihood."""
        logs, row = self.log_table(values)
        rows = self.choices.decisions
        return logs[row[rows], self.choices.message[rows]]

    def play(self, values: FloatArray, chance: FloatArray) -> Playing:
        """The model as it plays, nothing seen yet.

        values : reported ones, (len(parameters),) for all or (participants, len(parameters))
        chance : (participants,), uniform on [0, 1): decides who has which class, in mixtures
        """
        found, which = distinct(values, len(chance))
        tables = [self.log_table(own) for own in found]
        return Tables(self.choices, np.stack([table.logs for table in tables]), tables[0].row, which)

    @property
    def bounds(self) -> FloatArray:
        """Lowest and highest x: (free, 2)."""
        ends = [to_link(np.array([p.lowest, p.highest]), [p.link] * 2) for p in self.parameters]
        return np.array(ends).reshape(-1, 2)

    @property
    def links(self) -> list[str]:
        """The link of each free number."""
        return [p.link for p in self.parameters]

    def scan(self) -> FloatArray:
        """Points all over the natural range, (points, free), that the search looks at before it climbs.

        One number: a grid in its order. Several: a Halton sequence. Both are even in the logarithm of a positive
        parameter and in a share itself.
        """
        free, bounds = len(self.links), self.bounds
        if free == 1:
            even = np.linspace(0, 1, GRID)[:, None]
        else:
            even = Halton(free, scramble=False).random(POINTS * free + 1)[1:]
        ends = [from_link(side, self.links) for side in bounds.T]
        shares = logit(ends[0] + even * (ends[1] - ends[0])) if "logit" in self.links else even
        logarithms = bounds[:, 0] + even * (bounds[:, 1] - bounds[:, 0])
        return np.where(np.array(self.links) == "log", logarithms, shares)

    @property
    def starts(self) -> FloatArray:
        """Where the search begins: (starts, free)."""
        number = max((len(p.start) for p in self.parameters), default=1)
        rows = [[p.start[min(k, len(p.start) - 1)] for p in self.parameters] for k in range(number)]
        links = [p.link for p in self.parameters]
        return np.array([to_link(np.array(row), links) for row in rows]).reshape(number, -1)

    def to_values(self, x: FloatArray) -> FloatArray:
        """The reported values (len(parameters),) of free numbers (free,)."""
        return from_link(x, [p.link for p in self.parameters])


def logit_choice(payoffs: FloatArray, rate: float | np.ndarray, is_message: np.ndarray) -> FloatArray:
    """Log probabilities proportional to exp(rate * payoff), along the last axis, over what is a message."""
    return np.asarray(log_softmax(np.where(is_message, rate * payoffs, -np.inf), axis=-1))


def logit_weights(payoffs: FloatArray, rate: float | np.ndarray, is_message: np.ndarray) -> FloatArray:
    """Numbers proportional to those probabilities: 1 at the best message."""
    scaled = np.where(is_message, rate * payoffs, -np.inf)
    scaled -= scaled.max(axis=-1, keepdims=True)
    return np.asarray(np.exp(scaled, out=scaled))


def by_agent(rows: list[FloatArray], width: int, fill: float) -> FloatArray:
    """Arrays (T_i, A_i) below each other (agents, width), padded with `fill`."""
    padded = [np.pad(part, ((0, 0), (0, width - part.shape[1])), constant_values=fill) for part in rows]
    return np.concatenate(padded)


ModelType = Callable[[Choices], Model]
"""A class of models, or whatever makes one."""
