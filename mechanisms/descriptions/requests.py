"""What is true of the own cost share in a demand game: what the own quantity costs, and who can change it."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import IntArray, as_whole, takes
from mechanisms.treatments.opportunity_sets import written_prices
from mechanisms.treatments.treatment import Treatment


@takes(treatment=Treatment)
def larger_requests_do_not_matter(treatment: Treatment, player: int | None = None) -> bool:
    """Whether it makes no difference to what a player pays how much more somebody else demands (K sections 1 and 4).

    True of serial cost sharing and of all fixed path methods along the diagonal; found by going through the whole grid,
    with cost shares as they are written and points as they are paid.

    Parameters
    ----------
    player : int, from 0; None: whether it is so for everybody

    Raises
    ------
    ValueError
        If messages are reports of types.
    TooLargeError
        If the game has too many payoffs.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> larger_requests_do_not_matter(load_treatment("treatments/chen_serial.toml"))
    True
    >>> larger_requests_do_not_matter(load_treatment("treatments/goods_incremental.toml"), 0)
    True
    >>> larger_requests_do_not_matter(load_treatment("treatments/chen_proportional.toml"))
    False
    """
    if treatment.messages_are != "demands":
        raise ValueError(f"treatment {treatment.name!r} plays {treatment.mechanism}, whose messages are reports")
    everybody = range(treatment.group_size)
    asked = everybody if player is None else [as_whole("player", player, 0, treatment.group_size - 1)]
    grids = [place.messages for place in treatment.positions]
    own = {i: treatment.own_points(i, float(treatment.positions[i].types[0])) for i in asked}
    profiles = np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1)
    shares = treatment.play([float(place.types[0]) for place in treatment.positions], profiles).cost_shares
    return not any(
        _changed(own[i], grids, i, j) or _changed(written_prices(treatment, i, shares[..., i]), grids, i, j)
        for i in asked
        for j in everybody
        if i != j
    )


def _changed(paid: IntArray, grids: list[np.ndarray], i: int, j: int) -> bool:
    """Whether j's demand changes what i has at (A_1, …, A_n) where it is larger than i's."""
    by_pair = np.moveaxis(paid, (i, j), (0, 1)).reshape(len(grids[i]), len(grids[j]), -1)
    for own, rows in zip(grids[i], by_pair, strict=True):
        beyond = rows[grids[j] > own]
        if len(beyond) and np.ptp(beyond, axis=0).any():
            return True
    return False
