"""What was probably meant. Whole files are refused with it in test_errors.py."""

import pytest

from mechanisms.treatments import schema
from mechanisms.treatments.suggestions import close_to, keys_beside, of_key, of_toml, of_word


@pytest.mark.parametrize(
    ("unknown", "meant"),
    [
        ("bret", "did you mean 'breit'?"),
        ("orders", "did you mean 'order'?"),
        ("seeds", "see the page for the keys"),  # like one of another table only
        ("shown", "it belongs to form = 'staged'"),
        ("objects", "it belongs to kind = 'allocation'"),
        ("seed", "it belongs to [session]"),
        ("beliefs", "it belongs to the top of the file"),
        ("zzz", "see the page for the keys"),
        ("kind", "see the page for the keys"),  # of far too many tables
    ],
)
def test_keys(unknown, meant):
    own = ["breit", "order", *"abcdefghijkl"]
    assert of_key(unknown, own, schema, "the page") == meant
    assert of_key(unknown, [], schema, "the page") != "there are "


def test_few_keys_are_said():
    cost = ("environment", "production", "cost", "power", "fixed")
    assert keys_beside(schema.TreatmentSpec, cost) == ["kind", "coefficient", "exponent"]
    assert keys_beside(schema.TreatmentSpec, ("roles", 1, "points", "x")) == ["scale", "shift"]
    assert keys_beside(schema.TreatmentSpec, ("words", "names", "jp")) == ["en", "de", "ja"]
    assert of_key("zzz", ["en", "de"], schema, "the page") == "there are 'en', 'de'"


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("  fee : 3", "write fee = in the place of 'fee :'"),
        ("fee = -1,25  # euros", "write -1.25 in the place of '-1,25'"),
        ("list = [1,2", ""),
        ("quiz = FALSE", "write false in the place of 'FALSE'"),
        ("name = serial", 'texts stand between quotation marks: write "serial"'),
        ("name = ", "a value is missing behind the ="),
        ('name = "a";', "take away the ; at the end"),
        ("just words", ""),
    ],
)
def test_lines(line, right):
    assert of_toml(f"title = 'x'\n{line}\n", "Invalid value", 2) == right


def test_what_stands_twice():
    text = "[group]\nsize = 3\n\n[types]\nsize = 4\nsize = 5\n"
    assert "in lines 5 and 6" in of_toml(text, "Cannot overwrite a value", 6)
    assert of_toml(text, "Cannot declare ('screen', 'x') twice", 6).startswith("[screen.x] stands twice")
    assert of_toml(text, "Cannot overwrite a value", 99) == ""


def test_words():
    assert of_word("Perfect stranger", ["partner", "perfect_stranger"]) == "; did you mean 'perfect_stranger'?"
    assert of_word(3, ["3"]) == of_word("zzz", ["partner"]) == ""
    assert close_to("kind", ["knd", "order"]) == " ('knd' is none of its keys)"
    assert close_to("kind", [1, 2]) == ""
