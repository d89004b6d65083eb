"""Texts that a spreadsheet would compute: `=HYPERLINK(…)`, typed by a subject, runs where a CSV file is opened.

The laboratory writes such a text with an apostrophe before it, and the analysis takes that away again, so that what was
typed is in its tables. Numbers, and lists of them, stay as they are, for whatever reads the files.
"""

import re

FIRST = tuple("'=+-@\t＝＋－＠")
"""With one of these begins whatever is changed; the wide ones are for spreadsheets in Japanese."""
FORMULA = re.compile("'*[=+\\-@\t＝＋－＠]")
NUMBERS = re.compile(r"[-+][\d.,;eE+-]*")


def is_formula(text: str) -> bool:
    """A text that begins with apostrophes and then so counts, too: else nobody could tell them from ours.

    >>> [is_formula(text) for text in ("=1+1", "@SUM(A1)", "-cmd|x", "'=1", "-2.0;1.5", "yes = no", "")]
    [True, True, True, True, False, False, False]
    """
    return FORMULA.match(text) is not None and NUMBERS.fullmatch(text) is None


def as_text(typed: str) -> str:
    """What is written.

    >>> as_text("=1+1"), as_text("-2.0")
    ("'=1+1", '-2.0')
    """
    return f"'{typed}" if is_formula(typed) else typed


def as_typed(written: str) -> str:
    """
    >>> as_typed("'=1+1"), as_typed("'so to say'")
    ('=1+1', "'so to say'")
    """
    return written[1:] if written[:1] == "'" and is_formula(written[1:]) else written
