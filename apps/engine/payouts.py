"""Payments through a recruiting platform: the key file, and the bonuses in the format that the platform reads.

`python3.11 run.py payments SESSION` writes them into a new folder, and the experimenter's page has them as one zip. The
platform itself pays what the study says for an outcome (`PlatformSpec.pays`); the bonus is the rest of the receipt, so
that both add up to it.
"""

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from otree.database import dbq
from otree.models import Session as Sessions

from engine.identities import Identity
from engine.people import Session
from engine.session.earnings import fee_of
from engine.session.outcomes import outcome_of
from engine.stored_study import study_of
from engine.words.money import currency_in
from mechanisms.session.record import DELETED
from mechanisms.studies.schema_people import PlatformSpec


@dataclass(frozen=True)
class Payout:
    """One person: code and number in the session ("" and 0 without a seat), the platform's identifiers, outcome,
    completion code, and money: total of the receipt, what the platform pays, what is left to pay as a bonus."""

    participant_code: str
    participant_id: int
    identifier: str
    assignment: str
    outcome: str
    code: str
    total: Decimal | None  # None: not at the receipt
    reward: Decimal

    @property
    def owed(self) -> Decimal:
        return Decimal(0) if self.total is None else self.total

    @property
    def bonus(self) -> Decimal:
        return max(Decimal(0), self.owed - self.reward)


def payouts_of(session: Session) -> list[Payout]:
    """Everybody who came: those with a seat in their order, then those who got none; these may be paid, too. Who was
    deleted is nobody any more."""
    platform = study_of(session).spec.platform
    rows = list(dbq(Identity).filter_by(session_id=session.id).order_by(Identity.id))
    seated = {row.participant: row for row in rows if row.participant}
    found = []
    for person in session.get_participants():
        if not person.visited or outcome_of(person) == DELETED:
            continue
        row, earnings = seated.get(person.id_in_session), person.vars.get("earnings")
        total = Decimal(earnings["total"]) if earnings else None
        found.append(payout(platform, row, outcome_of(person), total, person.code, person.id_in_session))
    return found + [
        payout(platform, row, row.outcome, fee_of(session, row.outcome)) for row in rows if not row.participant
    ]


def payout(
    platform: PlatformSpec | None,
    row: Identity | None,
    outcome: str,
    total: Decimal | None,
    code: str = "",
    number: int = 0,
) -> Payout:
    more = json.loads(row.more) if row is not None else {}
    return Payout(
        code, number, row.identifier if row is not None else "", more.get("assignmentId", ""), outcome,
        "" if platform is None else platform.code(outcome), total,
        Decimal(0) if platform is None else platform.pays(outcome),
    )  # fmt: skip


# --- what platforms read ---


def prolific(people: Sequence[Payout]) -> str:
    """Lines ID,amount without a head, in units of the study's currency: "Bulk bonus payments", and `csv_bonuses` of
    Prolific's programming interface."""
    return table([], [[p.identifier, p.bonus] for p in people])


def mturk(people: Sequence[Payout]) -> str:
    """The four arguments of `send-bonus`."""
    head = ["WorkerId", "AssignmentId", "BonusAmount", "Reason"]
    return table(head, [[p.identifier, p.assignment, p.bonus, "What you earned in the study"] for p in people])


def cloudresearch(people: Sequence[Payout]) -> str:
    """For the template of Connect's upload, whose columns are nowhere public."""
    return table(["ParticipantId", "Amount"], [[p.identifier, p.bonus] for p in people])


def sona(people: Sequence[Payout]) -> str:
    """SONA pays no money: what is owed in cash, by the code of the person in SONA."""
    return table(["survey_code", "amount"], [[p.identifier, p.bonus] for p in people])


def link(people: Sequence[Payout]) -> str:
    return table(["participant", "amount"], [[p.identifier or p.participant_code, p.bonus] for p in people])


FORMATS: dict[str, Callable[[Sequence[Payout]], str]] = {
    "prolific": prolific, "mturk": mturk, "cloudresearch": cloudresearch, "sona": sona, "link": link,
}  # fmt: skip


