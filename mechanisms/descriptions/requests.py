"""What is true of the own cost share in a demand game: what the own quantity costs, and who can change it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, as_whole, takes
from mechanisms.environments import Production
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


@takes(treatment=Treatment)
@lru_cache(maxsize=64)
def shares_depend_on_everybody(treatment: Treatment) -> bool:
    """Whether what each player pays can be seen to depend on what each other player requests.

    It does not under proportional sharing of a linear cost, whose units always have the same price. Large groups do not
    allow to go through the whole grid: requests are changed one at a time, of `_one_changed`. What is found is so.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> shares_depend_on_everybody(load_treatment("treatments/chen_proportional.toml"))
    True
    >>> shares_depend_on_everybody(load_treatment("treatments/goods_incremental.toml"))
    False
    """
    types, n = [float(place.types[0]) for place in treatment.positions], treatment.group_size
    seen = np.eye(n, dtype=bool)
    for j, profiles in _one_changed([place.messages for place in treatment.positions]):
        shares = treatment.play(types, profiles).cost_shares
        seen[j] |= _differ(shares, shares)
    return bool(seen.all())


@takes(treatment=Treatment)
@lru_cache(maxsize=64)
def units_depend_on_others(treatment: Treatment) -> bool:
    """Whether what somebody's units add to the total cost can be seen to depend on the units of others.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> units_depend_on_others(load_treatment("treatments/goods_incremental.toml"))
    True
    """
    environment = treatment.played.environment
    if not isinstance(environment, Production):
        raise ValueError(f"treatment {treatment.name!r} produces nothing")
    grids = [environment.quantities] * environment.n
    if treatment.messages_are == "demands":
        grids = [place.messages for place in treatment.positions]
    for j, profiles in _one_changed(grids):
        for i in range(environment.n):
            without = profiles.copy()
            without[:, i] = environment.quantities[0]
            total = environment.cost.cost(profiles)
            if i != j and _differ(total - environment.cost.cost(without), total):
                return True
    return False


def _one_changed(grids: list[FloatArray]) -> Iterator[tuple[int, FloatArray]]:
    """(j, profiles) of every quantity of j, while all others have the lowest, the middle or the highest ones."""
    for at in (0.0, 0.5, 1.0):
        others = [float(grid[round(at * (len(grid) - 1))]) for grid in grids]
        for j, grid in enumerate(grids):
            profiles = np.tile(others, (len(grid), 1))
            profiles[:, j] = grid
            yield j, profiles


def _differ(amounts: FloatArray, made_of: FloatArray) -> np.ndarray:
    """Whether amounts differ along the first axis by more than computing them from costs of that size does."""
    return np.ptp(amounts, axis=0) > 1e-9 * np.abs(made_of).max()


def _changed(paid: IntArray, grids: list[np.ndarray], i: int, j: int) -> bool:
    """Whether j's demand changes what i has at (A_1, …, A_n) where it is larger than i's."""
    by_pair = np.moveaxis(paid, (i, j), (0, 1)).reshape(len(grids[i]), len(grids[j]), -1)
    for own, rows in zip(grids[i], by_pair, strict=True):
        beyond = rows[grids[j] > own]
        if len(beyond) and np.ptp(beyond, axis=0).any():
            return True
    return False
