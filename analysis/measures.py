"""Summaries of the predictions: how often play agrees with theory, and how often chance alone would.

Selten's measure of predictive success is m = r - a: hit rate r less area a, the share of all possible messages (or
message profiles) that the prediction allows, which is what uniform random play hits on average. m is 0 for chance, at
most 1 - a, and comparable across treatments whose predictions differ in sharpness; raw hit rates are not.

A decision counts if the person made it: decisions drawn because time ran out are left out, and so are groups with one.
Nothing here is inference: n is the number of decisions or groups, which are not independent of each other.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

TREATMENT = ["treatment", "identity"]

DOMINANT = ("dominant_played", "dominant_area", "dominant_distance")
NASH = ("nash_played", "nash_area", "nash_distance")
NASH_MESSAGE = ("nash_message_played", "nash_message_area", "nash_distance")


def own_decisions(predicted: pd.DataFrame) -> pd.DataFrame:
    """The decisions that people made themselves."""
    return predicted[predicted["message"].notna() & ~predicted["timed_out"].fillna(False).astype(bool)]


def own_groups(predicted: pd.DataFrame) -> pd.DataFrame:
    """One row (that of position 1) a group that decided without timeout; nash_distance is the mean of the members."""
    rows = predicted[~predicted["group_timed_out"].fillna(True).astype(bool)]
    group = ["session_code", "part", "round", "group"]
    distance = rows.groupby(group)["nash_distance"].transform("mean")
    return rows.assign(nash_distance=distance)[rows["position"] == 1]


def success(rows: pd.DataFrame, measure: tuple[str, str, str], by: list[str]) -> pd.DataFrame:
    """Hit rate, area and Selten's measure.

    Parameters
    ----------
    rows : `own_decisions` or `own_groups`
    measure : DOMINANT, NASH or NASH_MESSAGE: columns of hit, area and distance
    by : columns to group by

    Returns
    -------
    DataFrame with the columns `by`, n (rows for which a prediction exists), hits, rate, area, selten, distance (mean);
    no row where n would be 0
    """
    hit, area, distance = measure
    there = rows[rows[hit].notna()]
    table = pd.DataFrame({"hit": there[hit].astype("float64"), "area": there[area], "distance": there[distance]})
    grouped = table.groupby([there[column] for column in by], sort=True)
    result = grouped.agg(
        n=("hit", "size"),
        hits=("hit", "sum"),
        rate=("hit", "mean"),
        area=("area", "mean"),
        distance=("distance", "mean"),
    )
    result["selten"] = result["rate"] - result["area"]
    return result.reset_index().astype({"hits": "int64"})


def truth(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Truthful reports by `by`: n, rate, area (1 / messages on the grid), bias (mean of report - type), size (mean of
    its absolute value); no row where messages are not reports."""
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
    efficient surplus, and of the ratio over the n_ratio groups whose efficient surplus is positive."""
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
    ).reset_index()


def sample(predicted: pd.DataFrame) -> pd.DataFrame:
    """Who and what is in the data, one row a treatment."""
    table = predicted.assign(
        person=predicted["session_code"] + "/" + predicted["participant_id"].astype(str),
        decided=predicted["message"].notna(),
        drawn=predicted["timed_out"].fillna(False).astype(bool) & predicted["message"].notna(),
        by_bot=predicted["is_bot"] & predicted["message"].notna(),
    )
    groups = predicted[(predicted["position"] == 1) & predicted["surplus"].notna()].groupby(TREATMENT).size()
    result = table.groupby(TREATMENT, sort=True).agg(
        sessions=("session_code", "nunique"),
        participants=("person", "nunique"),
        rows=("decided", "size"),
        decisions=("decided", "sum"),
        timed_out=("drawn", "sum"),
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
