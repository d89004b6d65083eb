"""The instructions: every number is the game's, every sentence follows the treatment, nothing secret is told."""

import re
from decimal import Decimal
from html.parser import HTMLParser

import numpy as np
import pytest
from engine.instructions.screen import instructions
from engine.words.language import use
from engine.words.sentences import path_parts

from mechanisms.treatments import Treatment
from tests.apps.aid_games import TREATMENTS
from tests.apps.claims import said_in_words
from tests.apps.engine.instructions.reading import CASES, numbers, with_changes, words
from tests.shared import one_place_each

THEORY = (
    "dominant",
    "nash",
    "equilibrium",
    "truthful",
    "incentive",
    "strategic",
    "optimal",
    "efficient",
    "game theory",
)


@pytest.mark.parametrize(("name", "position"), one_place_each(CASES))
def test_every_number_is_written_as_it_is(name, position):
    """The text beside the exact value is that value, rounded at most to the digits that are shown."""
    found = numbers(str(instructions(TREATMENTS[name], position)))
    assert len(found) >= 8
    for tag, (value, text) in found.items():
        if said_in_words(TREATMENTS[name].mechanism, tag):
            value = value.removeprefix("-")
        if tag == "example-outcome" or "points" in tag:
            continue
        written = Decimal(re.search(r"(-?[\d.]+)\)?$", text)[1])
        half = Decimal(5).scaleb(written.as_tuple().exponent - 1)
        assert abs(written - Decimal(value)) <= half + Decimal("1e-9"), (tag, value, text)


PROTOCOL_SENTENCES = [
    ({"rounds": 1, "matching": "partner"}, "There is 1 round.", "There are 10 rounds."),
    ({"rounds": 7}, "There are 7 rounds.", "There are 10 rounds."),
    ({"matching": "partner"}, "It consists of the same people in all rounds.", "The groups are drawn anew"),
    ({"matching": "perfect_stranger", "rounds": 2, "participants": 9}, "you never meet anybody twice", "drawn anew"),
    ({"practice_rounds": 3}, "Before that there are 3 practice rounds. They are not paid.", "1 practice round."),
    ({"practice_rounds": 0}, "There are 10 rounds.", "practice"),
    ({"practice_against": "others"}, "participants who practise, too", "the computer plays"),
    ({"fixed_roles": False}, "Who is who is drawn anew in every round.", "in all rounds."),
    ({"feedback": "own"}, "You are not shown what the others reported.", "what everybody in your group reported"),
    ({"feedback": "average"}, "the average report of all participants in this round", "what everybody in your group"),
    ({"feedback": "none"}, "After a round you are not told its result.", "you see what everybody"),
    ({"seconds": 45}, "You have 45 seconds for a decision.", "There is no time limit"),
    ({"pay": "one"}, "At the end one round is drawn at random", "The points of all rounds are added up"),
    ({"exchange_rate": "0.25"}, "1 point = 0.25 EUR. So 100 points are 25.00 EUR.", "0.01 EUR"),
    ({"show_up_fee": 8}, "In addition you receive 8.00 EUR for taking part.", "5.00 EUR for taking part"),
    ({"show_up_fee": 0}, "So 100 points are 1.00 EUR.", "In addition you receive"),
    ({"quiz": False}, "While you decide", "questions about these instructions"),
    ({"quiz_attempts": 3}, "You have 3 attempts. After that you go on in any case.", "as often as you need"),
    ({"quiz_attempts": 2, "quiz_failure": "leave"}, "You have 2 attempts. Who still has a wrong answer",
     "as often"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "there", "gone"), PROTOCOL_SENTENCES, ids=lambda value: str(value)[:40])
def test_a_change_of_the_protocol_changes_its_sentence(change, there, gone):
    before = words(instructions(with_changes("park_pairwise", session=BASE), 0))
    after = words(instructions(with_changes("park_pairwise", session=BASE | change), 0))
    assert there in after
    assert gone not in after.replace(there, "")
    assert before != after


