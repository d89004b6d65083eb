"""Ex-ante removal of externalities: the truth guarantees an expected payoff whatever others report (S Theorem 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mechanisms.bayesian._weights import WeightedGame, no_truth, others_at, weighted_game
from mechanisms.bayesian.interim import ex_ante_sum
from mechanisms.bayesian_games import BayesianGame
from mechanisms.verdicts import Verdict

ROUNDING = 1.0
"""Smallest units: the two expected payoffs that are compared are means of points, each rounded by at most 1/2."""


@dataclass(frozen=True)
class Externality:
    """Reports of the others that change most what the truth brings a player.

    Attributes
    ----------
    player : index of who tells the truth
    others : messages of the others, None in the player's own place
    payoff : expected points of the truth against these messages, before the own type is drawn
    guaranteed : expected points of the truth if the others tell the truth
    """

    player: int
    others: tuple[int | None, ...]
    payoff: float
    guaranteed: float

    @property
    def difference(self) -> float:
        """What the others' messages add to the payoff, in points."""
        return self.payoff - self.guaranteed


def ex_ante_removal(game: BayesianGame, slack: float | None = None) -> Verdict:
    """Whether telling the truth gives each player the same expected payoff whatever the others report (S Theorem 1).

    For every profile of the others' messages, E over theta_i of i's payoff from the truth equals i's ex-ante payoff
    when all tell the truth. Rounding to points breaks the equality by up to 1 smallest unit: both sides are means of
    numbers that were rounded by at most 1/2.

    Parameters
    ----------
    game : BayesianGame
    slack : largest absolute difference, in smallest units, that still counts as equal
        Default: 1 for whole payoffs, which are points; 0 for others. 0 asks for equality on the game as it is.

    Returns
    -------
    Verdict; the witness is the Externality with the largest absolute difference, also if that is within the slack;
        None if there is no difference at all

    Raises
    ------
    ValueError
        If `slack` is negative.

    Examples
    --------
    >>> game = BayesianGame([[[[3, 5]], [[1, 0]]], [[[0, 0]], [[0, 0]]]], [[0.5, 0.5], [0.5, 0.5]], [[0, 0], [0, 1]])
    >>> ex_ante_removal(game).status, ex_ante_removal(game, slack=0).witness
    ('holds', Externality(player=0, others=(None, 0), payoff=2.0, guaranteed=2.25))
    """
    whole = all(tensor.dtype.kind == "i" for tensor in game.payoffs)
    allowed = (ROUNDING if whole else 0.0) if slack is None else slack
    if not allowed >= 0:
        raise ValueError(f"slack is {slack}; it must be 0 or more")
    within = f", equal up to {allowed:g} smallest units" if allowed else ""
    method = f"expected payoff of the truth at every profile of the others' messages{within}"
    if game.truthful is None:
        return no_truth(method, game)
    weighted = weighted_game(game)
    largest, witness = 0.0, None
    for i in range(game.n):
        difference, found = _largest_difference(weighted, i)
        if difference > max(largest, weighted.slack(range(game.n))):
            largest, witness = difference, found
    profiles = sum(np.prod([a for j, a in enumerate(game.n_messages) if j != i], dtype=float) for i in range(game.n))
    fails = largest > allowed * weighted.scale(range(game.n)) + weighted.slack(range(game.n))
    size = f"{profiles:.0f} profiles of others' messages"
    return Verdict("fails" if fails else "holds", method, size, weighted.tolerance, witness)


def _largest_difference(weighted: WeightedGame, i: int) -> tuple[float, Externality]:
    """The largest absolute difference of player i, times everybody's totals, and where it is."""
    assert weighted.truthful is not None
    everybody, others = range(weighted.n), [j for j in range(weighted.n) if j != i]
    guaranteed = ex_ante_sum(weighted, i)
    tensors = (weighted.payoffs[i][t].take(truth, axis=i) for t, truth in enumerate(weighted.truthful[i]))
    sums = sum(weight * own for weight, own in zip(weighted.weights[i], tensors, strict=True))
    differences = np.abs(np.asarray(sums) * weighted.scale(others) - guaranteed)
    at = np.unravel_index(int(differences.argmax()), differences.shape)
    payoff = float(np.asarray(sums)[at] / weighted.totals[i])
    return differences[at], Externality(i, others_at(i, at), payoff, float(guaranteed / weighted.scale(everybody)))
