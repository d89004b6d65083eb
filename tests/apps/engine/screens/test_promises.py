"""What the consent promises is what the session pays and keeps, outcome by outcome."""

import re
from types import SimpleNamespace

import pytest
from engine.otree_repairs.pages.rooms import leaving_of
from engine.screens.promises import promises
from engine.session.earnings import fee_of
from engine.stored_study import KEY
from engine.words.language import use
from engine.words.leaving import Leaving, when_leaving
from engine.words.rendering import render
from engine.words.sentences import absent_sentence

from mechanisms.studies.schema_people import OUTCOMES
from tests.apps.engine.screens.pages import TREATMENTS, changed

STUDY = {
    "name": "pilot",
    "setting": "online",
    "consent": {"contact": "a@b.org", "withdrawn_data": "deleted"},
    "platform": {"name": "link", "partial": {"screened_out": "0.14"}},
    "checks": {"attention": 1, "attention_failure": "leave"},
    "payments": {"fixed": {"waited_too_long": 1, "withdrew": "0.5", "overbooked": "0.2"}},
}
NOTHING = dict.fromkeys(("text", "withdrawal", "institution", "approval", "retention"), "") | {
    "left": [],
    "problems": (),
}


def consent(treatment, study=STUDY, fee=2):
    stored = {} if study is None else {KEY: study}
    session = SimpleNamespace(
        parts=[treatment.definition], orders=[[1]], blocks=[0], code="s1", _vars=stored, vars=stored,
        pay_parts="all", config={"participation_fee": fee, "currency": "EUR"},
    )  # fmt: skip
    found = promises(SimpleNamespace(session=session, id_in_session=1))
    return session, found, re.sub(r"\s+", " ", str(render("welcome/consent.html", **found, **NOTHING)))


def test_where_one_round_is_paid_consent_says_that_who_ends_early_draws_alone():
    for pay, said in (("one", True), ("all", False)):
        _session, _found, page = consent(changed("chen_serial", session={"pay": pay}))
        assert ("what is paid is drawn for you alone" in page) == said


def test_each_ending_is_promised_what_it_is_paid():
    session, found, page = consent(changed("chen_serial", session={"quiz_failure": "leave", "quiz_attempts": 2}))
    paid = dict(found["endings"])
    assert [str(text) for text in paid.values()] == [
        "what you have earned so far, and 0.50 EUR", "what you have earned so far, and 2.00 EUR", "0.00 EUR",
        "1.00 EUR", "0.20 EUR", "0.14 EUR", "2.00 EUR",
    ]  # fmt: skip
    assert [float(fee_of(session, outcome)) for outcome in ("withdrew", "dropped_out", "waited_too_long")] == [
        0.5,
        2,
        1,
    ]
    assert "No group can be formed in time: 1.00 EUR" in page
    assert "your data are deleted as soon as you are paid" in page


BEFORE = ("complete", "second_time")
"""Not an ending of who reads this page: what the rest of it is about; and who is turned away before."""


@pytest.mark.parametrize("policy", ["computer", "void", "end"])
def test_no_ending_that_can_come_is_left_out(policy):
    fixed = {outcome: f"{k}.25" for k, outcome in enumerate(OUTCOMES, 1) if outcome != "complete"}
    study = {**STUDY, "dropouts": {"policy": policy}, "payments": {"fixed": fixed}}
    treatment = changed("chen_serial", session={"quiz_failure": "leave", "quiz_attempts": 2})
    with when_leaving(leaving_of(consent(treatment, study)[0])):
        page = f"{consent(treatment, study)[2]} {absent_sentence(treatment)}"
    told = {outcome for outcome, amount in fixed.items() if re.search(rf"\b{amount} EUR", page)}
    assert told == set(OUTCOMES) - set(BEFORE) - ({"partner_left"} if policy != "end" else set())


RULES = {
    ("end", True): ("does not come back within 47 seconds, the study ends for you", "You are gone for more than 47"),
    ("void", False): ("more than 47 seconds, the rounds that are left are not played", "You are gone for more than 47"),
    ("void", True): ("more than 47 seconds, rounds are not played", "You are gone and do not come back"),
    ("computer", True): ("the computer decides", "You are gone and do not come back"),
}


@pytest.mark.parametrize("rule", RULES)
def test_after_how_long_somebody_is_gone_and_what_then(rule):
    """By policy, and whether one may return."""
    policy, returns = rule
    sentence, ending = RULES[rule]
    treatment = changed("chen_serial", session={"seconds": 60, "seconds_result": 20})
    with when_leaving(Leaving(policy, 47, returns, "3.00 EUR")):
        told = absent_sentence(treatment)
        assert sentence in told
        assert ("cannot come back" in told) is (rule == ("void", False))
        assert ending in consent(treatment)[2]


@pytest.mark.parametrize(("name", "loses"), [("chen_serial", True), ("cason_groves", False)])
def test_losses_are_said_where_there_can_be_some(name, loses):
    assert ("subtracted, also from the 2.00 EUR" in consent(TREATMENTS[name])[2]) is loses
    assert ("Then they are subtracted. You never" in consent(TREATMENTS[name], fee=0)[2]) is loses


def test_a_laboratory_has_none_of_the_endings_of_an_online_study():
    _, found, page = consent(TREATMENTS["chen_serial"], None)
    assert (found["endings"], str(found["stopping"])) == ([], "")
    assert "play to the end" not in page
    kept = consent(TREATMENTS["chen_serial"], {"name": "pilot"})[2]
    assert "the data that you have given so far are kept" in kept


@pytest.mark.parametrize(("language", "said"), [("de", "wenn|Wenn Sie aufhören"), ("ja", "中止した場合")])
def test_in_other_languages(language, said):
    with use(language):
        page = consent(TREATMENTS["chen_serial"])[2]
    assert re.search(said, page)
    assert not re.search("You|you ", page)
