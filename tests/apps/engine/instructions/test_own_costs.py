"""What own units cost, on pages: the numbers are those of the cost, and the quiz asks for one of them."""

import re
from decimal import Decimal

import pytest
from engine.instructions.own_costs import cost_grid
from engine.instructions.screen import instructions
from engine.quiz.questions_game import own_cost
from engine.words.language import use
from engine.words.sentences import own_goods

from mechanisms.treatments import Treatment
from tests.apps.aid_games import TREATMENTS
from tests.apps.engine.instructions.reading import numbers, words

OWN = [name for name, t in TREATMENTS.items() if own_goods(t)]


def costs_of(treatment, position, own, others):
    q = [others] * treatment.group_size
    q[position] = own
    return float(treatment.played.environment.cost.cost(q))


@pytest.mark.parametrize("name", OWN)
def test_the_tables_are_the_costs_of_the_environment(name):
    treatment = TREATMENTS[name]
    html, several = str(instructions(treatment, 1)), treatment.group_size > 2
    found = numbers(html)
    assert ("only cases in which all others get equally many" in html) == several
    told = several and treatment.messages_are == "demands" and treatment.screen.calculator
    assert ("For all other cases the calculator" in html) == told
    cells = {tag: value for tag, (value, _text) in found.items() if tag.startswith("total-cost-2-")}
    assert len(cells) >= 4
    for tag, value in cells.items():
        own, others = map(float, re.match(r"total-cost-2-([\d.]+)-([\d.]+)$", tag).groups())
        assert float(value) == costs_of(treatment, 1, own, others)
    added = float(found["read-cost-2-{}-{}".format(*middle(treatment))][0]) - float(
        found["read-without-2-{}-{}".format(*middle(treatment, 0))][0]
    )
    assert float(found["read-added-2"][0]) == pytest.approx(added)
    costs = re.compile("total-cost-|read-(cost|without|added)-|alone-")
    assert len({len(text.partition(".")[2]) for tag, (_value, text) in found.items() if costs.match(tag)}) == 1


def in_roles(size, *terms):
    """Roles that are drawn anew, with a cost of these (coefficient, powers)."""
    one = TREATMENTS["own_table"].definition
    cost = {"kind": "goods_polynomial", "terms": [{"coefficient": a, "powers": powers} for a, powers in terms]}
    environment = {**one["environment"], "value": {"kind": "linear"}, "cost": cost}
    session = {**one["session"], "fixed_roles": False, "participants": 2 * size}
    made = {**one, "environment": environment, "group": {"size": size}, "session": session}
    return Treatment.from_definition({**made, "types": {"values": [3]}, "mechanism": {"name": "equal"}})


ALIKE = [(1, [2, 0]), (1, [0, 2])]
UNLIKE = [(1, [2, 0]), (2, [0, 2])]
TWO_ALIKE = [(1, [2, 0, 0]), (1, [0, 2, 0]), (2, [0, 0, 2])]


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_who_can_have_several_roles_reads_each_table_once(language):
    whoever = {"en": "Whoever you are", "de": "Wer Sie auch sind", "ja": "あなたがだれであっても"}[language]
    if_you = {"en": "If you are ", "de": "Wenn Sie .{,30} sind", "ja": "あなたが[^。]{,20}の場合"}[language]
    for terms, once, tables in ((ALIKE, True, {"1"}), (UNLIKE, False, {"1", "2"}), (TWO_ALIKE, False, {"1", "3"})):
        treatment = in_roles(len(terms[0][1]), *terms).with_protocol(language=language)
        with use(language):
            html = str(instructions(treatment, 1))
        heads = re.findall("<h3>(.*?)</h3>", html)
        assert (whoever in heads, sum(bool(re.match(if_you, head)) for head in heads)) == (once, 0 if once else 2)
        assert {
            re.match(r"total-cost-(\d)", tag)[1] for tag in numbers(html) if tag.startswith("total-cost-")
        } == tables


def middle(treatment, own=None):
    grid = treatment.played.environment.quantities
    return f"{grid[len(grid) // 2 if own is None else own]:g}", f"{grid[len(grid) // 2]:g}"


@pytest.mark.parametrize("language", ["en", "de"])
def test_one_unit_is_one(language):
    """Of goods of one's own, and of one good whose table has 1 in the middle."""
    own, halves = (TREATMENTS[name].with_protocol(language=language) for name in ("own_table", "two_players_halves"))
    grid = {"lowest": 0, "highest": 1, "step": 1}
    one = {
        **halves.definition,
        "environment": {**halves.definition["environment"], "quantities": grid},
        "messages": grid,
    }
    with use(language):
        for treatment in (own, Treatment.from_definition(one)):
            text = words(instructions(treatment, 0))
            assert len(re.findall(r"(?<![\d.,])1 (?:unit|Einheit)\b", text)) == 2
            assert not re.search(r"(?<![\d.,])1 (units|Einheiten)\b", text)


@pytest.mark.parametrize("name", OWN)
def test_the_quiz_asks_what_own_units_add(name):
    treatment, seen = TREATMENTS[name], set()
    for attempt in range(4):
        [question] = own_cost(treatment, 0, attempt)
        others, own, least = map(float, re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?= units?\b|\?)", str(question.text)))
        added = costs_of(treatment, 0, own, others) - costs_of(treatment, 0, least, others)
        assert float(question.right) == pytest.approx(added, abs=2e-3)  # as the table is rounded
        seen.add(Decimal(question.right))
    assert len(seen) > 1 or len(treatment.played.environment.quantities) == 2


def test_one_good_is_not_asked_about():
    assert own_cost(TREATMENTS["production_serial"], 0) == []
    assert cost_grid(TREATMENTS["production_serial"], 0) is None
