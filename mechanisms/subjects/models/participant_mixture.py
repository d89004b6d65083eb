"""Mixtures of classes: a participant belongs to one class for the whole session; the class is not observed.

The likelihood of a participant is sum_k share_k * prod_t p_k(decision t). It is written as a product over decisions,
the probability of each given the earlier ones, with the posterior class probabilities as weights: so a mixture is a
model like any other, and predicts participants who were not in the estimation.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property

import numpy as np
from scipy.special import expit, log_softmax, logit, logsumexp

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.models.model import LOWEST_SHARE, ChoiceTable, Model, Parameter, from_link, to_link
from mechanisms.subjects.models.playing import Mixed, Playing, Tables, classes, distinct


class ParticipantMixture(Model):
    """Subclasses set `classes` (names), `own_parameters` and class_tables; shares come first in the parameters."""

    learns = True
    classes: tuple[str, ...]
    own_parameters: tuple[Parameter, ...]

    @cached_property
    def _order(self) -> IntArray:
        return np.lexsort((self.choices.round, self.choices.participant))

    @cached_property
    def _begin(self) -> IntArray:
        person = self.choices.participant[self._order]
        return np.maximum.accumulate(np.where(np.diff(person, prepend=-1) != 0, np.arange(len(person)), 0))

    def finish(self, classes: tuple[str, ...], own_parameters: tuple[Parameter, ...]) -> None:
        """Set classes and parameters."""
        self.classes, self.own_parameters = classes, own_parameters
        shares = [
            Parameter(f"share: {name}", f"share of participants of the class {name}", 0.0, 1.0, (1 / len(classes),))
            for name in classes
        ]
        self.parameters = (*shares, *own_parameters)

    @abstractmethod
    def class_tables(self, own: FloatArray) -> list[ChoiceTable]:
        """One table a class, for the values of `own_parameters`."""

    def class_plays(self, own: FloatArray, participants: int) -> list[Playing]:
        """Each class as it plays, for the values of `own_parameters`, (k,) or (participants, k)."""
        found, which = distinct(own, participants)
        tables = [self.class_tables(values) for values in found]
        return [
            Tables(self.choices, np.stack([table.logs for table in of_class]), of_class[0].row, which)
            for of_class in zip(*tables, strict=True)
        ]

    def play(self, values: FloatArray, chance: FloatArray) -> Playing:
        shares, own = values[..., : len(self.classes)], values[..., len(self.classes) :]
        return Mixed(self.choices, self.class_plays(own, len(chance)), classes(shares, chance))

    @property
    def bounds(self) -> FloatArray:
        breaks = [logit([LOWEST_SHARE, 1 - LOWEST_SHARE])] * (len(self.classes) - 1)
        own = [to_link(np.array([p.lowest, p.highest]), [p.link] * 2) for p in self.own_parameters]
        return np.array([*breaks, *own]).reshape(-1, 2)

    @property
    def links(self) -> list[str]:
        return ["logit"] * (len(self.classes) - 1) + [p.link for p in self.own_parameters]

    @property
    def starts(self) -> FloatArray:
        links = [p.link for p in self.own_parameters]
        number = max((len(p.start) for p in self.own_parameters), default=1)
        rows = [[p.start[min(k, len(p.start) - 1)] for p in self.own_parameters] for k in range(number)]
        equal = logit(1 / np.arange(len(self.classes), 1, -1))
        return np.array([np.concatenate([equal, to_link(np.array(row), links)]) for row in rows])

    def to_values(self, x: FloatArray) -> FloatArray:
        """x begins with the logits of the part that each class takes of what earlier ones leave (stick-breaking)."""
        breaks = len(self.classes) - 1
        taken, left = np.append(expit(x[:breaks]), 1.0), np.cumprod(np.append(1.0, expit(-x[:breaks])))
        return np.concatenate([taken * left, from_link(x[breaks:], [p.link for p in self.own_parameters])])

    def log_probabilities(self, values: FloatArray) -> FloatArray:
        tables = self.class_tables(values[len(self.classes) :])
        own = self._own_logs(tables)
        rows = self.choices.decisions
        before = self._log_posteriors(values, own)
        return np.asarray(logsumexp(before[:, rows] + own[:, rows], axis=0))

    def log_table(self, values: FloatArray) -> ChoiceTable:
        tables = self.class_tables(values[len(self.classes) :])
        before = self._log_posteriors(values, self._own_logs(tables))
        total = np.full((len(self.choices.message), self.choices.game.width), -np.inf)
        for posterior, (logs, row) in zip(before, tables, strict=True):
            total = np.logaddexp(total, posterior[:, None] + logs[row])
        return ChoiceTable(total, np.arange(len(total)))

    def posterior(self, values: FloatArray) -> FloatArray:
        """Class probabilities of each participant given all decisions: (participants, classes)."""
        own = self._own_logs(self.class_tables(values[len(self.classes) :]))
        number = int(self.choices.participant.max()) + 1
        sums = [np.bincount(self.choices.participant, weights=logs, minlength=number) for logs in own]
        with np.errstate(divide="ignore"):
            return np.exp(log_softmax(np.stack(sums, axis=1) + np.log(values[: len(self.classes)]), axis=1))

    def _own_logs(self, tables: list[ChoiceTable]) -> FloatArray:
        """Log probability of each row's own message in each class, 0 where it is no decision: (classes, n_rows)."""
        rows, message = self.choices.decisions, self.choices.message
        own = np.zeros((len(tables), len(message)))
        for k, (logs, row) in enumerate(tables):
            own[k, rows] = logs[row[rows], message[rows]]
        return own

    def _log_posteriors(self, values: FloatArray, own: FloatArray) -> FloatArray:
        """Log class probabilities given the participant's earlier decisions: (classes, n_rows)."""
        sums = np.cumsum(own[:, self._order], axis=1) - own[:, self._order]
        past = np.empty_like(own)
        past[:, self._order] = sums - sums[:, self._begin]
        with np.errstate(divide="ignore"):
            return np.asarray(log_softmax(past + np.log(values[: len(self.classes), None]), axis=0))
