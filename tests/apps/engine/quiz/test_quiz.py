"""The quiz: its right answers are those of the oracle, read from what the page says; attempts, limits and leaving."""

import re
import sys
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest

from mechanisms.treatments import Treatment
from tests.apps.engine.aids.test_aids import TREATMENTS
from tests.lab import ROOT
from tests.oracle import expected, grid, number

sys.path.insert(0, str(ROOT / "apps"))

from engine.quiz.questions_game import MOST, questions, quiz_answers, quiz_of, wrong_answers
from engine.words.language import use

PROTOCOLS = [
    {},
    {"rounds": 4, "practice_rounds": 2, "practice_against": "others", "seconds": 30, "pay": "one"},
    {"feedback": "average", "practice_rounds": 1},
    {"practice_rounds": 1, "feedback": "own", "exchange_rate": "0.0125"},
    {"rounds": 1, "feedback": "none", "exchange_rate": 0},
]
CASES = [(name, i) for name, t in TREATMENTS.items() for i in range(t.group_size)]


def quiz(treatment, position, own_type=None):
    own_type = float(treatment.positions[position].types[-1]) if own_type is None else own_type
    return {question.name: question for question in questions(treatment, position, own_type)}


def shown(text):
    """The number of "7", "H (20)" or "low (−6)" as an exact one."""
    return Fraction(re.search(r"(−?[\d.]+)\)?$", str(text))[1].replace("−", "-"))


def played(treatment, position, messages):
    """What the oracle says of the messages; the own type is the last, the others' do not matter."""
    types = [place.types[0] for place in treatment.positions]
    types[position] = treatment.positions[position].types[-1]
    result = expected(treatment.definition, types, messages)
    return {
        "points": result["points"][position],
        "cost share": result["cost_shares"][position],
        "transfer": result["transfers"][position],
    }


@pytest.mark.parametrize(("name", "position"), CASES)
def test_points_are_the_oracles(name, position):
    treatment = TREATMENTS[name]
    question = quiz(treatment, position)["points"]
    messages = [shown(text) for _, text in question.facts]
    units = played(treatment, position, messages)["points"]
    right = Decimal(units).scaleb(-treatment.rounding)
    assert Decimal(question.right) == right
    assert question.is_right(f" {right} ")
    assert not question.is_right(str(right + 1))
    assert str(right).replace("-", "−") in question.explanation


@pytest.mark.parametrize(("name", "position"), CASES)
def test_effects_hold_for_every_larger_or_smaller_message(name, position):
    treatment = TREATMENTS[name]
    asked = [q for key, q in quiz(treatment, position).items() if key.startswith("effect")]
    assert len({q.right for q in asked}) == len(asked)
    for question in asked:
        messages = [shown(text) for _, text in question.facts]
        others = [str(name).replace("You (", "").rstrip(")") for name, _ in question.facts]
        change = r"Now (.+) (?:requests|reports something) (more|less|larger|smaller) than"
        found = re.search(change, str(question.text))
        other, larger = others.index(found[1]), found[2] in ("more", "larger")
        amount = re.search(r"to your (cost share|transfer|points)\?", str(question.text))[1]
        before = played(treatment, position, messages)[amount]
        signs = set()
        for message in treatment.positions[other].messages:
            if (message > messages[other]) if larger else (message < messages[other]):
                changed = [Fraction(str(message)) if i == other else m for i, m in enumerate(messages)]
                difference = float(played(treatment, position, changed)[amount] - before)
                signs.add("same" if abs(difference) < 1e-9 else "rises" if difference > 0 else "falls")
        assert other != position
        assert signs == {question.right}


