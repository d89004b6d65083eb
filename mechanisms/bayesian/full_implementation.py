"""Full efficient implementation: every pure Bayesian equilibrium has an efficient outcome (S Theorem 3)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, answer, as_a, as_exact, check_sums, takes
from mechanisms.bayesian._weights import RELATIVE_TOLERANCE
from mechanisms.bayesian.equilibria import pure_bayesian_equilibria
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError, Verdict
from mechanisms.writing import counted

SurplusFunction = Callable[[IntArray, IntArray], np.ndarray]
MAX_ENTRIES = 20_000_000
"""Surpluses to compare for one type profile."""

BLOCK = 1 << 20


@dataclass(frozen=True)
class InefficientEquilibrium(Shown):
    """The equilibrium that loses most surplus in expectation.

    Attributes
    ----------
    strategies : for each player the message of each type
    types : the type profile (with positive probability) at which it loses most
    messages : what is said there
    surplus, efficient : the surplus there, and the largest possible, units of utility
    probability : how likely the outcome is inefficient
    expected_loss : expected surplus lost
    """

    strategies: tuple[tuple[int, ...], ...]
    types: tuple[int, ...]
    messages: tuple[int, ...]
    surplus: float
    efficient: float
    probability: float
    expected_loss: float


@takes(game=BayesianGame)
def full_efficient_implementation(
    game: BayesianGame, surplus: ArrayLike | SurplusFunction, efficient: ArrayLike | None = None
) -> Verdict:
    """Whether every pure Bayesian equilibrium has the efficient surplus with probability 1 (S Theorem 3).

    Parameters
    ----------
    game : BayesianGame
    surplus : array (T_1, …, T_n, A_1, …, A_n), or a function of index arrays types (..., n), messages (..., n) that
        broadcast, to (...): the sum of values less cost for true types and messages, units of utility
    efficient : array (T_1, …, T_n), the largest surplus of any outcome. Default: the largest that messages can reach.

    Returns
    -------
    Verdict; the witness is the InefficientEquilibrium with the largest expected loss. "not applicable" if there is no
        pure equilibrium, "too large" as pure_bayesian_equilibria. Whole surpluses are compared exactly, others up to
        RELATIVE_TOLERANCE of the largest absolute surplus.

    Raises
    ------
    ValueError
        If `surplus` or `efficient` has the wrong shape.

    Examples
    --------
    Coordination on the bad message is an equilibrium:

    >>> both = [[[1, 0], [0, 2]]]
    >>> game = BayesianGame([both, both], [[1], [1]], None)
    >>> full_efficient_implementation(game, [[[[2, 0], [0, 4]]]]).witness.strategies
    ((0,), (0,))
    """
    return implementation_by(game, lambda: pure_bayesian_equilibria(game), surplus, efficient)


def implementation_by(
    game: BayesianGame,
    equilibria: Callable[[], tuple[IntArray, ...]],
    surplus: ArrayLike | SurplusFunction,
    efficient: ArrayLike | None = None,
) -> Verdict:
    """The same from a function that gives all pure Bayesian equilibria, or says that they are too many."""
    method = "all pure Bayesian equilibria, surplus at every type profile with positive probability"
    function = partial(answer, "surplus", as_a("surplus", surplus, Callable), OF_BOTH) if callable(surplus) else (
        _lookup(game, surplus)
    )  # fmt: skip
    try:
        strategies = equilibria()
        best = _efficient(game, function) if efficient is None else as_exact("efficient", efficient)
    except TooLargeError as error:
        return Verdict("too large", method, f"{sum(game.n_types)} types", reason=str(error))
    if best.shape != game.n_types:
        raise ValueError(f"efficient has shape {best.shape}; it must be {game.n_types}")
    k = len(strategies[0])
    profiles = counted(math.prod(game.n_types), "type profile")
    size = f"{counted(k, 'equilibrium', 'equilibria')}, {profiles}"
    if not k:
        return Verdict("not applicable", method, size, reason="there is no pure Bayesian equilibrium")
    return _judge(game, function, best, strategies, method, size)


OF_BOTH = "a function of types and messages, each an array (..., n)"


def _judge(
    game: BayesianGame,
    surplus: SurplusFunction,
    best: np.ndarray,
    strategies: tuple[IntArray, ...],
    method: str,
    size: str,
) -> Verdict:
    probability = _joint_probability(game) if game.joint is None else game.joint
    possible = np.argwhere(probability > 0)
    chances, most = probability[tuple(possible.T)], best[tuple(possible.T)]
    if (tolerance_of_none := _lost_nowhere(surplus, possible, most, strategies)) is not None:
        return Verdict("holds", method, size, tolerance_of_none)
    step = max(1, BLOCK // len(possible))
    worst, witness, tolerance = 0.0, None, 0.0
    for start in range(0, len(strategies[0]), step):
        said = np.stack([table[start : start + step][:, possible[:, i]] for i, table in enumerate(strategies)], axis=-1)
        reached = _of_types("surplus", surplus(possible, said), said.shape[:-1])
        check_sums(2, most, reached, argument="surplus")
        if reached.dtype.kind == "f" or most.dtype.kind == "f":
            tolerance = RELATIVE_TOLERANCE
        losses = most - reached
        lost = losses > tolerance * max(np.abs(most).max(), np.abs(reached).max())
        expected = np.where(lost, losses, 0) @ chances
        e = int(expected.argmax())
        if lost.any() and expected[e] > worst:
            worst, at = float(expected[e]), int(np.where(lost[e], losses[e], 0).argmax())
            witness = InefficientEquilibrium(
                tuple(tuple(table[start + e].tolist()) for table in strategies),
                tuple(possible[at].tolist()),
                tuple(said[e, at].tolist()),
                float(reached[e, at]),
                float(most[at]),
                float(chances[lost[e]].sum()),
                worst,
            )
    return Verdict("fails" if witness else "holds", method, size, tolerance, witness)


def _lost_nowhere(
    surplus: SurplusFunction, possible: IntArray, most: np.ndarray, strategies: tuple[IntArray, ...]
) -> float | None:
    """The tolerance with which nothing is lost whatever messages of different equilibria meet; None if that is not so,
    or if these are more to look at than the equilibria."""
    by_type = [[np.flatnonzero(np.bincount(said)) for said in own.T] for own in strategies]
    messages = [[own[t] for own, t in zip(by_type, types, strict=True)] for types in possible]
    if sum(math.prod(map(len, sent)) for sent in messages) >= len(possible) * len(strategies[0]):
        return None
    tolerance = 0.0
    for types, sent, best in zip(possible, messages, most, strict=True):
        said = np.stack(np.meshgrid(*sent, indexing="ij"), axis=-1).reshape(-1, len(sent))
        reached = _of_types("surplus", surplus(types, said), said.shape[:-1])
        check_sums(2, best, reached, argument="surplus")
        if reached.dtype.kind == "f" or most.dtype.kind == "f":
            tolerance = RELATIVE_TOLERANCE
        if (best - reached).max() > tolerance * np.abs(most).max():
            return None
    return tolerance


def _of_types(argument: str, found: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    reached = as_exact(argument, found)
    if reached.shape != shape:
        raise ValueError(f"{argument} returned shape {reached.shape} for types and messages {shape}; it must be that")
    return reached


def _joint_probability(game: BayesianGame) -> FloatArray:
    joint = np.ones(())
    for prior in game.priors:
        joint = np.multiply.outer(joint, prior)
    return joint


def _lookup(game: BayesianGame, surplus: ArrayLike) -> SurplusFunction:
    table = as_exact("surplus", surplus)
    if table.shape != (*game.n_types, *game.n_messages):
        raise ValueError(f"surplus has shape {table.shape}; it must be {(*game.n_types, *game.n_messages)}")
    return lambda types, messages: table[(*np.moveaxis(types, -1, 0), *np.moveaxis(messages, -1, 0))]


def _efficient(game: BayesianGame, surplus: SurplusFunction) -> np.ndarray:
    """The largest surplus that messages can reach: shape (T_1, …, T_n)."""
    profiles = math.prod(map(float, game.n_messages))
    if profiles > MAX_ENTRIES or profiles * math.prod(map(float, game.n_types)) > 100 * MAX_ENTRIES:
        raise TooLargeError(
            f"too large: profiles of messages are {profiles:.3g} for each of {math.prod(game.n_types)} type profiles, "
            f"more than {MAX_ENTRIES:.3g} or {100 * MAX_ENTRIES:.3g} in all; with `efficient` given it would fit"
        )
    messages = np.moveaxis(np.indices(game.n_messages), 0, -1).reshape(-1, game.n)
    return np.array(
        [
            _of_types("surplus", surplus(np.array(types), messages), (len(messages),)).max()
            for types in np.ndindex(game.n_types)
        ]
    ).reshape(game.n_types)
