"""Decisions as arrays: who chose which message, in which situation, having seen what.

A *row* is a member of a whole group in a round, decided or not; a *decision* is a row with a message that the person
chose (no timeout, not excluded). Messages drawn at a timeout stay in the history, because the others saw them. What a
member saw follows from the feedback setting: with "all" the messages of the group and the own points, with "own" the
own points only, with "none" nothing; and nothing while somebody in the group has not decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.subjects.crowded import CrowdGame
from mechanisms.subjects.played import PlayedGame


@dataclass(frozen=True, eq=False)
class Choices(Shown):
    """All rows of one game; arrays have shape (n_rows,) where nothing else is said.

    Attributes
    ----------
    game : PlayedGame
    forms : the games in the data, in points, an agent a type: one under private types, one for each type profile under
        complete information; none of large groups, see `mechanisms.subjects.crowded`
    sessions, units : names of sessions and of independent units
    people : (session_code, part, participant_id) of each participant
    session, unit, participant : int, numbers from 0; a participant of two parts with the same game is two
    round, position, situation : int; positions and situations from 0
    agent : int, the number of the row's agent, through all `forms`
    agent_situation : int (agents,), the situation of each agent
    members : int (n_groups, n), the rows of each group in the order of positions
    message : int, index of the own message; -1 where there is none
    counts : bool, a message in this row is the person's own decision
    sees_others, sees_points : bool, what the feedback setting shows of a round that is over
    others_shown : bool (one), whether the others' messages are shown anywhere in the data
    left_out : pairs (reason, number of rows)
    """

    game: PlayedGame
    forms: tuple[BayesianGame, ...]
    sessions: tuple[str, ...]
    units: tuple[str, ...]
    people: tuple[tuple[str, int, int], ...]
    session: IntArray
    unit: IntArray
    participant: IntArray
    round: IntArray
    position: IntArray
    situation: IntArray
    agent: IntArray
    agent_situation: IntArray
    members: IntArray
    message: IntArray
    counts: np.ndarray
    sees_others: np.ndarray
    sees_points: np.ndarray
    others_shown: bool
    left_out: tuple[tuple[str, int], ...] = ()

    @cached_property
    def decisions(self) -> IntArray:
        """The rows that are decisions, ascending."""
        return np.flatnonzero(self.counts & (self.message >= 0))

    @cached_property
    def type_index(self) -> IntArray:
        """The type's number within its position."""
        return self.situation - self.game.first_situation[self.position]

    @cached_property
    def others(self) -> IntArray:
        """Number of the others' profile; -1 where somebody in the group has not decided."""
        played = self.message[self.members]
        whole = (played >= 0).all(axis=1)
        others = np.full(len(self.message), -1)
        for i in range(self.members.shape[1]):
            rest = [j for j in range(self.members.shape[1]) if j != i]
            sizes = tuple(self.game.sizes[j] for j in rest)
            others[self.members[whole, i]] = np.ravel_multi_index(tuple(played[whole][:, rest].T), sizes)
        return others

    @cached_property
    def last_seen(self) -> IntArray:
        """The others' profile that the participant saw last in the same position, in an earlier round; -1: none yet."""
        order = np.lexsort((self.round, self.position, self.participant))
        key = self.participant[order] * self.members.shape[1] + self.position[order]
        begin = np.maximum.accumulate(np.where(np.diff(key, prepend=-1) != 0, np.arange(len(key)), 0))
        seen = np.where(self.sees_others, self.others, -1)[order]
        latest = np.maximum.accumulate(np.where(seen >= 0, np.arange(len(seen)), -1))
        before = np.concatenate([[-1], latest[:-1]]).astype(np.int64)
        result = np.full(len(seen), -1)
        result[order] = np.where(before >= begin, seen[before], -1)
        return result

    def rounds(self) -> Iterator[IntArray]:
        """The rows of each round, in the order of rounds."""
        order = np.argsort(self.round, kind="stable")
        _, begin = np.unique(self.round[order], return_index=True)
        yield from np.split(order, begin[1:])

    def with_messages(self, message: IntArray) -> Choices:
        """The same rows with other messages."""
        return replace(self, message=message, left_out=())

    def of_sessions(self, wanted: np.ndarray) -> Choices:
        """The rows of some sessions (bool, one entry a session); numbers of sessions and units stay the same."""
        rows = np.flatnonzero(wanted[self.session])
        new = np.full(len(self.session), -1)
        new[rows] = np.arange(len(rows))
        kept = {name: getattr(self, name)[rows] for name in _BY_ROW}
        return replace(self, **kept, members=new[self.members[wanted[self.session[self.members[:, 0]]]]], left_out=())


_BY_ROW = (
    *("session", "unit", "participant", "round", "position", "situation", "agent"),
    *("message", "counts", "sees_others", "sees_points"),
)


def type_profiles(choices: Choices) -> list[IntArray | None]:
    """The types (n,) of each of the games that are played, if all know them; else None for the one that there is."""
    game = choices.game
    if game.treatment.information != "complete":
        return [None]
    of_profile = choices.agent_situation.reshape(-1, len(game.sizes))
    return list(of_profile - game.first_situation[:-1])


def agents_of(
    game: PlayedGame, types: IntArray, position: IntArray, members: IntArray
) -> tuple[tuple[BayesianGame, ...], IntArray, IntArray]:
    """The games that are played, each row's agent, and each agent's situation; types are indices, by row."""
    large = isinstance(game, CrowdGame)
    if game.treatment.information != "complete":
        return (
            () if large else (game.form(),),
            game.first_situation[position] + types,
            np.arange(game.first_situation[-1]),
        )
    profiles, which = np.unique(types[members], axis=0, return_inverse=True)  # lexicographic
    agent = np.empty(len(types), dtype=np.int64)
    n = members.shape[1]
    agent[members] = which.reshape(-1, 1) * n + np.arange(n)
    return () if large else tuple(map(game.form, profiles)), agent, (game.first_situation[:-1] + profiles).reshape(-1)
