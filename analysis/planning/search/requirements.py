"""What a design must have: rows of the certificate that hold, and limits of its numbers."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.planning.power import PlanError
from mechanisms.certificate import QUESTIONS, CrowdTheory, Theory, finding_of
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

SHORT = {
    "unique-dominant": "unique dominant message",
    "unique-nash": "unique pure Nash equilibrium",
    "not-negative": "payoffs are never negative",
}
"""Short names -> rows of the certificate; a row can be named in full."""
NUMBERS = ("minutes", "rounds", "participants", "messages", "equilibria", "equilibria_share")
SIGNS: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True)
class Requirement:
    """text : as asked for; concept : a row of the certificate, or "" and a number with its sign and limit"""

    text: str
    concept: str = ""
    number: str = ""
    sign: str = ""
    limit: float = 0.0

    @classmethod
    def of(cls, text: str) -> Requirement:
        """PlanError if it cannot be understood.

        >>> Requirement.of("minutes <= 45").limit, Requirement.of("unique-nash").concept
        (45.0, 'unique pure Nash equilibrium')
        """
        concept = SHORT.get(text, text)
        if concept in QUESTIONS:
            return cls(text, concept)
        found = re.fullmatch(r"\s*(\w+)\s*(<=|>=)\s*([-+.\deE]+)\s*", text)
        try:
            if found is not None and found[1] in NUMBERS:
                return cls(text, "", found[1], found[2], float(found[3]))
        except ValueError:
            pass
        raise PlanError(
            f"require {text!r}: use {', '.join(SHORT)}, a row of the certificate, or a limit as in minutes<=45 of one "
            f"of {', '.join(NUMBERS)}"
        )

    def unmet(self, theory: Theory | CrowdTheory, numbers: Mapping[str, float]) -> str:
        """Why a design does not have it; empty if it does."""
        if not self.concept:
            met = SIGNS[self.sign](numbers[self.number], self.limit)
            return "" if met else f"{self.number} is {numbers[self.number]:.4g}"
        finding = finding_of(theory, self.concept)
        return "" if finding.verdict.holds else finding.witness or finding.verdict.reason or finding.verdict.status


def numbers_of(treatment: Treatment, theory: Theory | CrowdTheory, seconds: float) -> dict[str, float]:
    """The numbers of a design by name: equilibria are pure Nash, the mean of all type profiles, NaN if too large.

    seconds : of a round, where the treatment has no limit
    """
    rounds = treatment.protocol.rounds
    try:
        if isinstance(theory, CrowdTheory):
            equilibria = float(np.mean([float(found.total) for found in theory.nash.values()]))
        else:
            equilibria = float(np.mean(list(theory.nash_counts.values())))
    except TooLargeError:
        equilibria = float("nan")
    return {
        "minutes": rounds * (treatment.protocol.seconds or seconds) / 60,
        "rounds": rounds,
        "participants": treatment.protocol.participants,
        "messages": max(len(place.messages) for place in treatment.positions),
        "equilibria": equilibria,
        "equilibria_share": equilibria / theory.profiles,
    }


def first_unmet(
    wanted: Sequence[Requirement], theory: Theory | CrowdTheory, numbers: Mapping[str, float]
) -> tuple[str, str]:
    """The first requirement that a design does not meet, and why; two empty texts if it meets all."""
    for requirement in wanted:
        if why := requirement.unmet(theory, numbers):
            return requirement.text, why
    return "", ""
