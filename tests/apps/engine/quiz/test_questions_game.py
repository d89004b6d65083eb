"""The quiz: its right answers are those of the oracle, read from what the page says."""

import re
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from types import SimpleNamespace

import pytest
from engine.bots.oracle import expected, grid, in_sequence, number
from engine.quiz.example import Example
from engine.quiz.questions_game import MOST, questions, quiz_answers, quiz_of, wrong_answers

from mechanisms.treatments import Treatment, load_treatment
from tests.apps.aid_games import TREATMENTS
from tests.apps.engine.quiz.cases import quiz
from tests.shared import first_of_each, in_turn, kind_of_game, mostly_thorough, one_place_each

PROTOCOLS = [
    {},
    {"rounds": 4, "practice_rounds": 2, "practice_against": "others", "seconds": 30, "pay": "one"},
    {"feedback": "average", "practice_rounds": 1},
    {"practice_rounds": 1, "feedback": "own", "exchange_rate": "0.0125"},
    {"rounds": 1, "feedback": "none", "exchange_rate": 0},
]

CASES = [(name, i) for name, t in TREATMENTS.items() for i in range(t.group_size)]
OF_EACH_KIND = first_of_each(CASES, lambda case: kind_of_game(TREATMENTS[case[0]]))


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


@pytest.mark.parametrize(("name", "position"), one_place_each(CASES))
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


@pytest.mark.parametrize(("name", "position"), one_place_each(CASES))
def test_effects_hold_for_every_larger_or_smaller_message(name, position):
    treatment = TREATMENTS[name]
    asked = [q for key, q in quiz(treatment, position).items() if key.startswith("effect")]
    assert len({q.right for q in asked}) == len(asked)
    for question in asked:
        messages = [shown(text) for _, text in question.facts]
        others = [str(name).replace("You (", "").rstrip(")") for name, _ in question.facts]
        change = r"Now (.+) (?:requests|is served|reports something|bids something) (more|less|larger|smaller) than"
        found = re.search(change, str(question.text))
        other, larger = others.index(found[1]), found[2] in ("more", "larger")
        amount = re.search(r"to (?:your )?(cost share|transfer|points|what you pay)\?", str(question.text))[1]
        sign, amount = (-1, "transfer") if amount == "what you pay" else (1, amount)
        before = played(treatment, position, messages)[amount]
        signs = set()
        for message in treatment.positions[other].messages:
            if (message > messages[other]) if larger else (message < messages[other]):
                changed = [Fraction(str(message)) if i == other else m for i, m in enumerate(messages)]
                difference = sign * float(played(treatment, position, changed)[amount] - before)
                signs.add("same" if abs(difference) < 1e-9 else "rises" if difference > 0 else "falls")
        assert other != position
        assert signs == {question.right}


def test_every_shipped_mechanism_asks_about_an_effect():
    for name in ("cason_groves", "park_vcg", "park_agv", "park_pairwise", "production_serial", "chen_proportional"):
        assert "effect" in quiz(TREATMENTS[name], 0), name


@pytest.mark.parametrize(("name", "number"), in_turn(TREATMENTS, range(len(PROTOCOLS))))
def test_four_to_eight_questions_that_the_protocol_answers(name, number):
    treatment = TREATMENTS[name].with_protocol(**PROTOCOLS[number])
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


