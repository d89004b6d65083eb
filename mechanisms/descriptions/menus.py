"""Menus, or opportunity sets: the results that are open to one player, given what the others send.

A result is what one gets: the outcome (in a production economy the own quantity, where objects are allocated whether
one gets one) and what is paid for it, told apart as the game is played, by whole smallest units of points. The own
message picks one result of the menu; the menu itself does not depend on it. Where a rule is strategy-proof the truth
picks a best one (the taxation principle: Hammond 1979; Gonczarowski, Heffetz and Thomas 2023 describe rules to
participants in this way).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, as_number, as_numbers, as_whole, grid_index, takes
from mechanisms.environments import Allocation
from mechanisms.played.play import Play
from mechanisms.shown import Shown
from mechanisms.solutions.outcome_ids import outcome_ids
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
    """

    player: int
    ids: IntArray
    allocations: IntArray
    points: IntArray
    prices: FloatArray

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
        return bool((_distinct(self.ids) == _distinct(self.allocations)).all())

    def alike(self, own: int, decimals: int) -> IntArray:
        """Which profiles of the others' messages have the same menu, as the own-th type reads it: (…), numbers from 0.

        The same own messages give the same results then, at prices (of the first message) that agree to `decimals`.
        """
        results = self.results
        first = np.zeros_like(results)
        for k in reversed(range(len(results))):
            first[results == results[k]] = k
        prices = np.round(np.take_along_axis(self.prices, first, axis=0), decimals) + 0.0  # -0.0 is 0.0
        read = [part.reshape(len(part), -1) for part in (results, self.allocations, self.points[own], prices)]
        return np.unique(np.concatenate(read), axis=1, return_inverse=True)[1].reshape(results.shape[1:])


@takes(treatment=Treatment)
def opportunity_sets(treatment: Treatment, player: int) -> OpportunitySets:
    """The menus of a player of a treatment, from the game as it is played on its whole grid.

    Parameters
    ----------
    player : int, from 0

    Raises
    ------
    TooLargeError
        If the game has too many payoffs.

    Examples
    --------
    With the pivotal mechanism there are two results, or one where the own report changes nothing.

    >>> from mechanisms.treatments import load_treatment
    >>> sets = opportunity_sets(load_treatment("treatments/cason_pivotal.toml"), 0)
    >>> sets.results.shape, np.unique(sets.sizes).tolist(), sets.vary, sets.one_price
    ((25, 25), [1, 2], True, True)
    """
    player = as_whole("player", player, 0, treatment.group_size - 1)
    place = treatment.positions[player]
    points = np.stack([treatment.own_points(player, float(own)) for own in place.types])
    profiles = np.stack(np.meshgrid(*(other.messages for other in treatment.positions), indexing="ij"), axis=-1)
    play = treatment.play([float(other.types[0]) for other in treatment.positions], profiles)
    what = _own(treatment, play, player)
    nothing = np.zeros((1, *points.shape[1:]), dtype=np.int64)
    allocations = outcome_ids(what, [nothing])
    ids, allocations = (np.moveaxis(found, player, 0) for found in (outcome_ids(what, [points]), allocations))
    prices = np.moveaxis(play.cost_shares[..., player] - play.transfers[..., player], player, 0)
    return OpportunitySets(player, ids, allocations, np.moveaxis(points, player + 1, 1), prices)


def _own(treatment: Treatment, play: Play, player: int) -> np.ndarray:
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


@dataclass(frozen=True, eq=False)
class Result(Shown):
    """One result of a menu.

    Attributes
    ----------
    outcome : array, as `Play.outcome` of the first own message that gives it
    quantity : float, own units of the good; None where nothing is produced
    value, cost_share, transfer : float, units of utility; the price is cost share less transfer
    points : int, what the own type gets, in smallest units
    messages : tuple of float, the own messages that give it
    """

    outcome: np.ndarray
    quantity: float | None
    value: float
    cost_share: float
    transfer: float
    points: int
    messages: tuple[float, ...]

    @property
    def price(self) -> float:
        """Paid for the result; below zero: received."""
        return self.cost_share - self.transfer


@takes(treatment=Treatment)
def menu(treatment: Treatment, player: int, own_type: float, others_messages: ArrayLike) -> tuple[Result, ...]:
    """The results that are open to a player of a type, given the others' messages, in the order of the own messages.

    Parameters
    ----------
    player : int, from 0
    own_type : float, one of the player's types
    others_messages : array_like, shape (n - 1,), in the order of their positions

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> pivotal = load_treatment("treatments/cason_pivotal.toml")
    >>> for result in menu(pivotal, 0, -6, [8]):
    ...     pivotal.outcome_label(result.outcome), result.price, result.points, len(result.messages)
    ('not built', 8.0, 182, 14)
    ('built', 0.0, 210, 11)
    """
    player = as_whole("player", player, 0, treatment.group_size - 1)
    place, given = treatment.positions[player], as_numbers("others_messages", others_messages)
    if given.shape != (treatment.group_size - 1,):
        raise ValueError(f"others_messages has shape {given.shape}; it needs {treatment.group_size - 1} messages")
    theta = float(place.types[grid_index("own_type", as_number("own_type", own_type), place.types)])
    profiles = np.insert(np.tile(given, (len(place.messages), 1)), player, place.messages, axis=1)
    types = np.tile([float(other.types[0]) for other in treatment.positions], (len(place.types), 1, 1))
    types[:, 0, player] = place.types
    points = treatment.play(types, profiles).points[..., player]  # (T, A): results are told apart by all types
    play = treatment.play(types[place.types.tolist().index(theta), 0], profiles)
    ids = outcome_ids(_own(treatment, play, player), [points])
    found: dict[int, list[int]] = {}
    for m, number in enumerate(ids.tolist()):
        found.setdefault(number, []).append(m)
    return tuple(_result(play, player, places, place.messages) for places in found.values())


def _result(play: Play, player: int, places: list[int], messages: np.ndarray) -> Result:
    first = places[0]
    return Result(
        np.asarray(play.outcome[first]),
        None if play.quantities is None else float(play.quantities[first, player]),
        value=float(play.values[first, player]),
        cost_share=float(play.cost_shares[first, player]),
        transfer=float(play.transfers[first, player]),
        points=int(play.points[first, player]),
        messages=tuple(messages[places].tolist()),
    )
