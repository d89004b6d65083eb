"""Menus, or opportunity sets: the results that are open to one player, given what the others send.

A result is what one gets: the outcome (in a production economy the own quantity, where objects are allocated whether
one gets one) and what is paid for it. Results are told apart as they are played and as they are read: by the outcome,
by whole smallest units of points, and by the price as it is written, as points can be so coarse that different prices
bring the same. The own message picks one result of the menu; the menu itself does not depend on it. Where a rule is
strategy-proof the truth picks a best one (the taxation principle: Hammond 1979; Gonczarowski, Heffetz and Thomas 2023
describe rules to participants in this way).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import as_number, as_numbers, as_whole, grid_index, takes
from mechanisms.played.play import Play
from mechanisms.shown import Shown
from mechanisms.solutions.outcome_ids import outcome_ids
from mechanisms.treatments.opportunity_sets import OpportunitySets, found_sets, own_part, written_prices
from mechanisms.treatments.treatment import Treatment


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

    >>> import numpy as np
    >>> from mechanisms.treatments import load_treatment
    >>> sets = opportunity_sets(load_treatment("treatments/cason_pivotal.toml"), 0)
    >>> sets.results.shape, np.unique(sets.sizes).tolist(), sets.vary, sets.one_price
    ((25, 25), [1, 2], True, True)
    """
    player = as_whole("player", player, 0, treatment.group_size - 1)
    return found_sets(treatment, player)


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
    prices = play.cost_shares[:, player] - play.transfers[:, player]
    ids = outcome_ids(own_part(treatment, play, player), [points, written_prices(treatment, player, prices)[None]])
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
