"""Opportunity sets on the game as played: what mechanisms.descriptions.menus shows, and what a file may say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.environments import Allocation
from mechanisms.played.play import Play
from mechanisms.shown import Shown
from mechanisms.solutions.outcome_ids import outcome_ids
from mechanisms.writing import FEW_DECIMALS, amount_decimals, written_units

if TYPE_CHECKING:
    from mechanisms.treatments.treatment import Treatment


@dataclass(frozen=True, eq=False)
class OpportunitySets(Shown):
    """The menus of one player against every profile of the others' messages.

    Attributes
    ----------
    player : int, from 0
    ids : int array (A_i, …), the own message on the first axis, then the others' in their order: equal exactly where
        the result is the same, for one profile of the others and for different ones
    allocations : int array of the same shape, equal where the outcome (the own quantity) is the same
    points : int64 array (T_i, A_i, …), what each own type gets, in smallest units
    prices : float array of the shape of ids, units of utility: paid for the result, below zero received
    written : int array of the shape of ids: the prices as they are written, in units of their last decimal
    """

    player: int
    ids: IntArray
    allocations: IntArray
    points: IntArray
    prices: FloatArray
    written: IntArray

    @property
    def results(self) -> IntArray:
        """(A_i, …): which result of the menu each own message gives, counted from 0 in the order of the messages."""
        return _numbered(self.ids.reshape(len(self.ids), -1)).reshape(self.ids.shape)

    @property
    def sizes(self) -> IntArray:
        """How many results are open, for each profile of the others' messages."""
        return _distinct(self.ids).reshape(self.ids.shape[1:])

    @property
    def vary(self) -> bool:
        """Whether the menu depends on what the others send."""
        columns = np.sort(self.ids.reshape(len(self.ids), -1), axis=0)
        again = np.zeros(columns.shape, dtype=bool)
        again[1:] = columns[1:] == columns[:-1]
        sets = np.sort(np.where(again, columns[-1], columns), axis=0)  # repeated ones become the last: sets of ids
        return bool((sets != sets[:, :1]).any())

    @property
    def one_price(self) -> bool:
        """Whether each outcome has one price: of results that are open together, no two have the same outcome."""
        return self.two_prices is None

    @property
    def two_prices(self) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """Where an outcome has two prices: two own messages against one profile of the others, as indices of `ids`."""
        ids, allocations = (part.reshape(len(part), -1) for part in (self.ids, self.allocations))
        where = np.flatnonzero(_distinct(self.ids) != _distinct(self.allocations))
        if not len(where):
            return None
        ids, allocations = ids[:, where[0]], allocations[:, where[0]]
        pairs = np.argwhere((allocations[:, None] == allocations) & (ids[:, None] != ids))
        at = tuple(int(k) for k in np.unravel_index(where[0], self.ids.shape[1:]))
        first, second = pairs[0].tolist()
        return (first, *at), (second, *at)

    def alike(self, own: int) -> IntArray:
        """Which profiles of the others' messages have the same menu, as the own-th type reads it: (…), numbers from 0.

        The same own messages give the same results then, at prices that are written alike.
        """
        results = self.results
        read = [part.reshape(len(part), -1) for part in (results, self.allocations, self.points[own], self.written)]
        return np.unique(np.concatenate(read), axis=1, return_inverse=True)[1].reshape(results.shape[1:])


def found_sets(treatment: Treatment, player: int) -> OpportunitySets:
    """The menus of a player, from the game on its whole grid."""
    place = treatment.positions[player]
    points = np.stack([treatment.own_points(player, float(own)) for own in place.types])
    profiles = np.stack(np.meshgrid(*(other.messages for other in treatment.positions), indexing="ij"), axis=-1)
    play = treatment.play([float(other.types[0]) for other in treatment.positions], profiles)
    what = own_part(treatment, play, player)
    prices = play.cost_shares[..., player] - play.transfers[..., player]
    written = written_prices(treatment, player, prices)
    nothing = np.zeros((1, *points.shape[1:]), dtype=np.int64)
    ids, allocations = outcome_ids(what, [points, written[None]]), outcome_ids(what, [nothing])
    ids, allocations, written = (np.moveaxis(each, player, 0) for each in (ids, allocations, written))
    points, prices = np.moveaxis(points, player + 1, 1), np.moveaxis(prices, player, 0)
    return OpportunitySets(player, ids, allocations, points, prices, written)


def written_prices(treatment: Treatment, player: int, prices: FloatArray) -> IntArray:
    """Prices with as many decimals as are ever written, in units of the last one."""
    decimals = amount_decimals(treatment.positions[player].scale, treatment.rounding)
    return written_units(prices, max(FEW_DECIMALS, decimals))


def own_part(treatment: Treatment, play: Play, player: int) -> np.ndarray:
    """What one player gets of an outcome: the own quantity, an object or none, or the outcome of all."""
    environment = treatment.played.environment
    if isinstance(environment, Allocation):
        return np.array([player in group for group in environment.winners])[play.outcome]
    return play.outcome if play.quantities is None else np.asarray(play.quantities[..., player])


def _distinct(ids: IntArray) -> IntArray:
    """How many different ids each profile of the others has: (k,), from (A_i, …)."""
    columns = np.sort(ids.reshape(len(ids), -1), axis=0)
    return 1 + np.count_nonzero(columns[1:] != columns[:-1], axis=0)


def _numbered(ids: IntArray) -> IntArray:
    """The ids (A, k) of each column counted from 0 in the order of their first rows."""
    order = np.argsort(ids, axis=0, kind="stable")
    ordered = np.take_along_axis(ids, order, axis=0)
    starts = np.ones(ids.shape, dtype=bool)
    starts[1:] = ordered[1:] != ordered[:-1]
    group = np.cumsum(starts, axis=0) - 1
    firsts = np.full(ids.shape, len(ids), dtype=np.int64)  # the first row of each group
    columns = np.broadcast_to(np.arange(ids.shape[1]), ids.shape)
    firsts[group[starts], columns[starts]] = order[starts]
    ranks = np.argsort(np.argsort(firsts, axis=0, kind="stable"), axis=0, kind="stable")
    numbers = np.empty_like(ids)
    np.put_along_axis(numbers, order, np.take_along_axis(ranks, group, axis=0), axis=0)
    return numbers
