"""Rows of totals and columns of row numbers: told as what they are, and the rest is read."""

import pytest

from analysis import ExportError, read_exports
from examples.rows import HEADER
from tests.analysis import simulate


@pytest.mark.parametrize(
    ("blanks", "row"),
    [
        (b"", b"Total" + b"," * (len(HEADER) - 1)),
        (b"\r\n", b"summe" + b",12" * (len(HEADER) - 1)),
        (b"," * (len(HEADER) - 1) + b"\r\n", b"," * 9 + b"12" + b"," * (len(HEADER) - 10)),
    ],
)
def test_a_row_of_totals_is_one_problem(tmp_path, pairwise, blanks, row):
    file = simulate.write(tmp_path / "a_custom.csv", pairwise)
    file.write_bytes(file.read_bytes() + blanks + row + b"\r\n")
    with pytest.raises(ExportError, match=r"a row of totals\?") as caught:
        read_exports(file)
    assert [problem.line for problem in caught.value.problems] == [62 + bool(blanks)]


def test_a_column_without_a_name_that_counts_nothing(tmp_path, pairwise):
    file = simulate.write(tmp_path / "a_custom.csv", pairwise)
    head, first, *rows = file.read_bytes().split(b"\r\n")
    for number, what in ((b"x", "line 2: 'x' in the first column, which has no name"), (b"1", "line 3: ")):
        file.write_bytes(b"\r\n".join([b"," + head, number + b"," + first, *rows]))
        with pytest.raises(ExportError, match=what):
            read_exports(file)
    file.write_bytes(b"\r\n".join([head.replace(b",seed,", b",seed,,"), first, *rows]))
    with pytest.raises(ExportError, match="unknown column ''; "):
        read_exports(file)
