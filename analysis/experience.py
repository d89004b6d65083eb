"""The table of earlier sessions that a treatment with `advice.kind = "experience"` names.

What people sent, how often, and what it brought. Participants read it as what other people did: bots are left out.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.errors import ExportError
from analysis.measures.rates import own_decisions
from analysis.tidy import write_csv
from analysis.words import counted
from mechanisms.treatments.earlier import COLUMNS
from mechanisms.writing import listed

BOTS = "{} of bots"


def experience_table(decisions: pd.DataFrame, treatment: str | None = None) -> pd.DataFrame:
    """Decisions of one game, by role, type and message: how often, and the mean of the points.

    Parameters
    ----------
    decisions : as `load_decisions` gives them
    treatment : only the sessions of this name; needed where the decisions are of several games

    Returns
    -------
    DataFrame with the columns identity, role, type, message, times, points; only what people (no bots) decided
    themselves in rounds that count, and whose result is known

    Raises
    ------
    ExportError
        If there is no such decision, or if they are of several games.

    Examples
    --------
    >>> from analysis import load_decisions
    >>> decisions = load_decisions("examples/data/cason/g01cason_custom.csv.gz")
    >>> people = decisions.assign(is_bot=False)  # those of the example are simulated
    >>> int(experience_table(people, "cason_groves")["times"].sum())
    200
    """
    rows, bots = _decided(decisions, treatment)
    games = rows.drop_duplicates("identity")["treatment"].astype(str).tolist()
    if len(games) > 1:
        raise ExportError(f"the decisions are of several games ({listed(sorted(games))}): name one by --treatment")
    if not games:
        where = f" in a session of the treatment {treatment}" if treatment else ""
        left_out = f": {BOTS.format(bots)}, and advice says what people did" if bots else ""
        raise ExportError(f"no decision that a person made{where}{left_out}")
    names = list(COLUMNS[:4])
    by = rows.assign(role=rows["role"].astype(str)).groupby(names, sort=True, observed=True)
    return by.agg(times=("points", "size"), points=("points", "mean")).reset_index()


def _decided(decisions: pd.DataFrame, treatment: str | None) -> tuple[pd.DataFrame, int]:
    """What people decided themselves in rounds that count, and how many such decisions bots made."""
    if treatment is not None:
        decisions = decisions[decisions["treatment"] == treatment]
    rows = own_decisions(decisions)
    rows = rows[~rows["practice"].astype(bool) & rows["points"].notna()]
    of_bots = rows["is_bot"].astype(bool)
    return rows[~of_bots], int(of_bots.sum())


def write_experience(decisions: pd.DataFrame, out: Path, treatment: str | None = None) -> str:
    """The table as a CSV file; how many decisions are in it, and of how many bots are not, in words."""
    table = experience_table(decisions, treatment)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_csv(table, out)
    _, bots = _decided(decisions, treatment)
    made = counted(int(table["times"].sum()), "decision")
    return f"{made} of people" + (f"; {BOTS.format(bots)} left out" if bots else "")
