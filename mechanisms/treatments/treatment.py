"""A treatment: the one object that screens, payoffs, bots, predictions and audit ask about the game."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import permutations
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import (
    FloatArray,
    IntArray,
    as_a,
    as_choice,
    as_exact,
    as_number,
    as_numbers,
    as_order,
    as_whole,
    brief,
    grid_index,
)
from mechanisms.crowds.crowd import crowd_of
from mechanisms.crowds.equilibria import pure_equilibria
from mechanisms.crowds.facing import faced
from mechanisms.environments import Production
from mechanisms.games.normal_form import MAX_ENTRIES, NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.matching.groups import MatchingError, match_groups
from mechanisms.played.play import DemandGame, DirectGame, GameAsPlayed, Play
from mechanisms.played.points import MAX_UNITS
from mechanisms.shown import Shown, Words
from mechanisms.solutions.dominance import KINDS, dominant_for_player
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.stages.game import StagedGame
from mechanisms.treatments.build import build_game, check_mechanism, check_points
from mechanisms.treatments.described import check_described
from mechanisms.treatments.errors import parse
from mechanisms.treatments.positions import Position, build_positions
from mechanisms.treatments.rules import MECHANISMS
from mechanisms.treatments.schema import SequentialPlaySpec, StagedPlaySpec, TreatmentError, TreatmentSpec
from mechanisms.treatments.schema_words import LANGUAGES, SLOTS
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import closest, described

NOT_THE_GAME = (
    "name", "title", "description", "source", "session", "screen", "beliefs", "questionnaires",
    "advice", "understanding", "words",
)  # fmt: skip

_GAMES: WeakValueDictionary[tuple[str, tuple[int, ...] | None], GameAsPlayed] = WeakValueDictionary()

MAX_ORDERS = 120
"""Of reports, of which one is drawn: more are not gone through one by one."""
MAX_PLAYERS = 12
"""For more, tables of all profiles are never made, even if the game would fit: coalitions alone are 2**n."""


class Treatment(Shown):
    """A checked treatment file and the game that it defines. Made by load_treatment or Treatment.from_definition.

    Attributes
    ----------
    definition : dict of plain JSON values, the file as read; Treatment.from_definition(definition) gives it back
    positions : tuple of Position, one for each member of a group
    rule, options : Rule, the record of its mechanism, and what the file says of its options
    protocol, screen, beliefs : the tables [session], [screen] and [beliefs] (None without one) in force
    questionnaires : tuple of their names
    style : how pages describe the rule: "traditional", "menu" or "opportunity"
    advice, understanding, words : the tables [advice], [understanding] and [words]; None without one
    sequence : who reports first, second, …: positions from 0, where reports are made one after another in public; None
        where all messages are sent at the same time. If the order is drawn in each round (`order_is_drawn`), this is
        one of the orders, that of the positions unless `in_sequence` has said which
    stated : the treatment before `in_sequence`: the same for everybody and in all rounds
    stages : where requests are served in stages, the positions from 0 in the order in which equal smallest requests are
        served; None where there are no stages
    arguments : what the rule's functions are called with, in this sequence

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> treatment = load_treatment("treatments/chen_serial.toml")
    >>> treatment.mechanism, treatment.group_size
    ('serial', 2)
    >>> treatment.play(types=[16.1, 20.1], messages=[4, 6]).cost_shares
    array([32., 68.])
    >>> treatment.nash_equilibria([16.1, 20.1])
    array([[4., 6.]])
    """

    def __init__(self, spec: TreatmentSpec, where: str, sequence: tuple[int, ...] | None = None) -> None:
        check_mechanism(as_a("spec", spec, TreatmentSpec), where)
        self._spec, self._where, self.stated = spec, where, self
        self.definition = spec.plain()
        self.name, self.title, self.description, self.source = spec.name, spec.title, spec.description.text, spec.source
        self.style, self.advice, self.understanding = spec.description.style, spec.advice, spec.understanding
        self.words = spec.words
        self.group_size, self.information = spec.group.size, spec.group.information
        self.environment: str = spec.environment.kind
        self.mechanism: str = spec.mechanism.name
        self.rule, self.options = spec.mechanism.rule, spec.mechanism.options()
        self.ties: str | None = getattr(self.options, "ties", None)
        self.rounding = spec.points.rounding
        self.messages_are = self.rule.messages
        self.protocol, self.screen, self.beliefs = spec.session, spec.screen, spec.beliefs
        self.questionnaires = spec.questionnaires
        self.positions: tuple[Position, ...] = build_positions(spec, where)
        self.order_is_drawn = spec.play is not None and spec.play.order == "drawn"
        self.sequence = _stated_sequence(spec) if sequence is None else sequence
        self.stages = _stages(spec)
        self.arguments = self.options.arguments() if self.sequence is None else self.options.in_turn(self.sequence)
        self.played = self._game()
        check_points(self.played, where)
        _check_session(spec, where)
        _check_beliefs(spec, where)
        _check_words(spec, self.positions, where)
        if self.protocol.computer == "truthful" and self.messages_are != "reports":
            raise TreatmentError(
                f"{where}: session.computer = 'truthful': {self.mechanism} asks for quantities, not for types: use "
                "'random' or 'last'"
            )
        if self.screen.warn_dominated and getattr(self.played, "others", None) is None:
            try:
                self._check_size()
            except TooLargeError as error:
                raise TreatmentError(f"{where}: screen.warn_dominated = true: {error}") from None
        check_described(self, where)

    def _game(self) -> GameAsPlayed:
        """One game for treatments that differ in protocol, screens or words alone: it is built once."""
        key = self._game_written(), self.sequence
        if (game := _GAMES.get(key)) is None:
            game = _GAMES[key] = build_game(self._spec, self.positions, self._where, self.arguments)
        return game

    def _game_written(self) -> str:
        return json.dumps({k: part for k, part in self.definition.items() if k not in NOT_THE_GAME}, sort_keys=True)

    def _facts(self) -> dict[str, object]:
        messages = " × ".join(str(len(position.messages)) for position in self.positions)
        return {
            "": Words(self.name),
            "title": self.title,
            "mechanism": Words(f"{self.mechanism} in {self.environment}"),
            "messages": Words(f"{messages} {self.messages_are}"),
            "identity": Words(self.identity),
        }

    def _rows(self) -> tuple[list[str], list[list[object]]]:
        rows: list[list[object]] = [
            [place.role, described(place.types), described(place.messages)] for place in self.positions
        ]
        return ["Position", "Types", self.messages_are.capitalize()], rows

    @classmethod
    def from_definition(cls, definition: Mapping[str, Any], where: str = "definition") -> Treatment:
        """The treatment of a definition; TreatmentError (one line, starting with `where`) if it is not a correct
        one."""
        if not isinstance(definition, Mapping):
            raise TypeError(f"definition is {brief(definition)}; it must be a table of keys, as of a treatment file")
        return cls.from_spec(parse(TreatmentSpec, definition, where), where)

    @classmethod
    def from_spec(cls, spec: TreatmentSpec, where: str) -> Treatment:
        """The treatment of a definition that is parsed; TreatmentError (one line, starting with `where`)."""
        return _built(json.dumps(as_a("spec", spec, TreatmentSpec).plain(), sort_keys=True), where)

    @classmethod
    def from_json(cls, definition: str) -> Treatment:
        """The treatment of a definition as a session and its data keep it, in JSON; read once for equal texts."""
        return _stored(as_a("definition", definition, str))

    def with_protocol(self, **changes: Any) -> Treatment:
        """The same game under another protocol, e.g. with_protocol(rounds=4, seed=7)."""
        session = {**self.definition["session"], **changes}
        return Treatment.from_definition({**self.definition, "session": session}, self._where)

    @property
    def form(self) -> str:
        """How it is played: "demand" (quantities are demanded), "direct" (types are reported), "sequential" (types are
        reported one after another, in public), or "staged" (quantities are requested in stages)."""
        return MECHANISMS[self.mechanism].form if self._spec.play is None else self._spec.play.form

    @property
    def shows_compensation(self) -> bool:
        """Whether what each report makes the others pay is shown as soon as it is made."""
        return isinstance(self._spec.play, SequentialPlaySpec) and self._spec.play.compensation

    @property
    def shows_requests(self) -> bool:
        """Whether all requests of a stage are shown when it is over, and not only which of them was served."""
        return isinstance(self._spec.play, StagedPlaySpec) and self._spec.play.shown == "requests"

    def staged_game(self) -> StagedGame:
        """The game in stages, in points; ValueError where there are none.

        Examples
        --------
        >>> from mechanisms.treatments import load_treatment
        >>> load_treatment("treatments/production_staged.toml").staged_game().own((2, -1, -1), 1, 0)
        array([ 160,  170,  140,   70,  -40, -190, -380])
        """
        if self.stages is None:
            raise ValueError(f"{self.name} is not played in stages")
        return StagedGame(
            len(self.positions[0].messages), tuple(len(place.types) for place in self.positions), self._staged_points,
            self.stages,
        )  # fmt: skip

    def _staged_points(self, types: Sequence[int], quantities: IntArray) -> IntArray:
        theta = [place.types[t] for place, t in zip(self.positions, types, strict=True)]
        return self.play(theta, self.positions[0].messages[quantities]).points

    def in_sequence(self, order: Iterable[int] | None) -> Treatment:
        """The same treatment as it is played in a round with this order of moves: positions from 0. None: as it is.

        Raises
        ------
        ValueError
            If messages are sent at the same time, or the treatment has another order.

        Examples
        --------
        >>> from mechanisms.treatments import load_treatment
        >>> drawn = load_treatment("treatments/park_pairwise_sequential.toml")
        >>> drawn.in_sequence([2, 0, 1]).sequence, drawn.sequence
        ((2, 0, 1), (0, 1, 2))
        """
        if order is None:
            return self
        wanted = as_order(order, self.group_size)
        if wanted == self.sequence:
            return self
        if not self.order_is_drawn:
            raise ValueError(f"order is {wanted}; {self.name} is played in the order {self.sequence}")
        return self.stated if wanted == self.stated.sequence else _in_sequence(self.stated, wanted)

    @property
    def order_matters(self) -> bool:
        """Whether the order of reports is drawn, and can change what the same reports bring."""
        first = tuple(range(self.group_size))
        return self.order_is_drawn and self.options.in_turn(first) != self.options.in_turn(first[::-1])

    def in_every_order(self) -> list[Treatment]:
        """The game in each order of reports that can be drawn; itself alone where none is drawn, or none matters.

        Examples
        --------
        >>> from mechanisms.treatments import load_treatment
        >>> len(load_treatment("treatments/park_pairwise_sequential.toml").in_every_order())
        6
        >>> len(load_treatment("treatments/park_vcg_sequential.toml").in_every_order())
        1
        """
        if not self.order_matters:
            return [self]
        if (count := math.factorial(self.group_size)) > MAX_ORDERS:
            raise TooLargeError(f"too large: {count} orders can be drawn, more than {MAX_ORDERS}")
        return [self.in_sequence(order) for order in permutations(range(self.group_size))]

    @cached_property
    def identity(self) -> str:
        """12 hexadecimal digits that stand for the game: equal for two treatments exactly if they play the same
        game."""
        return hashlib.sha256(self._game_written().encode()).hexdigest()[:12]

    def play(self, types: ArrayLike, messages: ArrayLike) -> Play:
        """Outcome and payoffs for true types and messages (values, not indices).

        Parameters
        ----------
        types, messages : array_like, shape (..., n), positions on the last axis; leading axes broadcast

        Raises
        ------
        ValueError
            If a type or message is not on its position's grid.
        """
        return self.played.play(types, messages)

    def game(self, types: ArrayLike) -> NormalFormGame:
        """The game among players of the given types (n,), in points: payoffs int64 (n, A_1, …, A_n) in smallest
        units."""
        grids = tuple(position.messages for position in self.positions)
        return NormalFormGame(self._points(types), grids)

    def _points(self, types: ArrayLike) -> IntArray:
        self._check_size()
        theta = as_numbers("types", types)
        self._check_types(theta)
        return np.moveaxis(self.played.play_all(theta).points, -1, 0)

    def _check_types(self, types: FloatArray) -> None:
        if types.shape != (self.group_size,):
            raise ValueError(f"types has shape {types.shape}; it must be ({self.group_size},), one type a position")

    @property
    def by_structure(self) -> bool:
        """Whether the theory of the game comes from what of the others matters (mechanisms/crowds), as a table of all
        profiles would be too large: a demand game of more than MAX_PLAYERS, or with more than MAX_ENTRIES payoffs."""
        if not isinstance(self.played, DemandGame):
            return False
        return self.payoffs_of_types > MAX_ENTRIES or self.group_size > MAX_PLAYERS

    @property
    def payoffs_of_types(self) -> float:
        """How many own payoffs all types of all positions have, at every profile of messages."""
        profiles = math.prod(float(len(place.messages)) for place in self.positions)
        return sum(len(place.types) for place in self.positions) * profiles

    def _check_size(self) -> None:
        size = self.group_size * math.prod(float(len(position.messages)) for position in self.positions)
        if size > MAX_ENTRIES:
            raise TooLargeError(
                f"too large: the game has {size:.3g} payoffs, more than {MAX_ENTRIES:.3g}; a coarser grid would fit"
            )

    def own_points(self, position: int, type_value: float) -> IntArray:
        """Points of one position with one type at every profile of messages: (A_1, …, A_n), smallest units.

        Values are private: the others' types do not matter for one's own points.
        """
        types = [float(other.types[0]) for other in self.positions]
        place = self.positions[as_whole("position", position, 0, self.group_size - 1)]
        at = grid_index("type_value", as_number("type_value", type_value), place.types)
        types[position] = float(place.types[at])
        return np.ascontiguousarray(self._points(types)[position])

    def points_of_types(self, t: int) -> dict[int, IntArray]:
        """The same for the t-th type of all positions that have one (from 0), from one play: position -> points."""
        as_whole("t", t, 0, max(len(place.types) for place in self.positions) - 1)
        points = self._points([place.types[min(t, len(place.types) - 1)] for place in self.positions])
        return {i: np.ascontiguousarray(points[i]) for i, place in enumerate(self.positions) if t < len(place.types)}

    def bayesian_game(self) -> BayesianGame:
        """The game with private types, in points: own payoffs of every type, priors, truthful reports."""
        places, entries = self.positions, self.payoffs_of_types
        if entries > MAX_ENTRIES:
            raise TooLargeError(
                f"too large: the types have {entries:.3g} payoffs, more than {MAX_ENTRIES:.3g}; a coarser grid fits"
            )
        played = [self.points_of_types(t) for t in range(max(len(place.types) for place in places))]
        own = [np.stack([points[i] for points in played if i in points]) for i in range(len(places))]
        truthful = [np.searchsorted(p.messages, p.types) for p in places] if self.messages_are == "reports" else None
        return BayesianGame(
            own, [p.probabilities for p in places], truthful, [p.types for p in places], [p.messages for p in places]
        )

    def dominant_messages(self, position: int, type_value: float, kind: str = "weak") -> FloatArray:
        """All dominant messages (values) of one position with one type; see mechanisms.solutions.dominance."""
        if self.by_structure:
            assert isinstance(self.played, DemandGame)
            place = self.positions[as_whole("position", position, 0, self.group_size - 1)]
            grid_index("type_value", as_number("type_value", type_value), place.types)
            found = faced(crowd_of(self.played), position, type_value)
            return place.messages[found.dominant(as_choice("kind", kind, KINDS))]
        own = self.own_points(position, type_value)
        return self.positions[position].messages[dominant_for_player(own, position, kind)]

    def nash_equilibria(self, types: ArrayLike) -> FloatArray:
        """All pure Nash equilibria among players of the given types: message values (k, n), lexicographic."""
        if self.by_structure:
            assert isinstance(self.played, DemandGame)
            crowd, given = crowd_of(self.played), as_numbers("types", types)
            self._check_types(given)
            for place, own in zip(self.positions, given.tolist(), strict=True):
                grid_index("types", own, place.types)
            return self.played.environment.quantities[pure_equilibria(crowd, given.tolist()).listed()]
        index = pure_nash_equilibria(self.game(types))
        return np.stack([position.messages[index[:, i]] for i, position in enumerate(self.positions)], axis=-1)

    def surplus(self, play: Play) -> FloatArray:
        """Sum of values less cost, without transfers, of played groups: shape (...), units of utility."""
        as_a("play", play, Play)
        return (play.values - play.cost_shares).sum(axis=-1)

    def efficient_surplus(self, types: ArrayLike) -> FloatArray:
        """The largest surplus that any outcome gives to types (..., n): shape (...), units of utility."""
        theta = as_numbers("types", types)
        if theta.shape[-1:] != (self.group_size,):
            raise ValueError(f"types has shape {theta.shape}; its last axis must be the {self.group_size} positions")
        return self.played.environment.efficient_surplus(theta)

    def outcome_label(self, outcome: np.ndarray) -> str:
        """One group's outcome in words: "2; 3; 4" (quantities), "14.5" (level), "built"."""
        given, environment = as_exact("outcome", outcome), self.played.environment
        shape = (self.group_size,) if isinstance(environment, Production) else ()
        if given.shape != shape:
            raise ValueError(f"outcome has shape {given.shape}; that of one group must be {shape}")
        return environment.label(given[()])

    def points_value(self, units: int) -> Decimal:
        """Smallest units as an exact number of points."""
        if not as_number("units", units).is_integer():
            raise ValueError(f"units is {brief(units)}; it must be a whole number of smallest units")
        return self.played.points.as_points(units)

    def format_points(self, units: int) -> str:
        """Smallest units as points with the treatment's decimals: "12.50"."""
        return f"{self.points_value(units):f}"

    def money(self, units: int) -> Decimal:
        """Smallest units as money, exact and not yet rounded."""
        return self.points_value(units) * self.protocol.exchange_rate


