"""From a table of decisions to the arrays that models of behaviour are made for (mechanisms/subjects/choices.py)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.games import Part, drawn, parts
from mechanisms.subjects.choices import Choices, agents_of
from mechanisms.subjects.played import PlayedGame


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
    forms, agent, agent_situation = agents_of(game, types, position, members)
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


def _left_out(
    found: list[Part], table: pd.DataFrame, message: np.ndarray, counts: np.ndarray
) -> tuple[tuple[str, int], ...]:
    """Why rows of the input are no decisions, with their numbers."""
    undecided = table["message"].isna().to_numpy()
    reasons = {
        "group not whole, or a type that cannot be": sum(len(part.rows) for part in found) - len(table),
        "not decided": int(undecided.sum()),
        "message off the grid": int((~undecided & (message < 0)).sum()),
        "of the computer or excluded": int(((message >= 0) & ~counts).sum()),
    }
    return tuple((reason, number) for reason, number in reasons.items() if number)
