"""Direct mechanisms with continuous types: expectations by quadrature, reports anywhere.

Each agent's prior is a list of nodes and weights (a quadrature rule for the density). The reports for which transfers
are wanted join the nodes as types of probability 0, so that every transfer rule of mechanisms.transfers works unchanged
on a ContinuousProblem and needs no interpolation between nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, answer, as_a, as_listed, as_numbers, as_whole, brief
from mechanisms.environments.social_choice import DirectProblem

Payoff = Callable[[FloatArray, FloatArray], FloatArray]
Efficient = Callable[[FloatArray, tuple[int, ...]], FloatArray]
PAYOFF = "a function of (types, outcomes) to payoffs"
EFFICIENT = "a function of (types (..., k), the k agents) to outcomes (...)"


def uniform_prior(low: float, high: float, nodes: int) -> tuple[FloatArray, FloatArray]:
    """Gauss–Legendre nodes and weights of the uniform distribution on [low, high]; exact to degree 2 * nodes - 1.

    >>> points, weights = uniform_prior(0, 1, 3)
    >>> float((weights * points**4).sum().round(12))
    0.2
    """
    if not high > low:
        raise ValueError(f"high is {high}; it must be more than low = {low}")
    points, weights = np.polynomial.legendre.leggauss(nodes)
    return low + (high - low) * (points + 1) / 2, weights / 2


class ContinuousProblem(DirectProblem):
    """A problem whose types are the nodes of each agent's prior and the reports of interest.

    Parameters
    ----------
    payoffs : sequence of n functions (types, outcomes) -> payoffs, on arrays that broadcast
    efficient : function (types, agents) -> outcomes
        The outcome that maximises the sum of payoffs of the given agents, for types of shape (..., len(agents)).
        VCG calls it without one of the agents.
    priors : sequence of n pairs (nodes, weights), each of shape (m_i,); the weights sum to 1
    reports : sequence of n arrays of reports, shape (r_i,), anywhere in the type spaces

    Attributes
    ----------
    types : tuple of n arrays (m_i + r_i,): the nodes, then the reports
    first_report : tuple of the n numbers m_i: transfers[j, first_report[0]:, …] are those at the reports

    Examples
    --------
    S section 3.2: uniform types on [0, 1], u_i = -(theta_i - s)**2, s* the mean. x_12(0.3) = (-0.09 + 0.3 - 1/6) / 4.

    >>> from mechanisms.environments.continuous_types import uniform_prior
    >>> from mechanisms.transfers import pairwise_payments
    >>> problem = ContinuousProblem(
    ...     payoffs=[lambda theta, s: -((theta - s) ** 2)] * 2,
    ...     efficient=lambda theta, agents: theta.mean(axis=-1),
    ...     priors=[uniform_prior(0, 1, 3)] * 2,
    ...     reports=[[0.3], [0.8]],
    ... )
    >>> float(pairwise_payments(problem)[0, 1, 3, 3].round(9))
    0.010833333
    """

    def __init__(
        self,
        payoffs: Sequence[Payoff],
        efficient: Efficient,
        priors: Sequence[tuple[ArrayLike, ArrayLike]],
        reports: Sequence[ArrayLike],
    ) -> None:
        given = {"payoffs": payoffs, "priors": priors, "reports": reports}
        listed = {name: as_listed(name, part, "one entry an agent") for name, part in given.items()}
        for name, part in listed.items():
            if len(part) != len(listed["payoffs"]):
                raise ValueError(f"{name} has {len(part)} agents; payoffs has {len(listed['payoffs'])}")
        self.payoffs = tuple(as_a(f"payoffs[{i}]", own, Callable) for i, own in enumerate(listed["payoffs"]))
        self.efficient = as_a("efficient", efficient, Callable)
        types, weights = [], []
        for i, (prior, extra) in enumerate(zip(listed["priors"], listed["reports"], strict=True)):
            nodes, probabilities = _pair(i, prior)
            points, weight = as_numbers(f"priors[{i}] nodes", nodes), as_numbers(f"priors[{i}] weights", probabilities)
            if points.ndim != 1 or points.shape != weight.shape or abs(weight.sum() - 1) > 1e-9:
                raise ValueError(f"priors[{i}] must be nodes and weights of equal length; the weights sum to 1")
            more = np.atleast_1d(as_numbers(f"reports[{i}]", extra))
            if more.ndim != 1:
                raise ValueError(f"reports[{i}] has shape {more.shape}; it must be a list of reports")
            types.append(np.concatenate([points, more]))
            weights.append(np.concatenate([weight, np.zeros(len(more))]))
        self.types, self.priors = tuple(types), tuple(weights)
        self.first_report = tuple(len(np.atleast_1d(nodes)) for nodes, _ in listed["priors"])

    @cached_property
    def profiles(self) -> FloatArray:
        """All profiles of types, shape (T_1, …, T_n, n)."""
        return np.stack(np.meshgrid(*self.types, indexing="ij"), axis=-1)

    @cached_property
    def efficient_payoffs(self) -> FloatArray:  # type: ignore[override]
        outcomes = answer("efficient", self.efficient, EFFICIENT, self.profiles, tuple(range(self.n)))
        return self._payoffs_at(outcomes)

    def best_payoff_of_others(self, i: int) -> FloatArray:
        i = as_whole("i", i, 0, self.n - 1)
        others = tuple(j for j in range(self.n) if j != i)
        profiles = np.take(self.profiles, [0], axis=i)
        if not others:
            return np.zeros((1,))
        outcomes = answer("efficient", self.efficient, EFFICIENT, profiles[..., others], others)
        return sum((self.payoffs[j](profiles[..., j], outcomes) for j in others), start=np.zeros(profiles.shape[:-1]))

    def _payoffs_at(self, outcomes: FloatArray) -> FloatArray:
        return np.stack(
            [answer(f"payoffs[{i}]", f, PAYOFF, self.profiles[..., i], outcomes) for i, f in enumerate(self.payoffs)]
        )


def _pair(i: int, prior: object) -> tuple[ArrayLike, ArrayLike]:
    if not isinstance(prior, tuple | list) or len(prior) != 2:
        raise ValueError(f"priors[{i}] is {brief(prior)}; it must be a pair: nodes and weights")
    return prior[0], prior[1]
