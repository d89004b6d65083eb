"""Are outcome, quantities, values, shares, transfers, payments and points what the treatment gives for the messages?

One call of Treatment.play for all groups of a part of a session; in practice against the computer, for all people.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, MISMATCH, TOLERANCE, compared, compared_texts, findings
from analysis.games import Part
from mechanisms.played.play import Play
from mechanisms.session.draws import computer_messages

AMOUNTS = {"value": "values", "cost_share": "cost_shares", "transfer": "transfers"}
"""Export column -> attribute of mechanisms' Play."""


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one part of one session."""
    return [finding for piece in part.by_sequence() for finding in _check(piece)]


def _check(part: Part) -> list[pd.DataFrame]:
    """The same where all groups reported in the same order, if they reported one after another."""
    if part.alone:
        return _alone(part)
    members = part.played_groups
    found = _results_too_early(part)
    if len(members) == 0:
        return found
    play = part.treatment.play(part.of("type", members), part.of("message", members))
    everybody = np.indices(members.shape).reshape(2, -1)
    return found + _compared(part, part.rows.iloc[members.ravel()], play, *everybody)


def _alone(part: Part) -> list[pd.DataFrame]:
    """Practice against the computer: its messages are those that it drew, the result is that of the own position."""
    rows = part.rows[part.message_is_possible & part.type_is_possible & part.rows["points_units"].notna().to_numpy()]
    if rows.empty:
        return []
    positions = rows["position"].to_numpy() - 1
    drawn = [
        computer_messages(part.of_session[code], str(code), int(number), int(person), int(position))
        for code, number, person, position in zip(
            rows["session_code"], rows["round_number"], rows["participant_id"], positions, strict=True
        )
    ]
    texts = [";".join("" if message is None else repr(message) for message in messages) for messages in drawn]
    found = compared_texts(rows, "computer_messages", np.array(texts, dtype=object))
    everyone = np.arange(len(rows))
    messages = np.array(drawn, dtype=np.float64)  # None becomes NaN
    messages[everyone, positions] = rows["message"]
    types = np.tile([float(position.types[0]) for position in part.treatment.positions], (len(rows), 1))
    types[everyone, positions] = rows[
        "type"
    ]  # values are private: the others' types do not matter for one's own result
    return found + _compared(part, rows, part.treatment.play(types, messages), everyone, positions)


def _compared(
    part: Part, rows: pd.DataFrame, play: Play, group: np.ndarray, position: np.ndarray
) -> list[pd.DataFrame]:
    """The rows against the results of the given groups and positions of a play."""
    own = group, position
    units = play.points[own]
    scale = _scale(rows["session_code"], play, group)
    found = compared(rows, "points_units", units)
    found += compared(rows, "points", units / 10.0**part.treatment.rounding)
    for column, name in AMOUNTS.items():
        found += compared(rows, column, getattr(play, name)[own], scale)
    quantities = np.full(len(rows), np.nan) if play.quantities is None else play.quantities[own]
    found += compared(rows, "quantity", quantities, scale)
    found += compared_texts(rows, "outcome", outcome_labels(part, play.outcome)[group])
    return found + _payments(rows, None if play.payments is None else play.payments[own], scale)


def _scale(sessions: pd.Series, play: Play, group: np.ndarray) -> np.ndarray:
    """The largest amount in the session of each row, whoever it is of."""
    largest = np.max([np.abs(getattr(play, name)).max(axis=1) for name in AMOUNTS.values()], axis=0)
    return pd.Series(largest[group]).groupby(sessions.to_numpy()).transform("max").to_numpy()


def outcome_labels(part: Part, outcome: np.ndarray) -> np.ndarray:
    """The outcome of each group in words; each distinct outcome is put in words once."""
    distinct, which = np.unique(outcome, axis=0, return_inverse=True)
    labels = np.array([part.treatment.outcome_label(one) for one in distinct], dtype=object)
    return labels[which.ravel()]


def _results_too_early(part: Part) -> list[pd.DataFrame]:
    """A result although somebody in the group has not decided, and was not deleted either."""
    undecided = part.rows["message"].isna().to_numpy()
    groups = part.groups[~part.deleted[part.groups].any(axis=1)]
    waiting = groups[undecided[groups].any(axis=1)].ravel()
    rows = part.rows.iloc[waiting]
    rows = rows[rows["points_units"].notna() | (rows["outcome"] != "")]
    return (
        [findings(IMPOSSIBLE, rows, "outcome", rows["outcome"], "blank", "result before the group has decided")]
        if len(rows)
        else []
    )


def _payments(rows: pd.DataFrame, payments: np.ndarray | None, scale: np.ndarray) -> list[pd.DataFrame]:
    """payments_received, ";" separated: what each position pays the one of this row (its own entry is 0)."""
    if payments is None:
        return compared_texts(rows, "payments_received", np.full(len(rows), "", dtype=object))
    expected = payments
    distinct, texts = pd.factorize(rows["payments_received"])
    exported = np.array([_amounts(text, expected.shape[1]) for text in texts])[distinct]
    wrong = ~(np.abs(exported - expected) <= TOLERANCE * scale[:, None]).all(axis=1)
    if not wrong.any():
        return []
    recomputed = [";".join(repr(float(amount)) for amount in amounts) for amounts in expected[wrong]]
    return [findings(MISMATCH, rows[wrong], "payments_received", rows["payments_received"][wrong], recomputed)]


def _amounts(text: str, n: int) -> list[float]:
    """n numbers separated by ";"; NaN, which matches nothing, if the text is something else."""
    try:
        amounts = [float(entry) for entry in text.split(";")]
    except ValueError:
        amounts = []
    return amounts if len(amounts) == n else [np.nan] * n
