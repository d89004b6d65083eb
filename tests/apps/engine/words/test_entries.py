"""Entries as people type them, in the signs of their keyboards and of the page's language."""

from decimal import Decimal

import pytest
from engine.words.entries import entered, keyboard, written
from engine.words.language import use
from engine.words.numbers import parse_message, unclear

from tests.apps.typed import CASES


@pytest.mark.parametrize(("language", "typed", "allowed", "number"), CASES)
def test_what_an_entry_says(language, typed, allowed, number):
    with use(language):
        found = entered(typed, lambda value: float(value) in allowed)
        assert (None if found is None else float(found)) == number
        assert parse_message(typed, sorted(allowed)) == number


def test_an_entry_with_two_readings_is_refused_with_the_reason():
    with use("de"):
        reason = unclear("1.500")
        assert all(text in reason for text in ("1.500", "1500", "1,5 "))
        assert unclear("1.500", lambda number: number < 100) is None, "only one of them is possible"
        assert "1,1250" in unclear("1.125"), "what is proposed can itself not be taken for a thousand"
        assert unclear("1,125") is None
    assert unclear("12.375") is None
    assert "Please write 12.25: the decimal sign is a point." in unclear("12,25")
    assert unclear("12,25", lambda number: number < 10) is None, "it is not possible at all"
    assert unclear("abc") is unclear("") is None


def test_what_the_page_sends_has_one_reading_in_every_language():
    for number in ("1.125", "-999.001", "12.5", "1000", "0.125"):
        for language in ("en", "de", "ja"):
            with use(language):
                assert entered(written(Decimal(number))) == Decimal(number)


def test_telephones_have_the_keys_that_the_range_needs():
    assert [keyboard(-0.5, False), keyboard(0, True), keyboard(0.5, False)] == ["text", "numeric", "decimal"]
