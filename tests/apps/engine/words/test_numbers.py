"""Numbers as they are written and read in the language of the page."""

from engine.words.language import use
from engine.words.numbers import amount, chance, localized, money_text, outcome_text, parse_message, plain, tagged

from mechanisms.treatments import load_treatment


def test_numbers_follow_the_language():
    assert (plain(-0.5), amount(2.345, 2), localized("-1.50")) == ("\u22120.5", "2.35", "\u22121.50")
    with use("de"):
        assert (plain(-1234.5), amount(2.345, 2), chance(0.123)) == ("\u22121234,5", "2,35", "12,3\u00a0%")
        assert parse_message("0,5", [0, 0.5]) == parse_message("0.5", [0, 0.5]) == 0.5
        assert parse_message("8,0000000001", [8]) is parse_message("7,9999999999", [8]) is None
        assert parse_message("0,3", [0.1 * 3]) == 0.1 * 3
        assert (parse_message("1,000", [1, 1000]), parse_message("1.000", [1, 1000])) == (1, None)
    with use("ja"):
        assert plain(0.5) == "0.5"
    assert parse_message("0,5", [0, 0.5]) is None
    assert parse_message("\u22126", [-6, 8]) == -6
    assert money_text("4.00", "EUR") == "4.00 EUR"


def test_what_everybody_gets_is_listed_as_the_language_writes_it():
    for name in ("production_vcg", "production_serial"):
        treatment = load_treatment(f"treatments/{name}.toml")
        assert outcome_text(treatment, "0.5; 0; 2") == "0.5; 0; 2"
        with use("de"):
            assert outcome_text(treatment, "0.5; 0; 2") == "0,5; 0; 2"
        with use("ja"):
            assert outcome_text(treatment, "0.5; 0; 2") == "0.5、0、2"


def test_a_tagged_number_keeps_its_exact_value():
    assert tagged("x", repr(0.1), "<") == '<span class="number" data-name="x" data-value="0.1">&lt;</span>'
