"""The tables of a study file about the people: consent, platform, arrival, payments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field, model_validator

from mechanisms.treatments.numbers import Number
from mechanisms.treatments.schema import Section, wrong

OUTCOMES = (
    "complete", "screened_out", "quiz_failed", "waited_too_long", "partner_left", "withdrew", "no_consent",
    "overbooked", "second_time", "dropped_out",
)  # fmt: skip
"""How taking part can end. `complete`: played to the last result; `screened_out`: the device or the attention check;
`waited_too_long`: no group could be formed in time; `partner_left`: the group ended because somebody left it;
`overbooked`: came when all groups were full; `second_time`: has taken part before; `dropped_out`: left, and did not
return before the others had finished."""

PLATFORMS = {
    "prolific": ("PROLIFIC_PID", "https://app.prolific.com/submissions/complete?cc={code}"),
    "mturk": ("workerId", ""),
    "sona": ("survey_code", "{url}/webstudy_credit.aspx?experiment_id={study_id}&credit_token={code}&survey_code={id}"),
    "cloudresearch": ("participantId", "https://connect.cloudresearch.com/participant/project/{study_id}/complete"),
    "link": ("participant", "{url}"),
}  # fmt: skip
"""By platform: the parameter of the link that names the person, and the address to which she or he returns."""
GRANTING = ("sona", "cloudresearch")
"""Platforms whose address itself says that somebody has completed: only for those whom they are to reward."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,64}$")]
Money = Annotated[Number, Field(ge=0)]
Truth = Annotated[bool, Field(strict=True)]
Url = Annotated[str, Field(pattern=r"^https?://[^\s\"'<>]+$")]
Outcome = Literal[OUTCOMES]  # type: ignore[valid-type]
CONTACT = re.compile(r"[^\s@<>]+@[^\s@<>]+|\d([ ()/.\-]*\d){4,}")


def words(text: str) -> str:
    """ValueError for a text that says nothing."""
    if not text.strip():
        raise ValueError("must have words")
    return text


Texts = dict[Language, Annotated[str, AfterValidator(words)]]
"""By language, in Markdown."""
Words = str | Texts
"""Of few words: the same in every language, or by language."""


class ConsentSpec(Section):
    """What people are told before they agree, beyond what treatment and payments say."""

    institution: Words = ""
    approval: str = ""  # number of the ethics approval
    contact: str = ""  # an e-mail address or a telephone number
    retention: Words = ""  # how long the data are kept: "ten years"
    withdrawn_data: Literal["kept", "deleted"] = "kept"
    text: Texts = Field(default_factory=dict)
    withdrawal: Texts = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_reached(self) -> ConsentSpec:
        if self.contact and not CONTACT.search(self.contact):
            raise wrong("contact", 'must have an e-mail address or a telephone number, as in "lab@example.org"')
        return self


class PlatformSpec(Section):
    """Where people are recruited. `codes` and `urls`: by outcome; one that is missing is that of `other`.

    urls : ways back beside the platform's own, in which {id} and {code} stand for the person's
    reward : what the platform itself pays, to those who end with one of the outcomes in `rewarded`
    partial : what it pays to others, by outcome: Prolific to those who are screened out, Connect on a branch
    """

    name: Literal[tuple(PLATFORMS)]  # type: ignore[valid-type]
    identifier: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")] | None = None
    codes: dict[Outcome | Literal["other"], Code] = Field(default_factory=dict)
    url: Url | None = None
    urls: dict[Outcome | Literal["other"], Url] = Field(default_factory=dict)
    study_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{1,64}$")] | None = None
    reward: Money = Decimal(0)
    rewarded: tuple[Outcome, ...] = ("complete",)
    partial: dict[Outcome, Money] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits(self) -> PlatformSpec:
        if self.name != "link" and "complete" not in self.codes:
            raise wrong("codes", "has no code for complete: what the platform gives for those who finish")
        for key in ("url", "study_id"):
            needed = f"{{{key}}}" in PLATFORMS[self.name][1] and self.name != "link" and "complete" not in self.urls
            if needed and getattr(self, key) is None:
                raise wrong(key, f"is missing: the way back to {self.name} needs it")
        for key, url in (("url", self.url or ""), *((f"urls.{outcome}", url) for outcome, url in self.urls.items())):
            if unknown := set(re.findall(r"\{.*?\}", url)) - {"{id}", "{code}"}:
                raise wrong(key, f"has {min(unknown)}, which is not known: use {{id}} or {{code}}")
        if both := set(self.partial) & set(self.rewarded):
            raise wrong("partial", f"has {min(both)}, which is in rewarded, too: leave it out in one of them")
        return self

    @property
    def parameter(self) -> str:
        """The parameter of the link that names the person."""
        return self.identifier or PLATFORMS[self.name][0]

    def code(self, outcome: str) -> str:
        """The completion code; "" if the study gives none for this outcome."""
        return str(self.codes.get(outcome) or self.codes.get("other") or "")

    def pays(self, outcome: str) -> Decimal:
        """What the platform itself pays.

        >>> paid = PlatformSpec(name="link", reward=5, partial={"screened_out": "0.5"})
        >>> [str(paid.pays(outcome)) for outcome in ("complete", "screened_out", "withdrew")]
        ['5', '0.5', '0']
        """
        return self.partial.get(outcome, self.reward if outcome in self.rewarded else Decimal(0))

    def way_back(self, outcome: str, identifier: str = "") -> str:
        """The address to which somebody returns; "" where the code is typed in or there is none.

        >>> PlatformSpec(name="prolific", codes={"complete": "C1A2"}).way_back("complete")
        'https://app.prolific.com/submissions/complete?cc=C1A2'
        """
        address = self.urls.get(outcome) or self._platforms_own(outcome, identifier) or self.urls.get("other") or ""
        for place, value in (("{id}", identifier), ("{code}", self.code(outcome))):
            address = address.replace(place, quote(value, safe=""))
        return address

    def _platforms_own(self, outcome: str, identifier: str) -> str:
        """Nothing where it would reward somebody who has not earned it, or would not know whom or for what."""
        granting, unknown = self.name in GRANTING, self.name == "sona" and not identifier
        if (granting and outcome not in self.rewarded) or unknown or (self.name != "link" and not self.code(outcome)):
            return ""
        address = PLATFORMS[self.name][1].replace("{url}", (self.url or "").rstrip("/"))
        return address.replace("{study_id}", self.study_id or "")


