"""From decisions to the games that were played: treatments from their stored definitions, groups as index arrays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.errors import ExportError
from mechanisms.session.record import DELETED, NOT_OWN
from mechanisms.treatments import Treatment, TreatmentError

GROUP = ["session_code", "part", "round", "group"]
"""What tells groups apart, beside whether the round is practice."""


def treatment_of(definition: str) -> Treatment:
    """The treatment as it was in force, from the JSON text of the column `definition`."""
    try:
        return Treatment.from_json(definition)
    except (TreatmentError, ValueError, KeyError, TypeError) as error:
        raise ExportError(
            f"column definition: {error}; expected the definition of a treatment as this version of "
            "the platform writes it"
        ) from None


def whole_groups(rows: pd.DataFrame, group_size: int) -> np.ndarray:
    """The groups whose members are all there, each position once.

    Parameters
    ----------
    rows : decisions that count, or practice rounds, of any sessions and parts
    group_size : int

    Returns
    -------
    int array, shape (n_groups, group_size): row numbers (not labels), column = position, in the order of GROUP
    """
    number = rows.groupby(GROUP).ngroup().to_numpy()
    position = rows["position"].to_numpy()
    order = np.lexsort((position, number))
    right_size = np.bincount(number)[number[order]] == group_size
    members = order[right_size].reshape(-1, group_size)
    return members[(position[members] == np.arange(1, group_size + 1)).all(axis=1)]


def sequence_in(text: object, group_size: int) -> tuple[int, ...] | None:
    """The positions, from 0, in the order in which a group reported; None if the entry names no such order.

    >>> sequence_in("2;1;3", 3), sequence_in("2;2;3", 3), sequence_in("", 3)
    ((1, 0, 2), None, None)
    """
    names = str(text).split(";")
    if sorted(names) != sorted(str(i + 1) for i in range(group_size)):
        return None
    return tuple(int(name) - 1 for name in names)


def by_sequence(rows: pd.DataFrame, treatment: Treatment) -> Iterator[tuple[np.ndarray, Treatment]]:
    """(numbers of rows, the treatment in their sequence) for each order in which groups reported, where it is drawn."""
    if not treatment.order_is_drawn or "sequence" not in rows:
        yield np.arange(len(rows)), treatment
        return
    for text, here in rows.groupby("sequence", sort=True, dropna=False).indices.items():
        yield here, treatment.in_sequence(sequence_in(text, treatment.group_size))


def on_grid(values: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Whether each value is one of the ascending `grid`, exactly; NaN is not."""
    return np.isin(values, grid)


NOT_OWN_WORDS = dict(
    zip(NOT_OWN, ("timed out", "moved on", "of absent people", "in seats of the computer"), strict=True)
)
"""What decisions that are not the participant's own are called where they are counted."""


def cause_of(rows: pd.DataFrame) -> pd.Series:
    """Why the message of each row is not the participant's own, one of NOT_OWN; "" if it is.

    >>> cause_of(pd.DataFrame({"timed_out": [False, True, False], "decided_by": ["", "", "moved_on"]})).tolist()
    ['', 'clock', 'moved_on']
    """
    late = pd.Series("", index=rows.index).mask(rows["timed_out"].fillna(False).astype(bool), "clock")
    return late.mask(rows["decided_by"].isin(NOT_OWN), rows["decided_by"]) if "decided_by" in rows else late


def drawn(rows: pd.DataFrame) -> pd.Series:
    """Whether the message of each row is not the participant's own: the computer has drawn or computed it."""
    return cause_of(rows) != ""


def by_cause(rows: pd.DataFrame) -> dict[str, int]:
    """How many decisions are not the participants' own, by their cause."""
    found = cause_of(rows)[rows["message"].notna()].value_counts()
    return {cause: int(found.get(cause, 0)) for cause in NOT_OWN}


def causes_in_words(counts: dict[str, int]) -> list[str]:
    """
    >>> causes_in_words({"clock": 2, "moved_on": 0, "computer": 3})
    ['2 timed out', '3 in seats of the computer']
    """
    return [f"{number} {NOT_OWN_WORDS[cause]}" for cause, number in counts.items() if number]


