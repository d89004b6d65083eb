"""The questionnaires: what counts as an answer, scores, and whole sessions whose answers come out of the export."""

import re
import sys
from itertools import pairwise, product

import pytest

from tests.lab import ROOT

sys.path.insert(0, str(ROOT / "apps"))

from engine.questionnaires import SCALES
from engine.questionnaires.cognitive_reflection import RIGHT
from engine.questionnaires.eckel_grossman import GAMBLES
from engine.questionnaires.holt_laury import RISKY, ROWS, SAFE
from engine.words.language import use
from otree import settings

ALL = ["strategy", "holt_laury", "demographics", "cognitive_reflection", "eckel_grossman"]


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


def test_cognitive_reflection_counts_right_answers():
    score, none = SCALES["cognitive_reflection"].score, dict.fromkeys(SCALES["cognitive_reflection"].item_names, "")
    [price] = [p for p in range(111) if p + (p + 100) == 110]
    [doubling] = [day for day in range(49) if 2 ** (48 - day) == 2]
    assert {"price": price, "machines": 5 * 100 // 100, "doubling": doubling} == RIGHT
    assert score({**none, "price": "5", "machines": "5.0", "doubling": "47"})["right_answers"] == 3
    assert score({**none, "price": "10", "machines": "100", "doubling": "24"})["right_answers"] == 0
    assert score({**none, "doubling": "47", "seen": "yes"}) == {"doubling": 1.0, "right_answers": 1.0}
    assert score({**none, "seen": "yes"}) == {}


def listed(text):
    return dict(zip(ROWS, text, strict=True))


def test_holt_laury_safe_choices_and_consistency():
    score = SCALES["holt_laury"].score
    assert score(listed("AAAABBBBBB")) == {"safe_choices": 4.0, "consistent": 1.0}
    assert score(listed("BBBBBBBBBB")) == {"safe_choices": 0.0, "consistent": 1.0}
    assert score(listed("AAAAAAAAAA")) == {"safe_choices": 10.0, "consistent": 0.0}  # the last choice is no lottery
    assert score(listed("AABABBBBBB")) == {"safe_choices": 3.0, "consistent": 0.0}
    assert score({**listed("AAAABBBBBB"), "row_7": ""}) == {}


def test_exactly_one_list_for_each_number_of_safe_choices_is_consistent():
    score = SCALES["holt_laury"].score
    lists = [score(listed("".join(text))) for text in product("AB", repeat=10)]
    assert sorted(s["safe_choices"] for s in lists if s["consistent"]) == list(range(10))


def test_holt_laury_pays_what_the_paper_does():
    """Neutral to risk: four safe choices. The lotteries are read from the page."""
    assert (SAFE, RISKY) == ((200, 160), (385, 10))
    for k, item in enumerate(SCALES["holt_laury"].items(), 1):
        expected = []
        for _, text in item.choices:
            numbers = [float(x) for x in re.findall(r"\d+\.\d\d", text)]
            expected.append(numbers[0] * k / 10 + (numbers[1] * (10 - k) / 10 if k < 10 else 0))
        assert (expected[0] > expected[1]) == (k <= 4)


def test_gambles_rise_in_spread_and_up_to_the_fifth_in_expectation():
    assert GAMBLES[0][0] == GAMBLES[0][1]
    assert [sum(b) - sum(a) for a, b in pairwise(GAMBLES)] == [40, 40, 40, 40, 0]
    assert all(b[1] - b[0] > a[1] - a[0] for a, b in pairwise(GAMBLES))
    assert [len(item.choices) for item in SCALES["eckel_grossman"].items()] == [6]


@pytest.mark.parametrize(("currency", "decimals", "text"), [("EUR", 2, "2.80 EUR"), ("JPY", 0, "280 JPY")])
def test_amounts_in_the_money_of_the_session(monkeypatch, currency, decimals, text):
    monkeypatch.setattr(settings, "REAL_WORLD_CURRENCY_CODE", currency)
    monkeypatch.setattr(settings, "REAL_WORLD_CURRENCY_DECIMAL_PLACES", decimals)
    [gamble] = SCALES["eckel_grossman"].items()
    assert gamble.choices[0][1].startswith(text)


@pytest.mark.parametrize("names", [ALL, [], ["holt_laury"]])
def test_sessions_ask_them_in_the_order_of_the_treatment(own_lab, names):
    """The bots of closing refuse, correct and leave out answers, and compare what is stored; here: the export."""
    path = own_lab.folder / "treatments" / "park_vcg.toml"
    listed_names = ", ".join(f'"{name}"' for name in names)
    path.write_text(f"questionnaires = [{listed_names}]\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    done, parts = own_lab.play("park_vcg", 3, rounds=1, practice_rounds=0, quiz=False)
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