@lru_cache(maxsize=256)
def _stored(definition: str) -> Treatment:
    try:
        return Treatment.from_definition(json.loads(definition))
    except json.JSONDecodeError as error:
        raise ValueError(f"definition is {brief(definition)}; it must be JSON: {error}") from None


def _stated_sequence(spec: TreatmentSpec) -> tuple[int, ...] | None:
    if not isinstance(spec.play, SequentialPlaySpec):
        return None
    return tuple(range(spec.group.size)) if spec.play.order == "drawn" else tuple(k - 1 for k in spec.play.order)


def _stages(spec: TreatmentSpec) -> tuple[int, ...] | None:
    return tuple(k - 1 for k in spec.play.order) if isinstance(spec.play, StagedPlaySpec) else None


@lru_cache(maxsize=1024)
def _in_sequence(treatment: Treatment, sequence: tuple[int, ...]) -> Treatment:
    """With its own transfers, and the outcomes of the treatment, which do not depend on the order."""
    found = Treatment(treatment._spec, treatment._where, sequence)
    found.stated = treatment
    if isinstance(treatment.played, DirectGame):
        vars(found.played)["problem"] = treatment.played.problem
    return found


@lru_cache(maxsize=256)
def _built(definition: str, where: str) -> Treatment:
    """One Treatment for equal definitions, so that what it has computed is computed once."""
    return Treatment(TreatmentSpec.model_validate_json(definition), where)


