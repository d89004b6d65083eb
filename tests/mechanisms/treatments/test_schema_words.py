"""What a treatment calls things: stored as forms, no part of the game, and refused in one line that says the forms."""

from pathlib import Path

import pytest

from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from mechanisms.treatments.ready_words import READY
from mechanisms.treatments.schema_words import LANGUAGES, WordsSpec
from tests.mechanisms.treatments.cases import edited

FARM = """
[words]
message = "order"
[words.good]
en = { singular = "litre of water", plural = "litres of water" }
de = { singular = "Liter Wasser", plural = "Liter Wasser", gender = "m", genitive = "Liters Wasser" }
ja = { word = "水", counter = "リットル" }
[words.player]
en = "farm"
ja = "農家"
"""


def with_words(tmp_path, table, base="production_serial"):
    return edited(tmp_path, ("[group]", f"{table}\n[group]"), base=base)


def test_forms_and_ready_words_of_a_file(tmp_path):
    treatment = load_treatment(with_words(tmp_path, FARM))
    words = treatment.words
    assert words.slots == ("message", "good", "player")
    assert words.word("message", "de").plural == "Bestellungen"
    assert words.word("good", "ja").counter == "リットル"
    assert words.word("player", "en").plural == "farms"
    assert words.word("player", "ja").word == "農家"
    assert words.word("player", "de") is None
    assert words.word("outcome", "en") is None
    assert words.called("en") == "message: order; good: litre of water; player: farm"
    assert (words.called("ja"), words.called("fr")) == ("message: 注文; good: 水; player: 農家", "")


def test_words_are_stored_as_forms_and_change_no_game(tmp_path):
    treatment, plain = load_treatment(with_words(tmp_path, FARM)), load_treatment("treatments/production_serial.toml")
    assert treatment.identity == plain.identity
    assert "words" not in load_treatment("treatments/chen_serial.toml").definition
    assert treatment.definition["words"]["message"] == READY["message"]["order"]
    assert Treatment.from_definition(treatment.definition).words == treatment.words


@pytest.mark.parametrize("slot", READY)
def test_ready_words_have_all_forms_in_all_languages(slot):
    for name in READY[slot]:
        words = WordsSpec.model_validate({slot: name})
        assert all(words.word(slot, language) is not None for language in LANGUAGES)


GERMAN = 'German needs singular, plural and gender ("f", "m" or "n")'


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[words]\nmessage = "wish"', 'words.message = "wish": must be a ready word (\'report\', '),
        ("[words.message]", "words.message = {}: must have the forms of at least one language: en, de, ja"),
        (
            '[words.message]\nde = { singular = "Wunsch", plural = "Wünsche" }',
            f"words.message.de.gender is missing: {GERMAN}",
        ),
        ('[words.message]\nen = { plural = "wishes" }', "words.message.en.singular is missing: English needs singular"),
        ('[words.message]\nja = { counter = "件" }', "words.message.ja.word is missing: Japanese needs the word"),
        ('[words.message]\nde = "Wunsch"', "words.message.de = \"Wunsch\": is no ready word ('report', "),
        ('[words.message]\nde = "Wunsch"', GERMAN),
        ('[words.message]\nfr = "souhait"', "words.message.fr = \"souhait\": is no language with own words"),
        ('[words]\noutcome = "plan"', "words.outcome: nothing has this name in production; there are words.message"),
        ('[words]\nmesage = "bid"', "words.mesage = \"bid\": unknown key; did you mean 'message'?"),
        (
            '[words.message.en]\nsingular = "wish"\nplural = "wishes"\nverb = "wish"',
            "words.message.en.verb = \"wish\": unknown key",
        ),
        (
            '[words.message.de]\nsingular = "Wunsch"\nplural = "Wünsche"\ngender = "x"',
            "words.message.de.gender = \"x\": must be 'f', 'm' or 'n'",
        ),
        (
            '[words.message.en]\nsingular = "{wish}"\nplural = "wishes"',
            "words.message.en.singular = \"{wish}\": it must be one line of text, without braces",
        ),
    ],
)  # fmt: skip
def test_one_line_says_what_is_missing(tmp_path, table, said):
    with pytest.raises(TreatmentError) as refused:
        load_treatment(with_words(tmp_path, table))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_words_that_there_are_depend_on_what_is_chosen(tmp_path):
    table = '[words]\nmessage = "vote"\noutcome = "location"\nplayer = "city"'
    assert load_treatment(with_words(tmp_path, table, "park_vcg")).words.slots == ("message", "outcome", "player")
    with pytest.raises(TreatmentError, match=r"words.good: nothing has this name in public_project"):
        load_treatment(with_words(tmp_path, '[words]\ngood = "hour"', "park_vcg"))


def test_the_guide_lists_the_ready_words():
    guide = Path("docs/add-a-treatment.md").read_text("utf-8")
    for slot, ready in READY.items():
        assert f"| `{slot}` | {', '.join(ready)} |" in guide


def test_names_of_the_file_are_said_in_other_languages_and_stay_in_the_data():
    serial = load_treatment("treatments/production_serial.toml")
    assert [serial.words.name("low", language) for language in LANGUAGES] == ["low", "niedrig", "低い"]
    assert serial.words.name("none", "de") == "none"
    assert (serial.words.slots, serial.words.called("de"), serial.positions[0].label(13)) == ((), "", "low")
    assert Treatment.from_definition(serial.definition).words == serial.words


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (
            {"de": {"lo": "x"}},
            "words.names.de has 'lo', which is no role, type or outcome of this file; did you mean 'low'?",
        ),
        ({"en": {"low": "x", "high": "x"}}, "says 'x' for 'low' and 'high': nobody can tell them apart"),
        ({"fr": {"low": "bas"}}, 'words.names.fr = {low = "bas"}: unknown key'),
        ({"en": {"low": " "}}, 'words.names.en.low = " ": it must be one line of text'),
        ({"en": {"low": "a\nb"}}, r'words.names.en.low = "a\nb": it must be one line of text'),
        ({"en": {"low": 3}}, "words.names.en.low = 3: must be text in quotes"),
        ({"de": "niedrig"}, 'words.names.de = "niedrig": must be a table'),
        ([], "words.names = []: must be a table"),
    ],
)
def test_names_that_say_nothing_are_refused_in_one_line(names, said):
    definition = {**load_treatment("treatments/production_serial.toml").definition, "words": {"names": names}}
    with pytest.raises(TreatmentError) as refused:
        Treatment.from_definition(definition)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
