"""Codes, ways back and fixed payments by outcome."""

from decimal import Decimal

import pytest

from mechanisms.studies.schema_people import PaymentSpec, PlatformSpec


def platform(**given):
    return PlatformSpec(**{"codes": {"complete": "C1", "other": "C9"}, **given})


@pytest.mark.parametrize(
    ("given", "outcome", "address"),
    [
        ({"name": "prolific"}, "complete", "https://app.prolific.com/submissions/complete?cc=C1"),
        ({"name": "prolific"}, "no_consent", "https://app.prolific.com/submissions/complete?cc=C9"),
        ({"name": "mturk"}, "complete", ""),
        (
            {"name": "sona", "url": "https://x.sona-systems.com/", "study_id": "12"},
            "complete",
            "https://x.sona-systems.com/webstudy_credit.aspx?experiment_id=12&credit_token=C1&survey_code=a%2Fb",
        ),
        ({"name": "sona", "url": "https://x.sona-systems.com", "study_id": "12"}, "no_consent", ""),
        ({"name": "sona", "url": "https://x.y", "study_id": "12", "rewarded": ["withdrew"]}, "complete", ""),
        ({"name": "cloudresearch", "study_id": "AB1"}, "complete",
         "https://connect.cloudresearch.com/participant/project/AB1/complete"),
        ({"name": "cloudresearch", "study_id": "AB1"}, "screened_out", ""),  # that address says: has completed
        ({"name": "cloudresearch", "urls": {"complete": "https://c.z/all", "other": "https://c.z/some"}}, "withdrew",
         "https://c.z/some"),
        ({"name": "prolific", "urls": {"other": "https://c.z"}}, "withdrew",
         "https://app.prolific.com/submissions/complete?cc=C9"),
        ({"name": "link", "urls": {"quiz_failed": "https://p.z/out?who={id}&c={code}"}}, "quiz_failed",
         "https://p.z/out?who=a%2Fb&c=C9"),
        ({"name": "link", "codes": {}}, "complete", ""),
        ({"name": "link", "codes": {}, "url": "https://lab.example.org/back"}, "withdrew", "https://lab.example.org/back"),
    ],
)  # fmt: skip
def test_the_way_back(given, outcome, address):
    assert platform(**given).way_back(outcome, "a/b") == address


def test_the_parameter_of_the_link_is_that_of_the_platform_or_stated():
    assert platform(name="prolific").parameter == "PROLIFIC_PID"
    assert platform(name="link", identifier="pid").parameter == "pid"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "link", "urls": {"other": "https://p.z/{pid}"}}, r"has \{pid\}, which is not known"),
        ({"name": "link", "partial": {"complete": 1}}, "has complete, which is in rewarded, too"),
        ({"name": "cloudresearch"}, "the way back to cloudresearch needs it"),
    ],
)
def test_a_way_back_or_reward_that_is_none_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        platform(**given)


def test_who_does_not_finish_gets_what_is_stated_else_the_fee_if_the_person_agreed():
    payments, fee = PaymentSpec(fixed={"waited_too_long": "1.5", "no_consent": 0}), Decimal(4)
    assert payments.amount("waited_too_long", fee) == Decimal("1.5")
    assert payments.amount("quiz_failed", fee) == payments.amount("dropped_out", fee) == fee
    assert payments.amount("no_consent", fee) == payments.amount("overbooked", fee) == 0
