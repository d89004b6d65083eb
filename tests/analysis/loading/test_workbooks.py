"""What a workbook shows and a CSV file would not hold: passed over and told, or a problem named by its cell."""

import io
from datetime import datetime, time

import pytest
from openpyxl import Workbook

from analysis import ExportError
from analysis.loading.session_data import read_session_data
from analysis.loading.workbooks import sheets

ROWS = [["session_code", "lab", "wave"], ["s1", "north", 1], ["s2", "south", 2], ["s3", "north", 2]]


def book(rows=ROWS, at=1, left=1, gap=None):
    """The rows in a sheet, the first of them at a row and a column, with an empty row above row `gap` of them."""
    made = Workbook()
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            made.active.cell(at + i + (gap is not None and i >= gap), left + j, entry)
    return made


def saved(made, path):
    made.save(path)
    return path


def read(made):
    stream = io.BytesIO()
    made.save(stream)
    stream.seek(0)
    (sheet,) = sheets(stream)
    return sheet


@pytest.mark.parametrize("place", [{"at": 3}, {"gap": 2}, {"left": 2}, {"at": 2, "left": 3, "gap": 1}])
def test_rows_and_columns_without_an_entry_are_none(place):
    found, plain = read(book(**place)), read(book())
    assert (found.data, found.problems, found.notes) == (plain.data, (), ())
    assert plain.data.decode().splitlines()[:2] == ["session_code,lab,wave", "s1,north,1"]


def test_a_title_is_passed_over_and_told_and_lines_are_rows_of_the_sheet(tmp_path):
    made = book(at=4, gap=2)
    made.active["A1"] = "Sessions of spring"
    made.active.merge_cells("A1:C1")
    data = read_session_data(saved(made, tmp_path / "sessions.xlsx"))
    assert data.notes == ("sessions.xlsx: row 1, 'Sessions of spring', above the names of the columns is passed over",)
    assert data.lines == {"s1": 5, "s2": 7, "s3": 8}
    made.active["A8"] = "s1"
    with pytest.raises(ExportError, match=r"sessions\.xlsx, line 8, column session_code: session 's1' .*line 5 too"):
        read_session_data(saved(made, tmp_path / "sessions.xlsx"))


def test_what_would_be_read_as_blank_or_as_text_is_a_problem(tmp_path):
    made = book([*ROWS, ["s4", "north", 2]])
    made.active["B2"] = "#N/A"
    made.active["C3"] = "=1+1"
    made.active.merge_cells("B4:B5")
    with pytest.raises(ExportError) as refused:
        read_session_data(saved(made, tmp_path / "s.xlsx"))
    assert [problem.what for problem in refused.value.problems] == [
        "cell B2 shows an error; expected a value",
        "cell C3 holds a formula whose value is not saved; open the workbook in a spreadsheet, and save it",
        "cell B4:B5 is merged; expected an entry in each cell",
    ]


def test_hidden_rows_are_read_and_told_and_several_sheets_are_named(tmp_path):
    made = book()
    made.active.row_dimensions[3].hidden = True
    made.active.column_dimensions["B"].hidden = True
    assert read(made).notes == ("hidden rows (3) are read like the others",)
    assert b"s2,south,2" in read(made).data
    made.create_sheet("more").append(["a", "b"])
    with pytest.raises(ExportError, match=r"2 tables with entries in it \(s\.xlsx/Sheet, s\.xlsx/more\); expected one"):
        read_session_data(saved(made, tmp_path / "s.xlsx"))


def test_entries_are_written_as_exports_write_them():
    made = book([["flag", "day", "share", "hour", "n"], [True, datetime(2026, 1, 31, 14, 5), 0.25, time(9, 30), 3.0]])
    made.active["C2"].number_format = "0%"
    assert read(made).data.decode().splitlines()[1] == "1,2026-01-31T14:05:00.000+00:00,0.25,09:30:00,3"
