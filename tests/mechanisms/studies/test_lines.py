"""Lines of keys: tables, lists of tables, long texts, keys in quotes."""

import pytest

from mechanisms.studies.lines import line_of

TEXT = '''# a study
title = "x"
[consent]
contact = "a@b"
[consent.text]
en = """
title = "no key"
[arms]
"""
"de" = "y"
[[arms]]
treatment = "a"
[[arms]]
name = "second"
treatment = "b"
[platform]
codes = { complete = "C1" }
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("title", 2),
        ("consent", 3),
        ("consent.text.en", 6),
        ("consent.text.de", 10),
        ("arms[1].treatment", 12),
        ("arms[2].treatment", 15),
        ("arms[2].participants", 13),
        ("arms", 11),
        ("platform.codes.complete", 17),
        ("dropouts.policy", 1),
    ],
)
def test_the_line_of_a_key(key, line):
    assert line_of(TEXT, key) == line
