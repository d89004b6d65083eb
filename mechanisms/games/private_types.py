"""Games with private types and private values: one tensor of own payoffs for each type of each player.

``payoffs[i][t, m_1, …, m_n]`` is what player i gets with the t-th type when the messages are m; the types of the others
do not matter for it. Types are independent, or drawn from a joint prior; some may have probability 0.

What a type believes of the others is the prior given the own type. Types with probability 0 tell nothing: they believe
the others' types to be drawn from their marginal distribution, as with independent types.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import (
    FloatArray,
    IntArray,
    as_exact,
    as_listed,
    as_names,
    as_numbers,
    as_truthful,
    as_wholes,
    brief,
)
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.shown import Shown, Words


@dataclass(frozen=True, eq=False)
class BayesianGame(Shown):
    """A game of n players with T_i types and A_i messages each.

    Parameters
    ----------
    payoffs : sequence of n arrays, payoffs[i] of shape (T_i, A_1, …, A_n); integers stay int64 and are compared exactly
    priors : n arrays (T_i,), the probabilities of each player's types, which are independent; or one array
        (T_1, …, T_n), the joint probabilities of all type profiles. Each of the n, or the one, sums to 1.
    truthful : sequence of n int arrays (T_i,), the index of each type's truthful message; None where messages are no
        reports of types
    types, messages : what types and messages are called, n sequences each. Default: 0, 1, ….

    Attributes
    ----------
    priors : tuple of n arrays (T_i,); the marginal ones if types are correlated
    joint : array (T_1, …, T_n), the joint prior; None if types are independent

    Raises
    ------
    ValueError
        If shapes do not fit, a payoff is not finite or a prior is none.

    Examples
    --------
    >>> game = BayesianGame([[[[3, 0]], [[1, 2]]], [[[0, 1]]]], [[0.5, 0.5], [1]], truthful=None)
    >>> game.n, game.n_types, game.n_messages, game.at((1, 0)).payoffs.tolist()
    (2, (2, 1), (1, 2), [[[1, 2]], [[0, 1]]])
    >>> correlated = BayesianGame([[[[1]], [[2]]]] * 2, [[0.4, 0.1], [0, 0.5]], None)
    >>> correlated.priors, correlated.joint[0, 1].item()
    ((array([0.5, 0.5]), array([0.4, 0.6])), 0.1)
    """

    payoffs: tuple[np.ndarray, ...]
    priors: tuple[FloatArray, ...]
    joint: FloatArray | None
    truthful: tuple[IntArray, ...] | None
    types: tuple[Sequence | np.ndarray, ...]
    messages: tuple[Sequence | np.ndarray, ...]

    def __init__(
        self,
        payoffs: Sequence[ArrayLike],
        priors: Sequence[ArrayLike] | ArrayLike,
        truthful: Sequence[ArrayLike] | None,
        types: Sequence[Sequence | np.ndarray] | None = None,
        messages: Sequence[Sequence | np.ndarray] | None = None,
    ) -> None:
        tensors = tuple(
            as_exact(f"payoffs[{i}]", part)
            for i, part in enumerate(as_listed("payoffs", payoffs, "arrays, one a player"))
        )
        n, shape = len(tensors), tensors[0].shape[1:]
        for i, tensor in enumerate(tensors):
            if tensor.shape[1:] != shape or len(shape) != n:
                raise ValueError(
                    f"payoffs[{i}] has shape {tensor.shape}; it must be (T_{i}, A_1, …, A_{n}), A = {shape}"
                )
        n_types = tuple(map(len, tensors))
        joint = _as_joint_prior(priors, n_types)
        given = _as_priors(priors, n_types) if joint is None else _marginals(joint)
        truths = None if truthful is None else tuple(as_truthful(truthful, n))
        for i, truth in enumerate(truths or ()):
            if truth.shape != given[i].shape or truth.min() < 0 or truth.max() >= shape[i]:
                raise ValueError(
                    f"truthful[{i}] is {truth.tolist()}; it must name a message 0…{shape[i] - 1} for each type"
                )
        object.__setattr__(self, "payoffs", tensors)
        object.__setattr__(self, "priors", given)
        object.__setattr__(self, "joint", joint)
        object.__setattr__(self, "truthful", truths)
        object.__setattr__(self, "types", as_names("types", types, n_types, "types"))
        object.__setattr__(self, "messages", as_names("messages", messages, shape, "messages"))

    @property
    def n(self) -> int:
        """The number of players."""
        return len(self.payoffs)

    @property
    def n_types(self) -> tuple[int, ...]:
        """(T_1, …, T_n)."""
        return tuple(len(tensor) for tensor in self.payoffs)

    @property
    def n_messages(self) -> tuple[int, ...]:
        """(A_1, …, A_n)."""
        return self.payoffs[0].shape[1:]

    def _facts(self) -> dict[str, object]:
        types, messages = (" × ".join(map(str, sizes)) for sizes in (self.n_types, self.n_messages))
        return {
            "players": self.n,
            "types": Words(f"{types}, {'independent' if self.joint is None else 'correlated'}"),
            "messages": Words(messages if self.truthful is None else f"{messages}, reports"),
            "payoffs": Words(self.payoffs[0].dtype),
        }

    def at(self, types: Sequence[int]) -> NormalFormGame:
        """The game of complete information among players of the given types (indices)."""
        profile = as_wholes("types", types, self.n_types, "one type of each player")
        own = [self.payoffs[i][t] for i, t in enumerate(profile)]
        return NormalFormGame(own, self.messages)


def _as_joint_prior(priors: Sequence[ArrayLike] | ArrayLike, n_types: tuple[int, ...]) -> FloatArray | None:
    """The priors if they are joint probabilities of all type profiles; n vectors have the sum n, not 1."""
    try:
        joint = as_numbers("priors", priors)  # type: ignore[arg-type]
    except ValueError:
        return None
    fits = joint.shape == n_types and joint.min() >= 0 and abs(joint.sum() - 1) <= 1e-9
    return joint if fits else None


def _as_priors(priors: Sequence[ArrayLike] | ArrayLike, n_types: tuple[int, ...]) -> tuple[FloatArray, ...]:
    shapes = f"n arrays (T_i,), each with sum 1, or one {n_types} with sum 1"
    try:
        given = tuple(as_numbers(f"priors[{i}]", prior) for i, prior in enumerate(priors))  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"priors is {brief(priors)}; it must be {shapes}") from None
    if len(given) != len(n_types):
        raise ValueError(f"priors has {len(given)} entries; there are {len(n_types)} players; it must be {shapes}")
    for i, (prior, size) in enumerate(zip(given, n_types, strict=True)):
        if prior.shape != (size,) or prior.min() < 0 or abs(prior.sum() - 1) > 1e-9:
            raise ValueError(
                f"priors[{i}] is {prior.tolist()}; it must be {size} probabilities with sum 1; priors are {shapes}"
            )
    return given


def _marginals(joint: FloatArray) -> tuple[FloatArray, ...]:
    axes = range(joint.ndim)
    return tuple(joint.sum(axis=tuple(j for j in axes if j != i)) for i in axes)
