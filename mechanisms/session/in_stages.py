"""Requests in stages: where a group stands after the requests that were made, and what straightforward play says.

Positions count from 0, requests are quantities. In a stage each player who is left requests once; when all have, the
smallest request is served, of equal ones that of the player who comes first in the order of the treatment.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from mechanisms.arrays import FloatArray, as_listed, as_order
from mechanisms.shown import Shown
from mechanisms.stages.game import LEFT, State
from mechanisms.stages.straightforward import Straightforward
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

SAME = 1e-9
"""Expected points that differ by less, relative to the largest, are the same."""
MAX_TYPE_PROFILES = 20_000


@dataclass(frozen=True)
class Standing(Shown):
    """A round in stages after some requests.

    Attributes
    ----------
    served : (position, quantity) of each stage that is over
    left : positions that have not been served, in the order in which equal requests are served
    floor : the least quantity that can be requested now
    """

    served: tuple[tuple[int, float], ...]
    left: tuple[int, ...]
    floor: float

    @property
    def stage(self) -> int:
        """The number of the stage that is played now, from 1."""
        return len(self.served) + 1


def standing(requests: Sequence[Sequence[float]], order: Sequence[int], lowest: float) -> Standing:
    """Where a group stands.

    Parameters
    ----------
    requests : for each position its requests, stage by stage; who has been served has no more of them
    order : positions, who is served first among equal smallest requests
    lowest : the least quantity on the grid

    Examples
    --------
    >>> standing([[4], [6], [4]], [2, 1, 0], 1)
    Standing(served=((2, 4),), left=(1, 0), floor=4)
    >>> standing([[4, 5], [6, 5], [4]], [2, 1, 0], 1).served
    ((2, 4), (1, 5))
    """
    asked = as_listed("requests", requests, "requests stage by stage, one a position")
    served: list[tuple[int, float]] = []
    left, floor = list(as_order(order, len(asked))), lowest
    while left and all(len(requests[i]) > len(served) for i in left):
        now = [requests[i][len(served)] for i in left]
        floor = min(now)
        served.append((left.pop(now.index(floor)), floor))
    return Standing(tuple(served), tuple(left), floor)


def steady(messages: Sequence[float], order: Sequence[int]) -> tuple[list[int], list[list[float]]]:
    """If everybody asks in every stage for the own message: the stage in which each is served, and the requests.

    Everybody is served the own message, since nobody is left with a larger quantity served before.

    >>> steady([4, 3, 3], [0, 1, 2])
    ([3, 1, 2], [[4, 4, 4], [3], [3, 3]])
    """
    served = standing([[m] * len(messages) for m in messages], order, min(messages)).served
    stages = [0] * len(messages)
    for k, (position, _quantity) in enumerate(served, 1):
        stages[position] = k
    return stages, [[m] * k for m, k in zip(messages, stages, strict=True)]


@lru_cache(maxsize=64)
def straightforward(treatment: Treatment) -> Straightforward:
    """Straightforward play of a treatment in stages, remembered."""
    return Straightforward(treatment.staged_game())


def state_of(treatment: Treatment, now: Standing) -> State:
    """The state of the staged game."""
    return _state(treatment, now.served)


def _state(treatment: Treatment, served: Sequence[tuple[int, float]]) -> State:
    grid, state = treatment.positions[0].messages, [LEFT] * treatment.group_size
    for position, quantity in served:
        state[position] = int(np.searchsorted(grid, quantity))
    return tuple(state)


@dataclass(frozen=True, eq=False)
class RequestValues(Shown):
    """What each request of a stage brings, if all others, and the player later, request straightforwardly.

    Attributes
    ----------
    allowed : ndarray, shape (k,), quantities from what was served last on
    points : ndarray, the same shape, expected points, smallest units
    straightforward : the straightforward request
    best : bool ndarray, the same shape: which requests bring most, up to the relative tolerance SAME
    """

    allowed: FloatArray
    points: FloatArray
    straightforward: float

    @property
    def best(self) -> np.ndarray:
        most = self.points.max()
        return np.asarray(self.points >= most - SAME * max(1.0, abs(float(most))))


def request_values(
    treatment: Treatment, asked: Sequence[Sequence[float]], types: Sequence[float], position: int, stage: int
) -> RequestValues:
    """What each request brings to a player who is left, at the history of a stage.

    With complete information the others' types are known. Else they are as likely as the priors say, among the types
    whose straightforward requests fit what the player has seen: who was served what, and all requests where they are
    shown. Of a player whose requests fit no type, all types of the prior count.

    Parameters
    ----------
    treatment : Treatment with stages
    asked : for each position its requests, stage by stage; what comes after the history is not looked at
    types : of all positions, values
    position, stage : who decides, from 0, and in which stage, from 1

    Raises
    ------
    TooLargeError
        If the others can be of more than MAX_TYPE_PROFILES type profiles.

    Examples
    --------
    Player 1 of type 13 at the beginning: 3 units are the best request, whatever the others are.

    >>> from mechanisms.treatments import load_treatment
    >>> staged = load_treatment("treatments/production_staged.toml")
    >>> found = request_values(staged, [[], [], []], [13, 16, 19], 0, 1)
    >>> found.allowed[found.best], found.straightforward
    (array([3.]), 3.0)
    """
    order, places = treatment.stages or (), treatment.positions
    served = standing(asked, order, float(places[0].messages[0])).served[: stage - 1]
    at = [int(np.searchsorted(place.types, t)) for place, t in zip(places, types, strict=True)]
    left = [i for i in order if i not in dict(served)]
    beliefs = {
        j: (at[j],) if treatment.information == "complete" else _possible(treatment, served, asked[j], j)
        for j in left
        if j != position
    }
    return _values(treatment, _state(treatment, served), position, at[position], tuple(sorted(beliefs.items())))


def _possible(
    treatment: Treatment, served: tuple[tuple[int, float], ...], asked: Sequence[float], j: int
) -> tuple[int, ...]:
    """The types of a player who is left that fit what was seen of this player's requests."""
    play, order, grid = straightforward(treatment), treatment.stages or (), treatment.positions[j].messages

    def fits(t: int) -> bool:
        for k, (who, quantity) in enumerate(served):
            request = float(grid[play.request(_state(treatment, served[:k]), j, t)])
            seen = asked[k] == request if treatment.shows_requests else True
            if not seen or (request, order.index(j)) < (quantity, order.index(who)):
                return False
        return True

    prior = [t for t, p in enumerate(treatment.positions[j].probabilities) if p > 0]
    return tuple(t for t in prior if fits(t)) or tuple(prior)


