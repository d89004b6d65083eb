"""Who plays what: several treatments one after the other, in what orders; or each one, in sessions of several."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from analysis.games import PERSON
from analysis.report.comparisons import ARM
from analysis.words import capital, counted, listed

MOST_ORDERS = 4
"""Orders that a sentence names."""


def sequences(predicted: pd.DataFrame) -> dict[tuple[str, ...], int]:
    """Participants by the treatments that they play, in their order, most first; empty where nobody plays several.

    >>> rows = pd.DataFrame({"session_code": "s", "participant_id": [1, 1, 2, 2], ARM: ["A", "B"] * 2,
    ...                      "part": [1, 2] * 2, "order": ["1;2", "1;2", "2;1", "2;1"]})
    >>> sequences(rows)
    {('A', 'B'): 1, ('B', 'A'): 1}
    """
    if not predicted["order"].astype(str).str.contains(";").any():
        return {}
    there = predicted[[*PERSON, ARM, "part", "order"]].drop_duplicates()
    at = [str(order).split(";").index(str(part)) for part, order in zip(there["part"], there["order"], strict=True)]
    ordered = there.assign(at=at).sort_values([*PERSON, "at"])
    found = Counter(ordered.groupby(PERSON)[ARM].agg(tuple))
    if max(map(len, found)) < 2:
        return {}
    return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))


def sequences_words(predicted: pd.DataFrame) -> str:
    """That the same people play several treatments, and in what orders, or that sessions have several: a clause; ""
    where neither is so.

    >>> rows = pd.DataFrame({"session_code": "s", "participant_id": [1, 1, 2, 2], ARM: ["A", "B"] * 2,
    ...                      "part": [1, 2] * 2, "order": ["1;2", "1;2", "2;1", "2;1"]})
    >>> sequences_words(rows)
    'everybody plays both, 1 participant A first and 1 B first'
    """
    found = sequences(predicted)
    if not found:
        return _side_by_side(predicted.groupby("session_code")[ARM].nunique(), predicted[ARM].nunique())
    if len(found) == 1:
        return f"everybody plays {_then(next(iter(found)))}, in this order"
    if {names[::-1] for names in found} == set(found) and len(found) == len(next(iter(found))) == 2:
        (first, people), (second, others) = ((names[0], count) for names, count in found.items())
        return f"everybody plays both, {counted(people, 'participant')} {first} first and {others} {second} first"
    same = len({tuple(sorted(names)) for names in found}) == 1
    who = f"everybody plays {listed(sorted(next(iter(found))))}" if same else "participants play different treatments"
    if len(found) > MOST_ORDERS:
        return f"{who}, in {len(found)} orders"
    named = [f"{', '.join(names)} ({counted(people, 'participant')})" for names, people in found.items()]
    return f"{who}, in {len(found)} orders: {' or '.join(named)}"


def _side_by_side(treatments: pd.Series, n: int) -> str:
    """Of the number of treatments in each session, of `n` in all."""
    several = int((treatments > 1).sum())
    if not several:
        return ""
    if (treatments == n).all():
        return f"each participant plays one treatment, and each session has {'both' if n == 2 else f'all {n}'}"
    return f"each participant plays one treatment, and {several} of {len(treatments)} sessions have several"


def sequences_sentence(predicted: pd.DataFrame) -> str:
    """The same as a sentence."""
    words = sequences_words(predicted)
    return f"{capital(words)}." if words else ""


def _then(names: tuple[str, ...]) -> str:
    return ", then ".join(names)
