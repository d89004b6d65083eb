"""A column of texts in which each distinct text is held once: read once, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mechanisms.session.formulas import as_typed


class Collected:
    """A column that comes in pieces, each distinct text kept once.

    >>> pieces = Collected()
    >>> pieces.add(Encoded.of(["a", "b"]))
    >>> pieces.add(Encoded.of(["c", "a"]))
    >>> pieces.encoded().decoded().tolist()
    ['a', 'b', 'c', 'a']
    """

    def __init__(self) -> None:
        self._place: dict[str, int] = {}
        self._codes: list[np.ndarray] = []

    def add(self, piece: Encoded) -> None:
        place = self._place
        new = np.array([place.setdefault(text, len(place)) for text in piece.texts], dtype=np.int64)
        self._codes.append(new.astype(np.min_scalar_type(len(place)))[piece.codes] if len(piece) else new[:0])

    def encoded(self) -> Encoded:
        codes = np.concatenate(self._codes) if self._codes else np.zeros(0, dtype=np.int64)
        texts = np.empty(len(self._place), dtype=object)
        texts[:] = list(self._place)
        return Encoded(codes, texts)


@dataclass(frozen=True, eq=False)
class Encoded:
    """codes : int array, shape (n,), places in `texts`
    texts : object array of str, shape (k,), each with an entry

    >>> column = Encoded.of(["a", "", "a"])
    >>> column.codes.tolist(), column.texts.tolist(), column.filled().tolist()
    ([0, 1, 0], ['a', ''], [True, False, True])
    >>> column[column.filled()].decoded().tolist()
    ['a', 'a']
    """

    codes: np.ndarray
    texts: np.ndarray

    @classmethod
    def of(cls, entries: object) -> Encoded:
        codes, texts = pd.factorize(np.asarray(entries, dtype=object))
        return cls(codes, texts)

    def as_typed(self) -> Encoded:
        """Without the apostrophe before what a spreadsheet would compute (mechanisms.session.formulas).

        >>> Encoded.of(["'=1", "a", "'a"]).as_typed().texts.tolist()
        ['=1', 'a', "'a"]
        """
        marked = [k for k, text in enumerate(self.texts) if text[:1] == "'"]
        if not marked:
            return self
        texts = self.texts.copy()
        texts[marked] = [as_typed(text) for text in self.texts[marked]]
        return Encoded(self.codes, texts)

    @classmethod
    def constant(cls, text: str, n: int) -> Encoded:
        return cls(np.zeros(n, dtype=np.int32), np.array([text][:n], dtype=object))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: np.ndarray) -> Encoded:
        codes = self.codes[rows]
        used = np.bincount(codes, minlength=len(self.texts)) > 0
        return Encoded((np.cumsum(used) - 1)[codes], self.texts[used])

    def is_text(self, text: str) -> np.ndarray:
        """Whether each entry is this text, bool, shape (n,)."""
        return (self.texts == text)[self.codes] if len(self.texts) else np.zeros(len(self), dtype=bool)

    def filled(self) -> np.ndarray:
        """Whether there is an entry, bool, shape (n,)."""
        return ~self.is_text("")

    def decoded(self) -> np.ndarray:
        """The entries, object array of str, shape (n,)."""
        return self.texts[self.codes] if len(self.texts) else np.zeros(0, dtype=object)