class ArrivalSpec(Section):
    """How groups are formed as people come.

    silo : how many are matched among each other, a multiple of the group; None: the group, or for strangers the
        smallest number that the matching allows, at least two groups
    spare : places in each arm beyond those who play, for people who leave before their group is formed
    """

    silo: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    spare: Annotated[int, Field(ge=0, le=1000, strict=True)] = 0
    wait_seconds: Annotated[int, Field(ge=10, le=7200, strict=True)] = 600
    still_there_seconds: Annotated[int, Field(ge=10, le=7200, strict=True)] = 120
    answer_seconds: Annotated[int, Field(ge=5, le=600, strict=True)] = 30
    once: Truth = True  # nobody takes part twice in the study


DEVICES = ("computer", "tablet", "phone")


class CheckSpec(Section):
    """What is looked at before somebody waits for a group.

    devices, min_width : who comes with another device, or a narrower window (in CSS pixels), is told what is needed
    attention : so many questions whose text says which answer is to be chosen
    attention_wrong : as many wrong answers are one too many
    attention_failure : whether taking part ends then (`screened_out`), or the data say so only
    """

    devices: Annotated[tuple[Literal[DEVICES], ...], Field(min_length=1)] = DEVICES  # type: ignore[valid-type]
    min_width: Annotated[int, Field(ge=0, le=4000, strict=True)] = 0
    attention: Annotated[int, Field(ge=0, le=3, strict=True)] = 0
    attention_wrong: Annotated[int, Field(ge=1, le=3, strict=True)] = 1
    attention_failure: Literal["continue", "leave"] = "continue"

    @model_validator(mode="after")
    def _can_be_wrong(self) -> CheckSpec:
        if self.attention and self.attention_wrong > self.attention:
            raise wrong("attention_wrong", f"must be at most attention = {self.attention}")
        return self

    @property
    def looks_at_device(self) -> bool:
        return set(self.devices) < set(DEVICES) or self.min_width > 0


LEAST_GRACE = 5
"""Seconds for which a browser may hold no page, between one and the next, without being away."""


class DropoutSpec(Section):
    """What happens when somebody leaves in the middle.

    computer : what decides in the seat, as `session.computer` of a treatment; None: what the treatment says
    """

    policy: Literal["computer", "end", "void"] = "computer"
    computer: Literal["random", "last", "truthful", "model"] | None = None
    model: Annotated[str, Field(min_length=1, max_length=1000)] | None = None  # a text of docs/subjects.md
    grace_seconds: Annotated[int, Field(ge=0, le=3600, strict=True)] = 30
    may_return: Truth = True
    told: Texts = Field(default_factory=dict)

    @model_validator(mode="after")
    def _which_model(self) -> DropoutSpec:
        if (self.computer == "model") != (self.model is not None):
            raise wrong("model", 'belongs to computer = "model", as in model = "qre(lambda=0.1)"')
        return self


def without_effect(checks: CheckSpec | None, dropouts: DropoutSpec | None) -> Iterator[tuple[str, str]]:
    """Keys that a file states and that change nothing, or not what they say, with what would be right. Sessions may
    have been made with some: what is stored of them is read as it is.

    >>> list(without_effect(None, DropoutSpec(policy="void", told={"en": "x"})))
    [('dropouts.told', 'has no effect with policy = "void": leave it out, or use policy = "end"')]
    """
    if dropouts is not None and "grace_seconds" in dropouts.model_fields_set and dropouts.grace_seconds < LEAST_GRACE:
        yield "dropouts.grace_seconds", f"must be at least {LEAST_GRACE}: each page of a browser has so long to load"
    for key, policy in (("told", "end"), ("may_return", "void")):
        if dropouts is not None and key in dropouts.model_fields_set and dropouts.policy != policy:
            right = f'leave it out, or use policy = "{policy}"'
            yield f"dropouts.{key}", f'has no effect with policy = "{dropouts.policy}": {right}'
    for key in ("attention_wrong", "attention_failure"):
        if checks is not None and key in checks.model_fields_set and not checks.attention:
            yield f"checks.{key}", "has no effect without questions: leave it out, or ask some, as in attention = 1"


class PaymentSpec(Section):
    """Money beside what is earned. `fixed`: by outcome, what somebody gets who has not played to the end."""

    show_up_fee: Money | None = None  # None: that of the treatment
    fixed: dict[Outcome, Money] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _not_complete(self) -> PaymentSpec:
        if "complete" in self.fixed:
            raise wrong("fixed", "has complete: who finishes is paid what the receipt says")
        return self

    def amount(self, outcome: str, fee: Decimal) -> Decimal:
        """What an outcome other than `complete` is paid: as stated, else the show-up fee to who waited or played."""
        nothing = ("no_consent", "screened_out", "overbooked", "second_time")
        return self.fixed.get(outcome, Decimal(0) if outcome in nothing else fee)
