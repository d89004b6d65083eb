"""Pairwise compensation with participation constraints (S Proposition 4): constants y_i that sum to 0 are added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, as_numbers, brief, largest, takes
from mechanisms.environments.social_choice import DirectProblem
from mechanisms.options import ParticipationOptions
from mechanisms.rule import ENVIRONMENTS, Rule
from mechanisms.transfers.pairwise_compensation import (
    PairwiseOptions,
    PairwisePayments,
    ex_ante_payoffs,
    expectation_revisions,
    explain_pairwise,
    pairwise_compensation,
)
from mechanisms.writing import digits

if TYPE_CHECKING:
    from mechanisms.played.play import DirectGame

TOLERANCE = 1e-9


@takes(problem=DirectProblem)
def individually_rational(
    problem: DirectProblem, constants: ArrayLike, order: Sequence[int] | None = None
) -> FloatArray:
    """Pairwise compensation plus a constant for each agent.

    Parameters
    ----------
    problem : DirectProblem
    constants : array_like, shape (n,), y_i with sum 0, units of utility
    order : sequence of the agents, optional; see pairwise_compensation

    Returns
    -------
    ndarray, shape (n, T_1, …, T_n), units of utility

    Raises
    ------
    ValueError
        If the constants do not sum to 0 (the budget would not balance).

    Examples
    --------
    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> individually_rational(SocialChoiceProblem([[[1]], [[1]]], [[1], [1]]), [2, -2]).ravel()
    array([ 2., -2.])
    """
    y = as_numbers("constants", constants)
    if y.shape != (problem.n,):
        raise ValueError(f"constants has shape {y.shape}; it must be ({problem.n},), one for each agent")
    if abs(y.sum()) > _rounding(problem, y):
        raise ValueError(f"constants is {brief(y.tolist())}, with sum {digits(y.sum())}; they must sum to 0")
    return pairwise_compensation(problem, order) + y.reshape(-1, *(1,) * problem.n)


def _rounding(problem: DirectProblem, numbers: np.ndarray) -> float:
    """The difference that rounding can make: of what the numbers were worked out of, since they may cancel to 0."""
    return TOLERANCE * float(largest(problem.efficient_payoffs, numbers))


def interim_utilities(problem: DirectProblem, transfers: np.ndarray) -> list[FloatArray]:
    """Expected utility of each type of each agent when all tell the truth: n arrays (T_i,), units of utility.

    Examples
    --------
    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> interim_utilities(park, pairwise_compensation(park))[1]
    array([2., 3.])
    """
    utilities = problem.efficient_payoffs + transfers
    interim = []
    for i in range(problem.n):
        expected = utilities[i]
        for j in range(problem.n):
            if j != i:
                expected = problem.expectation(j, expected)
        interim.append(expected.ravel())
    return interim


@takes(problem=DirectProblem)
def equal_gains_constants(
    problem: DirectProblem, outside: ArrayLike = 0.0, order: Sequence[int] | None = None
) -> FloatArray:
    """Constants that leave every agent's worst-off type equally far above the outside option.

    Parameters
    ----------
    outside : array_like, shape (n,) or a number, what an agent gets without taking part, units of utility

    Returns
    -------
    ndarray, shape (n,), sum 0

    Raises
    ------
    ValueError
        If no constants do: the worst-off types together get less than the outside options (types of probability 0 do
        not count).

    Examples
    --------
    In the park of S section 3.1 agents 1 and 3 are well off in any case; they can pay agent 2.

    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> equal_gains_constants(SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3))
    array([-1.83333333,  3.66666667, -1.83333333])
    """
    given = as_numbers("outside", outside)
    if given.shape not in ((), (problem.n,)):
        raise ValueError(f"outside has shape {given.shape}; it must be one number, or ({problem.n},), one an agent")
    options = np.broadcast_to(given, (problem.n,))
    interim = interim_utilities(problem, pairwise_compensation(problem, order))
    worst = np.array([utility[prior > 0].min() for utility, prior in zip(interim, problem.priors, strict=True)])
    gain = (worst - options).sum() / problem.n
    if gain < -_rounding(problem, options):
        raise ValueError(
            f"outside is {options.tolist()}; the worst-off types expect {worst.round(9).tolist()}, together "
            f"{digits(-gain * problem.n)} too little, so that no constants with sum 0 make everybody take part"
        )
    return options - worst + gain


def constants_from(problem: DirectProblem, transfers: np.ndarray, order: Sequence[int] | None = None) -> FloatArray:
    """The constants of S Proposition 4's proof: they give each agent the expected transfer of another mechanism M.

    Parameters
    ----------
    transfers : ndarray, shape (n, T_1, …, T_n), those of M: efficient, incentive compatible and budget-balanced

    Returns
    -------
    ndarray, shape (n,), sum 0

    Examples
    --------
    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> problem = SocialChoiceProblem([[[1]], [[1]]], [[1], [1]])
    >>> constants_from(problem, [[[3.0]], [[-3.0]]])
    array([ 3., -3.])
    """
    difference = np.asarray(transfers) - pairwise_compensation(problem, order)
    return ex_ante_payoffs(problem, difference).ravel()


def constants_in_force(
    problem: DirectProblem,
    constants: ArrayLike | None = None,
    outside: ArrayLike | None = None,
    order: Sequence[int] | None = None,
) -> FloatArray:
    """The constants that are given, checked against the outside options if these are given too; else equal gains.

    Raises
    ------
    ValueError
        If some type (of positive probability) expects less than its outside option, or no constants let everybody join.
    """
    if constants is None:
        return equal_gains_constants(problem, 0.0 if outside is None else outside, order)
    y = as_numbers("constants", constants)
    if outside is not None:
        interim = interim_utilities(problem, individually_rational(problem, y, order))
        options = as_numbers("outside", outside)
        rounding = _rounding(problem, options)
        for i, (utility, prior) in enumerate(zip(interim, problem.priors, strict=True)):
            worst, least = float(utility[prior > 0].min()), float(options[i])
            if worst < least - rounding:
                raise ValueError(
                    f"constants is {brief(y.tolist())}; with them player {i + 1} expects {digits(round(worst, 9))} at "
                    f"the worst type, less than the {digits(least)} of not taking part"
                )
    return y


def joined_by_all(
    problem: DirectProblem,
    constants: ArrayLike | None = None,
    outside: ArrayLike | None = None,
    order: Sequence[int] | None = None,
) -> FloatArray:
    """Transfers of pairwise compensation plus the constants in force.

    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> joined_by_all(park, constants=[-2, 4, -2])[:, 0, 0, 0] - pairwise_compensation(park)[:, 0, 0, 0]
    array([-2.,  4., -2.])
    """
    return individually_rational(problem, constants_in_force(problem, constants, outside, order), order)


def revisions_in_order(
    problem: DirectProblem,
    constants: ArrayLike | None = None,
    outside: ArrayLike | None = None,
    order: Sequence[int] | None = None,
) -> list[FloatArray]:
    """As of pairwise compensation: constants revise nothing."""
    return expectation_revisions(problem, order)


@dataclass(frozen=True, eq=False)
class ConstantPayments(PairwisePayments):
    """Pairwise compensation, and amounts that no report changes.

    Attributes
    ----------
    constants : ndarray, shape (n,), received (below 0: paid)
    """

    constants: FloatArray

    @property
    def transfers(self) -> FloatArray:
        return super().transfers + self.constants


def explain_with_constants(
    game: DirectGame,
    messages: IntArray,
    constants: ArrayLike | None = None,
    outside: ArrayLike | None = None,
    order: Sequence[int] | None = None,
) -> ConstantPayments:
    """The steps to the transfers at reports (n,), by their places on the grids."""
    steps = explain_pairwise(game, messages, order)
    in_force = constants_in_force(game.problem, constants, outside, order)
    return ConstantPayments(steps.reported, steps.stages, in_force)


class JoinedByAllOptions(PairwiseOptions, ParticipationOptions):
    """The order of the reports, the constants or the outside options."""

    def wrong(self, group_size: int, highest: Decimal | None = None) -> tuple[str, str] | None:
        of_order = PairwiseOptions.wrong(self, group_size, highest)
        return of_order or ParticipationOptions.wrong(self, group_size, highest)

    def arguments(self) -> dict[str, Any]:
        return {**PairwiseOptions.arguments(self), **ParticipationOptions.arguments(self)}


RULE = Rule(
    name="individually_rational_pairwise",
    messages="reports",
    function=joined_by_all,
    source="Safronov 2018, Prop. 4",
    sentence="Individually rational pairwise compensation (Safronov 2018, Prop. 4): pairwise compensation, and "
    "constants with sum 0 that let every type expect at least what not taking part would bring; the budget balances.",
    environments=ENVIRONMENTS,
    options=JoinedByAllOptions,
    explain=explain_with_constants,
    revisions=revisions_in_order,
    constants=constants_in_force,
)
