"""What may be told to participants as advice: the strongest sentence about the truth that the game makes true.

The verdicts are those of the certificate: strategy-proofness on the whole grid, secure implementation by Definition 4
(K section 2), Bayesian incentive compatibility. Games of demands have no truth; there it is told whether one request is
best whatever the others request.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from mechanisms.arrays import FloatArray, takes
from mechanisms.bayesian.incentive_compatibility import incentive_compatibility, profitable_lies
from mechanisms.bayesian.interim import interim_payoffs
from mechanisms.certificate import Theory
from mechanisms.certificate.secure_rows import by_definition_4
from mechanisms.played.play import ChoiceGame, DirectGame, GameAsPlayed
from mechanisms.played.points import PointsRule
from mechanisms.shown import Shown
from mechanisms.solutions.strategy_proofness import strategy_proofness
from mechanisms.treatments.treatment import Treatment
from mechanisms.verdicts import TooLargeError

MAX_PAYOFFS = 1e7
"""Of all reports taken for types, and of all games of complete information: more is not looked at."""


@dataclass(frozen=True)
class Truths(Shown):
    """What is true of the messages of one treatment.

    Attributes
    ----------
    strategy_proof : the truth is a best reply of every type, whatever the others report; False for demands
    secure : beside it, every Nash equilibrium has the outcome of the truth (for demands: of the equilibrium)
    bayesian : the truth is a best reply of every type in expectation, if the others tell the truth; False for demands
    reports_get_best : each report gives a best result of the menu for whoever has the reported type, not only the
        types that occur; False where it is too much to look at
    """

    strategy_proof: bool
    secure: bool
    bayesian: bool
    reports_get_best: bool


@takes(treatment=Treatment)
@lru_cache(maxsize=64)
def truths(treatment: Treatment) -> Truths:
    """What may be told of a treatment; found once.

    Raises
    ------
    TooLargeError
        If the game has too many payoffs.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> for name in ("cason_pivotal", "cason_groves", "park_agv"):
    ...     found = truths(load_treatment(f"treatments/{name}.toml"))
    ...     print(name, found.strategy_proof, found.secure, found.bayesian)
    cason_pivotal True False True
    cason_groves True True True
    park_agv False False True
    """
    theory = Theory(treatment)
    game = theory.game
    if game.truthful is None:
        return Truths(False, _secure(theory), False, False)
    proof = strategy_proofness(game.payoffs, game.truthful).holds
    return Truths(
        proof, proof and _secure(theory), proof or incentive_compatibility(game).holds, proof and _best(treatment)
    )


def _secure(theory: Theory) -> bool:
    """Not said where it is too much to look at."""
    if theory.few_type_profiles(MAX_PAYOFFS, MAX_PAYOFFS) is None:
        return False
    try:
        return by_definition_4(theory).verdict.holds
    except TooLargeError:
        return False


def _best(treatment: Treatment) -> bool:
    """Whether every report gives the best result of the menu to whoever has the reported type."""
    played, sizes = treatment.played, [len(place.messages) for place in treatment.positions]
    if sum(sizes) * float(np.prod(sizes)) > MAX_PAYOFFS:
        return False
    payoffs = []
    for i in range(len(sizes)):
        own = PointsRule(played.points.scale[[i]], played.points.shift[[i]], played.points.rounding)
        payoffs.append(own.units(_utilities(played, i)[..., None])[..., 0])
    return strategy_proofness(payoffs).holds


def _utilities(played: GameAsPlayed, i: int) -> FloatArray:
    """What i would have with each report as the type, at every profile of reports: (A_i, A_1, …, A_n)."""
    if isinstance(played, ChoiceGame):
        values = [played.environment.value.value(own, played.quantities[..., i]) for own in played.messages[i]]
        return np.stack(values) - played.all_shares[..., i]
    assert isinstance(played, DirectGame)
    problem = played.problem
    return np.asarray(problem.values[i][:, problem.efficient_outcome] + played.all_transfers[i])


@dataclass(frozen=True, eq=False)
class Comparison(Shown):
    """Two own messages against one profile of the others, as an example of what the sentences say.

    Attributes
    ----------
    others : the others' messages, in the order of their positions
    messages : the message that is asked about (the truth, or a candidate), and another one
    points : what both give, in smallest units
    """

    others: tuple[float, ...]
    messages: tuple[float, float]
    points: tuple[int, int]


@takes(treatment=Treatment)
def counterexample(treatment: Treatment, player: int, own_type: float) -> Comparison | None:
    """Where another message gives a type most more than the truth; None if it never does.

    >>> from mechanisms.treatments import load_treatment
    >>> counterexample(load_treatment("treatments/park_agv.toml"), 0, 8)
    Comparison(others=(20.0, 8.0), messages=(8.0, 20.0), points=(-35, 15))
    """
    place = treatment.positions[player]
    truth = int(np.searchsorted(place.messages, own_type))
    own = own_first(treatment, player, own_type)
    gains = own - own[truth]
    lie, where = np.unravel_index(int(gains.argmax()), gains.shape)
    if gains[lie, where] <= 0:
        return None
    return compared(treatment, player, own, truth, int(lie), int(where))


@takes(treatment=Treatment)
def most_telling(treatment: Treatment, player: int, own_type: float) -> Comparison | None:
    """Where the truth beats another report that gives another result by most; None if it always gives the same.

    >>> from mechanisms.treatments import load_treatment
    >>> most_telling(load_treatment("treatments/cason_pivotal.toml"), 0, -6).points
    (210, 14)
    """
    place = treatment.positions[player]
    truth = int(np.searchsorted(place.messages, own_type))
    own = own_first(treatment, player, own_type)
    losses = own[truth] - own
    other, where = np.unravel_index(int(losses.argmax()), losses.shape)
    if losses[other, where] <= 0:
        return None
    return compared(treatment, player, own, truth, int(other), int(where))


def own_first(treatment: Treatment, player: int, own_type: float) -> np.ndarray:
    """Own points (A_i, profiles of the others)."""
    own = np.moveaxis(treatment.own_points(player, own_type), player, 0)
    return own.reshape(len(own), -1)


def compared(treatment: Treatment, player: int, own: np.ndarray, first: int, second: int, where: int) -> Comparison:
    grids = [place.messages for i, place in enumerate(treatment.positions) if i != player]
    at = np.unravel_index(where, tuple(map(len, grids)))
    mine = treatment.positions[player].messages
    return Comparison(
        tuple(float(grid[k]) for grid, k in zip(grids, at, strict=True)),
        (float(mine[first]), float(mine[second])),
        (int(own[first, where]), int(own[second, where])),
    )


@takes(treatment=Treatment)
def expected_points(treatment: Treatment, player: int, own_type: float) -> FloatArray:
    """What each own message brings on average if all others report their true types: (A_i,), smallest units."""
    place = treatment.positions[player]
    return np.asarray(interim_payoffs(treatment.bayesian_game(), player)[place.types.tolist().index(own_type)])


@takes(treatment=Treatment)
@lru_cache(maxsize=512)
def truth_is_best(treatment: Treatment, player: int, own_type: float) -> Literal["always", "on_average", "not_always"]:
    """How far the truth is best for one type of one player: players and types of one game can differ in that.

    "always" is whatever the others send; "on_average" if all of them tell the truth, though a lie can pay in single
    cases; "not_always": some lie pays even so.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> [truth_is_best(load_treatment("treatments/park_agv.toml"), 0, own_type) for own_type in (8, 20)]
    ['on_average', 'on_average']
    """
    if counterexample(treatment, player, own_type) is None:
        return "always"
    t = treatment.positions[player].types.tolist().index(own_type)
    return "not_always" if (player, t) in _gaining(treatment) else "on_average"


@lru_cache(maxsize=64)
def _gaining(treatment: Treatment) -> frozenset[tuple[int, int]]:
    """(player, type) of all who gain by a lie on average."""
    return frozenset((lie.player, lie.type) for lie in profitable_lies(treatment.bayesian_game()))


@takes(treatment=Treatment)
def best_whatever(treatment: Treatment, player: int, own_type: float) -> FloatArray:
    """All messages that are best replies of a type to everything that the others can send."""
    return treatment.dominant_messages(player, own_type)
