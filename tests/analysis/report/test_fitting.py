"""How the line is shared out: no part is wider than it, every column stands in one, words are kept if they can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.fitting import Page, fit, room
from analysis.report.tables import Table

PAGES = [Page("upright", 80.0, 2.0), Page("turned", 120.0, 2.0, turned=True)]
words = st.lists(st.text("abcmW", min_size=1, max_size=9), min_size=1, max_size=12).map(" ".join)
numbers = st.floats(-999, 999).map("{:.2f}".format)
estimates = st.tuples(numbers, numbers, numbers).map(lambda three: "{} ({} to {})".format(*three))


@st.composite
def tables(draw):
    texts, others = draw(st.integers(1, 2)), draw(st.integers(0, 12))
    kinds = [words] * texts + [draw(st.sampled_from((numbers, estimates))) for _ in range(others)]
    rows = [[draw(kind) for kind in kinds] for _ in range(draw(st.integers(0, 8)))]
    return Table("Table 1. T", [draw(words) for _ in kinds], rows, texts)


@given(tables())
def test_every_column_stands_somewhere_and_nothing_beyond_the_line(table):
    fitted = fit(table, PAGES)
    stub = tuple(range(table.texts if table.texts < len(table.head) else 1))
    assert stub + tuple(k for part in fitted.parts for k in part[len(stub) :]) == tuple(range(len(table.head)))
    for part in fitted.parts:
        assert part[: len(stub)] == stub
        breadth = sum(fitted.widths[k] for k in part) + fitted.page.gap * (len(part) - 1)
        assert breadth <= fitted.page.line + 1e-9 or len(part) == len(stub) + 1


def numbers_table(columns):
    return Table("Table 1. T", ["who", *["123456"] * columns], [["somebody", *["123456"] * columns]])


# By hand: 8.8 for "somebody", and for each further column 6 and a gap of 2.
@pytest.mark.parametrize(
    ("columns", "page", "parts"), [(8, "upright", 1), (9, "turned", 1), (13, "turned", 1), (40, "turned", 4)]
)
def test_wide_tables_are_turned_and_very_wide_ones_are_cut(columns, page, parts):
    fitted = fit(numbers_table(columns), PAGES)
    assert (fitted.page.name, len(fitted.parts)) == (page, parts)


def test_what_is_left_goes_to_the_columns_of_long_texts():
    table = Table("Table 1. T", ["a", "b"], [["short", "word " * 60]], texts=2)
    widths = fit(table, PAGES).widths
    assert widths[0] == room("short")
    assert sum(widths) + 2 == pytest.approx(80)


def test_words_are_hyphenated_before_columns_are_cut():
    heads = ["characteristically"] * 8
    assert len(fit(Table("Table 1. T", heads, [["1"] * 8]), PAGES).parts) == 1
    assert len(fit(Table("Table 1. T", [head.replace("ct", "c1") for head in heads], [["1"] * 8]), PAGES).parts) > 1
