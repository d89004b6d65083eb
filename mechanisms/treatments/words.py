"""Theory in words: players, types, messages and points of a treatment, as certificates and refusals say them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mechanisms.solutions.strategy_proofness import ProfitableLie
from mechanisms.writing import MINUS, apart, listed, number

if TYPE_CHECKING:
    from mechanisms.treatments.treatment import Treatment

MORE_DECIMALS = 12


SAID = {"allocation": ("bids", "bidding")}
"""What somebody does who sends a report, where it has a name of its own."""


class Words:
    """How the players, types and messages of one treatment are called; all are given by their indices.

    Attributes
    ----------
    treatment : Treatment
    """

    def __init__(self, treatment: Treatment) -> None:
        self.treatment = treatment

    def role(self, i: int) -> str:
        return self.treatment.positions[i].role

    def type(self, i: int, t: int) -> str:
        """A type by its label and value: "low (13)", or "13"."""
        place = self.treatment.positions[i]
        return place.name(float(place.types[t]))

    def who(self, i: int, t: int) -> str:
        """A player of a type: "Player 1 of type 13"; only the role where there is one type."""
        several = len(self.treatment.positions[i].types) > 1
        return f"{self.role(i)} of type {self.type(i, t)}" if several else self.role(i)

    def message(self, i: int, m: int) -> str:
        return number(float(self.treatment.positions[i].messages[m]))

    def messages(self, profile: Sequence[int], without: Sequence[int] = ()) -> str:
        """A message profile: "Player 1 reports 3 and Player 2 reports 5"."""
        said = [f"{self.role(i)} {self.verb} {self.message(i, m)}" for i, m in enumerate(profile) if i not in without]
        return listed(said)

    def types(self, profile: Sequence[int]) -> str:
        """A type profile: "types (13, 16, 19)"; empty where nobody has a choice of types."""
        if all(len(place.types) == 1 for place in self.treatment.positions):
            return ""
        return "types (" + ", ".join(self.type(i, t) for i, t in enumerate(profile)) + ")"

    def points(self, units: float, beside: float = 0.0) -> str:
        """Smallest units as points; expected ones with two more decimals, or as many as tell them from `beside`."""
        if float(units).is_integer():
            return f"{self.treatment.format_points(int(units))} point" + ("" if abs(units) == 1 else "s")
        unit, fewest = 10**self.treatment.rounding, self.treatment.rounding + 2
        written = [(f"{units / unit:.{k}f}", f"{beside / unit:.{k}f}") for k in range(fewest, fewest + MORE_DECIMALS)]
        return next((own for own, other in written if own != other), written[-1][0]) + " points"

    @property
    def verb(self) -> str:
        return SAID.get(self.treatment.environment, ("reports", ""))[0] if self._reports else "demands"

    @property
    def act(self) -> str:
        return SAID.get(self.treatment.environment, ("", "reporting"))[1] if self._reports else "demanding"

    @property
    def _reports(self) -> bool:
        return self.treatment.messages_are == "reports"

    def lie(self, lie: ProfitableLie) -> str:
        """Who gains what by which lie, and when."""
        others = self.messages(lie.messages, without=[lie.player])
        gain = self.points(lie.lie_payoff - lie.truth_payoff)
        return (
            f"{self.who(lie.player, lie.true_type)} gains {gain} by {self.act} "
            f"{self.message(lie.player, lie.message)} when {others}"
        )

    def two_prices(self, i: int, own: tuple[int, int], others: Sequence[int], prices: tuple[float, float]) -> str:
        """With which two own messages one gets the same at two prices, and when; `others` without the own place."""
        when = self.messages([*others[:i], own[0], *others[i:]], without=[i])
        paid = [
            f"receives {text.removeprefix(MINUS)}" if text.startswith(MINUS) else f"pays {text}"
            for text in apart(*prices)
        ]
        first, second = (f"{what} by {self.act} {self.message(i, m)}" for m, what in zip(own, paid, strict=True))
        return f"{self.role(i)} gets the same, and {first} and {second}, when {when}"
