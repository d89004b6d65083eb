"""The experimenter's page: what it says while people play, and that nothing is lost when something breaks."""

import csv
import io
import os
import re
import signal
from collections import defaultdict
from decimal import Decimal
from functools import cache
from html import unescape
from itertools import product

import pytest

from mechanisms.treatments import load_treatment
from tests import oracle
from tests.lab import ROOT, Lab, call, create_session, visit

ROUNDS = 2
PLAIN = {"quiz": False, "practice_rounds": 0}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("admin")).server() as address:
        yield address


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


def text(html):
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def person(report, k):
    """State and the texts of the cells of one participant in the monitor."""
    state, row = re.search(rf'<tr data-person="{k}" data-state="([^"]*)">(.*?)</tr>', report, re.S).groups()
    return state, [text(cell) for cell in re.findall(r"<td.*?>(.*?)</td>", row, re.S)]


def awaited(report, k):
    return set(filter(None, person(report, k)[1][5].split(", ")))


def shown_round(report, name):
    row = re.search(rf'<tr data-round="{name}".*?</tr>', report, re.S).group()
    return dict(re.findall(r'data-key="(\w+)">(.*?)</td>', row, re.S))


def fraction(cell):
    found = re.search(r'data-count="(\d+)" data-of="(\d+)"', cell)
    return tuple(map(int, found.groups())) if found else None


def test_who_waits_for_whom(address):
    seats = Seats(address, "production_serial", 6, rounds=ROUNDS)
    seats.open(1, 2, 3, 4)
    seats.send(1, consent="True")
    report = seats.report()
    assert [person(report, k)[0] for k in (2, 5)] == ["awaited", "not arrived"]
    assert awaited(report, 1) == {"lab02", "lab03", "lab04", "P5", "P6"}
    seats.start()
    groups = defaultdict(list)
    for row in seats.export("serial"):
        if row["round_number"] == "1":
            groups[row["group"]].append(int(row["participant_id"]))
    slow, done = groups.values()
    for k in [*slow[:2], *done]:
        seats.play(k, 3 + k % 3)
    report = seats.report()
    late = slow[2]
    assert [person(report, k)[0] for k in slow] == ["waiting", "waiting", "awaited"]
    assert awaited(report, slow[0]) == awaited(report, slow[1]) == {f"lab{late:02d}"}
    assert "holds up 2" in person(report, late)[1][6]
    assert awaited(report, late) == set()
    assert person(report, late)[1][2:4] == ["decision", "round 1"]
    assert [seats.page(k) for k in done] == ["Feedback"] * 3
    assert fraction(shown_round(report, "part-1-round-1")["decided"]) == (5, 6)
    assert fraction(shown_round(report, "part-1-round-1")["nash"])[1] == 1
    neighbours = re.search(rf'data-seat="lab{late:02d}".*?</td>', report, re.S).group()
    assert all(f"lab{k:02d}" in neighbours for k in slow)


# --- the numbers of the rounds, computed again from the export by the oracle alone ---


@cache
def played(definition, types, messages):
    return oracle.expected(oracle.json.loads(definition), list(types), list(messages))


def surplus(result):
    return sum(result["values"]) - sum(result["cost_shares"])


def facts(treatment, definition, types, messages):
    """Who plays a dominant message (None: there is none), whether it is an equilibrium, efficiency."""
    grids = [place.messages.tolist() for place in treatment.positions]
    profiles = list(product(*grids))
    points = {profile: played(definition, types, profile)["points"] for profile in profiles}

    def replies(profile, i):
        return {m: points[(*profile[:i], m, *profile[i + 1 :])][i] for m in grids[i]}

    best = {(p, i): max(replies(p, i).values()) for p in profiles for i in range(len(types))}
    dominant = [
        {m for m in grids[i] if all(points[p][i] == best[p, i] for p in profiles if p[i] == m)}
        for i in range(len(types))
    ]
    nash = all(points[messages][i] == best[messages, i] for i in range(len(types)))
    most = max(surplus(played(definition, types, profile)) for profile in profiles)
    hits = [messages[i] in found if found else None for i, found in enumerate(dominant)]
    return hits, nash, surplus(played(definition, types, messages)) / most


