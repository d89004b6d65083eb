"""Ex-ante removal of externalities: the truth guarantees an expected payoff whatever others report (S Theorem 1)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import as_number, takes
from mechanisms.bayesian._weights import WeightedGame, no_truth, others_at, weighted_game
from mechanisms.bayesian.interim import ex_ante_sum
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.verdicts import Verdict
from mechanisms.writing import digits

ROUNDING = 1.0
"""Smallest units: the two expected payoffs that are compared are means of points, each rounded by at most 1/2."""

MAX_WORK = 2e10
"""Payoffs to weigh if types are correlated: some minutes."""


@dataclass(frozen=True)
class Externality(Shown):
    """Reports of the others that change most what the truth brings a player.

    Attributes
    ----------
    player : index of who tells the truth
    others : messages of the others, None in the player's own place; with a strategy, the messages at its first types
    payoff : expected points of the truth against these messages, before the own type is drawn
    guaranteed : expected points of the truth if the others tell the truth
    strategy : pairs of the others' types and what they say at these, if it is not the same at all types: with
        correlated types what they know of their own types tells them something of the player's
    """

    player: int
    others: tuple[int | None, ...]
    payoff: float
    guaranteed: float
    strategy: tuple[tuple[tuple[int | None, ...], tuple[int | None, ...]], ...] = ()

    @property
    def difference(self) -> float:
        """What the others' messages add to the payoff, in points."""
        return self.payoff - self.guaranteed


@takes(game=BayesianGame)
def ex_ante_removal(game: BayesianGame, slack: float | None = None) -> Verdict:
    """Whether telling the truth gives each player the same expected payoff whatever the others report (S Theorem 1).

    For every profile of the others' messages, E over theta_i of i's payoff from the truth equals i's ex-ante payoff
    when all tell the truth. Rounding to points breaks the equality by up to 1 smallest unit: both sides are means of
    numbers that were rounded by at most 1/2. If types are correlated, what matters is every joint strategy of the
    others, messages as a function of their types; for independent types that is the same.

    Parameters
    ----------
    game : BayesianGame
    slack : largest absolute difference, in smallest units, that still counts as equal
        Default: 1 for whole payoffs, which are points; 0 for others. 0 asks for equality on the game as it is.

    Returns
    -------
    Verdict; the witness is the Externality with the largest absolute difference, also if that is within the slack;
        None if there is no difference at all; "too large" above MAX_WORK, if types are correlated

    Raises
    ------
    ValueError
        If `slack` is negative.

    Examples
    --------
    >>> game = BayesianGame([[[[3, 5]], [[1, 0]]], [[[0, 0]], [[0, 0]]]], [[0.5, 0.5], [0.5, 0.5]], [[0, 0], [0, 1]])
    >>> ex_ante_removal(game).status, ex_ante_removal(game, slack=0).witness
    ('holds', Externality(player=0, others=(None, 0), payoff=2.0, guaranteed=2.25, strategy=()))
    """
    whole = all(tensor.dtype.kind == "i" for tensor in game.payoffs)
    allowed = (ROUNDING if whole else 0.0) if slack is None else as_number("slack", slack, low=0)
    within = f", equal up to {digits(allowed)} smallest {'unit' if allowed == 1 else 'units'}" if allowed else ""
    method = f"expected payoff of the truth at every profile of the others' messages{within}"
    if game.truthful is None:
        return no_truth(method, game)
    profiles = sum(np.prod([a for j, a in enumerate(game.n_messages) if j != i], dtype=float) for i in range(game.n))
    size, work = f"{profiles:.0f} profiles of others' messages", profiles * math.prod(map(float, game.n_types))
    if game.joint is not None and work > MAX_WORK:
        reason = f"too large: payoffs to weigh at all types are {work:.3g}, more than {MAX_WORK:.3g}; "
        fitting = int((MAX_WORK / game.n) ** (1 / (2 * game.n - 1)))
        reason += f"{fitting} types and messages for each of {game.n} players would fit"
        return Verdict("too large", method, size, reason=reason)
    weighted = weighted_game(game)
    largest_difference = _largest_difference if game.joint is None else _largest_difference_of_strategies
    largest, witness, fails = 0.0, None, False
    for i in range(game.n):
        difference, found = largest_difference(weighted, i)
        noise = weighted.slack(weighted.total, i)
        if difference > max(largest, noise):
            largest, witness = difference, found
        fails |= bool(difference > allowed * weighted.total + noise)
    return Verdict("fails" if fails else "holds", method, size, weighted.tolerance, witness)


def _largest_difference(weighted: WeightedGame, i: int) -> tuple[float, Externality]:
    """The largest absolute difference of player i, times weighted.total, and where it is."""
    guaranteed, others = ex_ante_sum(weighted, i), weighted.others(i)
    sums = sum(weight * own for weight, own in zip(weighted.weights[i], _truthful_payoffs(weighted, i), strict=True))
    differences = np.abs(np.asarray(sums) * weighted.scale(others) - guaranteed)
    at = np.unravel_index(int(differences.argmax()), differences.shape)
    payoff = float(np.asarray(sums)[at] / weighted.totals[i])
    return differences[at], Externality(i, others_at(i, at), payoff, float(guaranteed / weighted.total))


def _largest_difference_of_strategies(weighted: WeightedGame, i: int) -> tuple[float, Externality]:
    """The same over all joint strategies of the others, which choose the best or the worst messages at each types."""
    assert weighted.joint is not None
    guaranteed, others = ex_ante_sum(weighted, i), weighted.others(i)
    own = np.stack([np.asarray(tensor).ravel() for tensor in _truthful_payoffs(weighted, i)])
    given = np.moveaxis(weighted.joint, i, -1)
    possible = np.argwhere(given.any(axis=-1))
    sums = [given[tuple(types)] @ own for types in possible]
    strategies = [np.array([row.argmax() for row in sums]), np.array([row.argmin() for row in sums])]
    payoffs = [sum(row[m] for row, m in zip(sums, said, strict=True)) for said in strategies]
    k = int(payoffs[0] - guaranteed < guaranteed - payoffs[1])
    sizes = [weighted.n_messages[j] for j in others]
    said = [others_at(i, np.unravel_index(int(m), sizes)) for m in strategies[k]]
    strategy = tuple((others_at(i, types), m) for types, m in zip(possible, said, strict=True))
    payoff, promised = (float(number / weighted.total) for number in (payoffs[k], guaranteed))
    found = Externality(i, said[0], payoff, promised, strategy if len(set(said)) > 1 else ())
    return abs(payoffs[k] - guaranteed), found


def _truthful_payoffs(weighted: WeightedGame, i: int) -> Iterator[np.ndarray]:
    """What the truth brings each type of i at all messages of the others: (A_j, …)."""
    assert weighted.truthful is not None
    return (weighted.payoffs[i][t].take(truth, axis=i) for t, truth in enumerate(weighted.truthful[i]))
