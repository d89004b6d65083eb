"""Right answers about the incentives of a rule, against loops over all messages, on random games of every kind."""

from collections import Counter
from itertools import combinations, permutations
from types import SimpleNamespace

import numpy as np
import pytest
from engine.quiz import understanding_pages
from engine.quiz.understanding import MOST, UNKNOWN, understanding_questions
from hypothesis import given

from mechanisms.treatments import Treatment, load_treatment
from tests.apps.engine.instructions.reading import words
from tests.mechanisms.descriptions.independent import Judge, coarse_games, small_games
from tests.shared import examples


def right_answers(judge, i, own_type, reports):
    """By name; None where the question makes no sense."""
    grid, others = judge.grids[i], judge.others(i)

    def points(own, o):
        return judge.points(i, own_type, own, o)

    if reports:
        menus = {frozenset(judge.result(i, own, o) for own in grid) for o in others}
        pairs = [
            (a, b, o) for a, b in combinations(grid, 2) for o in others if judge.what(i, a, o) == judge.what(i, b, o)
        ]
        differ = any(judge.result(i, a, o) != judge.result(i, b, o) for a, b, o in pairs)
        return {
            "gain": any(points(own, o) > points(own_type, o) for own in grid for o in others),
            "own_report": None if differ else False,
            "others_reports": len(menus) > 1,
            "price": differ if pairs else None,
        }
    best = any(all(points(own, o) == max(points(q, o) for q in grid) for o in others) for own in grid)

    def paid(own, o):
        return judge.written(i, own, o), points(own, o)

    larger = any(
        paid(own, o) != paid(own, p)
        for own in grid
        for o, p in combinations(others, 2)
        if sum(x != y for x, y in zip(o, p, strict=True)) == 1
        and all(min(x, y) > own for x, y in zip(o, p, strict=True) if x != y)
    )
    return {"best": best, "own_request": False, "larger_requests": larger}


@examples(30)
@coarse_games
@given(small_games())
def test_right_answers_are_those_of_the_game(definition):
    treatment = Treatment.from_definition(definition)
    judge, reports = Judge(treatment), treatment.messages_are == "reports"
    for i in range(judge.n):
        for own_type in judge.types[i]:
            asked = {question.name: question for question in understanding_questions(treatment, i, own_type)}
            assert len(asked) <= MOST
            for name, right in right_answers(judge, i, own_type, reports).items():
                assert (name in asked) == (right is not None)
                assert right is None or asked[name].right == ("yes" if right else "no")
            for question in asked.values():
                assert question.right in dict(question.choices)
                assert UNKNOWN in dict(question.choices) != question.right


@pytest.mark.parametrize(
    ("name", "position"), [("cason_pivotal", 0), ("chen_serial", 1), ("park_agv", 2), ("serial_direct", 0)]
)
def test_comparisons_are_of_the_points_of_the_game(name, position):
    """What is said in words: the others' messages, two of one's own, and which of them brings more."""
    treatment = load_treatment(f"treatments/{name}.toml")
    place = treatment.positions[position]
    own_type = float(place.types[0])
    asked = {question.name: question for question in understanding_questions(treatment, position, own_type)}
    own = np.moveaxis(treatment.own_points(position, own_type), position, 0)
    labels = {place.name(float(m)).replace("-", "−"): k for k, m in enumerate(place.messages)}
    for key, sign in (("which", (1, -1)), ("which_again", (0,))):
        if key not in asked:
            continue
        texts = dict(asked[key].choices)
        a, b = labels[str(texts["first"])], labels[str(texts["second"])]
        said = words(str(asked[key].text))
        at = tuple(
            next(
                k
                for k, m in sorted(enumerate(other.messages), key=lambda pair: -len(other.name(float(pair[1]))))
                if f"{other.role}: {other.name(float(m))}".replace("-", "−") in said
            )
            for i, other in enumerate(treatment.positions)
            if i != position
        )
        truth = int(np.sign(own[(a, *at)] - own[(b, *at)]))
        assert truth in sign
        assert asked[key].right == {1: "first", -1: "second", 0: "same"}[truth]


def test_where_the_order_of_reports_is_drawn_the_answers_are_about_all_orders():
    """Of whoever reports last prices do not depend on the own report, of others they do; compared are points of an
    order that is said."""
    treatment = load_treatment("treatments/park_pairwise_sequential.toml")
    orders = list(map(treatment.in_sequence, permutations(range(3))))
    for i in range(3):
        judges = [right_answers(Judge(ordered), i, 8.0, True) for ordered in orders]
        assert len({answers["price"] for answers in judges}) == 2
        for ordered in orders:
            asked = {question.name: question for question in understanding_questions(ordered, i, 8.0)}
            assert "own_report" not in asked  # in some order it moves prices
            for name in judges[0].keys() - {"own_report"}:
                assert asked[name].right == ("yes" if any(answers[name] for answers in judges) else "no")
            order = " → ".join(f"Player {k + 1}" for k in ordered.sequence)
            assert f"in this order: {order}." in words(str(asked["which"].text))


@pytest.mark.parametrize("somebody", [True, False])
def test_where_nobody_answers_nothing_is_right_or_wrong(monkeypatch, somebody):
    """As at a seat that the computer has taken over; where somebody has answered, what is missing is not right."""
    rows, treatment = [], load_treatment("treatments/cason_pivotal.toml")
    answers = {"understanding_1": "no"} if somebody else {}
    player = SimpleNamespace(treatment=treatment, position=0, type_value=-6.0, get_folder_name=str,
                             field_maybe_none=answers.get)  # fmt: skip
    module = SimpleNamespace(QuizAnswer=SimpleNamespace(create=lambda **row: rows.append(row)))
    monkeypatch.setattr(understanding_pages, "get_models_module", lambda name: module)
    understanding_pages.UnderstandingBefore.before_next_page(SimpleNamespace(player=player, moment="before"))
    assert len(rows) > 1
    assert [row["correct"] for row in rows] == ([True] + [False] * (len(rows) - 1) if somebody else [None] * len(rows))
    assert hasattr(player, "understanding_before") == somebody


def test_the_truth_is_never_right_everywhere():
    """Who always says yes, no, or the first one has not all answers right."""
    asked = understanding_questions(load_treatment("treatments/cason_pivotal.toml"), 0, -6.0)
    assert len({question.right for question in asked}) >= 3
    assert max(Counter(question.right for question in asked).values()) < len(asked) - 1