DOLLARS = ("mturk", "cloudresearch")
"""Platforms that know no other currency."""


def bonuses(platform: str, people: Sequence[Payout]) -> str:
    """The file of bonuses: everybody to whom something is left to pay. A platform refuses lines without identifier."""
    known = [person for person in people if person.identifier or platform == "link"]
    return FORMATS[platform]([person for person in known if person.bonus])


def key(people: Sequence[Payout]) -> str:
    """The one table that joins codes to identifiers: for payment, kept apart from the data and deleted after it.

    Money is blank for who has not come to the receipt, and for nobody else.
    """
    head = ["participant_code", "participant_id", "identifier", "assignment", "outcome", "code"]
    money = ("total", "reward", "bonus")
    rows = [[getattr(p, name) or "" for name in head] + [_paid(p, name) for name in money] for p in people]
    return table([*head, *money], rows)


def _paid(person: Payout, name: str) -> object:
    return "" if person.total is None else getattr(person, name)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """
    >>> table(["a"], [["x,y"], [Decimal("1.50")]])
    'a\\n"x,y"\\n1.50\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([head, *rows] if head else rows)
    return text.getvalue()


def summary(people: Sequence[Payout], platform: str = "link", currency: str = "") -> list[str]:
    """How the sums fit together, and what does not."""
    total, reward = sum(p.owed for p in people), sum(p.reward for p in people)
    bonus, over = sum(p.bonus for p in people), [p for p in people if p.reward > p.owed]
    lines = [f"{len(people)} people. Receipts {total} = {reward} paid by the platform + {bonus} as bonuses"]
    if over:
        excess = sum(p.reward - p.owed for p in over)
        lines[0] += f" - {excess} that the platform pays more than the receipt"
        lines += [f"  {p.participant_code}: the platform pays {p.reward}, the receipt says {p.owed}" for p in over]
    if open_ := [p.participant_code for p in people if not p.outcome]:
        lines.append(f"  have not come to the receipt: {', '.join(open_)}")
    owed = [p for p in people if p.bonus]
    if platform != "link" and (unknown := [p.participant_code for p in owed if not p.identifier]):
        lines.append(f"  without an identifier, so not in the file of bonuses: {', '.join(unknown)}")
    if platform == "mturk" and (loose := [p.participant_code for p in owed if p.identifier and not p.assignment]):
        lines.append(f"  without an assignment, to which MTurk pays a bonus: {', '.join(loose)}")
    if platform in DOLLARS and currency not in ("", "USD"):
        lines.append(f"  amounts are in {currency}, and the platform pays in USD: convert the file of bonuses")
    return lines


def files_of(session: Session) -> tuple[dict[str, str], list[str]]:
    """The key and the bonuses by the names of their files, and what is to be said about them."""
    people, platform = payouts_of(session), study_of(session).spec.platform
    name = platform.name if platform is not None else "link"
    files = {"key.csv": key(people), f"bonuses_{name}.csv": bonuses(name, people)}
    return files, summary(people, name, currency_in(session.config))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py payments", description="The key file and the bonuses of a session.")
    parser.add_argument("session", help="its code")
    parser.add_argument("--out", type=Path, help="a new folder; else payments/SESSION")
    options = parser.parse_args(arguments)
    from otree.main import setup

    setup()
    session = dbq(Sessions).filter_by(code=options.session).first()
    if session is None:
        print(f"{options.session!r} is no session of this database: its code is on its page", file=sys.stderr)
        return 1
    out = options.out or Path("payments", session.code)
    if out.exists():
        print(f"{out} is there already: move it away, or choose another folder with --out", file=sys.stderr)
        return 1
    try:
        out.mkdir(parents=True, mode=0o700)
    except OSError as error:
        print(f"{out} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    files, said = files_of(session)
    for file, text in files.items():
        (out / file).write_text(text, encoding="utf-8")
    print("\n".join([*said, f"Written to {out}: key.csv (keep it apart from the data), {', '.join([*files][1:])}"]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
