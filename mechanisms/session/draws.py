"""What chance decides in a session: groups, types, orders of parts, what is paid, and messages of the computer.

Everything follows from the stored seed (and, for what subjects must not foresee, the session's code), so that a
session can be drawn again from its export. Types depend on the seed, the round and the participant only: treatments
with the same seed, group size and matching give the same people the same draws. Only ``rng.random()`` is used, whose
numbers are the same in every version of numpy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, as_whole, brief, is_whole, takes
from mechanisms.matching.groups import MatchingError, match_groups
from mechanisms.shown import Shown
from mechanisms.treatments import Treatment
from mechanisms.treatments.positions import Position
from mechanisms.writing import multiples_around

GROUPS, TYPES, PRACTICE_TYPES, BLOCKS, WITHOUT, ARMS, SILOS, SEQUENCES, PRACTICE_SEQUENCES = range(1, 10)


@dataclass(frozen=True, eq=False)
class SessionDraws(Shown):
    """The groups and types of a session.

    Attributes
    ----------
    groups : int ndarray, shape (rounds, n_groups, n), participants from 0; the column is the position
    types : ndarray, shape (rounds, n_participants), type values
    practice_groups, practice_types : the same of the practice rounds
    sequences, practice_sequences : int ndarrays, shape (rounds, n_groups, n), the positions of each group in the
        order in which they move; None where all move at the same time
    """

    groups: IntArray
    types: FloatArray
    practice_groups: IntArray
    practice_types: FloatArray
    sequences: IntArray | None = None
    practice_sequences: IntArray | None = None


MAX_DRAWN = 2_000_000
"""Places in groups of all rounds of a session: a few seconds."""


@takes(treatment=Treatment)
def draw_session(treatment: Treatment, n_participants: int, repetition: int = 0) -> SessionDraws:
    """Groups and types of every round, drawn from the treatment's seed.

    Practice rounds with others follow the paid ones in the schedule, so that perfect strangers do not meet in practice
    either. In practice against the computer the groups only say who has which role: they are those of the paid rounds.

    Parameters
    ----------
    treatment : Treatment
    n_participants : who play this treatment together
    repetition : how many earlier parts of the session are the same treatment; each has draws of its own

    Raises
    ------
    MatchingError
        If the participants cannot be divided into groups, or no perfect-stranger schedule exists.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> draws = draw_session(load_treatment("treatments/production_serial.toml"), 6)
    >>> draws.groups.shape, draws.types.shape
    ((10, 2, 3), (10, 6))
    """
    if not is_whole(n_participants):
        raise MatchingError(f"n_participants = {brief(n_participants)} is not possible: use a whole number")
    rounds = treatment.protocol.rounds + treatment.protocol.practice_rounds
    if n_participants * rounds > MAX_DRAWN:
        raise MatchingError(
            f"n_participants = {n_participants} is too large: with {rounds} rounds, groups of at most "
            f"{MAX_DRAWN // rounds} participants can be drawn"
        )
    return _drawn(treatment, n_participants, as_whole("repetition", repetition, 0, 2**31))


@lru_cache(maxsize=64)
def _drawn(treatment: Treatment, n_participants: int, repetition: int) -> SessionDraws:
    schedule = _schedule(treatment, n_participants, _generator(treatment.protocol.seed, GROUPS, repetition))
    return _with_types(treatment, schedule, repetition)


def draw_sessions(
    treatment: Treatment, n_participants: int, seeds: Iterable[int], repetition: int = 0, silo: int | None = None
) -> tuple[IntArray, IntArray]:
    """The draws of the rounds that count in many sessions of a treatment, which differ in their seeds only; as
    `draw_session`, or, with a silo, as `draw_silos`.

    Returns
    -------
    groups : (sessions, rounds, n_groups, n), participants from 0
    types : the same shape, indices of the types among those of the position

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> groups, types = draw_sessions(load_treatment("treatments/production_serial.toml"), 6, [1, 2])
    >>> groups.shape, types.shape, types.max()
    ((2, 10, 2, 3), (2, 10, 2, 3), np.int64(2))
    """
    p, every = treatment.protocol, list(seeds)
    if not every:
        raise ValueError("seeds is empty; it must have one number for each session")
    schedules = [
        _schedule(treatment, n_participants, _generator(seed, GROUPS, repetition))
        if silo is None
        else _silos(treatment, n_participants, silo, seed, repetition)
        for seed in every
    ]
    groups = np.stack(schedules)[:, : p.rounds]
    uniform = np.stack([_generator(seed, TYPES, repetition).random((p.rounds, n_participants)) for seed in every])
    own = np.take_along_axis(uniform, groups.reshape(*uniform.shape), axis=2).reshape(groups.shape)
    types = np.empty_like(groups)
    for i, position in enumerate(treatment.positions):
        types[..., i] = _type_of(position, own[..., i])
    return groups, types


def sequences_of_sessions(
    treatment: Treatment, groups: IntArray, seeds: Iterable[int], repetition: int = 0
) -> IntArray | None:
    """Who reports when in the groups (sessions, rounds, n_groups, n) of `draw_sessions`, the same shape: positions in
    their order; None where all move at the same time.

    >>> from mechanisms.treatments import load_treatment
    >>> park = load_treatment("treatments/park_pairwise_sequential.toml")
    >>> sequences_of_sessions(park, draw_sessions(park, 6, [2018])[0], [2018])[0, 0].tolist()
    [[0, 1, 2], [2, 0, 1]]
    """
    drawn = [
        _draw_sequences(treatment, own, _generator(s, SEQUENCES, repetition))
        for own, s in zip(groups, seeds, strict=True)
    ]
    stated = [sequence for sequence in drawn if sequence is not None]
    return np.stack(stated) if stated else None


@lru_cache(maxsize=64)
def draw_without(
    treatment: Treatment, n_participants: int, out: tuple[int, ...], repetition: int = 0
) -> SessionDraws | None:
    """The draws of a session in which some people turn out not to take part before it starts.

    Those who play meet in the same kind of schedule, drawn anew among them. Who does not take part, and as few others
    as make up whole groups with them, form the last groups of every round; these others are drawn.

    Parameters
    ----------
    out : participants, from 0, ascending, who do not take part

    Returns
    -------
    SessionDraws, or None if the matching does not allow it: too few people, no perfect-stranger schedule for so many

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> draws = draw_without(load_treatment("treatments/production_serial.toml"), 9, (0, 5, 7))
    >>> draws.groups.shape, sorted(draws.groups[0, -1].tolist())
    ((10, 3, 3), [0, 5, 7])
    """
    rng = _generator(treatment.protocol.seed, WITHOUT, repetition, *out)
    stay = np.delete(np.arange(n_participants), out)
    stay = stay[np.argsort(rng.random(len(stay)), kind="stable")]
    playing = len(stay) - len(stay) % treatment.group_size
    if not playing:
        return None
    try:
        schedule = _schedule(treatment, playing, rng)
    except MatchingError:
        return None
    rest = np.concatenate([out, np.sort(stay[playing:])]).astype(np.int64).reshape(-1, treatment.group_size)
    whole = np.concatenate(
        [np.sort(stay[:playing])[schedule], np.broadcast_to(rest, (len(schedule), *rest.shape))], axis=1
    )
    return _with_types(treatment, whole, repetition)


@lru_cache(maxsize=64)
def draw_silos(treatment: Treatment, n_participants: int, silo: int, repetition: int = 0) -> SessionDraws:
    """The draws of a session whose people come one by one: places 0 to silo - 1 meet each other, and so on.

    Each silo has a schedule of its own, so that it can begin as soon as its places are taken.

    Raises
    ------
    MatchingError
        If a silo cannot be divided into groups, or has no schedule.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> draws = draw_silos(load_treatment("treatments/production_serial.toml"), 12, 6)
    >>> draws.groups.shape, sorted(draws.groups[0, 2:].ravel().tolist())
    ((10, 4, 3), [6, 7, 8, 9, 10, 11])
    """
    schedule = _silos(treatment, n_participants, silo, treatment.protocol.seed, repetition)
    return _with_types(treatment, schedule, repetition)


def _silos(treatment: Treatment, n_participants: int, silo: int, seed: int, repetition: int) -> IntArray:
    """The schedules of all silos, one beside the other."""
    if n_participants % silo:
        right = multiples_around(n_participants, silo)
        raise MatchingError(f"{n_participants} places cannot be divided into silos of {silo}: use {right}")
    generators = [_generator(seed, SILOS, repetition, k) for k in range(n_participants // silo)]
    return np.concatenate([k * silo + _schedule(treatment, silo, rng) for k, rng in enumerate(generators)], axis=1)


def _schedule(treatment: Treatment, n_participants: int, rng: np.random.Generator) -> IntArray:
    protocol = treatment.protocol
    return match_groups(
        protocol.matching, n_participants, treatment.group_size, protocol.rounds_together, protocol.fixed_roles, rng
    )


def _with_types(treatment: Treatment, schedule: IntArray, repetition: int) -> SessionDraws:
    """Practice follows the rounds that count in the schedule, or repeats them; types depend on the seed alone."""
    protocol = treatment.protocol
    groups, together = schedule[: protocol.rounds], schedule[protocol.rounds :]
    practice = together if len(together) else groups[np.arange(protocol.practice_rounds) % protocol.rounds]
    return SessionDraws(
        groups,
        _draw_types(treatment, groups, _generator(protocol.seed, TYPES, repetition)),
        practice,
        _draw_types(treatment, practice, _generator(protocol.seed, PRACTICE_TYPES, repetition)),
        _draw_sequences(treatment, groups, _generator(protocol.seed, SEQUENCES, repetition)),
        _draw_sequences(treatment, practice, _generator(protocol.seed, PRACTICE_SEQUENCES, repetition)),
    )


def _draw_sequences(treatment: Treatment, groups: IntArray, rng: np.random.Generator) -> IntArray | None:
    """Who moves when, in every group of every round: as stated, or every order equally likely."""
    if treatment.sequence is None:
        return None
    if not treatment.order_is_drawn:
        return np.broadcast_to(np.array(treatment.sequence), groups.shape)
    return np.argsort(rng.random(groups.shape), axis=-1, kind="stable")


def _draw_types(treatment: Treatment, groups: IntArray, rng: np.random.Generator) -> FloatArray:
    """(rounds, n_participants), each by the prior of the position that the participant has in the round."""
    uniform = rng.random((len(groups), groups[0].size if len(groups) else 0))
    types = np.empty_like(uniform)
    rounds = np.arange(len(groups))[:, None]
    for i, position in enumerate(treatment.positions):
        members = groups[:, :, i]
        types[rounds, members] = position.types[_type_of(position, uniform[rounds, members])]
    return types


def _type_of(position: Position, uniform: FloatArray) -> IntArray:
    """Which type of a position a uniform number stands for."""
    cumulative = np.cumsum(position.probabilities)
    return np.asarray(np.searchsorted(cumulative / cumulative[-1], uniform, side="right"))


def draw_blocks(seed: int, n_participants: int, n_orders: int) -> IntArray:
    """Who plays the parts of a session in which order: (n_participants,), equally many of each order, from 0.

    >>> draw_blocks(1, 6, 2).tolist(), draw_blocks(1, 4, 1).tolist()
    ([0, 1, 1, 0, 0, 1], [0, 0, 0, 0])
    """
    ranks = np.argsort(np.argsort(_generator(seed, BLOCKS).random(n_participants), kind="stable"), kind="stable")
    return ranks * n_orders // n_participants


def draw_arms(seed: int, n_participants: int, n_arms: int) -> IntArray:
    """Who plays which arm of a study, in the order of arrival: (n_participants,), from 0, in permuted blocks.

    After every 2 n_arms arrivals each arm has as many people, so that the arms stay balanced while people come, and
    nobody can foresee more than the last of a block (Friedman, Furberg and DeMets, Fundamentals of Clinical Trials).

    Examples
    --------
    >>> draw_arms(1, 8, 2).tolist()
    [0, 0, 1, 1, 1, 1, 0, 0]
    """
    rng, arms = _generator(seed, ARMS), np.empty(0, dtype=np.int64)
    while len(arms) < n_participants:
        block = np.tile(np.arange(n_arms), 2 if n_participants - len(arms) >= 2 * n_arms else 1)
        arms = np.concatenate([arms, block[np.argsort(rng.random(len(block)), kind="stable")]])
    return arms[:n_participants]


def paid_part(n_parts: int, session_code: str) -> int:
    """The part (from 1, as numbered in the session's design) that is paid if one is drawn; the same for everybody.

    >>> paid_part(2, "abcd1234") in (1, 2)
    True
    """
    return int(drawn_number("paid part", session_code) * n_parts) + 1


def paid_round(treatment: Treatment, session_code: str, part: int = 1, seed: int | None = None) -> int | None:
    """The round (from 1) that is paid, the same for everybody in the session; None when all rounds are paid.

    `part` is the number of the part in the session's design, `seed` that of the session (None: the treatment's).

    It depends on the session's code too: who took part in an earlier session with the same seed cannot know it.

    >>> from mechanisms.treatments import load_treatment
    >>> treatment = load_treatment("treatments/park_vcg.toml")
    >>> paid_round(treatment, "abcd1234"), paid_round(treatment.with_protocol(pay="one"), "abcd1234") in range(1, 11)
    (None, True)
    """
    if treatment.protocol.pay == "all":
        return None
    seed = treatment.protocol.seed if seed is None else seed
    drawn = drawn_number(seed, treatment.mechanism, "paid round", session_code, part)
    return int(drawn * treatment.protocol.rounds) + 1


def timeout_message(
    treatment: Treatment, session_code: str, round_number: int, participant_id: int, position: int
) -> float:
    """The message that the computer plays for somebody whose time ran out: every one on the grid is equally likely.

    `participant_id` counts from 1, `position` from 0; `round_number` is oTree's, which counts through all parts.

    >>> from mechanisms.treatments import load_treatment
    >>> timeout_message(load_treatment("treatments/park_vcg.toml"), "abcd1234", 1, 1, 0) in (8.0, 20.0)
    True
    """
    return _message(treatment, position, "timeout", session_code, round_number, participant_id)


def message_for_absent(
    treatment: Treatment,
    session_code: str,
    round_number: int,
    participant_id: int,
    position: int,
    type_value: float,
    before: float | None,
) -> float:
    """What the computer decides in the place of a person, as `session.computer` of the treatment says.

    "truthful": the own type; "last": the person's own last decision in the part, `before`, if it is on the grid and
    there is one; else, and with "random", as in timeout_message.

    >>> from mechanisms.treatments import load_treatment
    >>> park = load_treatment("treatments/park_vcg.toml")
    >>> message_for_absent(park.with_protocol(computer="truthful"), "abcd1234", 1, 1, 0, 20.0, None)
    20.0
    """
    rule, grid = treatment.protocol.computer, treatment.positions[position].messages
    stated = {"truthful": type_value, "last": before}.get(rule)
    if stated is not None and stated in grid:
        return float(stated)
    return timeout_message(treatment, session_code, round_number, participant_id, position)


def request_for_absent(
    treatment: Treatment,
    session_code: str,
    round_number: int,
    participant_id: int,
    position: int,
    stage: int,
    floor: float,
    stated: float | None,
) -> float:
    """What the computer requests in a stage, from 1, in the place of a person, where nothing below `floor` is allowed.

    `stated`: what `session.computer` of the treatment says, if it says something: the last own decision, or what a
    model chooses; as much is requested, or the least that is allowed. Else every allowed request is equally likely.

    >>> from mechanisms.treatments import load_treatment
    >>> staged = load_treatment("treatments/production_staged.toml")
    >>> request_for_absent(staged, "abcd1234", 1, 1, 0, 2, 8.0, None)
    8.0
    """
    if stated is not None:
        return max(float(stated), floor)
    allowed = treatment.positions[position].messages
    allowed = allowed[allowed >= floor]
    purpose = treatment.mechanism, "request", session_code, round_number, participant_id, stage
    return float(allowed[int(drawn_number(treatment.protocol.seed, *purpose) * len(allowed))])


def computer_messages(
    treatment: Treatment, session_code: str, round_number: int, participant_id: int, position: int
) -> list[float | None]:
    """What the computer plays against somebody who practises: uniform on the grids, None in the own position.

    Arguments as for timeout_message.

    >>> from mechanisms.treatments import load_treatment
    >>> computer_messages(load_treatment("treatments/park_vcg.toml"), "abcd1234", 1, 1, 0)[0] is None
    True
    """
    return [
        None if i == position else _message(treatment, i, "practice", session_code, round_number, participant_id, i)
        for i in range(treatment.group_size)
    ]


def _message(treatment: Treatment, position: int, *purpose: object) -> float:
    grid = treatment.positions[position].messages
    return float(grid[int(drawn_number(treatment.protocol.seed, treatment.mechanism, *purpose) * len(grid))])


def _generator(seed: int, *purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *purpose])))


def drawn_number(*purpose: object) -> float:
    """A number in [0, 1) that the seed and the purpose determine."""
    key = "/".join(map(str, purpose))
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / 2**48
