"""People of online studies come at random times, leave at random pages, come back, come twice: nobody is held up, each
payment is explained, the audit is clean.

One session for each rule about people who leave, all at once on one server. LAB_PEOPLE=60 plays it with more people.
"""

import csv
import os
import random
import time
from decimal import Decimal
from types import SimpleNamespace

import pytest

from tests.apps.guests import Person, exports_of, link_of
from tests.apps.people import checked
from tests.lab import Lab, create_session

PEOPLE = int(os.environ.get("LAB_PEOPLE", "18"))
POLICIES = ("computer", "end", "void")
WAIT, SECONDS, GRACE, ROUNDS = 40, 8, 5, 3
BOUND = 60 + WAIT + ROUNDS * (2 * SECONDS + GRACE + 15) + 4 * SECONDS + PEOPLE * 4
"""Seconds until everybody who stays has a receipt: what the study and the clocks say, and room for slow machines."""
STUDY = """
setting = "online"
seed = {seed}
[consent]
contact = "lab@example.org"
[platform]
name = "prolific"
[platform.codes]
complete = "CDONE"
other = "COTHER"
[arrival]
silo = 2
spare = {spare}
wait_seconds = {wait}
still_there_seconds = 600
[dropouts]
policy = "{policy}"
grace_seconds = {grace}
{told}[payments]
show_up_fee = 2
[payments.fixed]
waited_too_long = 1.5
partner_left = 3
[[arms]]
treatment = "chen_serial"
participants = {participants}
"""
TOLD = """[dropouts.told]
en = "We are *sorry*."
"""
LIMITS = {
    "quiz": False, "practice_rounds": 0, "rounds": ROUNDS, "matching": "partner", "seconds": SECONDS,
    "seconds_consent": 60, "seconds_instructions": SECONDS, "seconds_guess": SECONDS, "seconds_result": SECONDS,
}  # fmt: skip
FIXED = {
    "complete": Decimal(2), "waited_too_long": Decimal("1.5"), "partner_left": Decimal(3), "withdrew": Decimal(2),
    "no_consent": Decimal(0), "dropped_out": Decimal(2), "overbooked": Decimal(0),
}  # fmt: skip


class Guest:
    """comes, leaves (after so many pages; None: never), returns (seconds later; None: never), twice (opens again)

    The first four come before all others, and fill groups of their own: number 0 leaves for good at its first
    decision, and the other three stay. So each rule has its case, whoever else leaves.
    """

    def __init__(self, rng, policy, link, number, begin):
        self.policy, self.rng, self.leaver = policy, rng, number == 0
        self.identifier = f"5f8a{policy}{number:04d}"
        self.link = f"{link}?PROLIFIC_PID={self.identifier}"
        first = number < 4
        self.comes, self.pages = begin + (rng.uniform(0, 4) if first else rng.uniform(15, 30)), 0
        self.leaves = rng.randint(1, 8) if not first and rng.random() < 0.2 else None
        self.returns = rng.uniform(2, 25) if self.leaves and rng.random() < 0.5 else None
        self.twice = rng.random() < 0.15
        self.browser, self.codes, self.away_until, self.next, self.done = None, set(), 0.0, 0.0, None

    def act(self, now):
        """One page, as a person would; nothing before the time has come."""
        if now < max(self.comes, self.next, self.away_until) or self.done or self.away_until == float("inf"):
            return
        self.next = now + self.rng.uniform(0.5, 1.5)
        if self.browser is None or self.away_until:
            self.browser, self.away_until = Person(), 0.0  # the link again, in another browser
            self.browser.go(self.link)
        elif self.twice and self.rng.random() < 0.1:
            other = Person()
            other.go(self.link)
            self.codes.add(other.code())
        else:
            self.browser.go(self.browser.at)
        self.codes.add(self.browser.code())
        if self.browser.page == "Receipt":
            self.done = now
            return
        if self.browser.page in ("Arrival", "WaitForGroup", "WaitForPoints"):
            return
        self.pages += 1
        if self.leaver and self.browser.page == "Decide":
            self.away_until = float("inf")
        elif self.leaves is not None and self.pages >= self.leaves:
            self.away_until = float("inf") if self.returns is None else now + self.returns
            self.leaves = None
        if self.away_until:
            return
        fields = {"Consent": {"consent": "True"}, "Decide": {"message": "4"}}
        self.browser.go(self.browser.at, **fields.get(self.browser.page, {"go": "on"}))