def deleted(rows: pd.DataFrame) -> pd.Series:
    """Whether the participant of each row was deleted at request: nobody can say any more what was played there."""
    return rows["ending"] == DELETED if "ending" in rows else pd.Series(False, index=rows.index)


@dataclass(frozen=True, eq=False)
class Part:
    """All decisions of one part of one session, or of its practice rounds, and the treatment that was in force there.

    Of several sessions that are alike, but for their seeds, session_code is "".

    rows : DataFrame with the columns of the export, any index
    treatment : Treatment, from the definition in the first row; what is drawn from a seed asks `of_session`
    """

    session_code: str
    number: int
    rows: pd.DataFrame
    treatment: Treatment
    practice: bool = False

    def by_sequence(self) -> Iterator[Part]:
        """The part as it is, or what was played in each order of reports, with the treatment in this order."""
        for here, treatment in by_sequence(self.rows, self.treatment):
            yield (
                self
                if treatment is self.treatment and len(here) == len(self.rows)
                else replace(self, rows=self.rows.iloc[here], treatment=treatment)
            )

    @cached_property
    def of_session(self) -> dict[str, Treatment]:
        """The treatment as it was in force in each session, by its code: from the first row of the session."""
        first = self.rows[["session_code", "definition"]].drop_duplicates("session_code")
        return {str(code): treatment_of(str(text)) for code, text in zip(*map(first.get, first), strict=True)}

    @cached_property
    def rounds(self) -> int:
        """Rounds of the protocol."""
        return self.treatment.protocol.practice_rounds if self.practice else self.treatment.protocol.rounds

    @cached_property
    def alone(self) -> bool:
        """Practice against the computer: the groups only say who had which role."""
        return self.practice and self.treatment.protocol.practice_against == "computer"

    @cached_property
    def groups(self) -> np.ndarray:
        """Row numbers of the groups that are whole, shape (n_groups, group_size)."""
        return whole_groups(self.rows, self.treatment.group_size)

    @cached_property
    def positions(self) -> np.ndarray:
        """Positions counted from 0, shape (n_rows,); -1 where the game has no such position."""
        position = self.rows["position"].to_numpy()
        return np.where(position <= self.treatment.group_size, position - 1, -1)

    @cached_property
    def type_is_possible(self) -> np.ndarray:
        """Whether the type has positive probability at the position, shape (n_rows,)."""
        return self._by_position("type", [p.types[p.probabilities > 0] for p in self.treatment.positions])

    @cached_property
    def deleted(self) -> np.ndarray:
        """Whether the row is empty because its participant was deleted at request, shape (n_rows,)."""
        return deleted(self.rows).to_numpy() & self.rows["message"].isna().to_numpy()

    @cached_property
    def message_is_possible(self) -> np.ndarray:
        """Whether the message is on the grid of the position, shape (n_rows,); not where there is none."""
        return self._by_position("message", [p.messages for p in self.treatment.positions])

    def _by_position(self, column: str, grids: list[np.ndarray]) -> np.ndarray:
        values = self.rows[column].to_numpy()
        possible = np.zeros(len(values), dtype=bool)
        for i, grid in enumerate(grids):
            here = self.positions == i
            possible[here] = on_grid(values[here], grid)
        return possible

    @cached_property
    def played_groups(self) -> np.ndarray:
        """Whole groups in which everybody has a possible type and message: those that the game can be played for."""
        if self.alone:
            return self.groups[:0]
        playable = self.type_is_possible & self.message_is_possible
        return self.groups[playable[self.groups].all(axis=1)]

    def of(self, column: str, members: np.ndarray) -> np.ndarray:
        """The entries of a column for the given row numbers, same shape."""
        return self.rows[column].to_numpy()[members]


def parts(decisions: pd.DataFrame, practice: bool = False) -> Iterator[Part]:
    """One Part a session and part of it: the rounds that count, or the practice rounds."""
    rows = decisions[decisions["practice"].to_numpy(dtype=bool) == practice]
    for (session_code, number), own in rows.groupby(["session_code", "part"], sort=True):
        yield Part(str(session_code), int(number), own, treatment_of(str(own["definition"].iloc[0])), practice)


