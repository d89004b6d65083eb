"""Who has a draw of her or his own, where not everything is paid: who ends before the session is over, and who has
rounds that bring nothing, because they were not played or the computer played them while the person was gone.

It is drawn among the rounds that count for the person: those that were played while she or he was there, also where
time was over or the experimenter moved the seat on (the message counts as the person's own), and those with a
compensation.
"""

from __future__ import annotations

from collections.abc import Container

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, findings
from analysis.games import PERSON, deleted
from mechanisms.session.own_draws import own_paid_part
from mechanisms.session.record import GONE

OWN_PART, NOT_ALONE, UNKNOWN = "own_part", -1, -2


def of_draws(rows: pd.DataFrame) -> list[str]:
    """The columns that say who draws alone."""
    return ["own_draw", *([OWN_PART] if OWN_PART in rows else [])]


def draws_alone(rows: pd.DataFrame) -> np.ndarray:
    return rows["own_draw"].fillna(False).to_numpy(dtype=bool)


def part_of_their_own(rows: pd.DataFrame) -> pd.Series:
    """By row the part that was drawn for the participant alone (0: none), or one of the signs of `with_own_parts`."""
    return rows[OWN_PART] if OWN_PART in rows else pd.Series(NOT_ALONE, index=rows.index)


def have_counted(rows: pd.DataFrame) -> np.ndarray:
    """Whether the round of each row counts for the participant, shape (n_rows,); practice never does."""
    played = rows["points_units"].notna() & ~rows["decided_by"].isin(GONE)
    return ((played | rows["compensation"].notna()) & ~rows["practice"].astype(bool)).to_numpy()


def with_own_parts(decisions: pd.DataFrame, not_here: Container[str]) -> pd.DataFrame:
    """With a column of parts of their own, where one part is paid and somebody draws alone: one part cannot know it.

    not_here : sessions some part of which is not in the decisions
    """
    alone = draws_alone(decisions) & (decisions["pay_parts"] == "one").to_numpy()
    if not alone.any():
        return decisions
    counted = decisions[alone & have_counted(decisions)]
    played, own = counted.groupby(PERSON, observed=True)["part"].unique(), np.full(len(decisions), NOT_ALONE)
    people = zip(*(decisions[name][alone] for name in PERSON), strict=True)
    own[alone] = [
        UNKNOWN if code in not_here else own_paid_part(code, person, played.get((code, person), ()))
        for code, person in people
    ]
    return decisions.assign(**{OWN_PART: own})


def check(decisions: pd.DataFrame, not_here: Container[str]) -> list[pd.DataFrame]:
    """Who draws alone that should not, and the other way round.

    Until somebody of a group that could not play drew alone, too, it depended on the `ending` alone: a session all of
    whose people follow that is right as well. Without a study nobody says who was taken out at the very end.
    """
    settled = decisions["own_draw"].notna() & ~decisions["practice"].astype(bool) & ~deleted(decisions)
    rows = decisions[settled.to_numpy()]
    people = rows.drop_duplicates(PERSON)
    lacking = pd.MultiIndex.from_frame(rows.loc[~have_counted(rows), PERSON].drop_duplicates())
    lacks = pd.MultiIndex.from_frame(people[PERSON]).isin(lacking)
    alone, ending = draws_alone(people), people["ending"]
    early, known = ~ending.isin(["", "complete"]).to_numpy(), (ending != "").to_numpy()
    complete_here = known & ~people["session_code"].isin(not_here).to_numpy()
    wrong = (~alone & (early | lacks)) | (alone & ~early & ~lacks & complete_here)
    before = pd.Series(known & (alone != early)).groupby(people["session_code"].to_numpy()).transform("any")
    wrong &= before.to_numpy()
    problem = "alone draws who ends early or has rounds that were not played"
    found = people[wrong]
    return [findings(IMPOSSIBLE, found, "own_draw", found["own_draw"], "1 or 0", problem)] if len(found) else []
