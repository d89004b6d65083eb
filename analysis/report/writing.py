"""How tables and sentences write p-values, intervals, and effects with their intervals."""

from __future__ import annotations

import numpy as np

from analysis.inference.results import Estimate
from analysis.measures.outcomes import MONEY, Outcome
from analysis.words import NOTHING, fixed


def interval_text(low: float, high: float, decimals: int) -> str:
    """−25.5 to −4.0; infinite limits as −∞ and ∞."""
    if np.isnan(low) or np.isnan(high):
        return NOTHING
    texts = [("∞" if limit > 0 else "−∞") if np.isinf(limit) else fixed(limit, decimals) for limit in (low, high)]
    return f"{texts[0]} to {texts[1]}"


def difference_unit(outcome: Outcome) -> str:
    """The unit of a difference in an outcome, after a space; of money in no currency, none."""
    if outcome.unit == MONEY:
        return ""
    return " percentage points" if outcome.unit in ("%", "% points") else f" {outcome.unit}"


def interval_words(low: float, high: float, decimals: int, alternative: str = "two-sided", level: float = 0.95) -> str:
    """An interval in a sentence, that of a one-sided test as such.

    >>> interval_words(-np.inf, 7.61, 1, "less"), interval_words(np.nan, np.nan, 1)
    ('one-sided 95 % interval −∞ to 7.6', 'no interval, as too little varies')
    """
    if np.isnan(low) or np.isnan(high):
        return "no interval, as too little varies"
    side = "" if alternative == "two-sided" else "one-sided "
    return f"{side}{100 * level:g} % interval {interval_text(low, high, decimals)}"


def equals(p: str) -> str:
    """A p-value of `p_text` after "p": "= 0.041", or "< 0.001"."""
    return p if p.startswith("<") else f"= {p}"


def p_text(p: float) -> str:
    """Three decimals; below 0.001 so."""
    if np.isnan(p):
        return NOTHING
    return "< 0.001" if p < 0.001 else fixed(p, 3)


def with_limits(estimate: Estimate, factor: float, decimals: int) -> str:
    """The effect, and its interval in parentheses."""
    if np.isnan(estimate.effect):
        return NOTHING
    limits = interval_text(estimate.interval[0] * factor, estimate.interval[1] * factor, decimals)
    return fixed(estimate.effect * factor, decimals) + ("" if limits == NOTHING else f" ({limits})")
