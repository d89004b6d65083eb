"""What is said to people of an online study about those who leave."""

from types import SimpleNamespace

import pytest
from engine.instructions.screen import instructions
from engine.otree_repairs.pages.frame import said_to
from engine.otree_repairs.pages.rooms import leaving_of
from engine.words.endings import ending_sentence
from engine.words.leaving import in_silo, leaver_sentence
from engine.words.sentences import absent_sentence, missing_sentences, pay_sentence

from mechanisms.studies import Study
from mechanisms.treatments import load_treatment
from tests.apps.engine.instructions.reading import words
from tests.lab import ROOT

STUDY = {
    "name": "home", "setting": "online", "dropouts": {"policy": "end", "grace_seconds": 8},
    "payments": {"fixed": {"partner_left": 4}},
}  # fmt: skip


def session(language, study=None):
    config = {"language": language, "participation_fee": 2, "currency": "EUR"}
    found = {} if study is None else {"study": Study.from_definition(study).definition}
    return SimpleNamespace(config=config, code="none", get_room=lambda: None, _vars=found)


def test_amounts_are_written_in_the_language_of_the_session():
    for language, amount in (("en", "4.00 EUR"), ("de", "4,00 EUR"), ("ja", "4.00 EUR")):
        with said_to(session(language, STUDY)):
            assert amount in leaver_sentence(2)


def test_who_fails_the_quiz_reads_what_the_study_pays_then():
    treatment = load_treatment(ROOT / "treatments" / "chen_serial.toml")
    strict = treatment.with_protocol(quiz_attempts=2, quiz_failure="leave")
    paid = {**STUDY, "payments": {"fixed": {"quiz_failed": "0.3"}}}
    for study, amount in ((paid, "receives 0.30 EUR."), (STUDY, "receives 2.00 EUR."), (None, "the amount for taking")):
        found = session("en", study)
        with said_to(found):
            assert amount in words(instructions(strict, 0, leaves=leaving_of(found)))


def test_only_in_a_laboratory_somebody_of_a_group_may_not_take_part():
    treatment = load_treatment(ROOT / "treatments" / "chen_serial.toml")
    with said_to(session("en", STUDY)):
        assert missing_sentences(treatment) == []
    with said_to(session("en")):
        assert [str(sentence)[:30] for sentence in missing_sentences(treatment)] == [
            "The groups are drawn among tho", "If the other player does not t",
        ]  # fmt: skip


@pytest.mark.parametrize(("size", "said"), [(4, "one of the 4 people among whom"), (2, "If the other player leaves")])
def test_where_more_than_the_group_end_this_is_said(size, said):
    treatment, found = load_treatment(ROOT / "treatments" / "chen_serial.toml"), session("en", STUDY)
    found.parts, found.orders, found._vars["silos"] = [{"name": "chen_serial"}], [[1]], [size]
    with said_to(found):
        assert said in absent_sentence(treatment)
        ending = ending_sentence("partner_left", in_silo(treatment))
    assert ("One of the 4 people" in ending, "your group." in ending) == (size == 4, size == 2)


def test_each_arm_has_a_draw_of_its_own():
    treatment = load_treatment(ROOT / "treatments" / "chen_serial.toml").with_protocol(pay="one")
    arms = [{"treatment": "chen_serial", "name": name} for name in "ab"]
    for count, whom in ((1, "for everybody."), (2, "for everybody with whom you can be in a group.")):
        with said_to(session("en", {"name": "lab", "arms": arms[:count]})):
            assert f"one round is drawn at random, the same {whom}" in pay_sentence(treatment)