PERSON = ["session_code", "participant_id"]
"""What tells people apart."""

BATCH_ROWS = 100_000
"""Rows that are looked at together, unless one session has more."""

ALIKE = ["definition", "part", "parts", "pay_parts", "platform_version", "currency_decimals"]
"""What sessions have in common whose parts are looked at together, by their first rows, seeds left out."""


def without_seed(definition: str) -> str:
    """What sessions of one treatment have in common: each has a seed of its own.

    >>> without_seed('{"name": "a", "session": {"rounds": 3, "seed": 7}}')
    '{"name": "a", "session": {"rounds": 3}}'
    """
    try:
        keys = json.loads(definition)
        del keys["session"]["seed"]
    except (ValueError, LookupError, TypeError):
        return definition  # it is refused where it is read
    return json.dumps(keys)


def batches(decisions: pd.DataFrame, practice: bool = False) -> Iterator[Part]:
    """The same rows as `parts`, parts of sessions that are alike together: many sessions cost what their rows do."""
    counted = np.flatnonzero(decisions["practice"].to_numpy(dtype=bool) == practice)
    of_part = decisions[["session_code", "part"]].iloc[counted].groupby(["session_code", "part"]).ngroup().to_numpy()
    order = np.argsort(of_part, kind="stable")
    starts = order[np.flatnonzero(np.diff(of_part[order], prepend=-1))]
    sizes = np.bincount(of_part, minlength=len(starts))
    ends = np.cumsum(sizes)
    first = decisions[ALIKE].iloc[counted[starts]].reset_index(drop=True)
    texts = first["definition"].astype(object)
    first["definition"] = texts.map({text: without_seed(text) for text in texts.unique()})
    for alike in first.groupby(ALIKE, sort=False, observed=True).indices.values():
        batch = np.cumsum(sizes[alike]) // BATCH_ROWS
        for k in np.unique(batch):
            places = [order[ends[i] - sizes[i] : ends[i]] for i in alike[batch == k]]  # never all rows a batch
            own = decisions.iloc[counted[np.concatenate(places)]]
            yield Part("", int(own["part"].iloc[0]), own, treatment_of(str(own["definition"].iloc[0])), practice)


def games(decisions: pd.DataFrame) -> Iterator[Part]:
    """One Part a game (identity), with the rounds that count of all sessions and parts in which it was played; where
    the order of reports is drawn, one for each order.

    Its session_code is "" and its number 0. Only the game of its treatment is common to all rows: the protocol is
    that of one of them.
    """
    for _here, game in games_at(decisions):
        yield game


def games_at(decisions: pd.DataFrame, most: int | None = None) -> Iterator[tuple[np.ndarray, Part]]:
    """The same, each with the numbers of its rows in the table; games of more than `most` rows in pieces of whole
    sessions, so that large tables need not be there twice."""
    counting = np.flatnonzero(~decisions["practice"].to_numpy(dtype=bool))
    of_game = decisions["identity"].iloc[counting].groupby(decisions["identity"].iloc[counting], sort=True)
    for own in of_game.indices.values():
        for piece in _whole_sessions(decisions["session_code"], counting[own], most):
            rows = decisions.iloc[piece]
            for here, treatment in by_sequence(rows, treatment_of(str(rows["definition"].iloc[0]))):
                yield piece[here], Part("", 0, rows if len(here) == len(rows) else rows.iloc[here], treatment)


def _whole_sessions(sessions: pd.Series, rows: np.ndarray, most: int | None) -> Iterator[np.ndarray]:
    """Numbers of rows in pieces of at most `most` (None: all together) that part no session, unless one has more."""
    if most is None or len(rows) <= most:
        yield rows
        return
    number = pd.factorize(sessions.iloc[rows])[0]
    piece = (np.cumsum(np.bincount(number)) - 1) // most
    for k in np.unique(piece):
        yield rows[piece[number] == k]
