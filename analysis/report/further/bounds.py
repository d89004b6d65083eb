"""Bounds on a difference of two treatments, whatever is missing: Manski's (1990) and Lee's (2009)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.inference.compare import analysed, observation_of
from analysis.inference.results import Estimate
from analysis.inference.unit_means import unit_means
from analysis.inference.units import UNIT
from analysis.measures.chance import CHANCE, HITS
from analysis.measures.outcomes import Outcome
from analysis.report.comparisons import ARM
from analysis.report.further.section import is_of_games, main_test, of_units, rows_of, strata_in
from analysis.report.methods import Sources
from analysis.report.tables import Table
from analysis.report.writing import interval_text
from analysis.words import NOTHING, fixed, listed, percent

BOUNDS = ("Manski, lower", "Manski, upper", "Lee, lower", "Lee, upper")


class Bounded(NamedTuple):
    """ends : name of BOUNDS -> the estimate of that end; there: share that is there in each arm"""

    outcome: Outcome
    pair: str
    there: tuple[float, float]
    found: float
    ends: dict[str, Estimate]


def bounded(planned: pd.DataFrame, outcome: Outcome, first: str, second: str, sources: Sources) -> Bounded:
    column, arms = outcome.column, (first, second)
    seen = rows_of(sources.predicted[sources.predicted[ARM].isin(arms)], column)
    lost = _lost(planned[planned[ARM].isin(arms)], seen, sources.predicted, column, arms)
    sums = seen[column].astype("float64").groupby([seen[UNIT], seen[ARM].astype(str)]).agg(["sum", "size"])
    cells = sums.join(lost.rename("lost"), how="outer").fillna(0.0)
    totals = cells.groupby(level=1)[["size", "lost"]].sum()
    share = totals["size"] / totals.sum(axis=1)
    there = float(share.get(first, np.nan)), float(share.get(second, np.nan))
    strata = strata_in(planned, sources.inference.plan.stratum)

    def end(values: pd.Series, size: pd.Series, name: str) -> Estimate:
        means = of_units(values, size.round(), f"{column}, {name}", sources.units.kind, arms, strata)
        return main_test(means, outcome)

    ends = {}
    if outcome.raw in HITS:
        for name, fills in _fills(outcome, seen, arms).items():
            fill = cells.index.get_level_values(1).map(dict(zip(arms, fills, strict=True))).to_numpy(dtype=float)
            whole = cells["size"] + cells["lost"]
            ends[name] = end(((cells["sum"] + cells["lost"] * fill) / whole)[whole > 0], whole, name)
    for name, raised in (("Lee, lower", (True, False)), ("Lee, upper", (False, True))):
        weight = _trimmed(seen, column, arms, there, raised)
        value = seen[column].astype("float64")
        keys = [seen[UNIT], seen[ARM].astype(str)]
        kept = weight.groupby(keys).sum()
        ends[name] = end(((weight * value).groupby(keys).sum() / kept)[kept > 0], kept[kept > 0], name)
    there_in = [a for a in arms if a in set(seen[ARM])]
    means = unit_means(seen, column, ARM, sources.units.kind, there_in, sources.inference.plan.stratum)
    return Bounded(outcome, f"{second} − {first}", there, main_test(means, outcome).effect, ends)


def _lost(
    planned: pd.DataFrame, seen: pd.DataFrame, predicted: pd.DataFrame, column: str, arms: tuple[str, str]
) -> pd.Series:
    """How many decisions or groups are missing, by unit and arm: of the outcome, which may not be defined for all."""
    if observation_of(column) == "group":
        planned = planned[planned["position"] == 1]
    total = planned.groupby([UNIT, planned[ARM].astype(str)]).size()
    counted = analysed(predicted[predicted[ARM].isin(arms)], column)[0]
    made = counted.groupby([UNIT, counted[ARM].astype(str)]).size().reindex(total.index, fill_value=0)
    defined = {arm: (seen[ARM] == arm).sum() / max(1, (counted[ARM] == arm).sum()) for arm in arms}
    return (total - made).clip(lower=0) * total.index.get_level_values(1).map(defined).to_numpy(dtype=float)


def _fills(outcome: Outcome, seen: pd.DataFrame, arms: tuple[str, str]) -> dict[str, tuple[float, float]]:
    """What is put for the missing ones of each arm, at both ends."""
    chance = dict.fromkeys(arms, 0.0)
    if is_of_games(outcome):
        chance = seen.groupby(seen[ARM].astype(str))[outcome.raw + CHANCE].mean().to_dict()
    low = [0.0 - chance.get(arm, 0.0) for arm in arms]
    high = [1.0 - chance.get(arm, 0.0) for arm in arms]
    return {"Manski, lower": (high[0], low[1]), "Manski, upper": (low[0], high[1])}


def _trimmed(
    seen: pd.DataFrame, column: str, arms: tuple[str, str], there: tuple[float, float], raised: tuple[bool, bool]
) -> pd.Series:
    """Weights of the rows: the arm of which more is there loses what it has more, from the top or from the bottom.

    raised : for each arm, whether it loses its lowest values, so that its mean rises
    """
    weight = pd.Series(1.0, index=seen.index)
    more = int(there[1] > there[0])
    share = 1 - there[1 - more] / there[more] if there[more] > 0 else 0.0
    if not share > 0:
        return weight
    here = seen[ARM] == arms[more]
    weight[here] = _weights(seen.loc[here, column].astype("float64"), share, raised[more])
    return weight


def _weights(values: pd.Series, share: float, lowest: bool) -> pd.Series:
    """1, or 0 for the given share of lowest (or highest) values; tied ones share what is taken from them.

    >>> _weights(pd.Series([0.0, 0.0, 1.0, 1.0]), 0.25, True).tolist()
    [0.5, 0.5, 1.0, 1.0]
    """
    counts = values.value_counts().sort_index(ascending=lowest)
    before = counts.cumsum() - counts
    cut = ((share * len(values) - before) / counts).clip(0.0, 1.0)
    return 1.0 - values.map(cut)


def bounds_table(found: list[Bounded], caption: str, stratum: tuple[str, ...] = ()) -> Table:
    rows = []
    for one in found:
        f, d = one.outcome.factor, one.outcome.decimals
        cells = [cell for kind in ("Manski", "Lee") for cell in _range(one.ends, kind, f, d)]
        there = " and ".join(percent(share) for share in one.there)
        rows.append([one.outcome.heading, one.pair, there, fixed(one.found * f, d), *cells])
    head = [
        "Outcome",
        "Comparison",
        "There (%)",
        "Found",
        "Manski's bounds",
        "95 % limits",
        "Lee's bounds",
        "95 % limits",
    ]
    note = (
        "There: the share of decisions (of groups, for outcomes of groups) that are not missing, in the treatment "
        "behind the minus sign and in the other. Bounds on the difference of unit means; 95 % limits: of the lower "
        "bound the lower, of the upper bound the upper limit of the two-sided test. Manski's: every missing one is a "
        "hit in one treatment and none in the other, for outcomes that are hit or missed. Lee's: the treatment with "
        "less missing is trimmed, from the top or the bottom; they are of those who would be there in both treatments, "
        "if the treatment moves everybody in or out in the same direction."
    )
    note += (
        f" Found, bounds and limits are within strata ({listed(stratum)}), what is trimmed is not." if stratum else ""
    )
    return Table(caption, head, rows, texts=2, note=note)


def _range(ends: dict[str, Estimate], kind: str, factor: float, decimals: int) -> list[str]:
    if f"{kind}, lower" not in ends:
        return [NOTHING, NOTHING]
    low, high = (ends[f"{kind}, {side}"] for side in ("lower", "upper"))
    bounds = interval_text(low.effect * factor, high.effect * factor, decimals)
    return [bounds, interval_text(low.interval[0] * factor, high.interval[1] * factor, decimals)]
