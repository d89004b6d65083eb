"""A table of a treatment file, and what its checks say."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


def wrong(key: str, message: str) -> PydanticCustomError:
    """What a check of a whole table raises about one of its keys."""
    return PydanticCustomError("wrong_key", "{message}", {"key": key, "message": message})


class Section(BaseModel):
    """A table of the file: unknown keys are errors, values are never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
