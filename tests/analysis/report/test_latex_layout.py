"""Tables for a paper: nothing stands beyond the line, and every cell stands somewhere, once.

The widths themselves were compared with pdfLaTeX, which sets the tables of the example report without an overfull box.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.latex import as_latex
from analysis.report.latex_layout import GAP, LINE, LINES, SIZES, broken, lay_out, width, wrapped
from analysis.report.tables import Table

words = st.lists(st.text("abcmW", min_size=1, max_size=9), min_size=1, max_size=12).map(" ".join)
numbers = st.floats(-999, 999).map("{:.2f}".format)
estimates = st.tuples(numbers, numbers, numbers).map(lambda three: "{} ({} to {})".format(*three))


@st.composite
def tables(draw):
    texts, others = draw(st.integers(1, 2)), draw(st.integers(0, 12))
    kinds = [words] * texts + [draw(st.sampled_from((numbers, estimates))) for _ in range(others)]
    rows = [[draw(kind) for kind in kinds] for _ in range(draw(st.integers(0, 8)))]
    return Table("Table 1. T", [draw(words) for _ in kinds], rows * draw(st.sampled_from((1, 12))), texts)


def breadth(table, part, layout):
    """In points: every column as wide as its widest line, or as its paragraph."""
    scale, total = SIZES[layout.size], GAP * (len(part.columns) - 1)
    for k, room in zip(part.columns, part.widths, strict=True):
        cells = [table.rows[r][k] for r in part.rows]
        lines = [line for cell in cells for line in (broken(cell) if k in layout.broken else [cell])]
        total += room if room is not None else scale * max(map(width, lines), default=0.0)
    return total


@given(tables())
def test_every_cell_stands_somewhere_and_nothing_beyond_the_line(table):
    layout = lay_out(table)
    parts = [part for page in layout.pages for part in page]
    stub = set(range(table.texts if table.texts < len(table.head) else 1))
    seen = [(r, k) for part in parts for r in part.rows for k in part.columns if k not in stub]
    assert sorted(seen) == [(r, k) for r in range(len(table.rows)) for k in range(len(table.head)) if k not in stub]
    assert all(stub <= set(part.columns) for part in parts)
    assert {(r, k) for part in parts for r in part.rows for k in stub} == {
        (r, k) for r in range(len(table.rows)) for k in stub
    }
    for part in parts:
        assert breadth(table, part, layout) <= LINE + 1e-6
    for page in layout.pages:
        assert sum(part.height for part in page) <= LINES


# By hand: 38 points and 30 for each further column.
CUT = [(8, "small", 1), (9, "footnotesize", 1), (10, "footnotesize", 2), (40, "footnotesize", 5)]


@pytest.mark.parametrize(("columns", "size", "parts"), CUT)
def test_small_tables_stay_in_one_piece_and_wide_ones_are_cut(columns, size, parts):
    layout = lay_out(Table("Table 1. T", ["who", *["123456"] * columns], [["somebody", *["123456"] * columns]]))
    assert (layout.size, sum(map(len, layout.pages))) == (size, parts)


def test_a_table_of_several_pages_has_one_number():
    table = Table("Table 3. Many", ["who", "rate"], [[f"person {k}", "1"] for k in range(100)], note="A note.")
    text = as_latex(table, "many")
    assert text.count(r"\begin{table}") == text.count(r"\end{table}") == 3
    assert text.count(r"\label{tab:many}") == text.count("A note.") == 1
    assert text.count(r"\addtocounter{table}{-1}") == text.count("Many (continued)") == 2
    assert len(re.findall("person", text)) == 100


def test_an_interval_stands_below_its_estimate():
    text = as_latex(Table("Table 1. T", ["what", "d"], [["effect", "−2.49 (−4.93 to −0.72)"]]), "t")
    assert r"\begin{tabular}[t]{@{}r@{}}$-$2.49 \\ ($-$4.93 to $-$0.72)\end{tabular}" in text


def test_wrapping_keeps_all_words():
    assert wrapped("rank-biserial correlation of units", 1.0) == ["rank-biserial", "correlation", "of", "units"]
    assert wrapped("a b", 100.0) == ["a b"]
    assert wrapped("0123456789abcdef" * 2 + " x", 90.0) == ["0123456789abcdef", "0123456789abcdef x"]


def test_a_checksum_may_be_broken():
    table = Table("Table 1. T", ["file", "checksum"], [["a" * 60, "0123456789abcdef" * 4]], texts=2)
    assert r"0123456789abcdef\allowbreak{}0123456789abcdef" in as_latex(table, "t")
