"""Numbers as answers, in the language of the page."""

from engine.words.language import use

from tests.apps.aid_games import TREATMENTS
from tests.apps.engine.quiz.cases import quiz


def test_numbers_in_the_language_of_the_page():
    money = quiz(TREATMENTS["chen_serial"], 0)["money"]
    assert money.right == "0.4"
    with use("de"):
        assert money.is_right("0,40")
        assert money.is_right("0.4")
        assert not money.is_right("0,5")
    assert [bool(money.problem(text)) for text in ("", "abc", "0,4", "1e1", "0.4")] == [True, True, True, True, False]
