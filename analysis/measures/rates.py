"""Summaries of the predictions: how often play agrees with theory, and how often chance alone would.

Selten's measure of predictive success is m = r - a: hit rate r less area a, the share of all possible messages (or
message profiles) that the prediction allows, which is what uniform random play hits on average. m is 0 for chance, at
most 1 - a, and comparable across treatments whose predictions differ in sharpness; raw hit rates are not. Shuffled
play (`analysis.measures.shuffled`) is a second benchmark: it keeps the frequencies of messages and re-matches who met
whom.

A decision counts if the person made it: decisions drawn because time ran out are left out, and so are groups with one.
Nothing here is inference: n is the number of decisions or groups, which are not independent of each other.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.games import GROUP, cause_of, drawn
from mechanisms.session.record import NOT_OWN

TREATMENT = ["treatment", "identity"]

DOMINANT = ("dominant_played", "dominant_area", "dominant_distance")
NASH = ("nash_played", "nash_area", "nash_distance")
NASH_MESSAGE = ("nash_message_played", "nash_message_area", "nash_distance")
BEST_REPLY = ("best_reply_played", "best_reply_area", "best_reply_distance")
GROUP_DOMINANT = ("group_dominant", "group_dominant_area", "dominant_distance")
SHUFFLED = {
    "group_dominant": "group_dominant_shuffled",
    "nash_played": "nash_shuffled",
    "best_reply_played": "best_reply_shuffled",
}
"""Hit -> what shuffled play hits, where `analysis.measures.shuffled.shuffle` has added it."""

ABOVE = "_above_chance"
"""Ending of columns that hold an outcome less what uniform play gives, see `analysis.measures.chance`."""
HALVES = ("first half", "last half")


def own_decisions(predicted: pd.DataFrame) -> pd.DataFrame:
    """The decisions that people made themselves.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"message": [3.0, 5.0, None], "timed_out": [False, True, False],
    ...                      "decided_by": ["participant", "clock", ""]})
    >>> own_decisions(rows)["message"].tolist()
    [3.0]
    """
    own = (predicted["message"].notna() & ~drawn(predicted)).to_numpy(dtype=bool)
    return predicted if own.all() else predicted[own]  # a large table is not copied for nothing


def own_groups(predicted: pd.DataFrame) -> pd.DataFrame:
    """One row (that of position 1) a group that decided without timeout; distances are means of the members.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"session_code": "s", "part": 1, "practice": False, "round": 1, "group": [1, 1, 2, 2],
    ...                      "position": [1, 2, 1, 2], "group_timed_out": [False, False, True, True],
    ...                      "nash_distance": [2.0, 0.0, 0.0, 0.0]})
    >>> own_groups(rows)[["group", "nash_distance"]].values.tolist()
    [[1.0, 1.0]]
    """
    own = ~predicted["group_timed_out"].fillna(True).to_numpy(dtype=bool)
    first = (predicted["position"] == 1).to_numpy(dtype=bool)
    distances = [name for name in ("nash_distance", "dominant_distance") if name in predicted]
    means = predicted.loc[own, [*GROUP, *distances]].groupby(GROUP)[distances].transform("mean")[first[own]]
    return predicted[own & first].assign(**{name: means[name].to_numpy() for name in distances})


def add_half(rows: pd.DataFrame) -> pd.DataFrame:
    """The table with the column half: "first half" or "last half" of the rounds of the part; the middle one of an odd
    number of rounds is in neither, and blank. The input is not changed.

    >>> add_half(pd.DataFrame({"round": [1, 2, 3], "rounds": 3}))["half"].tolist()
    ['first half', nan, 'last half']
    """
    half, number = rows["rounds"] // 2, rows["round"]
    codes = np.select([number <= half, number > rows["rounds"] - half], [0, 1], -1)
    return rows.assign(half=pd.Categorical.from_codes(codes, categories=list(HALVES)))


def success(rows: pd.DataFrame, measure: tuple[str, str, str], by: list[str]) -> pd.DataFrame:
    """Hit rate, area and Selten's measure.

    Parameters
    ----------
    rows : `own_decisions` or `own_groups`
    measure : DOMINANT, NASH_MESSAGE or BEST_REPLY (decisions), NASH or GROUP_DOMINANT (groups): columns of hit, area
        and distance
    by : columns to group by

    Returns
    -------
    DataFrame with the columns `by`, n (rows for which a prediction exists), hits, rate, area, selten, distance (mean);
    no row where n would be 0. If the rows have what shuffled play hits, also shuffled (its mean) and above_shuffled
    (rate - shuffled).

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.measures.rates import DOMINANT
    >>> rows = pd.DataFrame({"treatment": "t", "dominant_played": [True, False, True, True], "dominant_area": 0.25,
    ...                      "dominant_distance": [0, 2, 0, 0]})
    >>> success(rows, DOMINANT, ["treatment"])[["n", "hits", "rate", "area", "selten"]].values.tolist()
    [[4.0, 3.0, 0.75, 0.25, 0.5]]
    """
    hit, area, distance = measure
    shuffled = SHUFFLED.get(hit, "")
    needed = dict.fromkeys([hit, area, distance, *by, *([shuffled] if shuffled in rows else [])])
    there = rows.loc[rows[hit].notna(), list(needed)]  # of a hundred columns
    table = pd.DataFrame({"hit": there[hit].astype("float64"), "area": there[area], "distance": there[distance]})
    if shuffled in there:
        table["shuffled"] = there[shuffled]
    grouped = table.groupby([there[column] for column in by], sort=True, observed=True)
    # not by one agg(...), which takes three times as long
    mean = grouped.mean()
    result = pd.DataFrame({"n": grouped.size(), "hits": grouped["hit"].sum(), "rate": mean["hit"]})
    result[["area", "distance"]] = mean[["area", "distance"]]
    result["selten"] = result["rate"] - result["area"]
    if "shuffled" in table:
        result["shuffled"] = mean["shuffled"]
        result["above_shuffled"] = result["rate"] - result["shuffled"]
    return result.reset_index().astype({"hits": "int64"})


def truth(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Truthful reports by `by`: n, rate, area (1 / messages on the grid), bias (mean of report - type), size (mean of
    its absolute value); no row where messages are not reports.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"treatment": "t", "misreport": [0, 3, -1, 0], "truthful": [True, False, False, True],
    ...                      "message_share": 0.1})
    >>> truth(rows, ["treatment"]).values.tolist()
    [['t', 4, 0.5, 0.1, 0.5, 1.0]]
    """
    there = rows[rows["misreport"].notna()]
    table = pd.DataFrame(
        {
            "hit": there["truthful"].astype("float64"),
            "area": there["message_share"],
            "bias": there["misreport"],
            "size": there["misreport"].abs(),
        }
    )
    grouped = table.groupby([there[column] for column in by], sort=True)
    result = grouped.agg(
        n=("hit", "size"), rate=("hit", "mean"), area=("area", "mean"), bias=("bias", "mean"), size=("size", "mean")
    )
    return result.reset_index()


