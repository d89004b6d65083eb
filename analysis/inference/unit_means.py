"""One number a unit and arm: the mean outcome over the unit's decisions. Tests work on these, not on decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from analysis.arguments import right_column
from analysis.inference.equality import smallest_units, snapped
from analysis.inference.results import Counts, Estimate, library, with_note
from analysis.inference.strata import IN_STRATA, STRATA, cells_of
from analysis.inference.units import UNIT
from analysis.words import counted
from mechanisms.shown import Shown

MOST_SAID = 300
"""Signs of the names of columns in an error message."""
LARGEST = 1e60
"""Of larger numbers the fourth powers, which degrees of freedom are made of, are no numbers."""
POINT = 1e-9
"""Limits that are nearer to the estimate, relative to what the means were made from, are the estimate."""
NO_INTERVAL = "No interval: "
NO_WIDTH = f"{NO_INTERVAL}the units vary too little, so that its limits would be the estimate itself."
STILL = f"{NO_INTERVAL}nothing varies within the arms."
ALIKE = (
    f"{NO_INTERVAL}the strata's differences are all the same, so that nothing is known of how they vary, and its "
    "limits would be the estimate itself."
)
OWN_STRATUM = "Strata do not enter: each unit is compared with itself."


@dataclass(frozen=True)
class UnitMeans(Shown):
    """Mean outcomes of independent units.

    outcome, unit : in words ("dominant_played", "session")
    arms : names of what is compared; differences are the second minus the first
    means : ndarray, shape (n_units, n_arms), in units of the outcome; NaN where a unit has no decision in an arm
    decisions : ndarray of int, shape (n_units, n_arms): how many decisions each mean is of
    strata : ndarray of int, shape (n_units,): units are compared within a stratum only (all 0: there is one)
    units : ndarray of str, shape (n_units,): their names
    observation : what `decisions` counts, "decision" or "group"
    made_of : the largest absolute number that the means were made from, at least the largest mean
    exchangeable : False where the arms play different games, whose units vary differently even without an effect
    remark : what `as_tested` has left out, a sentence
    """

    outcome: str
    unit: str
    arms: tuple[str, ...]
    means: np.ndarray
    decisions: np.ndarray
    strata: np.ndarray
    units: np.ndarray
    observation: str = "decision"
    made_of: float = 0.0
    exchangeable: bool = True
    remark: str = ""

    def __post_init__(self) -> None:
        """Means that are equal, but for rounding, become the same number (equality.py)."""
        largest = float(np.nanmax(np.abs(self.means), initial=self.made_of))
        check_size("means", largest)
        object.__setattr__(self, "made_of", largest)
        object.__setattr__(self, "means", snapped(self.means, largest))

    @classmethod
    def from_arrays(
        cls, arms: Mapping[str, Sequence[float] | np.ndarray], outcome: str = "outcome", unit: str = "unit"
    ) -> UnitMeans:
        """Arms of different units, given as their means (counted as one decision each).

        >>> UnitMeans.from_arrays({"A": [0.2, 0.3], "B": [0.5]}).means.tolist()
        [[0.2, nan], [0.3, nan], [nan, 0.5]]
        """
        values = [np.asarray(entries, dtype=float) for entries in arms.values()]
        means = np.full((sum(map(len, values)), len(values)), np.nan)
        start = 0
        for column, entries in enumerate(values):
            means[start : start + len(entries), column] = entries
            start += len(entries)
        n = len(means)
        names = np.arange(1, n + 1).astype(str)
        return cls(outcome, unit, tuple(arms), means, (~np.isnan(means)).astype(int), np.zeros(n, dtype=int), names)

    @classmethod
    def from_pairs(
        cls,
        first: Sequence[float],
        second: Sequence[float],
        arms: tuple[str, str] = ("A", "B"),
        outcome: str = "outcome",
    ) -> UnitMeans:
        """The same units in two arms.

        >>> UnitMeans.from_pairs([0.2, 0.3], [0.5, 0.1]).design
        'within'
        """
        means = np.column_stack([first, second]).astype(float)
        n = len(means)
        names = np.arange(1, n + 1).astype(str)
        return cls(outcome, "unit", arms, means, np.ones(means.shape, dtype=int), np.zeros(n, dtype=int), names)

    @property
    def design(self) -> str:
        """ "between": each unit is in one arm; "within": each is in all; "mixed": neither."""
        arms_of_unit = (~np.isnan(self.means)).sum(axis=1)
        if (arms_of_unit <= 1).all():
            return "between"
        return "within" if (arms_of_unit == len(self.arms)).all() else "mixed"

    @property
    def question(self) -> str:
        return f"{self.outcome}: " + (
            f"{self.arms[1]} − {self.arms[0]}" if len(self.arms) == 2 else ", ".join(self.arms)
        )

    @property
    def n_units(self) -> Counts:
        if self.design == "within":
            return (("", len(self.means)),)
        return tuple(zip(self.arms, (~np.isnan(self.means)).sum(axis=0).tolist(), strict=True))

    @property
    def n_decisions(self) -> Counts:
        counts = tuple(zip(self.arms, self.decisions.sum(axis=0).tolist(), strict=True))
        return tuple(entry for entry in counts if entry[1]) if self.design == "within" else counts  # a value has none

    def pair(self, first: str, second: str) -> UnitMeans:
        """Only two arms, and the units that are in one of them."""
        columns = [self.arms.index(first), self.arms.index(second)]
        return self.only(~np.isnan(self.means[:, columns]).all(axis=1), columns)

    def complete(self) -> UnitMeans:
        """Only the units that are in all arms."""
        return self.only(~np.isnan(self.means).any(axis=1))

    def only(self, rows: np.ndarray, columns: Sequence[int] | None = None) -> UnitMeans:
        kept = list(range(len(self.arms))) if columns is None else list(columns)
        return replace(
            self,
            arms=tuple(self.arms[column] for column in kept),
            means=self.means[rows][:, kept],
            decisions=self.decisions[rows][:, kept],
            strata=self.strata[rows],
            units=self.units[rows],
        )

    def as_tested(self) -> UnitMeans:
        """Only the units that tests within strata use: those of strata that have several arms; `remark` says what is
        left out. Units in several arms are compared with themselves: strata do not enter.

        >>> import numpy as np
        >>> from dataclasses import replace
        >>> means = UnitMeans.from_arrays({"A": [0.2, 0.3], "B": [0.5]})
        >>> used = replace(means, strata=np.array([1, 2, 2])).as_tested()
        >>> used.n_units, used.remark
        ((('A', 1), ('B', 1)), '1 unit in strata with one arm only does not count.')
        """
        strata, stratum = np.unique(self.strata, return_inverse=True)
        if len(strata) < 2:
            return self
        if self.design != "between":
            return replace(self, strata=np.zeros_like(self.strata), remark=OWN_STRATUM)
        there = ~np.isnan(self.means)
        kept = np.array([there[stratum == s].any(axis=0).sum() > 1 for s in range(len(strata))])[stratum]
        if kept.all() or not kept.any():
            return self
        out = int((~kept).sum())
        told = f"{counted(out, self.unit)} in strata with one arm only {'does' if out == 1 else 'do'} not count."
        return replace(self.only(kept), remark=told)

    @property
    def within_strata(self) -> str:
        """What methods say of a test within strata; "" where there are none."""
        strata = self.design == "between" and (len(np.unique(self.strata)) > 1 or self.remark)
        return IN_STRATA if strata else ""

    def labelled(self) -> tuple[np.ndarray, np.ndarray]:
        """Values and arm numbers of the units, shapes (n_units,): for units that are in one arm each."""
        self.need("between", "each unit in one arm")
        return np.nansum(self.means, axis=1), np.argmax(~np.isnan(self.means), axis=1)

    def two_samples(self) -> tuple[np.ndarray, np.ndarray]:
        """The values of the first and of the second of two arms."""
        self.need_two_arms()
        self.need("between", "each unit in one arm")
        first, second = (column[~np.isnan(column)] for column in self.means.T)
        return first, second

    def differences(self) -> np.ndarray:
        """Second less first arm, one a unit: for units that are in both arms."""
        self.need_two_arms()
        self.need("within", "each unit in both arms; use .complete() to leave the others out")
        return snapped(self.means[:, 1] - self.means[:, 0], self.made_of)

    def against(self, value: float, name: str = "") -> UnitMeans:
        """Of one arm: each unit beside a value that all are compared with, as if it had been in an arm of that value.

        >>> UnitMeans.from_arrays({"A": [0.2, 0.3]}).against(0.5).differences().tolist()
        [-0.3, -0.2]
        """
        if len(self.arms) != 1:
            raise ValueError(f"means: {len(self.arms)} arms ({', '.join(self.arms)}); expected one")
        own = ~np.isnan(self.means[:, 0])
        means, decisions = self.means[own, 0], self.decisions[own, 0]
        return replace(
            self.only(own),
            arms=(name or f"{value:g}", *self.arms),
            means=np.column_stack([np.full(len(means), value), means]),
            decisions=np.column_stack([np.zeros(len(means), dtype=int), decisions]),
            made_of=max(self.made_of, abs(value)),
        )

    def need(self, design: str, expected: str) -> None:
        if self.design != design:
            raise ValueError(f"means: the design is {self.design}; expected {expected}")

    def need_two_arms(self) -> None:
        if len(self.arms) != 2:
            raise ValueError(f"means: {len(self.arms)} arms ({', '.join(self.arms)}); expected two, see .pair()")

    def estimate(self, method: str, libraries: Sequence[str], **fields: object) -> Estimate:
        """An `Estimate` with question, unit and counts filled in."""
        blank = Estimate(self.question, method, library(*libraries), self.unit, self.n_units, self.n_decisions)
        found = self._with_width(replace(blank, observation=self.observation, **fields))  # type: ignore[arg-type]
        return with_note(found, self.remark)

    def _with_width(self, found: Estimate) -> Estimate:
        """Without its interval if that is the estimate alone, as where units do not vary: the next unit might differ.
        The same of limits that few units leave open.

        >>> same = UnitMeans.from_arrays({"A": [0.2] * 4, "B": [0.2] * 4})
        >>> same.estimate("test", ["numpy"], effect=0.0, interval=(0.0, 0.0)).interval
        (nan, nan)
        """
        limits = np.array(found.interval)
        finite = limits[np.isfinite(limits)]
        if np.isnan(limits).any() or (np.abs(finite - found.effect) > POINT * (self.made_of or 1.0)).any():
            return found
        why = self._why_no_width()
        if not len(finite) and why not in (STILL, NO_WIDTH):
            return found
        return with_note(replace(found, interval=(np.nan, np.nan), interval_method=""), why or NO_WIDTH)

    def _why_no_width(self) -> str:
        """Why nothing is known of how the difference of two arms varies; "": something is."""
        point = POINT * (self.made_of or 1.0)
        if len(self.arms) != 2 or self.design == "mixed":
            return ""
        if self.design == "within":
            return NO_WIDTH if np.ptp(self.differences()) <= point else ""
        strata, differences, squares = cells_of(*self.labelled(), self.strata)
        if not len(differences) or float(strata.variance(differences, squares)) > point**2:
            return ""
        return ALIKE if strata.known_from == STRATA else STILL

    def refusal(self, method: str, libraries: Sequence[str], why: str) -> Estimate:
        """An `Estimate` without p-value that says why no test is possible."""
        return self.estimate(method, libraries, note=f"No test is possible: {why}")


def unit_means(
    rows: pd.DataFrame,
    outcome: str,
    by: str,
    unit: str = "unit",
    arms: Sequence[str] | None = None,
    stratum: str | Sequence[str] | None = None,
) -> UnitMeans:
    """Mean outcome of each unit in each arm.

    Parameters
    ----------
    rows : decisions or groups with the column `unit` (`units.add_units`); rows with a blank outcome are left out
    outcome : a column of numbers or flags
    by : the column whose entries are the arms
    unit : what a unit is, in words (`Units.kind`)
    arms : the entries of `by` to compare, in this order; None: all, sorted
    stratum : a column, or several whose combinations are the strata, that is the same in all rows of a unit: within
        what the arms were assigned (waves, laboratories, pairs)

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"unit": ["s", "s", "t"], "arm": ["A", "A", "B"], "hit": [0, 1, 1]})
    >>> unit_means(table, "hit", "arm").means.tolist()
    [[0.5, nan], [nan, 1.0]]
    """
    needed = dict.fromkeys([UNIT, outcome, by, *columns_of(stratum)])
    for column in needed:
        if column not in rows:
            known = list(map(str, rows.columns))
            some = f"there are {', '.join(known)}"[:MOST_SAID]
            raise ValueError(f"rows: no column {column}; {right_column(column, known, some)}")
    if rows.empty:
        raise ValueError("rows: a table without rows; expected one with at least one decision")
    there = rows.loc[rows[outcome].notna() & rows[by].notna(), list(needed)]  # of a hundred columns
    if not is_numeric_dtype(there[outcome]) and not is_numeric_dtype(there[outcome].convert_dtypes()):
        raise ValueError(f"outcome: {outcome} holds {there[outcome].iloc[0]!r}; expected a column of numbers or flags")
    found = sorted(map(str, there[by].unique()))
    names = list(map(str, arms)) if arms is not None else found
    if len(set(names)) < len(names):
        raise ValueError(f"arms: {', '.join(names)}; expected each once")
    if missing := [name for name in names if name not in found]:
        raise ValueError(f"arms: no row with {by} = {', '.join(missing)}; expected some of {', '.join(found)}")
    largest = float(there[outcome].astype("float64").abs().max()) if len(there) else 0.0
    check_size(f"outcome: {outcome}", largest)
    values = pd.DataFrame({"y": there[outcome].astype("float64"), "arm": there[by].astype(str), "unit": there[UNIT]})
    units_in_one = smallest_units(values["y"].to_numpy())
    if units_in_one is not None:
        values["y"] = np.rint(values["y"] * units_in_one)
    grouped = values.groupby(["unit", "arm"], observed=True)["y"]
    mean = grouped.mean() if units_in_one is None else grouped.sum() / (grouped.size() * units_in_one)
    means = mean.unstack("arm").reindex(columns=names).dropna(how="all")
    counts = grouped.size().unstack("arm").reindex(index=means.index, columns=names).fillna(0)
    strata = strata_of(there, stratum, means.index)
    units = means.index.to_numpy(dtype=str)
    counted = counts.to_numpy(dtype=int)
    return UnitMeans(outcome, unit, tuple(names), means.to_numpy(), counted, strata, units, made_of=largest)


def check_size(name: str, largest: float) -> None:
    """ValueError if the largest absolute number of an argument cannot be computed with."""
    if largest > LARGEST:
        raise ValueError(f"{name}: {largest:g}; expected numbers of at most {LARGEST:g} in size")


def columns_of(stratum: str | Sequence[str] | None) -> list[str]:
    """The columns that a stratum is given by.

    >>> columns_of("wave"), columns_of(["wave", "laboratory"]), columns_of(None)
    (['wave'], ['wave', 'laboratory'], [])
    """
    if stratum is None:
        return []
    return [stratum] if isinstance(stratum, str) else list(stratum)


def strata_of(rows: pd.DataFrame, stratum: str | Sequence[str] | None, units: pd.Index) -> np.ndarray:
    """Number of the stratum of each unit, (n_units,); ValueError if a column differs within a unit."""
    columns = columns_of(stratum)
    if not columns:
        return np.zeros(len(units), dtype=int)
    of_unit = rows[[UNIT, *columns]].drop_duplicates()
    if twice := sorted(of_unit.loc[of_unit[UNIT].duplicated(), UNIT].unique()):
        raise ValueError(f"stratum: {', '.join(columns)} differs within unit {twice[0]}; expected one entry a unit")
    return of_unit.set_index(UNIT).reindex(units).groupby(columns, sort=True, dropna=False).ngroup().to_numpy()