@pytest.mark.parametrize(("name", "position"), mostly_thorough(CASES, *OF_EACH_KIND))
def test_each_attempt_asks_the_same_questions(name, position):
    """With other numbers: an answer is stored by the number of its question."""
    own_type = float(TREATMENTS[name].positions[position].types[-1])
    attempts = [questions(TREATMENTS[name], position, own_type, attempt) for attempt in range(4)]
    assert len({tuple(question.name for question in asked) for asked in attempts}) == 1
    assert len({asked[0].facts for asked in attempts}) > 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_depends_on_the_order_of_reports_names_it(order):
    treatment = load_treatment("treatments/park_pairwise_sequential.toml").in_sequence(order)
    asked = {question.name: question for question in questions(treatment, 0, 20.0)}
    names = " → ".join(f"Player {i + 1}" for i in order)
    for name in ("points", "effect"):
        assert f"in this order: {names}." in asked[name].text
    messages = [shown(text) for _, text in asked["points"].facts]
    definition = in_sequence(treatment.definition, order)
    units = expected(definition, [20, *(place.types[0] for place in treatment.positions[1:])], messages)["points"][0]
    assert Decimal(asked["points"].right) == Decimal(units).scaleb(-treatment.rounding)


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
    player = SimpleNamespace(
        treatment=treatment, position=0, type_value=treatment.positions[0].types[0], field_maybe_none=lambda name: None,
        session=(session := SimpleNamespace(parts=[treatment.definition], pay_parts="all", orders=[[1]], blocks=[0])),
        participant=SimpleNamespace(session=session, id_in_session=1),
    )  # fmt: skip
    asked, right, wrong = quiz_of(player), quiz_answers(player), wrong_answers(player)
    assert list(asked) == list(right) == list(wrong)
    for field, question in asked.items():
        assert question.problem(right[field]) is question.problem(wrong[field]) is None
        assert question.is_right(right[field])
        assert not question.is_right(wrong[field])


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


def test_effects_are_on_amounts_as_they_are_shown():
    """The cost is so small that every share of it is shown as 0.00: it neither rises nor falls."""
    treatment = Treatment.from_definition({
        "name": "small", "title": "small", "group": {"size": 2}, "mechanism": {"name": "proportional"},
        "environment": {
            "kind": "production", "quantities": {"lowest": "0", "highest": "2", "step": "1"},
            "value": {"kind": "linear"}, "cost": {"kind": "power", "coefficient": "0.00000001", "exponent": "2"},
        },
        "types": {"values": ["3"], "probabilities": ["1"]}, "points": {"scale": "1", "rounding": 0},
        "session": {"participants": 2, "rounds": 1, "matching": "partner", "seed": 1},
    })  # fmt: skip
    example = Example(treatment, 0, (3.0, 3.0), (1.0, 1.0))
    found = {direction for quantity, _other, _larger, direction in example.directions() if quantity == "cost_share"}
    assert found == {"same"}


def test_one_unit_is_said_as_one():
    goods = load_treatment("treatments/goods_incremental.toml").definition
    quantities = {"quantities": {"lowest": 0, "highest": 1, "step": 1}}
    few = Treatment.from_definition({**goods, "environment": {**goods["environment"], **quantities}})
    question = quiz(few, 0)["own_cost"]
    assert "if you get 1 unit than" in question.text
    assert "With 1 unit for you" in question.explanation


def test_an_amount_is_written_alike_in_every_question_of_a_quiz():
    """A cost share beside one that needs more decimals, and what a point is worth with all digits of a coin."""
    definition = load_treatment("treatments/production_staged.toml").definition
    cost = {"kind": "piecewise_linear", "breakpoints": [5, 9], "slopes": [0.5, 1.25, 3]}
    environment = definition["environment"] | {"value": {"kind": "power", "exponent": 0.5}, "cost": cost}
    session = definition["session"] | {"exchange_rate": 0.2, "currency": "EUR"}
    treatment = Treatment.from_definition(definition | {"environment": environment, "session": session})
    for position, place in enumerate(treatment.positions):
        explained = {q.name: q.explanation for q in questions(treatment, position, float(place.types[0]))}
        effects = " ".join(text for name, text in explained.items() if name.startswith(("points", "effect")))
        shares = re.findall(r"cost share is (\d+)\.(\d+)\. ", effects)
        assert len({len(decimals) for _whole, decimals in shares}) == 1, effects
        assert "200 × 0.20 = 40.00 EUR" in explained["money"]
