"""What a certificate is: one row for each question that theory asks of the game as played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mechanisms.verdicts import Verdict


@dataclass(frozen=True)
class Finding:
    """The answer to one question.

    Attributes
    ----------
    verdict : Verdict
    answer : str, what was found, in the words of the treatment
    witness : str, where it fails, in the words of the treatment; empty otherwise
    """

    verdict: Verdict
    answer: str = ""
    witness: str = ""


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
            "reason": self.verdict.reason,
        }


@dataclass(frozen=True)
class Certificate:
    """The theory of one treatment.

    Attributes
    ----------
    name, title, identity : those of the treatment
    rows : tuple of Row, in a fixed order; the same concepts for every treatment
    """

    name: str
    title: str
    identity: str
    rows: tuple[Row, ...]

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
        rows = tuple(
            Row(
                Verdict(row["status"], row["method"], row["size"], row["tolerance"], reason=row["reason"]),
                row["answer"],
                row["witness"],
                row["concept"],
                row["source"],
            )
            for row in plain["rows"]
        )
        return cls(plain["name"], plain["title"], plain["identity"], rows)

    def row(self, concept: str) -> Row:
        """The row of one concept; KeyError if there is none."""
        for row in self.rows:
            if row.concept == concept:
                return row
        raise KeyError(f"no concept {concept!r}; there are {[row.concept for row in self.rows]}")
