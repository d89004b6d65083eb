"""Columns that hold lists of messages as text: each text is kept once, and a column holds its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mechanisms.writing import exact


@dataclass(frozen=True)
class Texts:
    """The texts of a column, numbered as they come.

    Examples
    --------
    >>> texts = Texts()
    >>> numbers = [texts.number("4"), texts.number("5;6"), texts.number("4")]
    >>> list(texts.column(np.array([*numbers, -1])))
    ['4', '5;6', '4', nan]
    """

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))

    def column(self, numbers: np.ndarray) -> pd.Categorical:
        """A column of text from its whole numbers, -1 where there is none."""
        return pd.Categorical.from_codes(numbers, categories=list(self.numbers))


def messages_text(messages: np.ndarray) -> str:
    """Messages as the export writes lists: "-7;-6".

    >>> messages_text(np.array([-7.0, 0.5]))
    '-7;0.5'
    """
    return ";".join(exact(message) for message in messages)
