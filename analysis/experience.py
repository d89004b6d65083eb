"""The table of earlier sessions that a treatment with `advice.kind = "experience"` names.

What people sent, how often, and what it brought.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.errors import ExportError
from analysis.measures.rates import own_decisions
from analysis.tidy import write_csv
from mechanisms.treatments.earlier import COLUMNS
from mechanisms.writing import listed


def experience_table(decisions: pd.DataFrame, treatment: str | None = None) -> pd.DataFrame:
    """Decisions of one game, by role, type and message: how often, and the mean of the points.

    Parameters
    ----------
    decisions : as `load_decisions` gives them
    treatment : only the sessions of this name; needed where the decisions are of several games

    Returns
    -------
    DataFrame with the columns identity, role, type, message, times, points; only what people decided themselves in
    rounds that count, and whose result is known

    Raises
    ------
    ExportError
        If there is no such decision, or if they are of several games.

    Examples
    --------
    >>> from analysis import load_decisions
    >>> found = experience_table(load_decisions(["examples/data/cason"]), "cason_groves")
    >>> int(found["times"].sum())
    800
    """
    if treatment is not None:
        decisions = decisions[decisions["treatment"] == treatment]
    rows = own_decisions(decisions)
    rows = rows[~rows["practice"].astype(bool) & rows["points"].notna()]
    games = rows.drop_duplicates("identity")["treatment"].astype(str).tolist()
    if len(games) != 1:
        raise ExportError(
            f"the decisions are of several games ({listed(sorted(games))}): name one by --treatment"
            if games
            else "no decision that somebody made" + (f" in a session of the treatment {treatment}" if treatment else "")
        )
    names = list(COLUMNS[:4])
    by = rows.assign(role=rows["role"].astype(str)).groupby(names, sort=True, observed=True)
    return by.agg(times=("points", "size"), points=("points", "mean")).reset_index()


def write_experience(decisions: pd.DataFrame, out: Path, treatment: str | None = None) -> int:
    """The table as a CSV file; how many decisions are in it."""
    table = experience_table(decisions, treatment)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_csv(table, out)
    return int(table["times"].sum())
