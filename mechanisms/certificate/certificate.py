"""What a certificate is: one row for each question that theory asks of the game as played."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from mechanisms.arrays import brief
from mechanisms.shown import Shown, Words
from mechanisms.verdicts import Verdict
from mechanisms.writing import did_you_mean

AFTER, BEFORE = "after rounding", "before rounding"
BOTH = "equilibria after rounding, surplus before it"


NAMED = 3
"""Concepts that are named to who asks for one that is like none."""


class UnknownConceptError(KeyError):
    """There is no such row."""

    def __str__(self) -> str:  # of a KeyError it would be the message in quotes
        return str(self.args[0])


@dataclass(frozen=True)
class Finding(Shown):
    """The answer to one question.

    Attributes
    ----------
    verdict : Verdict
    answer : str, what was found, in the words of the treatment
    witness : str, where it fails, in the words of the treatment; empty otherwise
    numbers : str, which numbers were compared: before or after rounding to points
    """

    verdict: Verdict
    answer: str = ""
    witness: str = ""
    numbers: str = AFTER


def not_applicable(reason: str) -> Finding:
    return Finding(Verdict("not applicable", "", "", reason=reason))


@dataclass(frozen=True)
class Row(Finding):
    """One question with its answer.

    Attributes
    ----------
    concept : str, the field's name of the property
    source : str, paper and definition
    """

    concept: str = ""
    source: str = ""

    def _facts(self) -> dict[str, object]:
        said = {"answer": self.answer, "witness": self.witness, "reason": self.verdict.reason}
        return {
            "": Words(f"{self.concept}: {self.verdict.status}"),
            **{name: text for name, text in said.items() if text},
        }

    def plain(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "concept": self.concept,
            "source": self.source,
            "status": self.verdict.status,
            "answer": self.answer,
            "witness": self.witness,
            "method": self.verdict.method,
            "size": self.verdict.size,
            "tolerance": self.verdict.tolerance,
            "numbers": self.numbers,
            "reason": self.verdict.reason,
        }


@dataclass(frozen=True)
class Certificate(Shown):
    """The theory of one treatment.

    Attributes
    ----------
    name, title, identity : those of the treatment
    rows : tuple of Row, in a fixed order; the same concepts for every treatment, and two more where reports are made
        one after another
    """

    name: str
    title: str
    identity: str
    rows: tuple[Row, ...]

    def _facts(self) -> dict[str, object]:
        verdicts = Counter(row.verdict.status for row in self.rows)
        said = ", ".join(f"{count} {status}" for status, count in verdicts.items())
        return {"": Words(self.name), "title": self.title, "identity": Words(self.identity), "verdicts": Words(said)}

    def _rows(self) -> tuple[list[str], list[list[object]]]:
        rows: list[list[object]] = [
            [row.concept, row.verdict.status, row.answer or row.verdict.reason, row.witness, row.source]
            for row in self.rows
        ]
        return ["Concept", "Verdict", "Answer", "Witness", "Source"], rows

    def plain(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "name": self.name,
            "title": self.title,
            "identity": self.identity,
            "rows": [row.plain() for row in self.rows],
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Certificate:
        """The certificate that `plain` stands for; indices of witnesses are not kept, their words are."""
        try:
            rows = tuple(_row(row) for row in plain["rows"])
            return cls(plain["name"], plain["title"], plain["identity"], rows)
        except (LookupError, TypeError):
            raise ValueError(f"plain is {brief(plain)}; it must be what `plain` of a certificate gives") from None

    def row(self, concept: str) -> Row:
        """The row of one concept; UnknownConceptError (a KeyError) if there is none."""
        for row in self.rows:
            if isinstance(concept, str) and row.concept == concept:
                return row
        concepts = [row.concept for row in self.rows]
        some = ", ".join(map(repr, concepts[:NAMED]))
        meant = did_you_mean(str(concept), concepts, f"it must be the concept of one of the rows: {some}, …")
        raise UnknownConceptError(f"concept is {brief(concept)}; {meant}")


def _row(plain: dict[str, Any]) -> Row:
    verdict = Verdict(plain["status"], plain["method"], plain["size"], plain["tolerance"], reason=plain["reason"])
    said = plain["answer"], plain["witness"], plain.get("numbers", "")  # not in certificates of earlier versions
    return Row(verdict, *said, plain["concept"], plain["source"])
