"""How a game is described to participants, what they are advised, and what they are asked about it.

None of it changes the game. A file that says nothing of it has the definition that it always had.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from mechanisms.treatments.numbers import Number
from mechanisms.treatments.section import Section, wrong

MOST_ROWS = 2000


class DescriptionSpec(Section):
    """`text` is for the experimenter: of the demo page. `style`: how instructions and screens describe the rule."""

    text: str = ""
    style: Literal["traditional", "menu", "opportunity"] = "traditional"


class EarlierSpec(Section):
    """What one choice of one role with one type brought in earlier sessions: how often it was made, and mean points."""

    role: Annotated[str, Field(min_length=1)]
    type: Number
    message: Number
    times: Annotated[int, Field(ge=1, strict=True)]
    points: Number


class AdviceSpec(Section):
    """`file`: a table of earlier sessions beside the treatment; its lines are `earlier`, of the game `identity`."""

    kind: Literal["none", "statement", "proof", "experience"] = "none"
    file: Annotated[str, Field(min_length=1)] | None = None
    identity: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")] | None = None
    earlier: Annotated[tuple[EarlierSpec, ...], Field(min_length=1, max_length=MOST_ROWS)] | None = None

    @model_validator(mode="after")
    def _with_experience(self) -> AdviceSpec:
        if self.kind == "experience":
            if self.earlier is None:
                key = "file" if self.file is None else "earlier"
                raise wrong(key, 'is missing: name a table of earlier sessions, as in file = "earlier.csv"')
            if self.identity is None:
                raise wrong("identity", "is missing: the game that was played then")
            return self
        for key in ("file", "identity", "earlier"):
            if getattr(self, key) is not None:
                raise wrong(key, 'belongs to kind = "experience"')
        return self


class UnderstandingSpec(Section):
    """When participants are asked about the incentives of the rule: before the first round, after the last one."""

    before: Annotated[bool, Field(strict=True)] = True
    after: Annotated[bool, Field(strict=True)] = True


def _as_table(given: Any) -> Any:
    """A text alone is a description in the traditional style."""
    if isinstance(given, str):
        return {"text": given}
    if not isinstance(given, dict | DescriptionSpec):
        raise ValueError("must be text in quotes, or a table [description] with style and text")
    return given


def _plain(spec: DescriptionSpec) -> str | dict[str, str]:
    return spec.text if spec.style == "traditional" else {"text": spec.text, "style": spec.style}


Description = Annotated[DescriptionSpec, BeforeValidator(_as_table), PlainSerializer(_plain)]
Advice = Annotated[AdviceSpec | None, AfterValidator(lambda spec: None if spec and spec.kind == "none" else spec)]
Understanding = Annotated[
    UnderstandingSpec | None, AfterValidator(lambda spec: spec if spec and (spec.before or spec.after) else None)
]