def _check_beliefs(spec: TreatmentSpec, where: str) -> None:
    """What a guess can earn is whole smallest units, and the rounds exist."""
    if spec.beliefs is None:
        return
    points, rounds, last = spec.beliefs.points, spec.beliefs.rounds, spec.session.rounds
    if (units := points.scaleb(spec.points.rounding)) != units.to_integral_value():
        raise TreatmentError(
            f"{where}: beliefs.points = {points}: must have at most {spec.points.rounding} decimals, as points have"
        )
    if units >= MAX_UNITS:
        raise TreatmentError(f"{where}: beliefs.points = {points}: too many to be exact, use fewer")
    if rounds != "all" and (beyond := [k for k in rounds if k > last]):
        raise TreatmentError(f"{where}: beliefs.rounds names {beyond[0]}: there are {last} rounds")


def _check_session(spec: TreatmentSpec, where: str) -> None:
    """The groups of the session can be formed."""
    protocol = spec.session
    try:
        match_groups(
            protocol.matching,
            protocol.participants,
            spec.group.size,
            protocol.rounds_together,
            protocol.fixed_roles,
            np.random.Generator(np.random.PCG64(protocol.seed)),
        )
    except MatchingError as error:
        raise TreatmentError(
            f"{where}: session.participants = {protocol.participants}, rounds = {protocol.rounds_together}, "
            f"matching = {protocol.matching!r}: {error}"
        ) from None


def _check_words(spec: TreatmentSpec, positions: tuple[Position, ...], where: str) -> None:
    if spec.words is None:
        return
    used = SLOTS[spec.environment.kind]
    if foreign := [slot for slot in spec.words.slots if slot not in used]:
        raise TreatmentError(
            f"{where}: words.{foreign[0]}: nothing has this name in {spec.environment.kind}; there are "
            f"{', '.join(f'words.{slot}' for slot in used)}"
        )
    labels = [place.label(own) for place in positions for own in place.types.tolist()]
    names = {*(place.role for place in positions), *labels, *getattr(spec.environment, "outcomes", ())} - {""}
    for language in LANGUAGES:
        for name in spec.words.names.of(language) if spec.words.names else ():
            if name not in names and (meant := closest(name, names)):  # one that is like none is of another file
                raise TreatmentError(
                    f"{where}: words.names.{language} has {name!r}, which is no role, type or outcome of this file; "
                    f"did you mean {meant!r}?"
                )