@pytest.mark.parametrize(
    ("name", "plays"),
    [
        ("chen_serial", [[4, 6, 4, 7], [4, 6, 9, 2]]),
        ("chen_proportional", [[5, 6, 4, 7], [4, 6, 9, 2]]),
    ],
)
def test_the_numbers_of_a_round_are_those_of_its_export(address, name, plays):
    seats, app = Seats(address, name, 4, rounds=ROUNDS), name.removeprefix("chen_")
    seats.start()
    definition = oracle.json.dumps(load_treatment(ROOT / "treatments" / f"{name}.toml").definition)
    treatment = load_treatment(ROOT / "treatments" / f"{name}.toml")
    for messages in plays:
        for k, message in enumerate(messages, 1):
            seats.play(k, message)
            seats.report()  # what is not over must not be remembered
        for k in range(1, 5):
            assert seats.page(k) == "Feedback"
            seats.send(k, read="1")
    report, rows = seats.report(), seats.export(app)
    for r in range(1, ROUNDS + 1):
        groups = defaultdict(list)
        for row in sorted(rows, key=lambda row: int(row["position"])):
            if row["round"] == str(r):
                groups[row["group"]].append(row)
        found = [
            facts(treatment, definition, *(tuple(float(row[key]) for row in g) for key in ("type", "message")))
            for g in groups.values()
        ]
        hits = [hit for one, _, _ in found for hit in one if hit is not None]
        shown = shown_round(report, f"part-1-round-{r}")
        assert fraction(shown["decided"]) == (4, 4)
        assert fraction(shown["dominant"]) == ((sum(hits), len(hits)) if hits else None)
        assert fraction(shown["nash"]) == (sum(nash for _, nash, _ in found), 2)
        assert shown["efficiency"] == f"{100 * float(sum(e for _, _, e in found)) / 2:.1f} %"
        mean = sum(float(row["points"]) for row in rows if row["round"] == str(r)) / 4
        assert shown["points"] == f"{mean:.2f}"
        assert shown["timed_out"] == "0"


def test_dominant_play_is_counted(address):
    """In the pivotal mechanism the truth is dominant, and so are messages that never change anything."""
    treatment = load_treatment(ROOT / "treatments" / "cason_pivotal.toml")
    seats = Seats(address, "cason_pivotal", 2, rounds=1)
    seats.start()
    [first, second] = sorted(seats.export("vcg"), key=lambda row: int(row["position"]))
    for row, hit in ((first, True), (second, False)):
        own = treatment.dominant_messages(int(row["position"]) - 1, float(row["type"]))
        grid = treatment.positions[int(row["position"]) - 1].messages
        message = own[0] if hit else next(m for m in grid if m not in own)
        seats.play(int(row["participant_id"]), message)
    shown = shown_round(seats.report(), "part-1-round-1")
    assert fraction(shown["dominant"]) == (1, 2)


def test_the_list_of_payments_is_that_of_the_receipts(address):
    seats = Seats(address, "chen_serial", 4, rounds=1)
    seats.start()
    pair = [int(row["participant_id"]) for row in seats.export("serial") if row["group"] == "1"]
    for k in pair:
        seats.play(k, 3 + k)
    rows = {int(row["participant_id"]): row["total_payment"] for row in seats.export("serial")}
    listed = dict(re.findall(r'<tr data-payment="(\d+)" data-total="([^"]*)">', seats.report()))
    assert {int(k): total for k, total in listed.items()} == rows
    settled = [Decimal(total) for total in rows.values() if total]
    assert len(settled) == len(set(settled)) == 2
    report = seats.report()
    assert re.search(r'id="payment-sum">([^<]*)<', report).group(1) == str(sum(settled))
    assert "2 not finished" in report
    others = sorted(set(range(1, 5)) - set(pair))
    assert all(f'data-payment="{k}" data-total=""' in report for k in others)


def test_a_seat_goes_on_at_another_computer(address):
    order = {"session_config_name": "chen_serial", "num_participants": 2, "room_name": "lab"}
    order["modified_session_config_fields"] = {**PLAIN, "rounds": 1}
    code = call(f"{address}/api/sessions", order)["code"]
    door = f"{address}/room/lab?welcome_page_ok=1&participant_label="
    urls = {label: visit(door + label)[0] for label in ("lab07", "lab31")}
    for label, url in urls.items():
        urls[label] = visit(url, consent="True")[0]
    urls = {label: visit(url)[0] for label, url in urls.items()}
    assert visit(door + "lab07")[0] == urls["lab07"] != urls["lab31"]
    report = visit(f"{address}/AdminReport/{code}")[1]
    assert {person(report, k)[0] for k in (1, 2)} == {"active"}
    assert re.search(r'data-state="active" data-seat="lab31"', report)


def test_a_server_that_is_killed_forgets_nothing(own_lab):
    """kill -9, as when the plug is pulled: everybody is where they were, and the round goes on."""
    with own_lab.server() as address:
        seats = Seats(address, "chen_serial", 2, rounds=ROUNDS)
        seats.start()
        for k, message in ((1, 4), (2, 7)):
            seats.play(k, message)
        for k in (1, 2):
            assert seats.page(k) == "Feedback"
            seats.send(k, read="1")
        seats.play(1, 5)
        before = seats.export("serial"), {k: seats.page(k) for k in (1, 2)}
        numbers = shown_round(seats.report(), "part-1-round-1")
        os.killpg(own_lab.process.pid, signal.SIGKILL)
        own_lab.process.wait()
    with own_lab.server() as again:
        seats.urls = {k: url.replace(address, again) for k, url in seats.urls.items()}
        seats.address = again
        assert (seats.export("serial"), {k: seats.page(k) for k in (1, 2)}) == before
        assert before[1] == {1: "WaitForGroup", 2: "Decide"}
        report = seats.report()
        assert shown_round(report, "part-1-round-1") == numbers
        assert awaited(report, 1) == {"lab02"}
        seats.play(2, 6)
        assert {seats.page(k) for k in (1, 2)} == {"Feedback"}
        assert all(row["points"] for row in seats.export("serial"))
