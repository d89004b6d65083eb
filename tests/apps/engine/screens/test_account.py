"""Averages over the participants, and what a result says in words and sums."""

import re

import numpy as np
import pytest
from engine.screens.account import population_average
from engine.screens.history import history
from engine.words.numbers import amount

from tests.apps.engine.screens.pages import changed, feedback_page, played, shown


def test_averages_are_over_everybody_who_played_the_round():
    treatment = changed("production_serial", session={"feedback": "average"})
    players = played(treatment, groups=2, rounds=3)
    mean = np.mean([player.message for player in players])
    assert population_average(players[0]) == pytest.approx(mean)
    assert float(shown(feedback_page(players[3]))["average-message"]) == pytest.approx(mean)
    earlier = [p.message for p in players[0].objects_filter(round_number=2)]
    rows = history(players[0])["rows"]
    assert rows[0][2] == amount(np.mean(earlier), 2)


def test_the_formula_of_a_result_has_the_sign_of_the_transfer_above_it():
    signs = set()
    for player in played(changed("production_pairwise"), groups=3, rounds=1):
        formula = str(feedback_page(player)).split('<p class="formula">')[-1].split("</p>")[0]  # above: instructions
        paid = player.transfer < -1e-9
        assert ("cost share \u2212 transfer that you pay" in formula) == paid
        assert ("cost share + transfer" in formula) == (not paid)
        signs.add(paid)
    assert signs == {True, False}


def amounts(page):
    """The numbers above the double rule; before a transfer and fixed points, which have none, a sign says which way."""
    table = re.search(r'<table class="result">(.*?)<tr class="total">', page, re.DOTALL)[1]
    lines = re.findall(r'row">(.).*?</th><td>.*?data-name="(\w+)" data-value="([^"]*)"', table)
    signs = {"\u2212": -1, "+": 1}
    return [(name, signs[sign] * abs(float(value)) if sign in signs else float(value)) for sign, name, value in lines]


@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (1, -10), (10, 0), (2, 3)])
def test_what_stands_above_the_points_adds_up_to_them(scale, shift):
    for player in played(changed("park_pairwise", points={"scale": scale, "shift": shift, "rounding": 2}), rounds=1):
        lines = amounts(str(feedback_page(player)))
        if scale != 1:
            known = [name for name, _number in lines].index("sum")
            assert sum(number for _name, number in lines[:known]) == pytest.approx(dict(lines)["sum"])
            lines = lines[known + 1 :]
        assert sum(number for _name, number in lines) == pytest.approx(player.points_units / 100)


def test_what_is_read_adds_up_or_is_said_to_be_rounded():
    """The cost share 0.875 was 0.88, so that 2.5 less it was 1.63, and 10 times that 16.25."""
    seen = set()
    for coefficient, exponent in (("0.125", "2"), ("0.1", "1.5")):
        cost = {"kind": "power", "coefficient": coefficient, "exponent": exponent}
        for player in played(changed("production_proportional", environment={"cost": cost}), groups=2, rounds=2):
            table = re.search(r'<table class="result">(.*?)<p class="formula">', str(feedback_page(player)), re.DOTALL)
            found = re.findall(r'data-name="([^"]*)" data-value="([^"]*)">([^<]*)<', table[1])
            texts = {text: float(value) for name, value, text in found if name != "points"}
            exact = all(abs(float(text.replace("\u2212", "-")) - value) < 1e-9 for text, value in texts.items())
            [decimals] = {len(text.partition(".")[2]) for text in texts}
            assert exact != (f"Rounded to {decimals} decimals." in table[1])
            seen.add((exact, decimals))
    assert {(True, 3), (False, 2)} <= seen, seen


def test_an_auction_tells_the_reader_who_gets_the_object_and_how_a_tie_was_broken():
    players = played(changed("auction_second_price", session={"feedback": "all"}), rounds=1)
    for player in players:
        account = re.search(r'id="account".*?</table>', str(feedback_page(player)), re.DOTALL)[0]
        wins = f">You ({player.treatment.positions[player.position].role})<" in account
        assert wins == (player.value > 0)
        assert ("You get the object." in account) == wins
        assert ("You do not get the object." in account) != wins
        tied = sorted(other.message for other in players)[-2:]
        assert ("Of equal bids" in account) == (tied[0] == tied[1])
    for player in players:
        player.message = 7.0
    assert "Of equal bids" in str(feedback_page(players[0])).split('id="account"')[1]
