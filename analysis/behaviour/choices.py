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
import pandas as pd

from analysis.behaviour.played import PlayedGame
from analysis.games import Part, drawn, parts
from mechanisms.arrays import IntArray
from mechanisms.games.private_types import BayesianGame
from mechanisms.session.draws import draw_session
from mechanisms.shown import Shown
from mechanisms.treatments import Treatment


@dataclass(frozen=True, eq=False)
class Choices(Shown):
    """All rows of one game; arrays have shape (n_rows,) where nothing else is said.

    Attributes
    ----------
    game : PlayedGame
    forms : the games in the data, in points, an agent a type: one under private types, one for each type profile under
        complete information
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


def choices_of(
    decisions: pd.DataFrame, units: pd.Series | None = None, include: pd.Series | None = None
) -> dict[tuple[str, str], Choices]:
    """The arrays of each game in a table of decisions.

    Parameters
    ----------
    decisions : the table of `analysis.load_decisions`
    units : independent unit of each row (same index), e.g. the matching silo; None: the session
    include : whether a message in the row is a decision to be explained (same index); None: no timeout

    Returns
    -------
    dict, (treatment, identity) -> Choices, sorted

    Raises
    ------
    ValueError
        If `units` or `include` have another index than `decisions`.
    TooLargeError
        If the payoffs of a game under complete information are too many.
    """
    check_index(decisions, units=units, include=include)
    own = ~drawn(decisions) if include is None else include.astype(bool)
    marked = decisions.assign(_unit=decisions["session_code"] if units is None else units.astype(str), _counts=own)
    found: dict[tuple[str, str], list[Part]] = {}
    for part in parts(marked):
        row = part.rows.iloc[0]
        found.setdefault((str(row["treatment"]), str(row["identity"])), []).append(part)
    return {key: _choices(found[key]) for key in sorted(found)}


def check_index(decisions: pd.DataFrame, **given: pd.Series | None) -> None:
    """ValueError unless each series has one entry for each row of the decisions."""
    for name, series in given.items():
        if series is not None and not series.index.equals(decisions.index):
            raise ValueError(f"{name} has another index than decisions; it must have one entry for each row")


def empty_sessions(treatment: Treatment, sessions: int, participants: int | None = None, seed: int = 0) -> Choices:
    """Sessions that nobody has played yet, for simulation: groups and types are drawn as in the laboratory.

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
    number = treatment.protocol.participants if participants is None else participants
    tables = []
    for s in range(sessions):
        draws = draw_session(treatment.with_protocol(seed=seed + s, participants=number), number)
        rounds, groups, positions = np.indices(draws.groups.shape).reshape(3, -1)
        people = draws.groups.reshape(-1)
        columns = {"round": rounds + 1, "group": groups + 1, "position": positions + 1, "participant_id": people + 1}
        tables.append(pd.DataFrame({"session_code": f"simulated{s}", **columns, "type": draws.types[rounds, people]}))
    table = pd.concat(tables, ignore_index=True)
    constant = {"part": 1, "_counts": True, "message": np.nan, "feedback": treatment.protocol.feedback}
    table = table.assign(**constant, _unit=table["session_code"])
    return _choices([Part(str(code), 1, rows, treatment) for code, rows in table.groupby("session_code")])


def _choices(found: list[Part]) -> Choices:
    """The rows of one game from all its sessions."""
    treatment = found[0].treatment
    game = PlayedGame(treatment)
    playable = [part.groups[part.type_is_possible[part.groups].all(axis=1)] for part in found]
    sizes = [groups.size for groups in playable]
    tables = [part.rows.iloc[groups.ravel()] for part, groups in zip(found, playable, strict=True)]
    table = pd.concat(tables, ignore_index=True)
    members = np.arange(sum(sizes)).reshape(-1, treatment.group_size)
    position = table["position"].to_numpy(dtype=np.int64) - 1
    message, types = np.full(len(table), -1), np.zeros(len(table), dtype=np.int64)
    for i, place in enumerate(treatment.positions):
        here = position == i
        types[here] = np.searchsorted(place.types, table["type"].to_numpy()[here])
        played = table["message"].to_numpy(dtype=np.float64)[here]
        on_grid = np.isin(played, place.messages)
        message[here] = np.where(on_grid, np.searchsorted(place.messages, np.where(on_grid, played, 0)), -1)
    session, sessions = pd.factorize(table["session_code"])
    unit, units = pd.factorize(table["_unit"])
    person = pd.MultiIndex.from_frame(table[["session_code", "part", "participant_id"]])
    participant, people = pd.factorize(person)
    forms, agent, agent_situation = _agents(game, types, position, members)
    feedback, counts = table["feedback"].to_numpy(), table["_counts"].to_numpy(dtype=bool)
    return Choices(
        game=game,
        forms=forms,
        sessions=tuple(map(str, sessions)),
        units=tuple(map(str, units)),
        people=tuple((str(code), int(part), int(number)) for code, part, number in people),
        session=session.astype(np.int64),
        unit=unit.astype(np.int64),
        participant=participant.astype(np.int64),
        round=table["round"].to_numpy(dtype=np.int64),
        position=position,
        situation=game.first_situation[position] + types,
        agent=agent,
        agent_situation=agent_situation,
        members=members,
        message=message,
        counts=counts,
        sees_others=feedback == "all",
        sees_points=feedback != "none",
        others_shown=bool((feedback == "all").any()),
        left_out=_left_out(found, table, message, counts),
    )


def _agents(
    game: PlayedGame, types: IntArray, position: IntArray, members: IntArray
) -> tuple[tuple[BayesianGame, ...], IntArray, IntArray]:
    """The games in the data, each row's agent, and each agent's situation."""
    if game.treatment.information != "complete":
        return (game.form(),), game.first_situation[position] + types, np.arange(game.first_situation[-1])
    profiles, which = np.unique(types[members], axis=0, return_inverse=True)
    agent = np.empty(len(types), dtype=np.int64)
    n = members.shape[1]
    agent[members] = which.reshape(-1, 1) * n + np.arange(n)
    return tuple(map(game.form, profiles)), agent, (game.first_situation[:-1] + profiles).reshape(-1)


def _left_out(
    found: list[Part], table: pd.DataFrame, message: IntArray, counts: np.ndarray
) -> tuple[tuple[str, int], ...]:
    """Why rows of the input are no decisions, with their numbers."""
    undecided = table["message"].isna().to_numpy()
    reasons = {
        "group not whole, or a type that cannot be": sum(len(part.rows) for part in found) - len(table),
        "not decided": int(undecided.sum()),
        "message off the grid": int((~undecided & (message < 0)).sum()),
        "timed out or excluded": int(((message >= 0) & ~counts).sum()),
    }
    return tuple((reason, number) for reason, number in reasons.items() if number)
