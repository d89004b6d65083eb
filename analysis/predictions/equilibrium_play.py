"""Equilibria joined to groups: whether one was played, which one, how near the nearest was, and whether it is the best.

An equilibrium is known by its number in the list of all pure Nash equilibria of the game among the types in the group,
from 1, in lexicographic order of messages. `equilibrium_table` writes that list.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.games import Part
from analysis.predictions.message_lists import messages_text
from analysis.predictions.nearest import nearest_distance
from analysis.predictions.solutions import Solutions
from mechanisms.arrays import FloatArray

COLUMNS = (
    *("nash_count", "nash_area", "nash_played", "nash_index", "payoff_dominant_count", "payoff_dominant_played"),
    *("nash_distance", "nash_message_played", "nash_message_area"),
)


def payoff_dominant(solutions: Solutions, types: tuple[float, ...], equilibria: FloatArray) -> np.ndarray:
    """Which of the equilibria (k, n), message values, everybody likes best or as much as any other: bool (k,).

    Payoff dominance of Harsanyi and Selten (1988), weak, in the points that are paid; there may be none.
    `mechanisms.solutions.efficiency.payoff_dominant` says the same from the whole game.
    """
    if not len(equilibria):
        return np.zeros(0, dtype=bool)
    points = solutions.treatment.play(np.array(types), equilibria).points
    return np.asarray((points == points.max(axis=0)).all(axis=1))


def fill(
    part: Part,
    solutions: Solutions,
    types: tuple[float, ...],
    members: np.ndarray,
    messages: np.ndarray,
    columns: dict[str, np.ndarray],
) -> None:
    """The columns of groups with the same types; members and messages have shape (n_groups, n)."""
    equilibria = solutions.nash(types)
    if equilibria is None:
        _of_too_many(solutions, types, members, columns)
        return
    columns["nash_count"][members] = len(equilibria)
    columns["nash_area"][members] = len(equilibria) / solutions.profiles()
    best = payoff_dominant(solutions, types, equilibria)
    columns["payoff_dominant_count"][members] = best.sum()
    grids = [position.messages for position in part.treatment.positions]
    for i, grid in enumerate(grids):
        own_parts = np.unique(equilibria[:, i])
        columns["nash_message_area"][members[:, i]] = len(own_parts) / len(grid)
        if len(own_parts):
            columns["nash_message_played"][members[:, i]] = np.isin(messages[:, i], own_parts)
    if len(equilibria):
        distance = nearest_distance(messages, equilibria)
        columns["nash_distance"][members] = distance
        played = (distance == 0).all(axis=1)
        columns["nash_played"][members] = played[:, None]
        which = _numbers(messages[played], equilibria)
        columns["nash_index"][members[played]] = 1 + which[:, None]
        columns["payoff_dominant_played"][members[played]] = best[which][:, None]


def _of_too_many(
    solutions: Solutions, types: tuple[float, ...], members: np.ndarray, columns: dict[str, np.ndarray]
) -> None:
    """Of a large group whose equilibria are too many to list, or not known: whether it played one, which is whether
    all played best replies, and, where equilibria are counted, how large a part of all profiles they are."""
    if not solutions.treatment.by_structure:
        return
    columns["nash_played"][members] = columns["best_reply_played"][members].prod(axis=1)[:, None]
    area = solutions.nash_area(types)
    if area is not None:
        columns["nash_area"][members] = area


def _numbers(messages: np.ndarray, equilibria: np.ndarray) -> np.ndarray:
    """Which of the lexicographic equilibria (k, n) each row of messages, one of them, is."""
    which = np.unique(np.concatenate([equilibria, messages]), axis=0, return_inverse=True)[1]
    return np.asarray(which.ravel()[len(equilibria) :])


def equilibrium_table(solutions: Solutions, profiles: list[tuple[float, ...]]) -> pd.DataFrame:
    """All equilibria of the given type profiles, one row each.

    Returns
    -------
    DataFrame: treatment, identity, types and messages (in the order of positions, separated by ";"), nash_index,
    payoff_dominant, points (of each position, separated by ";"), surplus (units of utility); type profiles whose
    equilibria are too many to compute are left out
    """
    tables = []
    for types in profiles:
        equilibria = solutions.nash(types)
        if equilibria is None or not len(equilibria):
            continue
        treatment = solutions.treatment
        play = treatment.play(np.array(types), equilibria)
        points = play.points / 10.0**treatment.rounding
        table = pd.DataFrame({"messages": [messages_text(row) for row in equilibria]})
        table.insert(0, "types", messages_text(np.array(types)))
        table["nash_index"] = np.arange(1, len(equilibria) + 1)
        table["payoff_dominant"] = payoff_dominant(solutions, types, equilibria)
        table["points"] = [messages_text(row) for row in points]
        table["surplus"] = treatment.surplus(play)
        tables.append(table)
    columns = ["types", "messages", "nash_index", "payoff_dominant", "points", "surplus"]
    found = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    found.insert(0, "treatment", solutions.treatment.name)
    found.insert(1, "identity", solutions.treatment.identity)
    return found
