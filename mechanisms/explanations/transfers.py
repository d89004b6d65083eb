"""Where the transfers of a direct mechanism come from, at one profile of reports.

``reported`` is what everybody gets from the chosen outcome according to the own report: value less cost share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.played.play import DirectGame, Play
from mechanisms.shown import Shown
from mechanisms.transfers.agv import expected_externalities
from mechanisms.transfers.pairwise_compensation import as_agents, ex_ante_payoffs

if TYPE_CHECKING:
    from mechanisms.treatments.treatment import Treatment


@dataclass(frozen=True, eq=False)
class OthersPayoffs(Shown):
    """Groves: everybody receives what the others get together.

    Attributes
    ----------
    reported : ndarray, shape (n,)
    others : ndarray, shape (n,), what the others get together, for each player
    transfers : ndarray, shape (n,), received: `others`
    """

    reported: FloatArray

    @property
    def others(self) -> FloatArray:
        return self.reported.sum() - self.reported

    @property
    def transfers(self) -> FloatArray:
        return self.others


@dataclass(frozen=True, eq=False)
class PivotalComparison(Shown):
    """VCG: what changes for the others because of each player.

    Attributes
    ----------
    reported : ndarray, shape (n,)
    others : ndarray, shape (n,), what the others get together at the chosen outcome
    without : ndarray, shape (n, n), [i, k] is what k would get at the outcome that is best for all but i; 0 for i
    others_without : ndarray, shape (n,), the most that the others could get: the sums of the rows of `without`
    outcomes_without : tuple of n str, those outcomes in words
    transfers : ndarray, shape (n,), others - others_without, never above 0
    """

    reported: FloatArray
    without: FloatArray
    outcomes_without: tuple[str, ...]

    @property
    def others(self) -> FloatArray:
        return self.reported.sum() - self.reported

    @property
    def others_without(self) -> FloatArray:
        return self.without.sum(axis=1)

    @property
    def transfers(self) -> FloatArray:
        return np.minimum(self.others - self.others_without, 0)


@dataclass(frozen=True, eq=False)
class ExpectedEffects(Shown):
    """AGV: everybody receives what the others can expect from the own report, and pays parts of what the others
    receive.

    Attributes
    ----------
    reported : ndarray, shape (n,)
    expected : ndarray, shape (n,), xi_i of S Definition 2: what all others together can expect, given i's report alone
    payments : ndarray, shape (n, n), [i, j] is j's part of what i receives: expected[i] / (n - 1), 0 on the diagonal
    transfers : ndarray, shape (n,), received less paid
    """

    reported: FloatArray
    expected: FloatArray

    @property
    def payments(self) -> FloatArray:
        n = len(self.expected)
        return np.where(np.eye(n, dtype=bool), 0.0, self.expected[:, None] / (n - 1))

    @property
    def transfers(self) -> FloatArray:
        return self.payments.sum(axis=1) - self.payments.sum(axis=0)


@dataclass(frozen=True, eq=False)
class ReportStage(Shown):
    """Pairwise compensation: one report is treated.

    Attributes
    ----------
    position : int, whose report it is
    before, after : ndarrays, shape (n,), what everybody can expect before and after it is known
    effects : ndarray, shape (n,), after - before; each other player pays this to `position` (below 0: receives it)
    """

    position: int
    before: FloatArray
    after: FloatArray

    @property
    def effects(self) -> FloatArray:
        return self.after - self.before


@dataclass(frozen=True, eq=False)
class PairwisePayments(Shown):
    """Pairwise compensation: the reports in the order in which they are treated (S Definition 4).

    Attributes
    ----------
    reported : ndarray, shape (n,)
    stages : tuple of n ReportStage
    payments : ndarray, shape (n, n), [i, j] is what j pays i
    transfers : ndarray, shape (n,), received less paid
    """

    reported: FloatArray
    stages: tuple[ReportStage, ...]

    @property
    def payments(self) -> FloatArray:
        payments = np.zeros((len(self.stages), len(self.stages)))
        for stage in self.stages:
            payments[stage.position] = stage.effects
        np.fill_diagonal(payments, 0)
        return payments

    @property
    def transfers(self) -> FloatArray:
        return self.payments.sum(axis=1) - self.payments.sum(axis=0)


@dataclass(frozen=True, eq=False)
class OtherTransfers(Shown):
    """Any mechanism without steps of its own.

    Attributes
    ----------
    reported : ndarray, shape (n,)
    transfers : ndarray, shape (n,), received
    """

    reported: FloatArray
    transfers: FloatArray


Transfers = OthersPayoffs | PivotalComparison | ExpectedEffects | PairwisePayments | OtherTransfers


def explain_groves(treatment: Treatment, play: Play, messages: IntArray) -> OthersPayoffs:
    return OthersPayoffs(_reported(_game(treatment).problem, messages))


def explain_vcg(treatment: Treatment, play: Play, messages: IntArray) -> PivotalComparison:
    game = _game(treatment)
    problem, environment = game.problem, game.environment
    n = problem.n
    without, labels = np.zeros((n, n)), []
    for i in range(n):
        others = [k for k in range(n) if k != i]
        outcome = _best_for(problem, others, messages)
        without[i, others] = [problem.values[k][messages[k], outcome] for k in others]
        labels.append(environment.label(environment.outcome(np.array(outcome))))
    return PivotalComparison(_reported(problem, messages), without, tuple(labels))


def explain_agv(treatment: Treatment, play: Play, messages: IntArray) -> ExpectedEffects:
    by_report = _expected_by_report(treatment)
    expected = np.array([amounts[report] for amounts, report in zip(by_report, messages, strict=True)])
    return ExpectedEffects(_reported(_game(treatment).problem, messages), expected)


def explain_pairwise(treatment: Treatment, play: Play, messages: IntArray) -> PairwisePayments:
    game = _game(treatment)
    order = treatment.definition["mechanism"].get("order")
    agents = as_agents(game.problem, None if order is None else [k - 1 for k in order])
    known, stages = _expected_at_first(treatment), []
    for agent in agents:
        after = known + game.all_revisions[agent][(slice(None), *messages)]
        stages.append(ReportStage(agent, known, after))
        known = after
    return PairwisePayments(_reported(game.problem, messages), tuple(stages))


def explain_other(treatment: Treatment, play: Play, messages: IntArray) -> OtherTransfers:
    return OtherTransfers(_reported(_game(treatment).problem, messages), play.transfers)


def _game(treatment: Treatment) -> DirectGame:
    assert isinstance(treatment.played, DirectGame)
    return treatment.played


def _reported(problem: SocialChoiceProblem, messages: IntArray) -> FloatArray:
    return problem.efficient_payoffs[(slice(None), *messages)].astype(np.float64)


def _best_for(problem: SocialChoiceProblem, agents: Sequence[int], messages: IntArray) -> int:
    """The outcome with the largest sum of payoffs of these agents at their reports; ties as in the problem itself."""
    values = [problem.values[k][[messages[k]]] for k in agents]
    return int(SocialChoiceProblem(values, [[1.0]] * len(agents), problem.ties).efficient_outcome.item())


@lru_cache(maxsize=64)
def _expected_by_report(treatment: Treatment) -> tuple[FloatArray, ...]:
    """For each player the expected externality of every report, shape (A_i,)."""
    externalities = expected_externalities(_game(treatment).problem)
    return tuple(amounts.ravel() for amounts in externalities)


@lru_cache(maxsize=64)
def _expected_at_first(treatment: Treatment) -> FloatArray:
    """What everybody can expect when no report is known, shape (n,)."""
    problem = _game(treatment).problem
    return ex_ante_payoffs(problem, problem.efficient_payoffs).reshape(problem.n).astype(np.float64)
