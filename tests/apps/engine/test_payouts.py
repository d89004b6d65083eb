"""Files of bonuses as platforms read them, and what the command says about them."""

from decimal import Decimal

import pytest
from engine.payouts import Payout, bonuses, key, summary


def payout(identifier="W1", total="4.50", reward="2", assignment="A1", code="abcd"):
    return Payout(code, 1, identifier, assignment, "complete", "C1", Decimal(total), Decimal(reward))


REASON = "What you earned in the study"
PEOPLE = [payout(), payout("W2", "2.00"), payout("W3", "0.30", "0", "")]


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        ("prolific", "W1,2.50\nW3,0.30\n"),
        ("mturk", f"WorkerId,AssignmentId,BonusAmount,Reason\nW1,A1,2.50,{REASON}\nW3,,0.30,{REASON}\n"),
        ("cloudresearch", "ParticipantId,Amount\nW1,2.50\nW3,0.30\n"),
        ("sona", "survey_code,amount\nW1,2.50\nW3,0.30\n"),
        ("link", "participant,amount\nW1,2.50\nW3,0.30\n"),
    ],
)  # fmt: skip
def test_each_platform_has_its_columns_and_nobody_without_a_bonus(platform, text):
    assert bonuses(platform, PEOPLE) == text


def test_who_has_no_identifier_is_in_no_platforms_file_and_is_named():
    people = [payout(), payout("", code="wxyz")]
    assert bonuses("prolific", people) == "W1,2.50\n"
    assert "without an identifier, so not in the file of bonuses: wxyz" in "\n".join(summary(people, "prolific"))
    assert bonuses("link", people) == "participant,amount\nW1,2.50\nwxyz,2.50\n"
    assert len(summary(people, "link")) == 1


def test_what_a_platform_could_not_pay_is_said():
    lines = summary([payout(), payout("W2", assignment="", code="wxyz")], "mturk", "EUR")
    assert "to which MTurk pays a bonus: wxyz" in lines[1]
    assert "amounts are in EUR, and the platform pays in USD" in lines[2]
    assert len(summary(PEOPLE[:2], "mturk", "USD")) == 1
    assert len(summary(PEOPLE, "prolific", "EUR")) == 1


def test_a_receipt_of_nothing_is_not_the_same_as_none():
    open_ = Payout("wxyz", 2, "W2", "", "", "", None, Decimal(0))
    head, *lines = key([payout(total="0.00", reward="0"), open_]).splitlines()
    assert head.endswith(",code,total,reward,bonus")
    assert lines == ["abcd,1,W1,A1,complete,C1,0.00,0,0", "wxyz,2,W2,,,,,,"]
    assert summary([open_], "prolific")[1:] == ["  have not come to the receipt: wxyz"]
