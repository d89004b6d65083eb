"""Certificates by structure beside those from tables of all profiles, row by row; and those of large groups."""

import re
from functools import partial
from itertools import product
from math import inf

import pytest

from mechanisms.certificate import QUESTIONS, CrowdTheory, Theory, certificate_of, certify, crowd_theory
from mechanisms.certificate.crowd_rows import ANSWERS, NOT_A_QUESTION, answer
from mechanisms.crowds.facing import facing
from tests.crowd_games import random_games, treatment
from tests.shared import mostly_thorough, thorough

DECIDED = ("holds", "fails", "not applicable")
UNIQUE, STRONG = "unique pure Nash equilibrium", "strong equilibrium exists"


def test_every_question_of_a_certificate_has_an_answer():
    assert set(ANSWERS) | set(NOT_A_QUESTION) == set(QUESTIONS)
    assert not set(ANSWERS) & set(NOT_A_QUESTION)


def test_a_concept_that_nobody_decides_for_many_players_is_too_large():
    assert answer(None, "a concept of tomorrow").verdict.status == "too large"


def the_worst_is_that_of_the_printed_ratio(certificate):
    """And so is the best one, which is at the type profile where its ratio is largest."""
    every, some = (certificate.row(f"{which} Nash equilibrium is efficient") for which in ("every", "some"))
    printed = re.search(r"surplus: (\S+) in the best equilibrium, (\S+) in the worst", some.answer or "")
    for row, ratio in zip((some, every), printed.groups() if printed else (), strict=False):
        surplus = re.search(r"surplus (\S+) instead of (\S+)", row.witness or "")
        if surplus:
            least, most = (float(text.replace("−", "-")) for text in surplus.groups())
            assert float(ratio.replace("infinite", "inf")) == pytest.approx(
                most / least if least > 0 else inf, rel=1e-4
            )


RULES = ("serial", "proportional", "equal", "shapley_shubik", "incremental")


CASES = mostly_thorough(product(RULES, [False, True]), ("serial", True), ("proportional", True), ("equal", False))


@pytest.mark.parametrize(("rule", "ends"), CASES)
def test_no_verdict_differs_from_that_of_the_table(rule, ends, monkeypatch):
    if ends:
        monkeypatch.setattr(crowd_theory, "facing", partial(facing, most_counts=0))
    seen = set()
    for game in random_games(rule, 12, seed=17 + ends, most_players=3):
        expected, found = certificate_of(Theory(game)), certificate_of(CrowdTheory(game))
        the_worst_is_that_of_the_printed_ratio(expected)
        the_worst_is_that_of_the_printed_ratio(found)
        for table, row in zip(expected.rows, found.rows, strict=True):
            assert row.concept == table.concept
            if row.verdict.status in DECIDED and table.verdict.status in DECIDED:
                assert row.verdict.status == table.verdict.status, (game.definition, row, table)
                seen.add((row.concept, row.verdict.status))
                if row.concept == "payoffs are never negative":
                    assert row.answer == table.answer
            if row.verdict.status == "too large":
                assert row.verdict.reason
    if rule != "incremental" and not ends:
        for concept in (UNIQUE, "solvable by iterated strict dominance"):
            assert {(concept, "holds"), (concept, "fails")} <= seen


def large(rule, n, types=(6, 10, 14), **more):
    cost = {"kind": "power", "coefficient": f"{1 / n:.4f}", "exponent": "2"}
    return treatment(rule, n, 13, types, cost, "1000", **more)


def test_the_serial_game_of_a_hundred():
    found = certify(large("serial", 100, (9.5,)))
    assert found.row(UNIQUE).verdict.status == "holds"
    assert found.row(UNIQUE).verdict.method.startswith("one pass up the grid")
    assert found.row(STRONG).verdict.status == "holds"
    assert "lowest new demand does not gain" in found.row(STRONG).verdict.method
    assert found.row("solvable by iterated strict dominance").verdict.status == "holds"
    assert found.row("weakly dominant messages").verdict.status == "fails"
    assert found.row("budget balance").verdict.status == "holds"


def test_what_can_be_lost_among_a_hundred():
    row = certify(large("proportional", 100, (9.5,))).row("payoffs are never negative")
    # each has 12 units, worth 9.5, and pays a hundredth of 1200 ** 2 / 100; the treatment says how many points that is
    assert row.verdict.status == "fails"
    assert row.witness == "100 players, by demanding 12 when 99 others demand 12"
    game = large("proportional", 100, (9.5,))
    assert game.format_points(int(game.play([9.5] * 100, [12.0] * 100).points[0])).replace("-", "−") in row.answer


def test_the_average_cost_game_of_a_hundred_is_left_by_all_together():
    found = certify(large("proportional", 100, (9.5,)))
    assert found.row(STRONG).verdict.status == "fails"
    assert "which all leave together when" in found.row(STRONG).witness
    assert found.row("every Nash equilibrium is efficient").verdict.status == "fails"


@thorough
def test_several_types_are_one_case_for_players_who_exchange_them():
    theory = CrowdTheory(large("serial", 14))
    assert theory.cases == 120
    row = certificate_of(theory).row(UNIQUE)
    assert row.verdict.size == "14 players x 120 type profiles, players taken as equal"


def test_without_structure_one_equilibrium_is_named_and_no_more_is_said():
    row = certify(large("incremental", 13, (9.5,))).row(UNIQUE)
    assert row.verdict.status == "too large"
    assert "one equilibrium, reached by best replies" in row.verdict.reason
