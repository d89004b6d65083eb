"""A model's numbers as one reported parameter, which is held, and the rest, which is fitted.

Most parameters are numbers of the search. Shares of a mixture are not: K shares are made of K - 1 numbers by breaking a
stick. Held first, a share is a number as well, and the others break what it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from mechanisms.arrays import FloatArray
from mechanisms.subjects.models.model import LOWEST_SHARE, Model, from_link, to_link
from mechanisms.subjects.models.participant_mixture import ParticipantMixture

WIDEST_SHARES = (1e-6, 1 - 1e-6)
"""Shares of classes are followed so far; then they are 0 or 1."""


@dataclass(frozen=True)
class Held:
    """k : of the parameter; classes : of a mixture whose share it is (0: it is no share); value : at the optimum, on
    the scale of `link`; bounds : of it; rest, rest_bounds, rest_is_logit : of the other numbers, (free - 1,), (free-1,
    2) and (free-1,)"""

    model: Model
    k: int
    classes: int
    link: str
    value: float
    bounds: tuple[float, float]
    rest: FloatArray
    rest_bounds: FloatArray
    rest_is_logit: np.ndarray

    def values(self, value: float, rest: FloatArray) -> FloatArray:
        """All reported values."""
        if not self.classes:
            x = np.insert(rest, self._place, value)
            return self.model.to_values(x)
        share = float(from_link(np.array([value]), [self.link])[0])
        breaks = self.classes - 2
        taken, left = np.append(expit(rest[:breaks]), 1.0), np.cumprod(np.append(1.0, expit(-rest[:breaks])))
        shares = np.insert((1 - share) * taken * left, self.k, share)
        links = [p.link for p in self.model.parameters[self.classes :]]
        return np.concatenate([shares, from_link(rest[breaks:], links)])

    def split(self, x: FloatArray) -> tuple[float, FloatArray]:
        """The parameter on the scale of its link, and the rest, of the numbers x of a search."""
        if not self.classes:
            return float(x[self._place]), np.delete(x, self._place)
        shares = self.model.to_values(x)[: self.classes]
        others = np.delete(shares, self.k)
        left = np.maximum(1 - np.cumsum(np.append(0.0, others[:-1])) - shares[self.k], 1e-300)
        parts = np.clip(others / left, LOWEST_SHARE, 1 - LOWEST_SHARE)[:-1]
        with np.errstate(divide="ignore"):
            value = float(to_link(shares[[self.k]], [self.link])[0])
        return value, np.concatenate([logit(parts), x[self.classes - 1 :]])

    @property
    def _place(self) -> int:
        """Of the parameter among the numbers of the search: K shares are made of K - 1."""
        return self.k - int(isinstance(self.model, ParticipantMixture))


def held(model: Model, x: FloatArray, k: int) -> Held:
    """The parameter k of a model, at the optimum x.

    Examples
    --------
    >>> from analysis.behaviour import LevelK, empty_sessions
    >>> from mechanisms.treatments import load_treatment
    >>> model = LevelK(empty_sessions(load_treatment("treatments/cason_groves.toml"), 1))
    >>> x = model.starts[0]
    >>> found = held(model, x, 1)
    >>> bool(np.allclose(found.values(found.value, found.rest), model.to_values(x)))
    True
    """
    is_share = isinstance(model, ParticipantMixture) and k < len(model.classes)
    classes = len(model.classes) if isinstance(model, ParticipantMixture) and is_share else 0
    empty = Held(model, k, classes, model.parameters[k].link, 0.0, (0.0, 0.0), x[:0], model.bounds[:0], x[:0])
    value, rest = empty.split(x)
    if classes:
        low, high = to_link(np.array(WIDEST_SHARES), [empty.link] * 2)
        place = 0
    else:
        low, high = model.bounds[empty._place]
        place = empty._place
    ends = float(low), float(high)
    is_logit = np.delete(np.array(model.links) == "logit", place)
    return Held(model, k, classes, empty.link, value, ends, rest, np.delete(model.bounds, place, axis=0), is_logit)
