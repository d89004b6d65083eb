"""Non-bossiness of a social choice function (Satterthwaite and Sonnenschein 1981; Saijo, Sjöström and Yamato 2007).

f is non-bossy if a report that leaves the own utility as it is leaves the outcome as it is: u_i(f(u)) =
u_i(f(v_i, u_-i)) implies f(u) = f(v_i, u_-i), for all u, i and v_i. Strategy-proofness and non-bossiness are necessary
for secure implementation (Saijo et al., Proposition 2; K section 1), and not sufficient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.games.comparisons import margin_of
from mechanisms.shown import Shown
from mechanisms.solutions.rectangularity import checked
from mechanisms.verdicts import Verdict
from mechanisms.writing import counted

METHOD = "every other report of every player at every type profile"


@dataclass(frozen=True)
class Bossiness(Shown):
    """At true types `types` player `player` gets the same from `report`, and changes the outcome with it.

    Attributes
    ----------
    player : int, from 0
    types : indices, one a player
    report : index of another type of the player
    outcome, changed : ids of the outcomes of the truth and of the report
    """

    player: int
    types: tuple[int, ...]
    report: int
    outcome: int
    changed: int


def non_bossiness(outcomes: ArrayLike, payoffs: Sequence[ArrayLike]) -> Verdict:
    """Whether nobody can change the outcome without changing the own utility.

    Parameters
    ----------
    outcomes : int array (T_1, …, T_n), ids: equal exactly if everybody gets the same
    payoffs : n arrays, payoffs[i] of shape (T_i, T_1, …, T_n): what type t of i gets from f(report profile). Integers
        are compared exactly, floats within 1e-9 of the player's largest absolute payoff.

    Returns
    -------
    Verdict with a Bossiness as witness, the first one by player, true type and report profile

    Raises
    ------
    ValueError
        If shapes do not fit.

    Examples
    --------
    A project for two is built if both want it. Somebody to whom it is worth nothing could bring it about.

    >>> import numpy as np
    >>> built = [[0, 0], [0, 1]]
    >>> non_bossiness(built, [[np.multiply(built, -2), built]] * 2).status
    'holds'
    >>> non_bossiness(built, [[np.multiply(built, 0), built]] * 2).witness
    Bossiness(player=0, types=(0, 1), report=1, outcome=0, changed=1)
    """
    ids, own = checked(outcomes, payoffs)
    tolerance, size = margin_of(*own)[0], counted(ids.size, "type profile")
    for i, tensor in enumerate(own):
        margin = margin_of(tensor)[1]
        for t, gets in enumerate(tensor):
            tied = np.abs(gets - gets.take([t], axis=i)) <= margin
            bossy = tied & (ids != ids.take([t], axis=i))
            if bossy.any():
                at = [int(k) for k in np.unravel_index(int(bossy.argmax()), ids.shape)]
                types = (*at[:i], t, *at[i + 1 :])
                found = Bossiness(i, types, at[i], int(ids[types]), int(ids[tuple(at)]))
                return Verdict("fails", METHOD, size, tolerance, found)
    return Verdict("holds", METHOD, size, tolerance)
