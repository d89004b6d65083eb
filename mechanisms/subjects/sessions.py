"""Sessions that nobody has played yet, many at once: groups and types are drawn as in the laboratory.

Rows are laid out by session, round, group and position: a column of rows is the array (sessions, rounds, groups, n).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mechanisms.arrays import IntArray, as_whole
from mechanisms.session.draws import draw_sessions
from mechanisms.subjects.choices import Choices, agents_of
from mechanisms.subjects.crowded import game_of
from mechanisms.subjects.played import PlayedGame
from mechanisms.treatments import Treatment


def empty_sessions(treatment: Treatment, sessions: int, participants: int | None = None, seed: int = 0) -> Choices:
    """Sessions that nobody has played yet, for simulation.

    Parameters
    ----------
    treatment : Treatment
    sessions : their number; session s has the seed `seed` + s
    participants : in each session; None: as the treatment says

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> empty = empty_sessions(load_treatment("treatments/chen_serial.toml"), sessions=2, participants=6)
    >>> len(empty.message), empty.members.shape, len(empty.decisions)
    (180, (90, 2), 0)
    """
    sessions, seed = as_whole("sessions", sessions, 1), as_whole("seed", seed, 0)
    number = treatment.protocol.participants if participants is None else participants
    groups, types = draw_sessions(treatment, number, range(seed, seed + sessions))
    return laid_out(game_of(treatment), groups, types, [f"simulated{s}" for s in range(sessions)])


def laid_out(game: PlayedGame, groups: IntArray, types: IntArray, names: Sequence[str]) -> Choices:
    """The rows of some sessions, undecided.

    Parameters
    ----------
    groups : (sessions, rounds, n_groups, n), participants of each session from 0
    types : the same shape, indices of the types of the positions
    names : of the sessions
    """
    shape = groups.shape
    sessions, rounds, _, position = (index.reshape(-1) for index in np.indices(shape))
    people = groups[0, 0].size
    kind, members = types.reshape(-1), np.arange(groups.size).reshape(-1, shape[3])
    forms, agent, agent_situation = agents_of(game, kind, position, members)
    feedback = game.treatment.protocol.feedback
    shown = np.full(groups.size, feedback == "all")
    return Choices(
        game=game,
        forms=forms,
        sessions=tuple(names),
        units=tuple(names),
        people=tuple((name, 1, p + 1) for name in names for p in range(people)),
        session=sessions,
        unit=sessions,
        participant=sessions * people + groups.reshape(-1),
        round=rounds + 1,
        position=position,
        situation=game.first_situation[position] + kind,
        agent=agent,
        agent_situation=agent_situation,
        members=members,
        message=np.full(groups.size, -1),
        counts=np.ones(groups.size, dtype=bool),
        sees_others=shown,
        sees_points=np.full(groups.size, feedback != "none"),
        others_shown=feedback == "all",
    )
