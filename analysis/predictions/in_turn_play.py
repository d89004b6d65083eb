"""Reports one after another: every decision beside what backward induction says at the history in which it was made."""

from __future__ import annotations

import numpy as np

from analysis.games import Part
from analysis.predictions.best_reply import message_indices
from analysis.predictions.message_lists import Texts, messages_text
from analysis.predictions.solutions import Solutions

COLUMNS = ("in_turn_messages", "in_turn_count", "in_turn_area", "in_turn_played", "in_turn_loss")


def fill(game: Part, solutions: Solutions, columns: dict[str, np.ndarray], texts: Texts) -> None:
    """Fill in the columns of the groups that decided; nothing where all report at the same time."""
    treatment, members = game.treatment, game.played_groups
    if treatment.sequence is None or not len(members):
        return
    types, said = game.of("type", members), message_indices(game, members)
    both, which = np.unique(np.concatenate([types, said], axis=1), axis=0, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(which.ravel()))[:-1]
    for row, here in zip(both, np.split(order, ends), strict=True):
        found = solutions.in_turn(tuple(row[: treatment.group_size].tolist()))
        if found is None:
            return
        equilibrium, at = found
        messages = row[treatment.group_size :].astype(np.int64).tolist()
        history: list[int] = []
        for i in equilibrium.order:
            place, rows = (*history, at[i]), members[here, i]
            best, grid = equilibrium.best[i][place], treatment.positions[i].messages
            columns["in_turn_messages"][rows] = texts.number(messages_text(grid[best]))
            columns["in_turn_count"][rows] = best.sum()
            columns["in_turn_area"][rows] = best.mean()
            columns["in_turn_played"][rows] = best[messages[i]]
            columns["in_turn_loss"][rows] = equilibrium.losses[i][place][messages[i]] / 10.0**treatment.rounding
            history.append(messages[i])
