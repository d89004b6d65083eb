"""Declension of words that a treatment gives."""

import pytest
from engine.words.german import dative_plural, declined, in_case

from mechanisms.treatments.schema_words import GermanWord


@pytest.mark.parametrize(
    ("tokens", "gender", "case", "noun", "expected"),
    [
        (["die", "andere"], "m", "G", True, ["des", "anderen"]),
        (["eine", "andere"], "n", "N", True, ["ein", "anderes"]),
        (["keine"], "m", "A", True, ["keinen"]),
        (["Gewählte"], "n", "N", True, ["Gewähltes"]),
        (["zur", "selben"], "f", "D", True, ["zur", "selben"]),
        (["zur", "selben"], "m", "D", True, ["zum", "selben"]),
        (["Sie"], "m", "N", False, ["Er"]),
        (["ihr"], "n", "D", False, ["ihm"]),
        (["Ihre"], "n", "A", False, ["Ihres"]),
        (["die", "jeweils", "andere"], "m", "N", False, ["der", "jeweils", "andere"]),
    ],
)
def test_declension(tokens, gender, case, noun, expected):
    assert declined(tokens, gender, case, noun) == expected


@pytest.mark.parametrize(
    ("forms", "genitive", "dative", "many"),
    [
        (("Beitrag", "Beiträge", "m", {}), "Beitrags", "Beitrag", "Beiträgen"),
        (("Bestellung", "Bestellungen", "f", {}), "Bestellung", "Bestellung", "Bestellungen"),
        (("Los", "Lose", "n", {}), "Loses", "Los", "Losen"),
        (("Ticket", "Tickets", "n", {}), "Tickets", "Ticket", "Tickets"),
        (("Kandidat", "Kandidaten", "m", dict.fromkeys(("dative", "genitive"), "Kandidaten")),
         "Kandidaten", "Kandidaten", "Kandidaten"),
        (("Liter Wasser", "Liter Wasser", "m", {"genitive": "Liters Wasser"}), "Liters Wasser", "Liter Wasser",
         "Liter Wasser"),
    ],
)  # fmt: skip
def test_cases_of_regular_and_irregular_nouns(forms, genitive, dative, many):
    singular, plural, gender, more = forms
    word = GermanWord(singular=singular, plural=plural, gender=gender, **more)
    assert (in_case(word, "G"), in_case(word, "D"), dative_plural(word)) == (genitive, dative, many)
    assert in_case(word, "N") == singular
