"""Averages over the participants."""

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
