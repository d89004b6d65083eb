"""Simulated decisions: all groups of all sessions at once, round by round, so that learners learn.

What chance decides in session s follows from the seed, s and the size of a session, whatever the number of sessions, so
that a simulation can be cut into pieces that are computed anywhere, in any order. Only ``rng.random()`` is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.session.draws import draw_sessions, sequences_of_sessions
from mechanisms.shown import Shown, Words
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.crowded import game_of
from mechanisms.subjects.models.model import ModelType
from mechanisms.subjects.played import PlayedGame
from mechanisms.subjects.population import Population
from mechanisms.subjects.sessions import laid_out
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import counted

SUBJECTS_STREAM, EXPERIMENTS_STREAM = 101, 102
"""Tells these random numbers from those of draws of groups and types."""
BATCH_ROWS = 100_000
"""Rows that are played together, unless one session has more: arrays that a processor's cache can hold."""


class PartOf(NamedTuple):
    """Where a part stands in a session of several parts, or an arm in one of a study.

    seed : of the first session, from which follows who the subjects are; block : who play the parts in the same order,
    from 0; part : its number, from 1; repetition : how many earlier parts are the same treatment
    silo : how many are matched among each other; None: all
    """

    seed: int
    block: int
    part: int
    repetition: int = 0
    silo: int | None = None


@dataclass(frozen=True, eq=False)
class Simulated(Shown):
    """Sessions that a population played.

    Attributes
    ----------
    treatment : Treatment
    seeds : of the sessions
    groups, types, messages : int (sessions, rounds, n_groups, n): participants from 0, indices of types and messages
    points : int64, the same shape, smallest units
    sequences : int, the same shape: positions in the order in which they report; None where all do at the same time
    """

    treatment: Treatment
    seeds: tuple[int, ...]
    groups: IntArray
    types: IntArray
    messages: IntArray
    points: IntArray
    sequences: IntArray | None = None

    def _facts(self) -> dict[str, object]:
        sessions, rounds, groups, n = self.groups.shape
        each = (counted(k, one) for k, one in ((sessions, "session"), (rounds, "round"), (groups, "group")))
        words = f"{' × '.join(each)} of {n}"
        return {"treatment": self.treatment.name, "": Words(words)}

    @property
    def group_rounds(self) -> int:
        return int(np.prod(self.groups.shape[:3]))

    def profiles(self) -> tuple[IntArray, IntArray, IntArray]:
        """The profiles of types and messages that occur.

        Returns
        -------
        numbers : (k,), a number for each (bytes, where numbers would be too large), the same in all simulations of the
            treatment
        index : (k, 2 n), the indices of the types, then those of the messages
        which : (sessions × rounds × groups,), for each group and round its place among the k
        """
        n, places = self.types.shape[-1], self.treatment.positions
        both = np.concatenate([self.types.reshape(-1, n), self.messages.reshape(-1, n)], axis=1)
        sizes = [len(place.types) for place in places] + [len(place.messages) for place in places]
        if np.prod(np.array(sizes, dtype=float)) > 2.0**62:
            index, which = np.unique(both, axis=0, return_inverse=True)
            names = np.array([row.astype(np.int16).tobytes() for row in index], dtype=object)
            return names, index, which.reshape(-1)
        numbers, which = np.unique(np.ravel_multi_index(tuple(both.T), sizes), return_inverse=True)
        return numbers, np.stack(np.unravel_index(numbers, sizes), axis=-1), which.reshape(-1)

    def in_each_order(self) -> Iterator[tuple[np.ndarray, Treatment]]:
        """(which groups, bool of the shape (sessions, rounds, n_groups); the treatment in their order of reports)."""
        if self.sequences is None or not self.treatment.order_is_drawn:
            yield np.ones(self.groups.shape[:3], dtype=bool), self.treatment
            return
        for order in np.unique(self.sequences.reshape(-1, self.sequences.shape[-1]), axis=0):
            yield (self.sequences == order).all(axis=-1), self.treatment.in_sequence(order.tolist())

    def values(self) -> tuple[FloatArray, FloatArray]:
        """Types and messages as values, in the shape of `types`."""
        places = self.treatment.positions
        types = [place.types[self.types[..., i]] for i, place in enumerate(places)]
        messages = [place.messages[self.messages[..., i]] for i, place in enumerate(places)]
        return np.stack(types, axis=-1), np.stack(messages, axis=-1)


