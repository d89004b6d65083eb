"""The questionnaires: what counts as an answer, and whole sessions whose answers come out of the export."""

import pytest
from engine.questionnaires import SCALES
from engine.words.language import use
from otree import settings

from tests import more_treatments


def items(scale):
    return {item.name: item for item in SCALES[scale].items()}


@pytest.mark.parametrize("name", SCALES)
def test_items_are_those_that_are_stored(name):
    scale = SCALES[name]
    assert scale.name == name
    assert tuple(items(name)) == scale.item_names
    assert scale.title()
    assert scale.introduction()
    assert all(item.text for item in scale.items())


@pytest.mark.parametrize("name", SCALES)
def test_everything_can_be_left_out(name):
    nothing = dict.fromkeys(SCALES[name].item_names, "")
    assert {item.name: item.answer("  ") for item in SCALES[name].items()} == nothing
    assert SCALES[name].score(nothing) == {}


@pytest.mark.parametrize(
    ("scale", "item", "raw", "stored"),
    [
        ("demographics", "age", " 31 ", "31"),
        ("demographics", "age", "9", None),
        ("demographics", "age", "121", None),
        ("demographics", "age", "30.5", None),
        ("demographics", "age", "old", None),
        ("demographics", "gender", "not_said", "not_said"),
        ("demographics", "gender", "I prefer not to say", None),
        ("demographics", "field_of_study", "x" * 5000, "x" * 5000),
        ("demographics", "field_of_study", "x" * 5001, None),
        ("cognitive_reflection", "price", "5.0", "5.0"),
        ("cognitive_reflection", "price", "5 coins", None),
        ("cognitive_reflection", "price", "-5", None),
        ("holt_laury", "row_1", "B", "B"),
        ("holt_laury", "row_1", "C", None),
        ("eckel_grossman", "gamble", "6", "6"),
        ("eckel_grossman", "gamble", "7", None),
    ],
)
def test_what_is_an_answer(scale, item, raw, stored):
    asked = items(scale)[item]
    assert asked.answer(raw) == stored
    assert asked.problem().startswith("Please")


def test_decimal_comma_where_the_language_has_one():
    price = items("cognitive_reflection")["price"]
    assert price.answer("0,05") is None
    with use("de"):
        assert price.answer("0,05") == "0.05"


@pytest.mark.parametrize(("currency", "decimals", "text"), [("EUR", 2, "2.80 EUR"), ("JPY", 0, "280 JPY")])
def test_amounts_in_the_money_of_the_session(monkeypatch, currency, decimals, text):
    monkeypatch.setattr(settings, "REAL_WORLD_CURRENCY_CODE", currency)
    monkeypatch.setattr(settings, "REAL_WORLD_CURRENCY_DECIMAL_PLACES", decimals)
    [gamble] = SCALES["eckel_grossman"].items()
    assert gamble.choices[0][1].startswith(text)


@pytest.mark.parametrize("which", more_treatments.SCALES)
def test_sessions_ask_them_in_the_order_of_the_treatment(lab, which):
    """The bots of closing refuse, correct and leave out answers, and compare what is stored; here: the export."""
    names = list(more_treatments.SCALES[which])
    done, parts = lab.play(f"scales_{which}", 3, rounds=1, practice_rounds=0, quiz=False)
    assert done.returncode == 0, done.stderr[-3000:]
    rows = parts["closing"]
    for person in ("1", "2", "3"):
        own = [row for row in rows if row["participant_id"] == person]
        assert list(dict.fromkeys(row["scale"] for row in own)) == names
        answers = [(row["scale"], row["item"]) for row in own if row["item"] in SCALES[row["scale"]].item_names]
        assert answers == [(scale, item) for scale in names for item in SCALES[scale].item_names]
    scored = {(row["participant_id"], row["item"]): row["score"] for row in rows if row["score"]}
    if "holt_laury" in names:
        assert scored["1", "safe_choices"] == "6.0"
        assert ("2", "safe_choices") not in scored
