"""Holt and Laury: safe choices, consistency, what is paid."""

import re
from itertools import product

from engine.questionnaires import SCALES
from engine.questionnaires.holt_laury import RISKY, ROWS, SAFE


def listed(text):
    return dict(zip(ROWS, text, strict=True))


def test_holt_laury_safe_choices_and_consistency():
    score = SCALES["holt_laury"].score
    assert score(listed("AAAABBBBBB")) == {"safe_choices": 4.0, "consistent": 1.0}
    assert score(listed("BBBBBBBBBB")) == {"safe_choices": 0.0, "consistent": 1.0}
    assert score(listed("AAAAAAAAAA")) == {"safe_choices": 10.0, "consistent": 0.0}  # the last choice is no lottery
    assert score(listed("AABABBBBBB")) == {"safe_choices": 3.0, "consistent": 0.0}
    assert score({**listed("AAAABBBBBB"), "row_7": ""}) == {}


def test_exactly_one_list_for_each_number_of_safe_choices_is_consistent():
    score = SCALES["holt_laury"].score
    lists = [score(listed("".join(text))) for text in product("AB", repeat=10)]
    assert sorted(s["safe_choices"] for s in lists if s["consistent"]) == list(range(10))


def test_holt_laury_pays_what_the_paper_does():
    """Neutral to risk: four safe choices. The lotteries are read from the page."""
    assert (SAFE, RISKY) == ((200, 160), (385, 10))
    for k, item in enumerate(SCALES["holt_laury"].items(), 1):
        expected = []
        for _, text in item.choices:
            numbers = [float(x) for x in re.findall(r"\d+\.\d\d", text)]
            expected.append(numbers[0] * k / 10 + (numbers[1] * (10 - k) / 10 if k < 10 else 0))
        assert (expected[0] > expected[1]) == (k <= 4)
