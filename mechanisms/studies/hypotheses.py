"""The hypotheses of a study file, and the tests that they can name: one record says of each test what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from mechanisms.studies.schema_people import Name
from mechanisms.treatments.numbers import Number, as_decimal, plain
from mechanisms.treatments.schema import Section, wrong

TWO_SIDED, ONE_SIDED = ("two-sided",), ("greater", "less")
EITHER = (*TWO_SIDED, *ONE_SIDED)
CHANCE = "chance"
"""The value that uniform play gives."""
Share = Annotated[Number, Field(gt=0, lt=1)]


def _as_value(value: Any) -> Decimal | str:
    try:
        return CHANCE if value == CHANCE else as_decimal(value)
    except ValueError:
        raise ValueError(f'must be a number in the unit of the tables, or "{CHANCE}"') from None


Value = Annotated[
    Decimal | str, BeforeValidator(_as_value), PlainSerializer(lambda value: value if value == CHANCE else plain(value))
]


@dataclass(frozen=True)
class NamedTest:
    """name : what it is; within : what it is called where units are in both arms, if not the same; arms : of how many
    arms (3: of three and more); alternatives : that it can have; margin : it needs one; rates : only for outcomes that
    a decision or a group hits or misses"""

    name: str
    within: str = ""
    arms: tuple[int, ...] = (2,)
    alternatives: tuple[str, ...] = EITHER
    margin: bool = False
    rates: bool = False

    @property
    def words(self) -> str:
        """Both names."""
        return f"{self.name} ({self.within}, where units are in both arms)" if self.within else self.name

    def called(self, paired: bool) -> str:
        """In a sentence on units that are in both arms, or each in one.

        >>> TESTS["ranks"].called(True), TESTS["equivalence"].called(False)
        ("Wilcoxon's test of unit differences", 'test that the difference is less than the margin either way')
        """
        name = self.within if paired and self.within else self.name
        return f"test that {name}" if self.margin else name


ONE_OR_TWO, SEVERAL = (1, 2), (3,)
TESTS = {
    "permutation": NamedTest(
        "permutation test of unit means", "permutation test of the signs of unit differences", ONE_OR_TWO
    ),
    "ranks": NamedTest("Mann–Whitney test of unit means", "Wilcoxon's test of unit differences", ONE_OR_TWO),
    "sign": NamedTest("sign test of units that are in both arms", arms=ONE_OR_TWO),
    "t": NamedTest("Welch's t test of unit means", "Student's t test of unit differences", ONE_OR_TWO),
    "fisher": NamedTest("Fisher's exact test of units", "McNemar's exact test of units", rates=True),
    "equivalence": NamedTest(
        "the difference is less than the margin either way", "", ONE_OR_TWO, TWO_SIDED, margin=True
    ),
    "noninferiority": NamedTest("the second is worse by less than the margin", "", ONE_OR_TWO, ONE_SIDED, margin=True),
    "superiority": NamedTest("the second is better by more than the margin", "", ONE_OR_TWO, ONE_SIDED, margin=True),
    "linear": NamedTest("linear regression of decisions, errors clustered by unit (CR2)", alternatives=TWO_SIDED),
    "wild": NamedTest("wild cluster bootstrap of the linear regression", alternatives=TWO_SIDED),
    "logit": NamedTest("logit regression, errors clustered by unit (CR2)", alternatives=TWO_SIDED, rates=True),
    "probit": NamedTest("probit regression, errors clustered by unit (CR2)", alternatives=TWO_SIDED, rates=True),
    "mixed": NamedTest("logit with random intercepts, errors clustered by unit", alternatives=TWO_SIDED, rates=True),
    "any": NamedTest("permutation test that no arm differs", "", SEVERAL, TWO_SIDED),
    "trend": NamedTest("Jonckheere–Terpstra test of a trend over the arms in their order", arms=SEVERAL),
}
"""What a hypothesis can name as its test."""


class HypothesisSpec(Section):
    """One outcome in two arms (the second less the first; without arms: every pair), in one arm against a value, or in
    three and more.

    margin, value : in the unit of the tables; value "chance": what uniform play gives
    test : one of TESTS; family : whose p-values are corrected together
    """

    outcome: Annotated[str, Field(min_length=1)]
    kind: Literal["primary", "secondary"] = "primary"
    arms: tuple[Name, ...] = ()
    value: Value | None = None
    alternative: Literal["two-sided", "greater", "less"] = "two-sided"
    margin: Annotated[Number, Field(gt=0)] | None = None
    test: Name | None = None
    level: Share | None = None
    family: Name | None = None

    @model_validator(mode="after")
    def _arms_that_differ(self) -> HypothesisSpec:
        if twice := next((name for name in self.arms if self.arms.count(name) > 1), None):
            raise wrong("arms", f"names {twice!r} twice: use the names of different arms")
        if len(self.arms) == 1 and self.value is None:
            raise wrong("arms", 'names one arm: name two, or what it is compared with, as in value = 50 or "chance"')
        if len(self.arms) != 1 and self.value is not None:
            raise wrong("value", 'belongs to a hypothesis on one arm, as in arms = ["NAME"]')
        return self

    @model_validator(mode="after")
    def _fits_its_test(self) -> HypothesisSpec:
        name, count = self.test_in_force, len(self.arms) or 2
        test = TESTS.get(name)
        if test is None:
            raise wrong("test", f"is none that there is: use one of {', '.join(TESTS)}")
        if min(count, 3) not in test.arms:
            told = f"{count} arms" if count > 1 else "one arm"
            fit = ", ".join(other for other, entry in TESTS.items() if min(count, 3) in entry.arms)
            raise wrong(
                "test", f"cannot be of {told}: use one of {fit}" if self.test else f"({name}) cannot be of {told}"
            )
        if test.margin and self.margin is None:
            raise wrong("margin", f"is missing: test = {name!r} needs one, in the unit of the tables")
        if self.margin is not None and not test.margin and (self.test or count > 2):
            fit = ", ".join(other for other, entry in TESTS.items() if entry.margin)
            raise wrong("margin", f"is not used by test = {name!r}: leave it out, or use one of {fit}")
        if self.alternative not in test.alternatives:
            raise wrong("alternative", f"must be {' or '.join(map(repr, test.alternatives))} with test = {name!r}")
        return self

    @property
    def test_in_force(self) -> str:
        """What is tested by, if the file does not say it: a margin asks for equivalence (with a direction, beside the
        permutation test), three arms for any difference or, with a direction, a trend."""
        if self.test is not None:
            return self.test
        if len(self.arms) > 2:
            return "any" if self.alternative == "two-sided" else "trend"
        return "permutation" if self.margin is None or self.alternative != "two-sided" else "equivalence"

    @property
    def level_in_force(self) -> float:
        return 0.05 if self.level is None else float(self.level)

    @property
    def family_in_force(self) -> str:
        """Whose p-values are corrected together."""
        return self.family or self.kind
