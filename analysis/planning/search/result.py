"""What a search of designs found: every design with its numbers, the frontier of power and money, the proposals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from analysis.planning.decisions import ALTERNATIVES, FAST
from analysis.planning.power import WANTED, PlanError
from analysis.planning.search.measured import NUMBERS, Search, assessed
from analysis.planning.work import done, pieces
from mechanisms.certificate.variations import said
from mechanisms.shown import Shown, Words, table_rows
from mechanisms.writing import listed

BY = ("power", "likelihood")
MOST_DESIGNS = 20_000


@dataclass(frozen=True, eq=False)
class DesignSearch(Shown):
    """search, by : what was asked for; table : a row a design, the best by `score` first, those that do not meet a
    requirement last; frontier : a row a pair of design and number of sessions that no other pair beats at its cost;
    proposals : numbers of designs, the best first

    Columns of the table: design (its number; 0 is the treatment as it is), the keys that vary, those of
    `analysis.planning.search.measured.NUMBERS`, sessions (of each treatment: the fewest with a power of 80 %, else the
    most that were tried), enough (whether they have it), power, power_low, power_high (95 %, Clopper–Pearson), money
    (what these sessions cost), score, frontier, unmet and reason.
    """

    search: Search
    by: str
    table: pd.DataFrame
    frontier: pd.DataFrame
    proposals: tuple[int, ...]

    def _facts(self) -> dict[str, object]:
        return {"": Words(f"{len(self.table)} designs"), "proposals": Words(", ".join(map(str, self.proposals)))}

    def _rows(self) -> tuple[list[str], list[list[object]]]:
        return table_rows(self.table)

    @property
    def judged(self) -> pd.DataFrame:
        """The designs that meet all requirements."""
        return self.table[self.table["unmet"] == ""]

    @property
    def left_out(self) -> Counter[str]:
        """Requirement -> how many designs do not meet it (the first that they do not meet)."""
        return Counter(self.table.loc[self.table["unmet"] != "", "unmet"])


def design_search(
    search: Search,
    by: str = "power",
    proposals: int = 3,
    workers: int = 1,
    ray: str | None = None,
    folder: Path | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> DesignSearch:
    """Judge all designs of a search.

    Parameters
    ----------
    by : "power": power per unit of money, designs that reach 80 % before all others; "likelihood": the expected log
        likelihood ratio per unit of money
    proposals : how many designs to propose, at most: of the frontier, and the best one
    workers, ray, folder, tell : as `analysis.planning.work.done`; they do not change the result

    Raises
    ------
    PlanError, TreatmentError, PopulationError, WorkError
        One line each.
    """
    _check(search, by, proposals)
    search.space.designs(0)
    every = pieces(len(search.space), 1)
    found = done(partial(assessed, search), every, ("design", search), workers, ray, folder, tell)
    table = _table(search, by, found)
    if (table["unmet"] == "").sum() == 0:
        counts = ", ".join(f"{why} ({n})" for why, n in Counter(table["unmet"]).most_common())
        raise PlanError(f"no design meets what is required: {counts}; for the first: {table['reason'].iloc[0]}")
    frontier = _frontier(search, found)
    table["frontier"] = table["design"].isin(frontier["design"])
    best = table[table["frontier"] | (table.index == 0)]
    best = best[best["unmet"] == ""]["design"]
    return DesignSearch(search, by, table, frontier, tuple(int(k) for k in best[:proposals]))


def _check(search: Search, by: str, proposals: int) -> None:
    if by not in BY:
        raise PlanError(f"by: {by!r}: use {' or '.join(BY)}")
    if not search.space.keys:
        raise PlanError("vary: nothing varies: give at least one KEY=V1,V2")
    if len(search.space) > MOST_DESIGNS:
        raise PlanError(f"vary: {len(search.space):,} designs: use at most {MOST_DESIGNS:,}")
    if search.theories and search.populations[0] == search.populations[1]:
        raise PlanError("theories: both are the same")
    if not search.theories and (by == "likelihood" or not search.space.second):
        raise PlanError("two theories can be told apart in one treatment; power by an outcome needs a second treatment")
    if search.test not in FAST:
        raise PlanError(f"test: {search.test!r}: use a test of unit means: {listed(FAST)}")
    if search.alternative not in ALTERNATIVES:
        raise PlanError(f"alternative: {search.alternative!r}: use one of {', '.join(ALTERNATIVES)}")
    if not 0 < search.level < 1:
        raise PlanError(f"level: {search.level}: use a number between 0 and 1")
    if search.sessions < 1 or search.experiments < 2 or proposals < 1 or search.seconds <= 0:
        raise PlanError("sessions, proposals and seconds: use 1 or more; experiments: 2 or more")


def _table(search: Search, by: str, found: dict[str, np.ndarray]) -> pd.DataFrame:
    space = search.space
    table = pd.DataFrame({"design": np.arange(len(space))})
    for key in space.keys:
        table[key] = [said(space.changes(k).get(key, "as it is")) for k in range(len(space))]
    for k, name in enumerate(NUMBERS):
        table[name] = found["numbers"][:, k]
    power, cost = found["power"], table["cost"].to_numpy()
    reached = power >= WANTED
    enough = reached.any(axis=1)
    at = np.where(enough, reached.argmax(axis=1), power.shape[1] - 1)
    chosen = power[np.arange(len(power)), at]
    table["sessions"], table["enough"], table["power"] = at + 1, enough, chosen
    limits = [
        (np.nan, np.nan)
        if np.isnan(p)
        else binomtest(round(p * search.experiments), search.experiments).proportion_ci()
        for p in chosen
    ]
    table["power_low"], table["power_high"] = [low for low, _ in limits], [high for _, high in limits]
    table["money"] = cost * (at + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["score"] = chosen / table["money"] if by == "power" else table["separation"] / cost
    table["unmet"], table["reason"] = found["unmet"], found["reason"]
    first = ["judged", "enough", "score"] if by == "power" else ["judged", "score"]
    table["judged"] = table["unmet"] == ""
    ordered = table.sort_values([*first, "design"], ascending=[*[False] * len(first), True], na_position="last")
    return ordered.drop(columns="judged").reset_index(drop=True)


def _frontier(search: Search, found: dict[str, np.ndarray]) -> pd.DataFrame:
    """Pairs of design and sessions, by cost: each has more power than all that cost no more."""
    power = found["power"]
    design, count = np.nonzero(~np.isnan(power))
    cost = found["numbers"][design, NUMBERS.index("cost")] * (count + 1)
    pairs = pd.DataFrame({"design": design, "sessions": count + 1, "money": cost, "power": power[design, count]})
    pairs = pairs.sort_values(["money", "power", "design"], ascending=[True, False, True], ignore_index=True)
    before = pairs["power"].cummax().shift(fill_value=0.0)
    return pairs[pairs["power"] > before].reset_index(drop=True)
