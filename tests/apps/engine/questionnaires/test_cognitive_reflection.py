"""Cognitive reflection: right answers by trying all."""

from engine.questionnaires import SCALES
from engine.questionnaires.cognitive_reflection import RIGHT


def test_cognitive_reflection_counts_right_answers():
    score, none = SCALES["cognitive_reflection"].score, dict.fromkeys(SCALES["cognitive_reflection"].item_names, "")
    [price] = [p for p in range(111) if p + (p + 100) == 110]
    [doubling] = [day for day in range(49) if 2 ** (48 - day) == 2]
    assert {"price": price, "machines": 5 * 100 // 100, "doubling": doubling} == RIGHT
    assert score({**none, "price": "5", "machines": "5.0", "doubling": "47"})["right_answers"] == 3
    assert score({**none, "price": "10", "machines": "100", "doubling": "24"})["right_answers"] == 0
    assert score({**none, "doubling": "47", "seen": "yes"}) == {"doubling": 1.0, "right_answers": 1.0}
    assert score({**none, "seen": "yes"}) == {}
