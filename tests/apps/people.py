"""Participants without browsers, for tests of what happens when they come, decide, leave and come back."""

import csv
import io
import re
import time
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from analysis.audit import audit
from analysis.loading.exports import read_exports
from tests.lab import PATIENCE, create_session, visit

APP = "demand"
PAUSE = 1.0
"""Seconds until who waits asks again; a wait costs the machine what it is asked."""
PLAIN = {"quiz": False, "practice_rounds": 0}


class People:
    """Participants without browsers; each is somewhere, and does what is said."""

    def __init__(self, address, name, count, **changes):
        plain = {} if any(key.startswith("part1_") for key in changes) else PLAIN
        self.code, self.links = create_session(address, name, count, **{**plain, **changes})
        self.address, self.at, self.html = address, {}, {}

    def open(self, *people):
        for k in people:
            self.at[k], self.html[k] = visit(self.links[k - 1])

    def page(self, k):
        self.at[k], self.html[k] = visit(self.at[k])
        return self.at[k].rstrip("/").split("/")[-2]

    def shown(self, k):
        """The page that the last answer was; who waits asks again, because others may have moved on."""
        name = self.at[k].rstrip("/").split("/")[-2]
        return self.page(k) if name.startswith("Wait") else name

    def send(self, k, **fields):
        self.at[k], self.html[k] = visit(self.at[k], **fields)

    def start(self, *people):
        self.open(*people)
        for k in people:
            self.send(k, consent="True")
        for k in people:
            if self.page(k) == "Instructions":
                self.send(k, read="1")

    def go_on(self, k, message, until="Receipt", seconds=PATIENCE):
        """Decide and read until that page."""
        end, seen = time.monotonic() + seconds, []
        while (page := self.page(k)) != until:
            assert time.monotonic() < end, f"{k} is still at {page} after {seen}"
            seen.append(page)
            if page.startswith("Wait"):
                time.sleep(PAUSE)
            else:
                self.send(k, **({"message": message} if page == "Decide" else {"go": "on"}))
        return seen

    def admin(self, k, **fields):
        """A button of the monitor."""
        browser = build_opener(HTTPCookieProcessor())
        report = browser.open(f"{self.address}/AdminReport/{self.code}", timeout=PATIENCE).read().decode()
        token = re.search(r'name="csrftoken" value="(\d+)"', report)[1]
        sent = {"csrftoken": token, "selected_participant": self.links[k - 1].split("/")[-1], **fields}
        browser.open(f"{self.address}/AdvanceSession/{self.code}", urlencode(sent).encode(), timeout=PATIENCE).close()

    def table(self, app, name=""):
        kind = f"&function_name=custom_export_{name}" if name else ""
        text = visit(f"{self.address}/api/export_app_custom?app={app}&session_code={self.code}{kind}")[1]
        return text.lstrip("\ufeff")

    def rows(self, app, name=""):
        return list(csv.DictReader(io.StringIO(self.table(app, name))))


def checked(people, app, folder):
    """The audit of the export, against the record."""
    for name, text in (("", people.table(app)), ("_export_record", people.table(app, "record"))):
        (folder / f"{app}_custom{name}.csv").write_text(text, "utf-8")
    exports = read_exports(folder)
    return audit(exports.decisions, exports.companions["record"], exports.companions.get("quiz"))


def assert_sound(people, app, folder):
    """The audit is clean, and everybody has been paid."""
    result = checked(people, app, folder)
    assert result.ok, result.findings.to_string()
    assert result.unpaid == 0


def of_quiz(html):
    """Something in each field of the quiz; nothing after the last attempt."""
    return {"go": "on", **dict.fromkeys(re.findall(r'name="(quiz_\w+)"', html), "1"),
            **dict(re.findall(r'type="radio"[^>]*name="(quiz_\w+)"[^>]*value="([^"]+)"', html))}  # fmt: skip


ANSWERS = {"Consent": {"consent": "True"}, "Belief": {"belief": "5"}, "Decide": {"message": "4"}, "Quiz": of_quiz}
"""The fields of each page, or what makes them from its HTML; on others one goes on."""


def act(people, k, page, answers=ANSWERS):
    fields = answers.get(page, {"go": "on"})
    people.send(k, **(fields(people.html[k]) if callable(fields) else fields))


def go_to_the_end(people, numbers, answers=ANSWERS):
    """All of them act until each has the receipt."""
    waiting, end = set(numbers), time.monotonic() + PATIENCE
    for k in waiting:
        people.page(k)
    while waiting:
        assert time.monotonic() < end, f"{ {k: people.page(k) for k in waiting} } did not come to the end"
        moved = False
        for k in sorted(waiting):
            page = people.shown(k)
            if page == "Receipt":
                waiting.discard(k)
            elif not page.startswith("Wait"):
                act(people, k, page, answers)
                moved = True
        if not moved:
            time.sleep(PAUSE)


def rows_without(people, declines, app, answers, folder):
    """One of three declines, the others play to the end, and the audit is clean: the rows of these others."""
    people.open(1, 2, 3)
    for k in (1, 2, 3):
        people.send(k, consent=str(k != declines))
    assert people.page(declines) == "Declined"  # until the time of this page is over
    others = {1, 2, 3} - {declines}
    go_to_the_end(people, others, answers)
    result = checked(people, app, folder)
    assert result.ok, result.findings.to_string()
    return [row for row in people.rows(app) if int(row["participant_id"]) in others]
