"""The tables of a study file. What concerns treatments is checked where the study meets them (engine, analysis)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from mechanisms.studies.schema_people import (
    ArrivalSpec,
    CheckSpec,
    ConsentSpec,
    DropoutSpec,
    Language,
    Name,
    PaymentSpec,
    PlatformSpec,
)
from mechanisms.treatments.numbers import Number
from mechanisms.treatments.schema import QuestionnaireNames, Section, wrong

Count = Annotated[int, Field(ge=1, le=100_000, strict=True)]
Share = Annotated[Number, Field(gt=0, lt=1)]


class StudyError(ValueError):
    """A study file that cannot be used. The message is one line: file, line, key, value, what would be right."""


class ArmSpec(Section):
    """Who plays which treatment. `participants`: of one session; `sessions`: as many are planned.

    style, advice, understanding : how the rule is described, what is advised and whether understanding is asked, before
        and after play, in this arm; None: as in the treatment
    """

    treatment: Name
    name: Name | None = None
    participants: Count | None = None
    sessions: Count | None = None
    style: Literal["traditional", "menu", "opportunity"] | None = None
    advice: Literal["none", "statement", "proof"] | None = None
    understanding: Annotated[bool, Field(strict=True)] | None = None

    def changes(self, description: str) -> dict[str, Any]:
        """The tables of the treatment that are others in this arm; `description` : the text of the treatment."""
        asked = self.understanding
        tables = {
            "description": None if self.style is None else {"style": self.style, "text": description},
            "advice": None if self.advice is None else {"kind": self.advice},
            "understanding": None if asked is None else {"before": asked, "after": asked},
        }
        return {key: table for key, table in tables.items() if table is not None}


class HypothesisSpec(Section):
    """One outcome for one pair of arms (the second less the first); without arms: for every pair.

    margin : of a test of equivalence, in the unit of the tables; family : whose p-values are corrected together
    """

    outcome: Annotated[str, Field(min_length=1)]
    kind: Literal["primary", "secondary"] = "primary"
    arms: tuple[Name, ...] = ()
    alternative: Literal["two-sided", "greater", "less"] = "two-sided"
    margin: Annotated[Number, Field(gt=0)] | None = None
    test: Name | None = None
    level: Share | None = None
    family: Name | None = None

    @model_validator(mode="after")
    def _two_arms(self) -> HypothesisSpec:
        if len(self.arms) not in (0, 2):
            raise wrong("arms", "must be the names of two treatments")
        return self

    @property
    def test_in_force(self) -> str:
        """What is tested by, if the file does not say it: a margin asks for equivalence."""
        return self.test or ("permutation" if self.margin is None else "equivalence")

    @property
    def level_in_force(self) -> float:
        return 0.05 if self.level is None else float(self.level)

    @property
    def family_in_force(self) -> str:
        """Whose p-values are corrected together."""
        return self.family or self.kind


class ExclusionSpec(Section):
    """Who is left out of the analysis. `more_than`: of the rule's events."""

    rule: Literal["quiz_failed", "attention_failed", "left", "affected_group", "timed_out"]
    more_than: Annotated[int, Field(ge=0, strict=True)] = 0
    reason: str = ""

    @property
    def words(self) -> str:
        """The reason, or the rule itself.

        >>> ExclusionSpec(rule="left").words
        'left more than 0 times'
        """
        return self.reason or f"{self.rule} more than {self.more_than} times"


class StoppingSpec(Section):
    """When recruiting ends."""

    rule: str = ""
    participants: Count | None = None
    date: str | None = None


class PowerSpec(Section):
    """The power analysis that the numbers rest on: its model, what was found, and the command that finds it."""

    model: str = ""
    effect: str = ""
    power: Share | None = None
    command: str = ""


class StudySpec(Section):
    """A whole file."""

    name: Name
    title: str = ""
    description: str = ""
    setting: Literal["laboratory", "online"] = "laboratory"
    language: Language = "en"
    seed: Annotated[int, Field(ge=0, le=2**53, strict=True)] = 1
    questionnaires: QuestionnaireNames | None = None
    consent: ConsentSpec = ConsentSpec()
    platform: PlatformSpec | None = None
    arrival: ArrivalSpec | None = None
    checks: CheckSpec | None = None
    dropouts: DropoutSpec | None = None
    payments: PaymentSpec = PaymentSpec()
    arms: tuple[ArmSpec, ...] = ()
    hypotheses: tuple[HypothesisSpec, ...] = ()
    exclusions: tuple[ExclusionSpec, ...] = ()
    stopping: StoppingSpec = StoppingSpec()
    power: PowerSpec = PowerSpec()

    @model_validator(mode="after")
    def _arms_told_apart(self) -> StudySpec:
        names = [arm.name or arm.treatment for arm in self.arms]
        if len(set(names)) < len(names):
            raise wrong("arms", "has two of the same name: give them a name each")
        played = sorted({*names, *(arm.treatment for arm in self.arms)})
        for number, hypothesis in enumerate(self.hypotheses, 1):
            if self.arms and (unknown := [name for name in hypothesis.arms if name not in played]):
                raise wrong("hypotheses", f"names {unknown[0]!r} in number {number}: use two of {', '.join(played)}")
        return self

    @model_validator(mode="after")
    def _online(self) -> StudySpec:
        for key in ("platform", "arrival", "checks", "dropouts"):
            if getattr(self, key) is not None and self.setting != "online":
                raise wrong(key, 'belongs to setting = "online"')
        if self.setting == "online" and self.arms and not self.consent.contact:
            raise wrong("consent", 'has no contact: people at home need an address, as in contact = "lab@example.org"')
        return self

    def plain(self) -> dict[str, Any]:
        """A dict of plain JSON values, without what was not given."""
        return self.model_dump(mode="json", exclude_none=True, exclude_unset=True)