def simulate_sessions(
    treatment: Treatment,
    population: Population,
    numbers: range,
    seed: int = 1,
    participants: int | None = None,
    experiment: int = 0,
    of: PartOf | None = None,
) -> Simulated:
    """Sessions with the numbers `numbers`, one after the other; `of` : of which they are a part.

    `experiment` chooses the parameters that differ between experiments. Session s has the seed `seed` + s in its draws
    of groups and types. Practice rounds are not played.

    Raises
    ------
    PopulationError
        If the population does not fit the treatment.
    TooLargeError
        If a model needs more payoffs than can be held.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> chen = load_treatment("treatments/chen_serial.toml")
    >>> found = simulate_sessions(chen, Population.of("qre(lambda=0.5)"), range(3), seed=7)
    >>> found.points.shape, bool((simulate_sessions(chen, Population.of("qre(lambda=0.5)"), range(2, 3), 7).points
    ...                           == found.points[2:]).all())
    ((3, 15, 2, 2), True)
    """
    people = treatment.protocol.participants if participants is None else participants
    if people != treatment.protocol.participants:
        treatment = treatment.with_protocol(participants=people)
    game, every = played(treatment), list(numbers)
    size = max(1, BATCH_ROWS // (people * treatment.protocol.rounds))
    batches = [
        _batch(game, population, numbers[k : k + size], seed, people, experiment, of)
        for k in range(0, len(every), size)
    ]
    groups, types, messages, points = (np.concatenate(part) for part in zip(*batches, strict=True))
    seeds = tuple(seed + s for s in every)
    sequences = sequences_of_sessions(treatment, groups, seeds, of.repetition if of else 0)
    found = Simulated(treatment, seeds, groups, types, messages, points, sequences)
    return replace(found, points=points_in_turn(found)) if treatment.order_is_drawn else found


def points_in_turn(simulated: Simulated) -> IntArray:
    """Points where the order of reports is drawn, in the shape of `types`."""
    types, messages = simulated.values()
    points = np.empty_like(simulated.points)
    for here, treatment in simulated.in_each_order():
        points[here] = treatment.play(types[here], messages[here]).points
    return points


def _batch(
    game: PlayedGame, population: Population, numbers: range, seed: int, people: int, experiment: int,
    of: PartOf | None,
) -> tuple[IntArray, IntArray, IntArray, IntArray]:  # fmt: skip
    repetition, silo = (of.repetition, of.silo) if of else (0, None)
    groups, types = draw_sessions(game.treatment, people, [seed + s for s in numbers], repetition, silo)
    choices = laid_out(game, groups, types, [str(s) for s in numbers])
    of_people, of_sessions, of_rounds = chances(population, seed, numbers, people, game.treatment.protocol.rounds, of)
    own = np.take_along_axis(of_rounds, groups.reshape(of_rounds.shape), axis=2)
    everybody = of_people.reshape(-1, of_people.shape[-1])
    of_experiment = experiment_chances(population, of.seed if of else seed, experiment)
    playing = population.play(choices, everybody, of_sessions, of_experiment)
    rows = np.arange(groups.size).reshape(len(numbers), -1, people)
    message = np.empty(groups.size, dtype=np.int64)
    for r in range(rows.shape[1]):
        here = rows[:, r].reshape(-1)
        message[here] = playing.draw(here, own[:, r].reshape(-1))
        playing.learn(here, message[here])
    messages = message.reshape(groups.shape)
    return groups, types, messages, points_of(game, types, messages)


def experiment_chances(population: Population, seed: int, experiment: int) -> FloatArray:
    """The uniform numbers of an experiment."""
    stream = np.random.PCG64(np.random.SeedSequence([seed, EXPERIMENTS_STREAM, experiment]))
    return np.random.Generator(stream).random(population.chances - 2)


@lru_cache(maxsize=64)
def played(treatment: Treatment) -> PlayedGame:
    """The game of a treatment; what models compute of it is computed once."""
    return game_of(treatment)


def chances(
    population: Population, seed: int, numbers: range, people: int, rounds: int, of: PartOf | None = None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The uniform numbers of sessions. In sessions of several parts a session has the same for everybody, a block of
    people the same in all its parts, and each part its own for the rounds.

    Returns
    -------
    of people (sessions, people, k), of sessions (sessions, k - 2), of rounds (sessions, rounds, people)
    """
    k = population.chances
    sizes = k * people, k - 2, rounds * people
    if of is None:
        drawn = np.split(_uniform(numbers, sum(sizes), seed), np.cumsum(sizes)[:2], axis=1)
    else:
        streams = (of.seed, of.block), (of.seed,), (seed, of.block, of.part)
        drawn = [_uniform(numbers, size, *stream) for size, stream in zip(sizes, streams, strict=True)]
    own, session, each = drawn
    return own.reshape(-1, people, k), session, each.reshape(len(numbers), rounds, people)


def _uniform(numbers: range, size: int, seed: int, *stream: int) -> FloatArray:
    """So many uniform numbers of each session, (sessions, size): the sessions follow one another in a stream."""
    generator = np.random.PCG64(np.random.SeedSequence([seed, SUBJECTS_STREAM, *stream]))
    return np.random.Generator(generator.advance(numbers[0] * size)).random((len(numbers), size))


def points_of(game: PlayedGame, types: IntArray, messages: IntArray) -> IntArray:
    """Points in smallest units of groups (..., n) of indices of types and messages."""
    try:
        profile = tuple(np.moveaxis(messages, -1, 0))
        return np.stack([own[(types[..., i], *profile)] for i, own in enumerate(game.units)], axis=-1)
    except TooLargeError:
        places = game.treatment.positions
        theta = np.stack([place.types[types[..., i]] for i, place in enumerate(places)], axis=-1)
        said = np.stack([place.messages[messages[..., i]] for i, place in enumerate(places)], axis=-1)
        return game.treatment.play(theta, said).points


def simulate(model_type: ModelType, choices: Choices, values: Sequence[float] | FloatArray, seed: int = 0) -> Choices:
    """The same rows with messages drawn from one model.

    Parameters
    ----------
    model_type : a class of models
    choices : Choices; its messages are not used
    values : reported parameters, in the order of the model's `parameters`
    seed : the same seed gives the same messages

    Raises
    ------
    ValueError
        If there are not as many values as parameters.

    Examples
    --------
    >>> from mechanisms.subjects.models.logit_equilibrium import LogitEquilibrium
    >>> from mechanisms.subjects.sessions import empty_sessions
    >>> from mechanisms.treatments import load_treatment
    >>> empty = empty_sessions(load_treatment("treatments/chen_serial.toml"), sessions=1)
    >>> simulate(LogitEquilibrium, empty, [0.1]).message[:4].tolist()
    [3, 6, 3, 5]
    """
    numbers, message = np.asarray(values, dtype=np.float64), np.full(len(choices.message), -1)
    model = model_type(choices.with_messages(message))
    if len(numbers) != len(model.parameters):
        names = ", ".join(parameter.name for parameter in model.parameters)
        raise ValueError(f"values has {len(numbers)} entries; {model.name} has {len(model.parameters)}: {names}")
    generator = np.random.default_rng(seed)
    playing = model.play(numbers, generator.random(int(choices.participant.max()) + 1))
    for rows in choices.rounds():
        message[rows] = playing.draw(rows, generator.random(len(rows)))
        playing.learn(rows, message[rows])
    return choices.with_messages(message)
