"""Theory joined to every decision: dominant messages, truthful report, Nash equilibria, efficiency.

All of it refers to the game as played, in the points that were paid. A decision gets values only where the game can be
solved for it: possible type, message on the grid, and for the group measures a whole group that has decided. Everything
else is blank, and so is what is too large to compute (`Predictions.not_computed` names it).

Distances are in units of messages (units of the good, or of the type).

Decision
    message_share       1 / number of messages on the own grid
    dominant_count      number of weakly dominant messages of the own position and type (0: none exists)
    strictly_dominant   whether a strictly dominant message exists
    dominant_area       dominant_count / number of messages on the own grid: what uniform random play hits
    dominant_played     the message is weakly dominant; blank if none exists
    dominant_distance   least |message - d| over dominant messages d; blank if none exists
    truthful            the message is the own type; blank unless messages are reports
    misreport           message - type, signed; blank unless messages are reports
Group (the same for all its members, but for nash_distance, nash_message_played and nash_message_area)
    nash_count          number k of pure Nash equilibria of the game among the types that were drawn
    nash_area           k / number of message profiles: what uniform random play hits
    nash_played         the group's messages are a Nash equilibrium; blank if none exists
    nash_distance       |m_i - e_i| for the equilibrium e that is nearest to the group's messages m in sum of absolute
                        differences; mean over the nearest ones if there are several; blank if none exists
    nash_message_played the own message is the own part of some equilibrium, whatever the others did; blank if none
    nash_message_area   number of distinct own parts / number of messages on the own grid
    group_timed_out     somebody's message was drawn because time ran out
    surplus             sum of values less cost, without transfers, units of utility
    efficient_surplus   the largest surplus that any outcome gives at the true types
    surplus_lost        efficient_surplus - surplus
    efficiency          surplus / efficient_surplus; blank unless efficient_surplus > 0
    transfers_sum       sum of transfers received in the group (negative: money leaves the group)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.games import Part, parts
from analysis.nearest import nearest_distance
from analysis.solutions import Solutions, solutions_of

DECISION_COLUMNS = (
    *("message_share", "dominant_count", "strictly_dominant", "dominant_area", "dominant_played", "dominant_distance"),
    *("truthful", "misreport"),
)
GROUP_COLUMNS = (
    *("nash_count", "nash_area", "nash_played", "nash_distance", "nash_message_played", "nash_message_area"),
    *("group_timed_out", "surplus", "efficient_surplus", "surplus_lost", "efficiency", "transfers_sum"),
)
FLAGS = ("strictly_dominant", "dominant_played", "truthful", "nash_played", "nash_message_played", "group_timed_out")
COUNTS = ("dominant_count", "nash_count")


@dataclass(frozen=True)
class Predictions:
    """decisions: the table with the columns above; solutions: by identity; not_computed: what was too large."""

    decisions: pd.DataFrame
    solutions: dict[str, Solutions]
    not_computed: tuple[str, ...]


def predict(decisions: pd.DataFrame) -> Predictions:
    """Join the predictions to the decisions that count (the table of `load_decisions` without practice rounds).

    The input is not changed.
    """
    decisions = decisions[~decisions["practice"].to_numpy(dtype=bool)]
    solutions = solutions_of(decisions)
    tables = []
    for part in parts(decisions):
        columns = {name: np.full(len(part.rows), np.nan) for name in (*DECISION_COLUMNS, *GROUP_COLUMNS)}
        _dominance(part, solutions[str(part.rows["identity"].iloc[0])], columns)
        _truth(part, columns)
        _groups(part, solutions[str(part.rows["identity"].iloc[0])], columns)
        tables.append(pd.DataFrame(columns, index=part.rows.index))
    joined = pd.concat(tables).reindex(decisions.index)
    joined = joined.astype(dict.fromkeys(FLAGS, "boolean") | dict.fromkeys(COUNTS, "Int64"))
    notes = tuple(
        f"{solution.treatment.name}: {what} not computed: {why}"
        for _, solution in sorted(solutions.items())
        for what, why in sorted(solution.too_large.items())
    )
    return Predictions(decisions.join(joined), solutions, notes)


def _dominance(part: Part, solutions: Solutions, columns: dict[str, np.ndarray]) -> None:
    """Fill in the dominance columns, position by position and type by type."""
    types, messages = part.rows["type"].to_numpy(), part.rows["message"].to_numpy()
    for i, position in enumerate(part.treatment.positions):
        columns["message_share"][part.positions == i] = 1 / len(position.messages)
        for value in position.types[position.probabilities > 0]:
            weak, strict = solutions.dominant(i, float(value)), solutions.dominant(i, float(value), "strict")
            if weak is None or strict is None:
                continue
            here = (part.positions == i) & (types == value)
            columns["dominant_count"][here] = len(weak)
            columns["strictly_dominant"][here] = len(strict) > 0
            columns["dominant_area"][here] = len(weak) / len(position.messages)
            here &= part.message_is_possible
            if len(weak):
                distance = np.abs(messages[here, None] - weak).min(axis=1)
                columns["dominant_distance"][here] = distance
                columns["dominant_played"][here] = distance == 0


def _truth(part: Part, columns: dict[str, np.ndarray]) -> None:
    if part.treatment.messages_are != "reports":
        return
    here = part.message_is_possible & part.type_is_possible
    difference = part.rows["message"].to_numpy()[here] - part.rows["type"].to_numpy()[here]
    columns["misreport"][here] = difference
    columns["truthful"][here] = difference == 0


def _groups(part: Part, solutions: Solutions, columns: dict[str, np.ndarray]) -> None:
    """Fill in the columns of the groups that decided."""
    members = part.played_groups
    if len(members) == 0:
        return
    types, messages = part.of("type", members), part.of("message", members)
    timed_out = part.rows["timed_out"].fillna(False).to_numpy(dtype=bool)[members]
    columns["group_timed_out"][members] = timed_out.any(axis=1)[:, None]
    distinct, which = np.unique(types, axis=0, return_inverse=True)
    which = which.ravel()
    for k, profile in enumerate(distinct):
        equilibria = solutions.nash(tuple(profile.tolist()))
        if equilibria is not None:
            _nash(part, solutions, equilibria, members[which == k], messages[which == k], columns)
    play = part.treatment.play(types, messages)
    surplus, efficient = part.treatment.surplus(play), part.treatment.efficient_surplus(distinct)[which]
    values = {
        "surplus": surplus,
        "efficient_surplus": efficient,
        "surplus_lost": efficient - surplus,
        "efficiency": np.divide(surplus, efficient, out=np.full(len(surplus), np.nan), where=efficient > 0),
        "transfers_sum": play.transfers.sum(axis=-1),
    }
    for name, value in values.items():
        columns[name][members] = value[:, None]


def _nash(
    part: Part,
    solutions: Solutions,
    equilibria: np.ndarray,
    members: np.ndarray,
    messages: np.ndarray,
    columns: dict[str, np.ndarray],
) -> None:
    """The Nash columns of groups with the same types; members and messages have shape (n_groups, n)."""
    columns["nash_count"][members] = len(equilibria)
    columns["nash_area"][members] = len(equilibria) / solutions.profiles()
    grids = [position.messages for position in part.treatment.positions]
    for i, grid in enumerate(grids):
        own_parts = np.unique(equilibria[:, i])
        columns["nash_message_area"][members[:, i]] = len(own_parts) / len(grid)
        if len(own_parts):
            columns["nash_message_played"][members[:, i]] = np.isin(messages[:, i], own_parts)
    if len(equilibria):
        distance = nearest_distance(messages, equilibria)
        columns["nash_distance"][members] = distance
        columns["nash_played"][members] = (distance == 0).all(axis=1)[:, None]
