"""Sentences that some treatments say in other words: complete in all languages, up to date, and never mixed."""

import re

import pytest
from babel.messages.pofile import read_po
from engine.aids.payoff_table import payoff_table
from engine.instructions.advice import advice
from engine.instructions.screen import instructions
from engine.quiz.questions_game import questions
from engine.quiz.understanding import understanding_questions
from engine.screens.private import value_facts
from engine.words.language import FOLDER, WORDINGS, _, languages, speaking_of, use, wordings_of
from markupsafe import escape

from mechanisms.treatments import Treatment
from tests.apps.aid_games import TREATMENTS
from tests.apps.claims import TYPE
from tests.apps.engine.screens.pages import decide_page, feedback_page, played
from tests.apps.stage import stage

pytestmark = pytest.mark.usefixtures("stored")
NAMES = [path.name for path in WORDINGS.iterdir()]
AUCTIONS = ["two_bid", "four_bid_pairwise", "auction_second_price"]
COMMON = {"en": r"\b[Rr]eport|\b[Tt]ypes?\b", "de": r"[Mm]eldung|\bmeldet?\b|gemeldet|\bTyp", "ja": "報告|タイプ"}
"""What must not be said of bids, and of what objects are worth."""


def read(path):
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


@pytest.mark.parametrize("name", NAMES)
def test_every_language_has_the_same_sentences_and_the_product_says_them(name):
    said = read(FOLDER / "lab.pot")
    paths = {path.stem: path for path in (WORDINGS / name).iterdir()}
    assert paths.keys() == set(languages()) or name.endswith("own")  # for what a language needs
    found = {language: read(path) for language, path in paths.items()}
    for language, messages in found.items():
        assert messages.keys() == found["en"].keys() or name.endswith("own"), language  # for what a language needs
        assert messages.keys() <= said.keys(), "a sentence has changed: change it in the wording, too"
        for message, string in messages.items():
            ids = message if isinstance(message, tuple) else (message,)
            strings = string if isinstance(string, (tuple, list)) else (string,)
            assert all(strings)
            names = [set(re.findall(r"{(\w+)}", text)) for text in strings]
            assert names[-1] <= set(re.findall(r"{(\w+)}", " ".join(ids))), message


def words(html):
    return re.sub(r"<[^>]+>", " ", str(html))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", AUCTIONS)
def test_pages_of_an_auction_speak_of_bids_alone(name, language):
    treatment = TREATMENTS[name].with_protocol(language=language)
    with use(language), speaking_of(treatment):
        texts = [instructions(treatment, 0), decide_page(stage(treatment)[0])]
        texts.append(feedback_page(played(treatment.with_protocol(feedback="all"))[0]))
        for question in questions(treatment, 0, float(treatment.positions[0].types[0])):
            choices = [choice for _value, choice in question.choices]
            texts += [question.text, question.hint, question.explanation, *choices]
        for question in understanding_questions(treatment, 0, float(treatment.positions[0].types[0])):
            texts += [question.text, *(choice for _value, choice in question.choices)]
        for text in texts:
            found = re.search(f".{{0,60}}({COMMON[language]}).{{0,40}}", words(text), re.DOTALL)
            assert found is None, found[0]


def test_only_where_objects_are_allocated_and_prices_only_where_winners_alone_pay():
    assert wordings_of(TREATMENTS["park_vcg"]) == ()
    assert wordings_of(TREATMENTS["two_bid"]) == ("prices", "auction")
    assert wordings_of(TREATMENTS["four_bid_pairwise"]) == ("auction",)
    with use("de"), speaking_of(TREATMENTS["two_bid"]):
        assert (_("Your report"), _("Your transfer"), _("Continue")) == ("Ihr Gebot", "Ihr Preis", "Weiter")
    with use("de"):
        assert _("Your report") == "Ihre Meldung"


@pytest.mark.parametrize("name", ["chen_serial", "goods_incremental", "park_pairwise"])
def test_what_is_cached_by_treatment_is_in_its_language_whoever_asks_first(name):
    """The experimenter's page, which is English, makes the page of a seat that the computer takes."""
    treatment = TREATMENTS[name].with_protocol(language="de")
    own_type = float(treatment.positions[0].types[0])

    def texts():
        for cached in (instructions, advice, value_facts, questions, understanding_questions, payoff_table):
            cached.cache_clear()
        asked = [instructions(treatment, 0), advice(treatment, 0), value_facts(treatment, 0, own_type)]
        asked += questions(treatment, 0, own_type)
        asked += understanding_questions(treatment, 0, own_type)
        return [*map(str, asked), payoff_table(treatment, 0, own_type) if treatment.group_size == 2 else ""]

    first = texts()
    assert "Person" in words(first[0])
    with use("de"), speaking_of(treatment):
        assert texts() == first


@pytest.mark.parametrize("mechanism", ["agv", "pairwise", "symmetric_pairwise", "cremer_riordan"])
def test_where_a_level_is_chosen_nobody_reads_of_types(mechanism):
    definition = TREATMENTS["negative_decimals"].definition | {"mechanism": {"name": mechanism}}
    definition["session"] = definition["session"] | {"seconds": 30, "computer": "truthful"}
    for language in languages():
        treatment = Treatment.from_definition(definition).with_protocol(language=language)
        text = words(instructions(treatment, 0)).replace(str(escape(treatment.title)), "")
        found = re.search(f".{{0,60}}({TYPE[language]}).{{0,40}}", text, re.DOTALL)
        assert found is None, found[0]