@lru_cache(maxsize=4096)
def _values(
    treatment: Treatment, state: State, position: int, own_type: int, beliefs: tuple[tuple[int, tuple[int, ...]], ...]
) -> RequestValues:
    profiles = math.prod(len(possible) for _j, possible in beliefs)
    if profiles > MAX_TYPE_PROFILES:
        raise TooLargeError(
            f"too large: the others can be of {profiles} type profiles, more than {MAX_TYPE_PROFILES}; fewer types fit"
        )
    play, places = straightforward(treatment), treatment.positions
    total, weights = np.zeros(play.game.n_quantities - play.game.floor(state)), 0.0
    for drawn in product(*(possible for _j, possible in beliefs)):
        types = [0] * treatment.group_size
        types[position], weight = own_type, 1.0
        for (j, _possible), t in zip(beliefs, drawn, strict=True):
            types[j], weight = t, weight * float(places[j].probabilities[t])
        total, weights = total + weight * play.values(state, position, types), weights + weight
    grid = places[position].messages
    request = float(grid[play.request(state, position, own_type)])
    return RequestValues(grid[play.game.floor(state) :], total / weights, request)


def straightforward_request(treatment: Treatment, now: Standing, position: int, own_type: float) -> float:
    """What a player who is left asks for: the best quantity if all who are left asked for as much.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> staged = load_treatment("treatments/production_staged.toml")
    >>> start = standing([[], [], []], staged.stages, 0)
    >>> [straightforward_request(staged, start, i, theta) for i, theta in enumerate([13.0, 16.0, 19.0])]
    [3.0, 3.0, 4.0]
    """
    place, play = treatment.positions[position], straightforward(treatment)
    own = int(np.searchsorted(place.types, own_type))
    return float(place.messages[play.request(state_of(treatment, now), position, own)])


def straightforward_exits(treatment: Treatment, types: Sequence[float]) -> list[tuple[int, float]]:
    """(position, quantity) served in each stage if all, with these types, request straightforwardly.

    >>> from mechanisms.treatments import load_treatment
    >>> straightforward_exits(load_treatment("treatments/production_staged.toml"), [19, 13, 16])
    [(1, 3.0), (2, 3.0), (0, 4.0)]
    """
    asked: list[list[float]] = [[] for _ in types]
    lowest = float(treatment.positions[0].messages[0])
    for _ in types:
        now = standing(asked, treatment.stages or (), lowest)
        for position in now.left:
            asked[position].append(straightforward_request(treatment, now, position, types[position]))
    return list(standing(asked, treatment.stages or (), lowest).served)
