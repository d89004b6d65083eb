"""The tables of a study file. What concerns treatments is checked where the study meets them (engine, analysis)."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from mechanisms.studies.hypotheses import HypothesisSpec, Share
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
from mechanisms.treatments.schema import QuestionnaireNames, Section, wrong
from mechanisms.treatments.section import as_read

Count = Annotated[int, Field(ge=1, le=100_000, strict=True)]


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


Columns = Annotated[tuple[Name, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]


class AnalysisSpec(Section):
    """How the hypotheses are tested: columns of the decisions, one or a list; see `analysis report --help`.

    unit : the independent units: "met" (who met whom; the default), "session", or columns; strata : within whose
        entries arms were assigned (waves, laboratories, pairs); covariates : of the regressions; same_person : who is
        the same in several sessions
    """

    unit: Columns = ()
    strata: Columns = ()
    covariates: Columns = ()
    same_person: Name | None = None


class ExclusionSpec(Section):
    """Who is left out of the analysis. `more_than`: of the rule's events."""

    rule: Literal["quiz_failed", "attention_failed", "left", "affected_group", "timed_out"]
    more_than: Annotated[int, Field(ge=0, strict=True)] = 0
    reason: str = ""

    @property
    def words(self) -> str:
        """The reason, or the rule itself.

        >>> ExclusionSpec(rule="left").words
        'left at least once'
        """
        often = {0: "at least once", 1: "more than once"}.get(self.more_than, f"more than {self.more_than} times")
        return self.reason or f"{self.rule} {often}"


def _as_text(day: Any) -> Any:
    """A day as TOML writes it, as a text."""
    return day.isoformat() if isinstance(day, datetime.date) else day


class StoppingSpec(Section):
    """When recruiting ends. `date`: the last day, 2027-06-30 (so in files; what was registered may be another text)."""

    rule: str = ""
    participants: Count | None = None
    date: Annotated[str, BeforeValidator(_as_text)] | None = None


class PowerSpec(Section):
    """The power analysis that the numbers rest on: its model, what was found, and the command that finds it.

    subjects : who is expected to play, by arm: texts of docs/subjects.md, for `analysis power` and `simulate`
    """

    model: str = ""
    subjects: dict[Name, Annotated[str, Field(min_length=1, max_length=1000)]] = Field(default_factory=dict)
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
    analysis: AnalysisSpec = AnalysisSpec()
    exclusions: tuple[ExclusionSpec, ...] = ()
    stopping: StoppingSpec = StoppingSpec()
    power: PowerSpec = PowerSpec()

    @model_validator(mode="after")
    def _arms_told_apart(self) -> StudySpec:
        names = [arm.name or arm.treatment for arm in self.arms]
        if len(set(map(as_read, names))) < len(names):
            raise wrong("arms", "has two of the same name: give them a name each, not only other capital letters")
        played = sorted({*names, *(arm.treatment for arm in self.arms)})
        if other := sorted(self.power.subjects.keys() - set(names)):
            known = f"use {', '.join(names)}" if names else "the study has no arms"
            raise wrong("power", f"has subjects for {other[0]!r}, which is no arm: {known}")
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

    @model_validator(mode="after")
    def _stops_where_arms_end(self) -> StudySpec:
        """As many participants as the arms plan, where they plan any; at home, where some leave, not more."""
        wanted = self.stopping.participants
        if wanted is None or not self.arms:
            return self
        least = sum((arm.sessions or 1) * (arm.participants or 1) for arm in self.arms)
        known = all(arm.sessions is not None and arm.participants is not None for arm in self.arms)
        online = self.setting == "online"
        if (known and wanted > least) or (wanted < least and not online):
            planned = " + ".join(f"{arm.sessions or 1} × {arm.participants or 1}" for arm in self.arms)
            right = f"{least} or less" if online else f"{least}" if known else f"{least} or more"
            raise wrong("stopping", f"has participants = {wanted}, but the arms plan {planned}: use {right}")
        return self

    def plain(self) -> dict[str, Any]:
        """A dict of plain JSON values, without what was not given."""
        return self.model_dump(mode="json", exclude_none=True, exclude_unset=True)
