"""What is said to people of an online study about those who leave."""

from types import SimpleNamespace

from engine.instructions.screen import instructions
from engine.otree_repairs.pages.frame import said_to
from engine.otree_repairs.pages.rooms import leaving_of
from engine.words.leaving import leaver_sentence
from engine.words.sentences import missing_sentences

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
