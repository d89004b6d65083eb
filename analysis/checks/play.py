"""Are outcome, quantities, values, shares, transfers, payments and points what the treatment gives for the messages?

One call of Treatment.play for all groups of an app and session.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, MISMATCH, TOLERANCE, compared, compared_texts, findings
from analysis.games import Part

AMOUNTS = {"value": "values", "cost_share": "cost_shares", "transfer": "transfers"}
"""Export column -> attribute of mechanisms' Play."""


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one app of one session."""
    members = part.played_groups
    found = _results_too_early(part)
    if len(members) == 0:
        return found
    play = part.treatment.play(part.of("type", members), part.of("message", members))
    rows = part.rows.iloc[members.ravel()]
    units = play.points.ravel()
    scale = max(float(np.abs(getattr(play, name)).max()) for name in AMOUNTS.values())
    found += compared(rows, "points_units", units)
    found += compared(rows, "points", units / 10.0**part.treatment.rounding)
    for column, name in AMOUNTS.items():
        found += compared(rows, column, getattr(play, name).ravel(), scale)
    quantities = np.full(len(rows), np.nan) if play.quantities is None else play.quantities.ravel()
    found += compared(rows, "quantity", quantities, scale)
    found += compared_texts(rows, "outcome", outcome_labels(part, play.outcome, members.shape[1]))
    return found + _payments(rows, play.payments, scale)


def outcome_labels(part: Part, outcome: np.ndarray, size: int) -> np.ndarray:
    """The outcome of each group in words, repeated for its members; each distinct outcome is put in words once."""
    distinct, which = np.unique(outcome, axis=0, return_inverse=True)
    labels = np.array([part.treatment.outcome_label(one) for one in distinct], dtype=object)
    return np.repeat(labels[which.ravel()], size)


def _results_too_early(part: Part) -> list[pd.DataFrame]:
    """A result although somebody in the group has not decided."""
    undecided = part.rows["message"].isna().to_numpy()
    waiting = part.groups[undecided[part.groups].any(axis=1)].ravel()
    rows = part.rows.iloc[waiting]
    rows = rows[rows["points_units"].notna() | (rows["outcome"] != "")]
    return (
        [findings(IMPOSSIBLE, rows, "outcome", rows["outcome"], "blank", "result before the group has decided")]
        if len(rows)
        else []
    )


def _payments(rows: pd.DataFrame, payments: np.ndarray | None, scale: float) -> list[pd.DataFrame]:
    """payments_received, ";" separated: what each position pays the one of this row (its own entry is 0)."""
    if payments is None:
        return compared_texts(rows, "payments_received", np.full(len(rows), "", dtype=object))
    expected = payments.reshape(len(rows), payments.shape[-1])
    distinct, texts = pd.factorize(rows["payments_received"])
    exported = np.array([_amounts(text, expected.shape[1]) for text in texts])[distinct]
    wrong = ~(np.abs(exported - expected) <= TOLERANCE * scale).all(axis=1)
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
