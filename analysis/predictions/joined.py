"""Theory joined to every decision: dominant messages, truth, best replies, Nash equilibria, efficiency, coalitions.

All of it refers to the game as played, in the points that were paid. A decision gets values only where the game can be
solved for it: possible type, message on the grid, and for best replies and the group's columns a whole group that has
decided. Everything else is blank, and so is what is too large to compute (`Predictions.not_computed` names it).

Distances are in units of messages (units of the good, or of the type). Lists of messages are text: "-7;-6".

Decision
    message_share       1 / number of messages on the own grid
    dominant_messages   all weakly dominant messages of the own position and type; "" if none exists
    dominant_count      their number
    strictly_dominant   whether a strictly dominant message exists
    dominant_area       dominant_count / number of messages on the own grid: what uniform random play hits
    dominance_margin    least mean loss of points, against a dominant message, of a message that is not dominant; the
                        mean is over all message profiles of the others, each equally likely. Blank if no message is
                        dominant, or all are
    dominant_played     the message is weakly dominant; blank if none exists
    dominant_distance   least |message - d| over dominant messages d; blank if none exists
    dominant_loss_mean, dominant_loss_max
                        points lost against a dominant message, mean and maximum over all message profiles of the
                        others; the loss at what they really played is foregone_points
    truthful            the message is the own type; blank unless messages are reports
    misreport           message - type, signed; blank unless messages are reports
    best_replies        all best replies to the messages that the others really sent
    best_reply_count, best_reply_area
                        their number, and / number of messages on the own grid
    best_reply_played   the message is one of them
    best_reply_distance least |message - b| over best replies b
    best_reply_points   what a best reply would have earned, points
    foregone_points     best_reply_points - points earned; against a dominant message, if one exists, the same
    foregone_share      foregone_points / (points of a best reply - points of a worst reply); blank if all replies tie
    foregone_by_chance  mean of foregone_points over the own grid: what uniform random play foregoes at the same place
    in_turn_messages    reports one after another: the messages that maximise the own expected points after what had
                        been reported, if all who report later follow the equilibrium of backward induction (of several
                        best messages it sends the truth, else the first one); blank where all report at the same time
    in_turn_count, in_turn_area
                        their number, and / number of messages on the own grid
    in_turn_played      the message is one of them
    in_turn_loss        expected points that the message loses against one of them
Group (the same for all its members, but for nash_distance, nash_message_played and nash_message_area)
    group_dominant      everybody's message is weakly dominant; blank if somebody has no dominant message
    group_dominant_area product of dominant_area over the members
    nash_count          number k of pure Nash equilibria of the game among the types that were drawn; blank where they
                        are too many to list, or not all known (large groups): then the group played one if all played
                        best replies, and what needs the list is blank
    nash_area           k / number of message profiles: what uniform random play hits
    nash_played         the group's messages are a Nash equilibrium; blank if none exists
    nash_index          which one: its number from 1 in the lexicographic list; blank if none was played
    payoff_dominant_count
                        equilibria that everybody likes as much as any other or better (Harsanyi and Selten 1988)
    payoff_dominant_played
                        the equilibrium that was played is one of these; blank if none was played
    nash_distance       |m_i - e_i| for the equilibrium e that is nearest to the group's messages m in sum of absolute
                        differences; mean over the nearest ones if there are several; blank if none exists
    nash_message_played the own message is the own part of some equilibrium, whatever the others did; blank if none
    nash_message_area   number of distinct own parts / number of messages on the own grid
    coalition_gain      largest total gain, in points, of any coalition of two or more members from changing their
                        messages together while the others' stay: what side payments could have shared out
    coalition_gain_agreed
                        the same over changes that make each member of the coalition strictly better off; 0 if none does
    coalition, coalition_agreed
                        positions of the members of the smallest coalition that attains these gains; blank if 0
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

from analysis.games import BATCH_ROWS, Part, drawn, games_at
from analysis.memory import give_back
from analysis.predictions import best_reply, dominant_play, equilibrium_play, in_turn_play
from analysis.predictions.coalition_gains import coalition_gains
from analysis.predictions.message_lists import Texts
from analysis.predictions.solutions import Solutions, solutions_of
from mechanisms.shown import Shown
from mechanisms.solutions.coalitions import coalitions
from mechanisms.verdicts import TooLargeError

DECISION_COLUMNS = (*dominant_play.COLUMNS, "truthful", "misreport", *best_reply.COLUMNS, *in_turn_play.COLUMNS)
GROUP_COLUMNS = (
    *("group_dominant", "group_dominant_area", *equilibrium_play.COLUMNS),
    *("coalition_gain", "coalition", "coalition_gain_agreed", "coalition_agreed", "group_timed_out"),
    *("surplus", "efficient_surplus", "surplus_lost", "efficiency", "transfers_sum"),
)
FLAGS = (
    *(
        "strictly_dominant",
        "dominant_played",
        "truthful",
        "best_reply_played",
        "in_turn_played",
        "group_dominant",
        "nash_played",
    ),
    *("payoff_dominant_played", "nash_message_played", "group_timed_out"),
)
COUNTS = ("dominant_count", "best_reply_count", "in_turn_count", "nash_count", "nash_index", "payoff_dominant_count")
TEXTS = ("dominant_messages", "best_replies", "in_turn_messages", "coalition", "coalition_agreed")


@dataclass(frozen=True)
class Predictions(Shown):
    """decisions: the table with the columns above; solutions: by identity; not_computed: what was too large."""

    decisions: pd.DataFrame
    solutions: dict[str, Solutions]
    not_computed: tuple[str, ...]


def predict(decisions: pd.DataFrame) -> Predictions:
    """Join the predictions to the decisions that count (the table of `load_decisions` without practice rounds).

    The input is not changed. Each game is gone through once, whatever the number of its sessions.

    Examples
    --------
    >>> from analysis import load_decisions
    >>> predicted = predict(load_decisions("examples/data/cason/g01cason_custom.csv.gz")).decisions
    >>> predicted[["message", "dominant_played", "nash_played", "foregone_points"]].head(2).values.tolist()
    [[15.0, False, False, 9.0], [17.0, True, False, 0.0]]
    """
    practice = decisions["practice"].to_numpy(dtype=bool)
    decisions = decisions[~practice] if practice.any() else decisions  # a large table is not copied for nothing
    solutions, texts = solutions_of(decisions), {name: Texts() for name in TEXTS}
    joined = {name: np.full(len(decisions), BLANK, _held_as(name)) for name in (*DECISION_COLUMNS, *GROUP_COLUMNS)}
    for here, game in games_at(decisions, BATCH_ROWS):
        solved = solutions[str(game.rows["identity"].iloc[0])].in_sequence(game.treatment)
        columns = _columns(game, solved, texts)
        for name, entries in columns.items():
            whole = joined[name].dtype.kind == "i"
            joined[name][here] = np.where(np.isnan(entries), BLANK, entries) if whole else entries
        del game, columns
    give_back()
    return Predictions(decisions.join(_typed(joined, texts, decisions.index)), solutions, _notes(solutions))


BLANK = -1
"""Where a flag, a count or the number of a text is not known; no other is negative."""


def _held_as(name: str) -> np.dtype:
    """The smallest type that holds a column until all games are gone through."""
    return np.dtype(np.int8 if name in FLAGS else np.int64 if name in COUNTS else np.int32 if name in TEXTS else float)


def _columns(game: Part, solutions: Solutions, texts: dict[str, Texts]) -> dict[str, np.ndarray]:
    columns = {name: np.full(len(game.rows), np.nan) for name in (*DECISION_COLUMNS, *GROUP_COLUMNS)}
    dominant_play.fill(game, solutions, columns, texts["dominant_messages"])
    _truth(game, columns)
    if len(game.played_groups):
        best_reply.fill(game, solutions, columns, texts["best_replies"])
        in_turn_play.fill(game, solutions, columns, texts["in_turn_messages"])
        _groups(game, solutions, columns, texts)
    return columns


def _typed(joined: dict[str, np.ndarray], texts: dict[str, Texts], index: pd.Index) -> pd.DataFrame:
    """What was held becomes flags, counts and text, column by column: `joined` is emptied."""
    typed: dict[str, object] = {}
    for name in list(joined):
        entries = joined.pop(name)
        if name in TEXTS:
            typed[name] = texts[name].column(entries)
        elif name in FLAGS or name in COUNTS:
            blank = entries == BLANK
            known = np.where(blank, 0, entries)
            array = pd.arrays.BooleanArray if name in FLAGS else pd.arrays.IntegerArray
            typed[name] = array(known.astype(bool if name in FLAGS else np.int64), blank)
        else:
            typed[name] = entries
    return pd.DataFrame(typed, index=index, copy=False)


def _notes(solutions: dict[str, Solutions]) -> tuple[str, ...]:
    return tuple(
        f"{solution.treatment.name}: {what} not computed: {why}"
        for _, solution in sorted(solutions.items())
        for what, why in sorted(solution.too_large.items())
    )


def _truth(game: Part, columns: dict[str, np.ndarray]) -> None:
    if game.treatment.messages_are != "reports":
        return
    here = game.message_is_possible & game.type_is_possible
    difference = game.rows["message"].to_numpy()[here] - game.rows["type"].to_numpy()[here]
    columns["misreport"][here] = difference
    columns["truthful"][here] = difference == 0


def _groups(game: Part, solutions: Solutions, columns: dict[str, np.ndarray], texts: dict[str, Texts]) -> None:
    """Fill in the columns of the groups that decided."""
    members = game.played_groups
    types, messages = game.of("type", members), game.of("message", members)
    timed_out = drawn(game.rows).to_numpy()[members]
    columns["group_timed_out"][members] = timed_out.any(axis=1)[:, None]
    # a product with NaN is NaN: blank if somebody has no dominant message
    columns["group_dominant"][members] = columns["dominant_played"][members].prod(axis=1)[:, None]
    columns["group_dominant_area"][members] = columns["dominant_area"][members].prod(axis=1)[:, None]
    distinct, which = np.unique(types, axis=0, return_inverse=True)
    which = which.ravel()
    order = np.argsort(which, kind="stable")
    for profile, here in zip(distinct, np.split(order, np.cumsum(np.bincount(which))[:-1]), strict=True):
        types_drawn = tuple(profile.tolist())
        equilibrium_play.fill(game, solutions, types_drawn, members[here], messages[here], columns)
        _coalitions(game, solutions, types_drawn, members[here], columns, texts)
    play = game.treatment.play(types, messages)
    surplus, efficient = game.treatment.surplus(play), solutions.efficient_surplus(distinct)[which]
    values = {
        "surplus": surplus,
        "efficient_surplus": efficient,
        "surplus_lost": efficient - surplus,
        "efficiency": np.divide(surplus, efficient, out=np.full(len(surplus), np.nan), where=efficient > 0),
        "transfers_sum": play.transfers.sum(axis=-1),
    }
    for name, value in values.items():
        columns[name][members] = value[:, None]


def _coalitions(
    game: Part,
    solutions: Solutions,
    types: tuple[float, ...],
    members: np.ndarray,
    columns: dict[str, np.ndarray],
    texts: dict[str, Texts],
) -> None:
    """The gains of coalitions in groups with the same types, and who would have them."""
    own = [solutions.own_points(i, value) for i, value in enumerate(types)]
    payoffs = [part for part in own if part is not None]
    if len(payoffs) < len(own):
        if solutions.treatment.by_structure:
            solutions.too_large["gains of coalitions"] = f"too large: {float(2 ** len(own)):.3g} coalitions"
        return
    try:
        gains = coalition_gains(payoffs, best_reply.message_indices(game, members))
    except TooLargeError as error:
        solutions.too_large["gains of coalitions"] = str(error)
        return
    names = [";".join(str(i + 1) for i in coalition) for coalition in coalitions(len(types), smallest=2)]
    for suffix, gain, by in (("", gains.paid, gains.paid_by), ("_agreed", gains.agreed, gains.agreed_by)):
        columns[f"coalition_gain{suffix}"][members] = gain[:, None] / 10.0**game.treatment.rounding
        numbers = np.array([np.nan, *map(texts[f"coalition{suffix}"].number, names)])
        columns[f"coalition{suffix}"][members] = numbers[by + 1][:, None]
