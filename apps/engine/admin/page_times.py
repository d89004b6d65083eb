"""How long people stay on each page, from oTree's record of completed pages (to the second).

The record is kept in batches of text, the latest of them in the server's memory; each batch is read once a session.
When a server is killed, what was in its memory is missing here, and nothing else is lost.
"""

from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

from otree import common2
from otree.database import dbq
from otree.models_concrete import PageTimeBatch

from engine.admin.situation import Situation
from engine.admin.words import clock, page_words

COLUMNS = list(common2.TimeSpentRow.__annotations__)


@dataclass(frozen=True)
class Visit:
    """One stay of one participant (by number) on a page: `index` is its place in the sequence of all pages."""

    number: int
    index: int
    page: str
    wait: bool
    seconds: int


class Record:
    """Completed pages of one session: rows (number, index, page, wait, epoch of completion)."""

    def __init__(self, session_code: str) -> None:
        self.session_code, self.last, self.rows = session_code, 0, []  # type: ignore[var-annotated]

    def update(self) -> list[tuple[int, int, str, bool, int]]:
        batches = (
            dbq(PageTimeBatch)
            .filter(PageTimeBatch.id > self.last, PageTimeBatch.text.contains(self.session_code))
            .order_by(PageTimeBatch.id)
        )
        for batch in batches:
            self.rows += completed(batch.text.splitlines(), self.session_code)
            self.last = batch.id
        return self.rows + completed(common2.page_completion_buffer, self.session_code)


@lru_cache(maxsize=32)
def record(session_code: str) -> Record:
    return Record(session_code)


def completed(lines: list[str], session_code: str) -> list[tuple[int, int, str, bool, int]]:
    found = []
    for line in lines:
        if line.startswith(f"{session_code},"):
            row = dict(zip(COLUMNS, line.strip().split(","), strict=True))
            number, index, epoch = (
                int(row[key]) for key in ("participant_id_in_session", "page_index", "epoch_time_completed")
            )
            wait = row["is_wait_page"] == "1" or row["page_name"] == "Arrival"  # which has a form: "I am still here"
            found.append((number, index, row["page_name"], wait, epoch))
    return found


def visits_of(session_code: str) -> list[Visit]:
    """Every completed stay: from the end of the page before to the end of the page."""
    visits, before = [], dict[int, int]()
    for number, index, page, wait, epoch in sorted(record(session_code).update(), key=lambda row: (row[4], row[1])):
        if number in before:
            visits.append(Visit(number, index, page, wait, epoch - before[number]))
        before[number] = epoch
    return visits


def slow_pages(visits: list[Visit], situation: Situation) -> list[dict[str, Any]]:
    """Per page, slowest first: number of stays, median and longest time in words, and whose was the longest."""
    pages: dict[str, list[Visit]] = {}
    for visit in visits:
        pages.setdefault(visit.page, []).append(visit)
    rows: list[dict[str, Any]] = []
    for page, stays in pages.items():
        longest = max(stays, key=lambda visit: visit.seconds)
        rows.append({
            "page": page_words(page),
            "wait": stays[0].wait,
            "visits": len(stays),
            "median": round(median(visit.seconds for visit in stays)),
            "longest": longest.seconds,
            "who": situation.by_number[longest.number].name,
        })  # fmt: skip
    rows.sort(key=lambda row: (row["wait"], -row["median"], -row["longest"]))
    return [{**row, "median": clock(row["median"]), "longest": clock(row["longest"])} for row in rows]