BASE = {"rounds": 10, "matching": "stranger", "feedback": "all", "seconds": 0, "pay": "all", "exchange_rate": "0.01",
        "show_up_fee": 5, "practice_rounds": 1, "practice_against": "computer", "quiz": True, "quiz_attempts": 0,
        "quiz_failure": "continue", "fixed_roles": True}  # fmt: skip

# fmt: off
GAME_SENTENCES = [
    ("production_serial", {"messages": {"lowest": 2, "highest": 6, "step": 2}}, "one of the numbers 2; 4; 6",
     "from 0 to 8"),
    ("production_serial", {"group": {"information": "own"}}, "You are not told those of the others.", "Everybody:"),
    ("production_serial", {"group": {"information": "complete"}},
     "All members of your group know everybody's value level.", "Only you"),
    ("production_serial", {"group": {"size": 4}, "session": {"participants": 8}}, "You are in a group of 4.",
     "group of 3"),
    ("production_serial", {"types": {"probabilities": ["1/2", "1/4", "1/4"]}}, "low (13) with chance 1/2", "1/3"),
    ("production_serial", {"points": {"scale": 5, "shift": 100}}, "Points = 5 × (value − cost share) + 100", "10 ×"),
    ("production_serial", {"mechanism": {"name": "proportional"}}, "Every unit has the same price", "step by step"),
    ("production_serial", {"screen": {"calculator": False}}, "a whole number from 0 to 8", "calculator"),
    ("production_serial", {"screen": {"history": False}}, "There is no time limit", "lists your own past rounds"),
    ("production_serial", {"screen": {"confirmation": True}}, "the screen asks you once more", "@"),
    ("production_serial", {"screen": {"graph": False}}, "With a calculator", "A graph on the screen"),
    ("production_vcg", {"mechanism": {"cost_shares": "equal"}}, "Everybody pays an equal share of the total cost.",
     "in proportion"),
    ("production_vcg", {"mechanism": {"ties": "last"}}, "gives most units to the first player", "gives fewest"),
    ("park_pairwise", {"mechanism": {"order": [3, 1, 2]}}, "Player 3 → Player 1 → Player 2", "Player 1 → Player 2 →"),
    ("park_vcg", {"mechanism": {"name": "groves"}}, "Your transfer is what the other players get", "you pay this loss"),
    ("production_vcg", {"types": {"probabilities": ["1/2", "0", "1/2"]}},
     "Not all of these numbers occur as types. Can be chosen, but is never drawn: middle (16).", "You report a type"),
    ("cason_groves", {"messages": {"highest": 30}}, "a whole number from 0 to 30", "0 to 24"),
]


# fmt: on


@pytest.mark.parametrize(("name", "change", "there", "gone"), GAME_SENTENCES, ids=lambda value: str(value)[:40])
def test_a_change_of_the_game_changes_its_sentence(name, change, there, gone):
    assert there not in words(instructions(TREATMENTS[name], 0)) or gone in words(instructions(TREATMENTS[name], 0))
    after = words(instructions(with_changes(name, **change), 0))
    assert there in after
    assert gone not in after


def test_parts_of_a_session_are_told():
    park = TREATMENTS["park_vcg"]
    assert "parts" not in words(instructions(park, 0))
    assert "This session has 3 parts" in words(instructions(park, 0, parts=3))
    assert "At the end all parts are paid." in words(instructions(park, 0, parts=3))
    assert "Only this part is paid, the others are not." in words(instructions(park, 0, parts=3, pay_parts="one"))


def test_points_below_zero_are_told_where_they_can_be():
    sentence = "Points of a round can be below zero."
    assert sentence not in words(instructions(TREATMENTS["cason_pivotal"], 0))
    shifted = with_changes("park_vcg", points={"shift": -1})
    assert sentence in words(instructions(shifted, 0))


def test_guesses_are_told_with_their_rule():
    plain = words(instructions(TREATMENTS["park_vcg"], 0))
    asked = words(instructions(with_changes("park_vcg", beliefs={"rounds": [2, 5], "points": 40}), 0))
    assert "guess" not in plain.replace("guesses of", "")
    assert "In rounds 2 and 5 you guess" in asked
    assert "40" in asked


