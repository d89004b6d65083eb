"""The sequential version of pairwise compensation (S section 6): public reports, one after another, same transfers.

A stage is one agent's report: everybody hears it, expectations are revised, and everybody pays that agent the revision
of the own expected payoff at once. What has been paid after the last stage is the transfer of the direct mechanism.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import UNORDERED, FloatArray, brief, is_whole, takes
from mechanisms.environments.social_choice import DirectProblem
from mechanisms.shown import Shown
from mechanisms.transfers.pairwise_compensation import as_agents, ex_ante_payoffs, expectation_revisions


@dataclass(frozen=True)
class Stage(Shown):
    """What happened when one agent reported.

    Attributes
    ----------
    agent : who reported
    report : index of the reported type
    expected_payoffs : ndarray (n,), everybody's expected payoff after the report
    payments : ndarray (n,), what each agent pays the reporter; 0 for the reporter
    """

    agent: int
    report: int
    expected_payoffs: FloatArray
    payments: FloatArray


@takes(problem=DirectProblem)
def sequential_pairwise(
    problem: DirectProblem, reports: Sequence[int], order: Sequence[int] | None = None
) -> tuple[Stage, ...]:
    """The stages for a sequence of public reports, which may stop before everybody has reported.

    Parameters
    ----------
    problem : DirectProblem
    reports : indices of the reported types, in the order of reporting
    order : sequence of the agents, optional; who reports first, second, …. Default: 0, 1, …, n-1.

    Returns
    -------
    tuple of Stage, one for each report

    Raises
    ------
    ValueError
        If there are more reports than agents or a report is no type of the agent.

    Examples
    --------
    S section 3.1: after the first report, L, the expected payoffs are (6, 5, 12).

    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> first, *_ = sequential_pairwise(SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3), [0])
    >>> first.expected_payoffs, first.payments
    (array([ 6.,  5., 12.]), array([ 0. ,  2.5, -1. ]))
    """
    agents = as_agents(problem, order)
    if isinstance(reports, UNORDERED) or not np.iterable(reports) or not hasattr(reports, "__len__"):
        raise ValueError(f"reports is {brief(reports)}; it must be a list of reported types")
    if len(reports) > problem.n:
        raise ValueError(f"reports has {len(reports)} entries; there are {problem.n} agents")
    revisions = expectation_revisions(problem, order)
    expected = ex_ante_payoffs(problem, problem.efficient_payoffs).ravel()
    at: list[slice | int] = [slice(None)] + [0] * problem.n
    stages = []
    for agent, report in zip(agents, reports, strict=False):
        if not is_whole(report) or not 0 <= report < problem.shape[agent]:
            raise ValueError(
                f"reports has {brief(report)} for agent {agent}, whose types are 0…{problem.shape[agent] - 1}"
            )
        at[1 + agent] = report
        change = revisions[agent][tuple(at)]
        expected = expected + change
        payments = change.copy()
        payments[agent] = 0
        stages.append(Stage(agent, report, expected, payments))
    return tuple(stages)
