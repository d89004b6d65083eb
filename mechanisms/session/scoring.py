"""Proper scoring rules for guesses of a mean: quadratic, and binarized.

The guess g of a number that turns out to be x, both within a known range [lowest, highest], is off by the fraction
|g - x| / (highest - lowest) of the range. The **quadratic** rule pays points * (1 - fraction^2), which in expectation
is largest at the mean of one's belief (Brier 1950; Savage 1971, Journal of the American Statistical Association 66,
783-801). The **binarized** rule pays all points with the probability 1 - fraction^2 and else nothing, so that the mean
is best whatever one's attitude to risk (Hossain and Okui 2013, Review of Economic Studies 80, 984-1001; the idea of
McKelvey and Page 1990, Econometrica 58, 1321-1339).

Everything is exact: numbers are fractions, points whole numbers of the smallest unit, halves rounded up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from mechanisms.session.draws import drawn_number
from mechanisms.shown import Shown
from mechanisms.treatments import Treatment


@dataclass(frozen=True)
class ScoringRule(Shown):
    """How a guess is paid.

    Attributes
    ----------
    kind : "quadratic" or "binarized"
    lowest, highest : the range of what is guessed, lowest < highest
    most : int, what a perfect guess earns, in smallest units
    """

    kind: str
    lowest: Fraction
    highest: Fraction
    most: int

    def __post_init__(self) -> None:
        if self.kind not in ("quadratic", "binarized"):
            raise ValueError(f'kind = {self.kind!r} must be "quadratic" or "binarized"')
        if not self.lowest < self.highest:
            raise ValueError(f"highest = {self.highest} must be more than lowest = {self.lowest}: nothing is to guess")

    def share(self, guess: Fraction, truth: Fraction) -> Fraction:
        """1 - fraction^2: the share of the points, or the probability of all of them.

        Raises
        ------
        ValueError
            If guess or truth is outside the range.

        Examples
        --------
        >>> ScoringRule("quadratic", Fraction(0), Fraction(8), 10).share(Fraction(3), Fraction(5))
        Fraction(15, 16)
        """
        for name, number in (("guess", guess), ("truth", truth)):
            if not self.lowest <= number <= self.highest:
                raise ValueError(f"{name} = {number} must be from {self.lowest} to {self.highest}")
        return 1 - ((guess - truth) / (self.highest - self.lowest)) ** 2

    def units(self, guess: Fraction, truth: Fraction, uniform: float = 0.0) -> int:
        """What the guess earns, in smallest units; `uniform` in [0, 1) is the draw of the binarized rule.

        >>> quadratic = ScoringRule("quadratic", Fraction(0), Fraction(8), 10)
        >>> binarized = ScoringRule("binarized", Fraction(0), Fraction(8), 10)
        >>> quadratic.units(Fraction(3), Fraction(5))
        9
        >>> binarized.units(Fraction(3), Fraction(5), 0.93), binarized.units(Fraction(3), Fraction(5), 0.94)
        (10, 0)
        """
        share = self.share(guess, truth)
        if self.kind == "binarized":
            return self.most if Fraction(uniform) < share else 0
        return floor(self.most * share + Fraction(1, 2))


def scoring_rule(treatment: Treatment, position: int) -> ScoringRule | None:
    """The rule for guesses of the average message of the others; None without beliefs, or if it cannot vary.

    >>> from mechanisms.treatments import load_treatment
    >>> scoring_rule(load_treatment("treatments/park_vcg.toml"), 0) is None
    True
    """
    spec = treatment.beliefs
    others = [place.messages for i, place in enumerate(treatment.positions) if i != position]
    lowest, highest = average([m[0] for m in others]), average([m[-1] for m in others])
    if spec is None or lowest == highest:
        return None
    most = int(spec.points.scaleb(treatment.rounding))
    return ScoringRule(spec.rule, lowest, highest, most)


def average(messages: Sequence[float]) -> Fraction:
    """The exact mean of message values, each read as the decimal number that it is written as.

    >>> average([0.1, 0.2])
    Fraction(3, 20)
    """
    return sum((Fraction(Decimal(repr(float(message)))) for message in messages), Fraction(0)) / len(messages)


def belief_draw(treatment: Treatment, session_code: str, round_number: int, participant_id: int) -> float:
    """The number in [0, 1) of the binarized rule, which the seed and the session's code determine.

    `round_number` is oTree's, which counts through the whole session; `participant_id` counts from 1.

    >>> from mechanisms.treatments import load_treatment
    >>> 0 <= belief_draw(load_treatment("treatments/park_vcg.toml"), "abcd1234", 1, 1) < 1
    True
    """
    protocol = treatment.protocol
    return drawn_number(protocol.seed, treatment.mechanism, "belief", session_code, round_number, participant_id)