def efficiency(groups: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Surplus by `by`: n groups, means of surplus, efficient surplus, loss, transfers, the share of groups with the
    efficient surplus, and of the ratio over the n_ratio groups whose efficient surplus is positive.

    Examples
    --------
    >>> import pandas as pd
    >>> groups = pd.DataFrame({"treatment": "t", "surplus": [8.0, 10.0], "efficient_surplus": 10.0,
    ...                        "surplus_lost": [2.0, 0.0], "efficiency": [0.8, 1.0],
    ...                        "transfers_sum": [-1.0, 0.0], "coalition_gain": 0.0, "coalition_gain_agreed": 0.0})
    >>> efficiency(groups, ["treatment"])[["n", "surplus", "surplus_lost", "efficient", "efficiency"]].values.tolist()
    [[2.0, 9.0, 1.0, 0.5, 0.9]]
    """
    exact = np.isclose(
        groups["surplus_lost"],
        0,
        atol=1e-9 * max(1.0, float(groups["efficient_surplus"].abs().max()) if len(groups) else 1.0),
    )
    grouped = groups.assign(efficient=exact).groupby(by, sort=True)
    return grouped.agg(
        n=("surplus", "size"),
        surplus=("surplus", "mean"),
        efficient_surplus=("efficient_surplus", "mean"),
        surplus_lost=("surplus_lost", "mean"),
        efficient=("efficient", "mean"),
        n_ratio=("efficiency", "count"),
        efficiency=("efficiency", "mean"),
        transfers_sum=("transfers_sum", "mean"),
        coalition_gain=("coalition_gain", "mean"),
        coalition_gain_agreed=("coalition_gain_agreed", "mean"),
    ).reset_index()


def foregone(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Points foregone against a best reply to the actual others, by `by`; rows: `own_decisions`.

    Returns
    -------
    DataFrame with the columns `by`, n, mean, median, most, chance (mean of what uniform random play foregoes at the
    same places), share (mean of foregone_share), loss (mean of dominant_loss_mean; NaN without dominant messages)

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"treatment": "t", "foregone_points": [0.0, 6.0, 0.0], "foregone_by_chance": 8.0,
    ...                      "foregone_share": [0.0, 0.5, 0.0], "dominant_loss_mean": 1.0})
    >>> foregone(rows, ["treatment"])[["n", "mean", "median", "most", "chance"]].values.tolist()
    [[3.0, 2.0, 0.0, 6.0, 8.0]]
    """
    there = rows[rows["foregone_points"].notna()]
    grouped = there.groupby(by, sort=True, observed=True)
    return grouped.agg(
        n=("foregone_points", "size"),
        mean=("foregone_points", "mean"),
        median=("foregone_points", "median"),
        most=("foregone_points", "max"),
        chance=("foregone_by_chance", "mean"),
        share=("foregone_share", "mean"),
        loss=("dominant_loss_mean", "mean"),
    ).reset_index()


def sample(predicted: pd.DataFrame) -> pd.DataFrame:
    """Who and what is in the data, one row a treatment."""
    table = predicted.assign(
        person=predicted["session_code"] + "/" + predicted["participant_id"].astype(str),
        decided=predicted["message"].notna(),
        **{cause: (cause_of(predicted) == cause) & predicted["message"].notna() for cause in NOT_OWN},
        by_bot=predicted["is_bot"] & predicted["message"].notna(),
    )
    groups = predicted[(predicted["position"] == 1) & predicted["surplus"].notna()].groupby(TREATMENT).size()
    result = table.groupby(TREATMENT, sort=True).agg(
        sessions=("session_code", "nunique"),
        participants=("person", "nunique"),
        rows=("decided", "size"),
        decisions=("decided", "sum"),
        **{cause: (cause, "sum") for cause in NOT_OWN},
        bots=("by_bot", "sum"),
    )
    result["incomplete"] = result["rows"] - result["decisions"]
    result["groups"] = groups.reindex(result.index, fill_value=0)
    return result.reset_index()


def points(predicted: pd.DataFrame) -> pd.DataFrame:
    """Points of a round by treatment and role, timeouts included: n, mean, standard deviation, least, most."""
    rows = predicted[predicted["points"].notna()]
    grouped = rows.groupby([*TREATMENT, "position", "role"], sort=True)["points"]
    return grouped.agg(n="size", mean="mean", sd="std", least="min", most="max").reset_index()


def payments(predicted: pd.DataFrame) -> pd.DataFrame:
    """Money of a participant by treatment: earnings of this part, and total payment of the session."""
    people = predicted.drop_duplicates(["session_code", "part", "participant_id"])
    people = people[people["total_payment"].notna()]
    grouped = people.groupby(TREATMENT, sort=True)
    return grouped.agg(
        n=("total_payment", "size"),
        part_mean=("part_earnings", "mean"),
        part_sd=("part_earnings", "std"),
        part_least=("part_earnings", "min"),
        part_most=("part_earnings", "max"),
        total_mean=("total_payment", "mean"),
        total_sd=("total_payment", "std"),
        total_least=("total_payment", "min"),
        total_most=("total_payment", "max"),
    ).reset_index()