@pytest.mark.parametrize(("name", "position"), [case for case in CASES if case[0].startswith("cason")])
def test_own_information_tells_nothing_of_the_others_types(name, position):
    """With information = "own" the text would be the same if the others had other types and values."""
    treatment = TREATMENTS[name]
    assert treatment.information == "own"
    roles = [dict(role) for role in treatment.definition["roles"]]
    other = roles[1 - position]
    values = other["types"]["values"]
    other["types"] = {"values": [str(Decimal(str(values[0])) - 1)]}
    changed = Treatment.from_definition({**treatment.definition, "roles": roles})
    assert str(instructions(changed, position)) == str(instructions(treatment, position))


@pytest.mark.parametrize(("name", "position"), CASES)
def test_plain_words_and_short_sentences(name, position):
    text = words(instructions(TREATMENTS[name], position))
    assert not [word for word in THEORY if re.search(rf"\b{word}", text.lower())]
    assert "{" not in text
    assert not re.search(r"[a-z]\.[A-Z]|\)\.[A-Z]", text), "a space is missing"
    sentences = [s for s in re.split(r"(?<=[.:!?]) ", text) if not re.search(r"\d", s)]
    assert np.mean([len(s.split()) for s in sentences]) < 18


@pytest.mark.parametrize(("name", "position"), one_place_each(CASES))
def test_html_is_whole_small_and_accessible(name, position):
    html = str(instructions(TREATMENTS[name], position))
    Whole().check(html)
    assert len(html.encode()) < 60_000
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for drawing in re.findall(r"<figure.*?</figure>", html, re.S):
        assert 'role="img"' in drawing
        for label in re.search(r'aria-labelledby="([^"]+)"', drawing)[1].split():
            assert f'id="{label}">' in drawing
        assert set(re.findall(r"#[0-9a-f]{3,6}", drawing)) <= {
            "#000",
            "#ffffff",
            "#dddddd",
            "#b5b5b5",
            "#8a8a8a",
            "#eeeeee",
            "#cccccc",
        }


class Whole(HTMLParser):
    """Every element that is opened is closed."""

    def check(self, html):
        self.open = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        if tag not in ("br", "rect", "circle", "line", "polyline", "polygon"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize(("language", "first", "then"), [
    ("en", "first 7 units", "then 7 units"), ("de", "zuerst 7 Einheiten", "dann 7 Einheiten"), ("ja", "まず", "次に"),
])  # fmt: skip
def test_a_path_begins_with_what_comes_first(language, first, then):
    definition = TREATMENTS["goods_incremental"].definition
    path = {"name": "fixed_path", "path": [[0, 0], [7, 0], [7, 7]]}
    with use(language):
        one, other = path_parts(Treatment.from_definition({**definition, "mechanism": path}))
    assert one.startswith(first)
    assert other.startswith(then)


def on_the_axis(html):
    """By name of the drawing the numbers under its horizontal axis."""
    found = {}
    for name, drawing in re.findall(r'<figure class="drawing"><figcaption id="(.*?)-title">(.*?)</figure>', html, re.S):
        texts = re.findall(r'<text [^>]*class="across">([^<]*)<', drawing)
        found[name] = [float(text.replace("\u2212", "-")) for text in texts]
    return found


@pytest.mark.parametrize(("name", "position"), CASES)
def test_numbers_under_drawings_are_those_that_one_can_have(name, position):
    treatment = TREATMENTS[name]
    environment, grid = treatment.played.environment, treatment.positions[position].messages
    units, n = getattr(environment, "quantities", grid), treatment.group_size
    totals = np.linspace(n * units[0], n * units[-1], n * (len(units) - 1) + 1).round(9)
    if getattr(environment, "divisible", False):
        return
    for drawing, shown in on_the_axis(str(instructions(treatment, position))).items():
        assert set(shown) <= {0.0, *(totals if drawing == "cost" else units).tolist()}, drawing
        assert len(shown) > 1 or drawing == "example-figure"