def test_every_shipped_mechanism_asks_about_an_effect():
    for name in ("cason_groves", "park_vcg", "park_agv", "park_pairwise", "production_serial", "chen_proportional"):
        assert "effect" in quiz(TREATMENTS[name], 0), name


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", TREATMENTS)
def test_four_to_eight_questions_that_the_protocol_answers(name, protocol):
    treatment = TREATMENTS[name].with_protocol(**protocol)
    asked, rules = quiz(treatment, 0), treatment.protocol
    assert 4 <= len(asked) <= MOST
    assert {"points", "information"} <= set(asked)
    assert all((("matching" in asked), ("pay" in asked)) if rules.rounds > 1 else ("matching" not in asked,))
    assert ("clock" in asked) == bool(rules.seconds)
    assert ("practice" in asked) == bool(rules.practice_rounds)
    right = {key: asked[key].right for key in asked}
    assert right.get("matching", rules.matching) == rules.matching
    assert right.get("pay", rules.pay) == rules.pay
    assert right.get("feedback", rules.feedback) == rules.feedback
    assert right.get("practice", rules.practice_against) == rules.practice_against
    assert right.get("group", str(treatment.group_size)) == str(treatment.group_size)
    if rules.exchange_rate:
        assert Fraction(right["money"]) == 200 * Fraction(str(rules.exchange_rate))
    else:
        assert "money" not in asked
    for question in asked.values():
        if question.kind == "choice":
            assert question.right in dict(question.choices)
            assert len({str(text) for _, text in question.choices}) == len(question.choices) >= 3


@pytest.mark.parametrize("information", ["complete", "private", "own"])
def test_what_the_others_know(information):
    definition = TREATMENTS["park_vcg"].definition
    treatment = Treatment.from_definition({**definition, "group": {"size": 3, "information": information}})
    right = {"complete": "exactly", "private": "chances", "own": "nothing"}[information]
    assert quiz(treatment, 0)["information"].right == right


def test_a_type_without_a_draw_is_known():
    definition = TREATMENTS["cason_groves"].definition
    treatment = Treatment.from_definition({**definition, "group": {"size": 2, "information": "private"}})
    assert quiz(treatment, 0)["information"].right == "exactly"


def mutations():
    """A number of the treatment is changed, and a right answer must change with it."""
    serial = TREATMENTS["production_serial"].definition
    yield "points", {**serial, "points": {**serial["points"], "scale": "7"}}
    yield "points", {**serial, "points": {**serial["points"], "shift": "5"}}
    yield "points", {**serial, "mechanism": {"name": "proportional"}}
    cost = {**serial["environment"]["cost"], "coefficient": "0.75"}
    yield "points", {**serial, "environment": {**serial["environment"], "cost": cost}}
    yield "money", {**serial, "session": {**serial["session"], "exchange_rate": "0.5"}}
    yield "pay", {**serial, "session": {**serial["session"], "pay": "one"}}
    yield "matching", {**serial, "session": {**serial["session"], "matching": "partner"}}


@pytest.mark.parametrize(("name", "definition"), list(mutations()))
def test_mutations_change_the_answers(name, definition):
    before = quiz(TREATMENTS["production_serial"], 0)[name]
    after = quiz(Treatment.from_definition(definition), 0)[name]
    assert before.right != after.right
    assert not after.is_right(before.right)
    assert before.explanation != after.explanation


@pytest.mark.parametrize("name", TREATMENTS)
def test_right_answers_are_right_and_wrong_ones_wrong(name):
    treatment = TREATMENTS[name].with_protocol(seconds=30, practice_rounds=1)
    player = SimpleNamespace(treatment=treatment, position=0, type_value=treatment.positions[0].types[0])
    asked, right, wrong = quiz_of(player), quiz_answers(player), wrong_answers(player)
    assert list(asked) == list(right) == list(wrong)
    for field, question in asked.items():
        assert question.problem(right[field]) is question.problem(wrong[field]) is None
        assert question.is_right(right[field])
        assert not question.is_right(wrong[field])


def test_numbers_in_the_language_of_the_page():
    money = quiz(TREATMENTS["chen_serial"], 0)["money"]
    assert money.right == "0.4"
    with use("de"):
        assert money.is_right("0,40")
        assert money.is_right("0.4")
        assert not money.is_right("0,5")
    assert [bool(money.problem(text)) for text in ("", "abc", "0,4", "1e1", "0.4")] == [True, True, True, True, False]


def test_nothing_hints_at_good_play():
    for name, position in CASES:
        for question in quiz(TREATMENTS[name], position).values():
            said = " ".join([question.text, question.explanation, *(text for _, text in question.choices)]).lower()
            assert not re.search(r"\b(should|truth\w*|honest\w*|dominant|optimal|equilibri\w*|best for)\b", said)


