"""A table of a treatment file, and what its checks say."""

from __future__ import annotations

import unicodedata

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


def wrong(key: str, message: str) -> PydanticCustomError:
    """What a check of a whole table raises about one of its keys."""
    return PydanticCustomError("wrong_key", "{message}", {"key": key, "message": message})


class Section(BaseModel):
    """A table of the file: unknown keys are errors, values are never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def as_read(name: str) -> str:
    r"""A name as people read it: equal for two that nobody can tell apart by form of letters, capitals or spaces.

    >>> as_read(" Low\u200b  ｔype"), as_read("LOW type") == as_read("low type"), as_read("\u200b ")
    ('low type', True, '')
    """
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) != "Cf")
    return " ".join(shown.casefold().split())
