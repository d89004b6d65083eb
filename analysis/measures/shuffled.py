"""Chance that keeps what people played: hits if messages were dealt out anew among those in the same place.

Uniform random play is one benchmark of a hit rate. Another asks whether it mattered who met whom: within a stratum
(game and round, say) the messages of all who had the same position and type are permuted at random, for each position
and type independently, and play is compared with the mean over all such re-matchings. As every position's message is
then a draw from its own frequencies, independent of the others', that mean is exact for any group size: the sum over
profiles of hit(profile) x product of frequencies. No simulation is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.games import Part, drawn, games_at
from analysis.predictions.best_reply import Replies, message_indices, replies_of
from analysis.predictions.solutions import Solutions

WITHIN = ("round",)
COLUMNS = ("group_dominant_shuffled", "nash_shuffled", "best_reply_shuffled", "foregone_shuffled")


@dataclass(frozen=True, eq=False)
class _Cell:
    """Groups of one stratum with the same types: their members (row numbers), (n_groups, n), and the frequencies of the
    messages of each position with its type in the stratum, n arrays (A_i,)."""

    types: tuple[float, ...]
    members: np.ndarray
    frequencies: tuple[np.ndarray, ...]


def shuffle(predicted: pd.DataFrame, solutions: dict[str, Solutions], within: tuple[str, ...] = WITHIN) -> pd.DataFrame:
    """Join the expected hits of shuffled play.

    Parameters
    ----------
    predicted : the table of `predict`; groups with a timeout take no part, and stay blank
    solutions : of `predict`
    within : columns of the strata, besides the game: ("session_code", "round") keeps messages in their sessions

    Returns
    -------
    The table with these columns; the input is not changed. The mean of each over the groups (decisions) of a stratum
    is the mean over all re-matchings.

    group_dominant_shuffled : everybody's message is dominant
    nash_shuffled : the group plays a Nash equilibrium
    best_reply_shuffled : the own position's message is a best reply to the others'
    foregone_shuffled : the points that it foregoes
    """
    joined = {name: np.full(len(predicted), np.nan) for name in COLUMNS}
    for here, game in games_at(predicted):
        solved = solutions[str(game.rows["identity"].iloc[0])].in_sequence(game.treatment)
        for cell in _cells(game, within):
            for name, entries in _expected(game, solved, cell).items():
                joined[name][here[cell.members]] = entries
    return predicted.assign(**joined)


def _cells(game: Part, within: tuple[str, ...]) -> Iterator[_Cell]:
    members = game.played_groups
    members = members[~drawn(game.rows).to_numpy()[members].any(axis=1)]
    if not len(members):
        return
    first = game.rows.iloc[members[:, 0]]
    stratum = first.groupby(list(within), sort=True).ngroup().to_numpy()
    types, messages = game.of("type", members), message_indices(game, members)
    sizes = [len(position.messages) for position in game.treatment.positions]
    places = [_frequencies(stratum, types[:, i], messages[:, i], size) for i, size in enumerate(sizes)]
    distinct, which = np.unique(np.column_stack([stratum, types]), axis=0, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(which.ravel()))[:-1]
    for row, groups in zip(distinct, np.split(order, ends), strict=True):
        frequencies = tuple(table[place[groups[0]]] for table, place in places)
        yield _Cell(tuple(row[1:].tolist()), members[groups], frequencies)


def _frequencies(
    stratum: np.ndarray, types: np.ndarray, messages: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Relative frequencies of one position's messages by stratum and type, (n_places, size), and each group's row."""
    _, place = np.unique(np.column_stack([stratum, types]), axis=0, return_inverse=True)
    place = place.ravel()
    counts = np.bincount(place * size + messages, minlength=(place.max() + 1) * size).reshape(-1, size)
    return counts / counts.sum(axis=1, keepdims=True), place


def _expected(game: Part, solutions: Solutions, cell: _Cell) -> dict[str, Any]:
    """The columns for the members of one cell: a number, or one for each position."""
    found: dict[str, Any] = {}
    positions = game.treatment.positions
    dominant = [solutions.dominant(i, value) for i, value in enumerate(cell.types)]
    known = [messages for messages in dominant if messages is not None and len(messages)]
    if len(known) == len(dominant):
        at = [np.searchsorted(p.messages, messages) for p, messages in zip(positions, known, strict=True)]
        found["group_dominant_shuffled"] = np.prod([p[k].sum() for p, k in zip(cell.frequencies, at, strict=True)])
    equilibria = solutions.nash(cell.types)
    if equilibria is not None and len(equilibria):
        index = [np.searchsorted(p.messages, column) for p, column in zip(positions, equilibria.T, strict=True)]
        hits = np.prod([p[k] for p, k in zip(cell.frequencies, index, strict=True)], axis=0)
        found["nash_shuffled"] = hits.sum()
    replies = [replies_of(solutions, i, value) for i, value in enumerate(cell.types)]
    computed = [reply for reply in replies if reply is not None]
    if len(computed) == len(replies):
        chances = [_replied(reply, i, cell.frequencies) for i, reply in enumerate(computed)]
        found["best_reply_shuffled"] = np.array([chance for chance, _ in chances])
        found["foregone_shuffled"] = np.array([lost for _, lost in chances]) / 10.0**game.treatment.rounding
    return found


def _replied(reply: Replies, i: int, frequencies: tuple[np.ndarray, ...]) -> tuple[float, float]:
    """Expected share of best replies of position i, and points foregone in smallest units."""
    others = np.ones(1)
    for j, frequency in enumerate(frequencies):
        if j != i:
            others = np.outer(others, frequency).ravel()
    own = frequencies[i]
    return float(others @ reply.is_best @ own), float(others @ (reply.best[:, None] - reply.own) @ own)