def test_the_oracle_reads_the_same_grids():
    """The effects are checked at every message only if the positions' grids are complete."""
    table = TREATMENTS["chen_serial"].definition["environment"]["quantities"]
    assert [float(x) for x in grid(table)] == TREATMENTS["chen_serial"].positions[0].messages.tolist()
    assert number("0.5") == Fraction(1, 2)


# Whole sessions, with bots of our own: who fails and who does not, and what becomes of it.

BOT = '''
from engine.bots.round import RoundBot
from engine.quiz.questions_game import quiz_answers, wrong_answers
from otree.api import Submission, SubmissionMustFail, expect
from otree.database import db

FAILS, LEAVES = {fails}, {leaves}


class PlayerBot(RoundBot):
    def play_round(self):
        if self.participant.id_in_session in self.session.declined or self.player.field_maybe_none("part") is None:
            return
        if self.round_number == 1:
            yield self.pages.Instructions
            yield from self.take_quiz()
            if LEAVES and self.participant.id_in_session in FAILS:
                expect("cannot take part", "in", self.html)
                yield self.pages.QuizLeft
                return
        if 'name="message"' in self.html:
            yield Submission(self.pages.Decide, {{"message": "8"}}, check_html=False)
        db.expire_all()
        expect('id="not-played"' in self.html, self.group.is_void())
        yield self.pages.Feedback

    def take_quiz(self):
        Quiz, right, wrong = self.pages.Quiz, quiz_answers(self.player), wrong_answers(self.player)
        [first, *_] = right
        yield SubmissionMustFail(Quiz, {{**right, first: "abc"}}, error_fields=[first])
        yield SubmissionMustFail(Quiz, {{}}, error_fields=list(right))
        yield SubmissionMustFail(Quiz, {{**right, first: wrong[first]}}, error_fields=[first])
        expect("Your value is", "in", self.html)
        if self.participant.id_in_session not in FAILS:
            yield Quiz, right
            return
        yield SubmissionMustFail(Quiz, wrong, error_fields=list(wrong))
        expect("after 2 attempts", "in", self.html)
        expect('name="quiz_1"', "not in", self.html)
        yield Submission(Quiz, right, check_html=False)  # too late
        db.expire_all()
        expect(self.player.quiz_failed, True)
        expect(self.player.quiz_1, wrong["quiz_1"])
'''


def played_session(lab, failure, fails):
    """Rows of the decisions of a session of six in which some fail."""
    bot = BOT.format(fails=fails, leaves=failure == "leave")
    (lab.folder / "apps" / "vcg" / "tests.py").write_text(bot, encoding="utf-8")
    protocol = {"quiz": True, "quiz_attempts": 2, "rounds": 2, "practice_rounds": 0, "matching": "partner"}
    done, parts = lab.play("park_vcg", 6, quiz_failure=failure, **protocol)
    assert done.returncode == 0, done.stderr[-3000:]
    return parts["vcg"]


def test_who_fails_goes_on_with_a_flag(own_lab):
    rows = played_session(own_lab, "continue", [2])
    first = {int(row["participant_id"]): row for row in rows if row["round"] == "1"}
    assert [first[k]["quiz_failed"] for k in range(1, 7)] == ["0", "1", "0", "0", "0", "0"]
    assert [first[k]["quiz_attempts"] for k in range(1, 7)] == ["2"] * 6
    assert all(row["points"] for row in rows)


def test_who_fails_leaves_and_the_own_group_does_not_play(own_lab):
    rows = played_session(own_lab, "leave", [2])
    by_id = {}
    for row in rows:
        by_id.setdefault(int(row["participant_id"]), []).append(row)
    group = {row["group"] for row in by_id[2]}
    assert len(group) == 1
    for own in by_id.values():
        void = {row["group"] for row in own} == group
        assert [row["points"] == "" for row in own] == [void, void]
    assert sum(row["points"] == "" for row in rows) == 6
    assert {Decimal(row["total_payment"]) for row in by_id[2]} == {Decimal(by_id[2][0]["show_up_fee"])}
