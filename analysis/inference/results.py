"""What a test or an estimate says: one frozen record for all of them, as a sentence and as a row of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version

import numpy as np
import pandas as pd

from analysis.words import MINUS, counted, listed
from mechanisms.shown import Shown, Words

Counts = tuple[tuple[str, int], ...]
"""(arm, number) in the order of the arms; one entry without a name where the same units are in all arms."""


@dataclass(frozen=True)
class Estimate(Shown):
    """One test or estimate, with everything that is needed to say what it rests on.

    question : what is compared, such as "dominant_played: groves − pivotal"
    method : the test or estimator, and what is special about this use of it
    library : name and version of what computed it
    unit : the independent unit in words, such as "session" or "matching silo"
    n_units, n_decisions : (arm, number) pairs
    effect_name, effect : what is estimated, and its value; NaN: nothing is
    interval, level, interval_method : limits may be infinite: the data allow no limit at this level
    statistic_name, statistic : NaN: none
    p, alternative, p_method : NaN: no test is possible, and `note` says why
    p_strict : what is corrected for several tests, at whose strict levels p would be too small; NaN: p itself (tables
        have p itself there, so that corrected p-values can be computed from the column)
    least_p : the least p-value that a test can give with so many units; NaN where it has no such floor
    note : what a reader must know beside
    observation : what n_decisions counts: "decision", or "group" for outcomes that a group shares
    """

    question: str
    method: str
    library: str
    unit: str
    n_units: Counts
    n_decisions: Counts
    effect_name: str = ""
    effect: float = np.nan
    interval: tuple[float, float] = (np.nan, np.nan)
    level: float = 0.95
    interval_method: str = ""
    statistic_name: str = ""
    statistic: float = np.nan
    p: float = np.nan
    alternative: str = "two-sided"
    p_method: str = ""
    p_strict: float = np.nan
    least_p: float = np.nan
    note: str = ""
    observation: str = "decision"

    def _facts(self) -> dict[str, object]:
        return {"": Words(self.sentence())}

    def sentence(self) -> str:
        """The result in plain English.

        >>> counts = (("A", 4), ("B", 4)), (("A", 80), ("B", 90))
        >>> print(Estimate("rate: B \u2212 A", "permutation test", "numpy 2.4.6", "session", *counts,
        ...                effect_name="difference", effect=0.25, p=2 / 70, p_method="exact").sentence())
        rate: B − A: difference 0.25; permutation test, p = 0.029 (two-sided, exact); N = 4 (A) and 4 (B) sessions, \
80 (A) and 90 (B) decisions; numpy 2.4.6.
        """
        parts = [f"{self.effect_name} {number(self.effect)}{self._interval()}"] if self.effect_name else []
        statistic = f", {self.statistic_name} = {number(self.statistic)}" if np.isfinite(self.statistic) else ""
        about = ", ".join(filter(None, [self.alternative, self.p_method]))
        p = "" if np.isnan(self.p) else f", {p_value(self.p)} ({about})"
        parts += [f"{self.method}{statistic}{p}"]
        counts = f"N = {of_arms(self.n_units, self.unit)}, {of_arms(self.n_decisions, self.observation)}"
        parts += [counts, self.library]
        return f"{self.question}: {'; '.join(parts)}." + (f" {self.note}" if self.note else "")

    def _interval(self) -> str:
        if np.isnan(self.interval[0]):
            return ""
        limits = f"{number(self.interval[0])} to {number(self.interval[1])}"
        return f" ({100 * self.level:g} % interval {limits}, {self.interval_method})"


def table(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """One row an estimate: the fields of `Estimate`, counts and intervals in columns of their own, and the sentence.

    Columns: question, method, effect_name, effect, low, high, level, interval_method, statistic_name, statistic, p,
    alternative, p_method, p_strict, least_p, unit, n_units, n_decisions (totals), n_units_by_arm,
    n_decisions_by_arm (text), observation, library, note, sentence.
    """
    columns = (
        *("question", "method", "effect_name", "effect", "low", "high", "level", "interval_method", "statistic_name"),
        *("statistic", "p", "alternative", "p_method", "p_strict", "least_p", "unit", "n_units", "n_decisions"),
        *("n_units_by_arm", "n_decisions_by_arm", "observation", "library", "note", "sentence"),
    )
    return pd.DataFrame([_row(estimate) for estimate in estimates], columns=list(columns))


def _row(estimate: Estimate) -> dict[str, object]:
    return vars(estimate) | {
        "low": estimate.interval[0],
        "high": estimate.interval[1],
        "p_strict": float(np.fmax(estimate.p, estimate.p_strict)),
        "n_units": sum(number for _, number in estimate.n_units),
        "n_decisions": sum(number for _, number in estimate.n_decisions),
        "n_units_by_arm": numbers(estimate.n_units),
        "n_decisions_by_arm": numbers(estimate.n_decisions),
        "sentence": estimate.sentence(),
    }


def with_note(estimate: Estimate, *notes: str) -> Estimate:
    """The estimate with more remarks at its end."""
    return replace(estimate, note=" ".join(filter(None, [estimate.note, *notes])))


def said(note: str, beginning: str) -> list[str]:
    """The sentences of a note that begin so.

    >>> said("Left out: 3. No interval: p is 0.5. No interval: none.", "No interval: ")
    ['No interval: p is 0.5.', 'No interval: none.']
    """
    return re.findall(rf"{re.escape(beginning)}.*?\.(?= |$)", note)


_version = cache(version)


def library(*names: str) -> str:
    """Names and versions of installed libraries: "numpy 2.4.6"."""
    return " and ".join(f"{name} {_version(name)}" for name in names)


def numbers(counts: Counts) -> str:
    """4 (A) and 5 (B); 9 where there are no arms."""
    return listed(f"{count:,} ({arm})" if arm else f"{count:,}" for arm, count in counts)


def of_arms(counts: Counts, noun: str) -> str:
    """4 (A) and 5 (B) sessions."""
    total = sum(count for _, count in counts)
    return numbers(counts) + counted(total, f" {noun}").removeprefix(str(total)).replace("  ", " ")


def number(value: float) -> str:
    """Three significant digits, with a true minus sign; an infinite limit in words."""
    if np.isinf(value):
        return "no upper limit" if value > 0 else "no lower limit"
    return f"{value:.3g}".replace("-", MINUS)


def p_value(p: float) -> str:
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}"
