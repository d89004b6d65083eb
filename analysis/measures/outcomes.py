"""The main outcomes of the report: what treatments are compared by, in which unit, and when that makes sense."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.games import treatment_of
from analysis.measures.chance import CHANCE, HAVE_CHANCE
from analysis.measures.rates import ABOVE

MONEY = "money"
"""The unit of amounts that are paid, where no currency is said."""
GROUP = ["session_code", "part", "round", "group"]


@dataclass(frozen=True)
class Outcome:
    """A column that treatments are compared by.

    column, title : name in the table of decisions, and in words
    unit : of the numbers in tables
    factor : what entries are multiplied by for tables, 100 for rates
    decimals : in tables
    share : entries are flags, so that their mean is a rate
    of_economy : in units of utility, so that only treatments with the same economy are compared
    tested : treatments are compared by it
    """

    column: str
    title: str
    unit: str = "%"
    factor: float = 100.0
    decimals: int = 1
    share: bool = True
    of_economy: bool = False
    tested: bool = True

    @property
    def heading(self) -> str:
        return f"{self.title} ({self.unit})"

    @property
    def raw(self) -> str:
        """The column before chance was taken off."""
        return self.column.removesuffix(ABOVE)

    def in_currency(self, currency: str) -> Outcome:
        """The outcome with a currency in the place of "money".

        >>> OUTCOMES[7].in_currency("CHF").heading
        'Earnings in a round (CHF)'
        """
        return replace(self, unit=currency) if self.unit == MONEY else self

    def between_games(self) -> Outcome:
        """What different games are compared by: the outcome less what uniform play gives, where games differ in that.

        >>> OUTCOMES[0].between_games().heading
        'Dominant-strategy play, above chance (% points)'
        """
        if self.column not in HAVE_CHANCE:
            return self
        unit = "% points" if self.unit == "%" else self.unit
        return replace(self, column=self.column + ABOVE, title=f"{self.title}, above chance", unit=unit, share=False)


OUTCOMES = (
    Outcome("dominant_played", "Dominant-strategy play"),
    Outcome("nash_played", "Nash play of groups"),
    Outcome("truthful", "Truthful reports"),
    Outcome("efficient", "Groups with the efficient outcome"),
    Outcome("efficiency", "Surplus / efficient surplus", share=False),
    Outcome("surplus_lost", "Surplus lost", "units of utility", 1.0, 2, share=False, tested=False),
    Outcome("transfers_sum", "Budget: sum of transfers", "units of utility", 1.0, 2, share=False, of_economy=True),
    Outcome("earnings", "Earnings in a round", MONEY, 1.0, 3, share=False),
    Outcome("earnings_sd", "Inequality: standard deviation", MONEY, 1.0, 3, share=False),
    Outcome("earnings_gini", "Inequality: Gini coefficient", "0 to 1", 1.0, 3, share=False, tested=False),
    Outcome("seconds_taken", "Time for a decision", "seconds", 1.0, 1, share=False),
)
COLUMNS = (
    *("efficient", "earnings", "earnings_sd", "earnings_gini"),
    *(name + ending for name in HAVE_CHANCE for ending in (CHANCE, ABOVE)),
)
"""What `with_outcomes` and `analysis.measures.chance.with_chance` add to the table of `predict`."""
MEANING = {
    "Efficient outcome: the surplus (sum of values less cost, at the true types) is the largest possible.": (
        "efficient",
    ),
    "Budget: transfers received in a group; negative: money leaves the group.": ("transfers_sum",),
    "Earnings: points × exchange rate of every round, paid or not.": ("earnings", "earnings_sd", "earnings_gini"),
    "Inequality: of what the members of a group earn in a round, 0 if all earn the same; the standard deviation has "
    "the divisor n, the Gini coefficient is left out where somebody earns less than 0.": (
        "earnings_sd",
        "earnings_gini",
    ),
    "Time: from the first display of the page to the decision.": ("seconds_taken",),
}
"""What outcomes are, and of which."""
LEFT_OUT = "Decisions by the computer, and of group outcomes the groups with one, are left out."


def meaning(columns: Collection[str]) -> str:
    """What these outcomes are, in sentences.

    >>> meaning(["nash_played", "transfers_sum"])[:72]
    'Budget: transfers received in a group; negative: money leaves the group.'
    """
    return " ".join([*(told for told, of in MEANING.items() if set(of) & set(columns)), LEFT_OUT])


def without_chance(outcome: Outcome) -> str:
    """Why there is no expectation under uniform play of an outcome.

    >>> without_chance(OUTCOMES[-1])
    'no matter of the messages alone'
    """
    if outcome.column in HAVE_CHANCE:
        return "not computed here"
    return "no matter of the messages alone" if outcome.tested else "described only, in no test"


def currency_of(rows: pd.DataFrame) -> str:
    """The currency of decisions: its code; "money" where none is said, with all codes where they differ.

    >>> [currency_of(pd.DataFrame({"currency": codes})) for codes in (["EUR", "EUR"], ["", "CHF", "EUR"], [""])]
    ['EUR', 'money (CHF, EUR)', 'money']
    """
    codes = sorted({str(code) for code in rows["currency"].dropna()} - {""}) if "currency" in rows else []
    return codes[0] if len(codes) == 1 else f"{MONEY} ({', '.join(codes)})" if codes else MONEY


def with_outcomes(predicted: pd.DataFrame) -> pd.DataFrame:
    """The table of `predict` with the columns efficient, earnings, earnings_sd and earnings_gini.

    efficient : the group's surplus is the efficient one (to 1e-9 of the largest); blank until the group has decided
    earnings : points × exchange_rate, money
    earnings_sd : standard deviation, divisor n, of the earnings of the members of the group
    earnings_gini : Gini coefficient of these: mean absolute difference of all pairs (i, j), i = j too, divided by twice
        the mean; blank where somebody earns less than 0 or nobody more
    """
    largest = float(predicted["efficient_surplus"].abs().max()) if len(predicted) else 0.0
    slack = 1e-9 * max(1.0, 0.0 if np.isnan(largest) else largest)
    efficient = (predicted["surplus_lost"].abs() <= slack).astype("boolean")
    table = predicted.assign(
        efficient=efficient.mask(predicted["surplus_lost"].isna()),
        earnings=predicted["points"] * predicted["exchange_rate"],
    )
    # points are blank for the whole group until all have decided, so that no mean is of some of its members
    keys = [table[column] for column in GROUP]
    of_group = table["earnings"].groupby(keys)
    mean, size = of_group.transform("mean"), of_group.transform("size")
    square = ((table["earnings"] - mean) ** 2).groupby(keys).transform("mean")
    rank = of_group.rank(method="first")
    # sum over pairs of |x_i − x_j| = 2 Σ (2k − n − 1) x_(k) for ordered x; ties do not matter
    weighted = (2 * rank - size - 1) * table["earnings"]
    gini = weighted.groupby(keys).transform("sum") / (size**2 * mean)
    return table.assign(
        earnings_sd=np.sqrt(square), earnings_gini=gini.where((of_group.transform("min") >= 0) & (mean > 0))
    )


def comparable(predicted: pd.DataFrame) -> tuple[Outcome, ...]:
    """The outcomes that the treatments of the table are compared by."""
    same = same_economy([treatment_of(str(t)).definition for t in predicted.groupby("identity")["definition"].first()])
    return tuple(outcome for outcome in OUTCOMES if outcome.tested and (same or not outcome.of_economy))


def same_economy(definitions: Sequence[dict[str, Any]]) -> bool:
    """Whether units of utility are worth the same in treatments."""
    return all(_economy(entry) == _economy(definitions[0]) for entry in definitions)


def _economy(definition: dict[str, Any]) -> list[object]:
    """What a definition says of what outcomes are worth: not of the mechanism, the messages or the points."""
    places = [definition, *definition.get("roles", [])]
    return [{name: place.get(name) for name in ("environment", "types", "payoffs")} for place in places]
