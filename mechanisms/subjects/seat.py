"""Decisions of a running session by the same models and the same random numbers as in a simulation."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.population import Population
from mechanisms.subjects.sessions import laid_out
from mechanisms.subjects.simulation import chances, experiment_chances, played
from mechanisms.treatments import Treatment


def messages_now(
    treatment: Treatment, population: Population, groups: IntArray, types: FloatArray, messages: FloatArray
) -> FloatArray:
    """What everybody says in the last of the rounds that are given.

    They are the messages of session 0 of `simulate_sessions` with the treatment's own seed, as long as the earlier
    ones were those of the population; it replies to whatever was played.

    Parameters
    ----------
    groups : int (rounds, n_groups, n), participants from 0 by position, as drawn
    types, messages : values, the same shape; messages of the last round are not used, NaN where there is none yet

    Returns
    -------
    ndarray (n_groups, n), values

    Raises
    ------
    PopulationError
        If the population does not fit the treatment.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> chen, nobody = load_treatment("treatments/chen_serial.toml"), np.full((1, 2, 2), np.nan)
    >>> groups, types = np.array([[[0, 1], [2, 3]]]), np.broadcast_to([16.1, 20.1], (1, 2, 2))
    >>> messages_now(chen, Population.of("equilibrium"), groups, types, nobody).tolist()
    [[4.0, 6.0], [4.0, 6.0]]
    """
    places, people = treatment.positions, groups[0].size
    kinds, said = codes(treatment, types, messages)
    choices = laid_out(played(treatment), groups[None], kinds[None], ["now"])
    of_people, of_session, of_rounds = chances(
        population, treatment.protocol.seed, range(1), people, treatment.protocol.rounds
    )
    playing = population.play(
        choices, of_people[0], of_session, experiment_chances(population, treatment.protocol.seed, 0)
    )
    rows = np.arange(groups.size).reshape(len(groups), people)
    for here in rows[:-1]:
        playing.learn(here, said[here])
    now = playing.draw(rows[-1], of_rounds[0, len(groups) - 1, groups[-1].reshape(-1)]).reshape(groups[-1].shape)
    return np.stack([place.messages[now[:, i]] for i, place in enumerate(places)], axis=-1)


def codes(treatment: Treatment, types: FloatArray, messages: FloatArray) -> tuple[IntArray, IntArray]:
    """Which type and which message each value (..., n) is: indices of types, and of messages in one column, -1 for
    one that is not on the grid."""
    places = treatment.positions
    kinds = np.stack([np.searchsorted(p.types, types[..., i]) for i, p in enumerate(places)], axis=-1)
    known = [np.isin(messages[..., i], p.messages) for i, p in enumerate(places)]
    index = [np.searchsorted(p.messages, np.where(k, messages[..., i], p.messages[0]))
             for i, (p, k) in enumerate(zip(places, known, strict=True))]  # fmt: skip
    said = np.stack([np.where(k, at, -1) for k, at in zip(known, index, strict=True)], axis=-1)
    return kinds, said.reshape(-1)
