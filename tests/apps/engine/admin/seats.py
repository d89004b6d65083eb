"""Participants without a browser, and what the experimenter's page says of them."""

import csv
import io
import re

from tests.lab import create_session, visit

ROUNDS = 2

PLAIN = {"quiz": False, "practice_rounds": 0}


class Seats:
    """Participants without a browser: each has the address where the server has put her or him."""

    def __init__(self, address, name, count, **changes):
        self.code, self.links = create_session(address, name, count, **{**PLAIN, **changes})
        self.address, self.urls = address, {}

    def open(self, *numbers):
        for k in numbers:
            self.urls[k], _ = visit(f"{self.links[k - 1]}?participant_label=lab{k:02d}")

    def page(self, k):
        self.urls[k], _ = visit(self.urls[k])
        return self.urls[k].rstrip("/").split("/")[-2]

    def send(self, k, **fields):
        self.urls[k], _ = visit(self.urls[k], **fields)

    def start(self):
        """Everybody agrees and has read the instructions."""
        everybody = range(1, len(self.links) + 1)
        self.open(*everybody)
        for k in everybody:
            self.send(k, consent="True")
        for k in everybody:
            if self.page(k) == "Instructions":
                self.send(k, read="1")

    def play(self, k, message):
        assert self.page(k) == "Decide"
        self.send(k, message=f"{message:g}")

    def report(self):
        return visit(f"{self.address}/AdminReport/{self.code}")[1]

    def export(self, app):
        with_session = f"{self.address}/api/export_app_custom?app={app}&session_code={self.code}"
        return list(csv.DictReader(io.StringIO(visit(with_session)[1].lstrip("\ufeff"))))


def shown_round(report, name):
    row = re.search(rf'<tr data-round="{name}".*?</tr>', report, re.S).group()
    return dict(re.findall(r'data-key="(\w+)">(.*?)</td>', row, re.S))


def fraction(cell):
    found = re.search(r'data-count="(\d+)" data-of="(\d+)"', cell)
    return tuple(map(int, found.groups())) if found else None