@pytest.fixture(scope="module")
def sessions(tmp_path_factory):
    lab, each = Lab(tmp_path_factory.mktemp("online")), PEOPLE // len(POLICIES)
    places = each + each % 2
    for k, policy in enumerate(POLICIES):
        text = STUDY.format(seed=k, spare=4, wait=WAIT, policy=policy, grace=GRACE, participants=places,
                            told=TOLD if policy == "end" else "")  # fmt: skip
        (lab.folder / "studies" / f"{policy}_study.toml").write_text(text, "utf-8")
    found = {}
    with lab.server() as address:
        guests = []
        for k, policy in enumerate(POLICIES):
            code, _ = create_session(address, f"{policy}_study", places + 4, **LIMITS)
            link, rng = link_of(address, code), random.Random(100 + k)
            own = [Guest(rng, policy, link, number, time.monotonic()) for number in range(each)]
            found[policy] = SimpleNamespace(code=code, guests=own)
            guests += own
        begin = time.monotonic()
        while time.monotonic() < begin + BOUND and any(not g.done and g.away_until != float("inf") for g in guests):
            for guest in guests:
                guest.act(time.monotonic())
            time.sleep(0.2)
        time.sleep(WAIT + 2 * SECONDS)  # whoever has left and was waited for is at an end, too
        for policy, session in found.items():
            tables = exports_of(address, session.code)
            session.result = checked(tables, "demand", tmp_path_factory.mktemp(policy))
            session.texts = [tables.table("demand", name) for name in ("", "record")]
            session.people = list(csv.DictReader(tables.table("closing", "people").splitlines()))
            session.rows = list(csv.DictReader(session.texts[0].splitlines()))
    return found


@pytest.mark.parametrize("policy", POLICIES)
def test_everybody_who_stays_comes_to_an_end(sessions, policy):
    stuck = {g.identifier: g.browser and g.browser.at for g in sessions[policy].guests
             if not g.done and g.away_until != float("inf")}  # fmt: skip
    assert stuck == {}


@pytest.mark.parametrize("policy", POLICIES)
def test_the_audit_is_clean_and_each_payment_is_explained(sessions, policy):
    session = sessions[policy]
    assert session.result.ok, session.result.findings.to_string()
    people = {row["participant_id"]: row for row in session.rows}
    ended = [row for row in people.values() if row["total_payment"]]
    assert len(ended) >= len(session.guests) // 2
    for row in ended:
        paid = Decimal(row["total_payment"])
        expected = FIXED[row["ending"]] + Decimal(row["part_earnings"])
        assert abs(paid - max(Decimal(0), expected)) <= Decimal("0.01"), row
    for guest in session.guests:
        if guest.done:
            assert "COTHER" in guest.browser.html or "CDONE" in guest.browser.html


@pytest.mark.parametrize("policy", POLICIES)
def test_one_person_has_one_seat_and_no_export_knows_who_it_is(sessions, policy):
    codes = [code for guest in sessions[policy].guests for code in guest.codes]
    assert len(codes) == len(set(codes))
    assert all(len(guest.codes) <= 1 for guest in sessions[policy].guests)
    for text in sessions[policy].texts:
        assert all(guest.identifier not in text for guest in sessions[policy].guests)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_flow_of_participants_has_everybody_who_came(sessions, policy):
    session = sessions[policy]
    flow = {row["participant_code"]: row for row in session.people}
    came = {code for guest in session.guests for code in guest.codes}
    assert set(flow) == came
    assert {row["participant_code"]: row["ending"] for row in session.rows if row["participant_code"] in came} == {
        code: row["outcome"] for code, row in flow.items()
    }
    assert all(row["same_address"] == row["same_device"] == "1" for row in flow.values())  # all of one machine
    assert all(int(row["returns"]) <= int(row["absences"]) for row in flow.values())
    assert not any(guest.identifier in str(session.people) for guest in session.guests)


def test_each_rule_has_done_what_it_says(sessions):
    causes = {policy: {row["decided_by"] for row in session.rows} for policy, session in sessions.items()}
    assert causes["computer"] & {"clock", "absent"}
    endings = {policy: {row["ending"] for row in session.rows} for policy, session in sessions.items()}
    assert "partner_left" in endings["end"]
    assert "partner_left" not in endings["void"] | endings["computer"]
    told = [
        g.browser.html for g in sessions["end"].guests if g.done and "Somebody of your group has left" in g.browser.html
    ]
    assert told
    assert all("We are <em>sorry</em>" in html for html in told)
