"""What is said to people of an online study about those who leave."""

from types import SimpleNamespace

from engine.otree_repairs.frame import said_to
from engine.words.leaving import leaver_sentence
from engine.words.sentences import missing_sentences

from mechanisms.studies import Study
from mechanisms.treatments import load_treatment
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


def test_only_in_a_laboratory_somebody_of_a_group_may_not_take_part():
    treatment = load_treatment(ROOT / "treatments" / "chen_serial.toml")
    with said_to(session("en", STUDY)):
        assert missing_sentences(treatment) == []
    with said_to(session("en")):
        assert [str(sentence)[:30] for sentence in missing_sentences(treatment)] == [
            "The groups are drawn among tho", "If the other player does not t",
        ]  # fmt: skip
