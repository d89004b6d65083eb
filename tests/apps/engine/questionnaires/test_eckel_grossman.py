"""Eckel and Grossman: gambles rise in spread."""

from itertools import pairwise

from engine.questionnaires import SCALES
from engine.questionnaires.eckel_grossman import GAMBLES


def test_gambles_rise_in_spread_and_up_to_the_fifth_in_expectation():
    assert GAMBLES[0][0] == GAMBLES[0][1]
    assert [sum(b) - sum(a) for a, b in pairwise(GAMBLES)] == [40, 40, 40, 40, 0]
    assert all(b[1] - b[0] > a[1] - a[0] for a, b in pairwise(GAMBLES))
    assert [len(item.choices) for item in SCALES["eckel_grossman"].items()] == [6]
