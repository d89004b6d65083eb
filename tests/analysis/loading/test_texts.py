"""How people's programs write tables: both readers give the same entries, and what is odd is told in one sentence."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import ExportError, read_exports
from analysis.loading.sources import Source
from analysis.loading.survey import surveyed
from analysis.loading.texts import Texts
from examples.rows import HEADER
from tests.analysis import simulate


def source(data):
    return Source("a.csv", ("a.csv", ""), lambda: io.BytesIO(data))


def entries(texts):
    """(line, entries) of all rows."""
    return [
        (int(line), *row)
        for lines, columns in texts.chunks()
        for line, *row in zip(lines, *(column.decoded() for column in columns.values()), strict=True)
    ]


CELL = st.text(st.sampled_from('ab",;\né 1'), max_size=4)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(rows, line_end):
    rows = [row for row in rows if any(row)]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=line_end).writerows([("x", "y", "z"), *rows])
    texts = Texts(source(text.getvalue().encode()))
    assert [row[1:] for row in entries(texts)] == rows
    assert not texts.problems


@given(st.text(st.sampled_from('ab",\n\r'), max_size=24))
def test_a_text_in_blocks_is_read_as_row_by_row(text):
    """Whatever bytes: where they are called regular, Python's strict reader reads the same, line by line."""
    data = b"x,y\n" + text.encode() + b"\n"
    if not surveyed(source(data)).regular:
        return
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    assert len(rows) == data.count(b"\n")
    if all(len(row) == 2 for row in rows):
        assert entries(Texts(source(data))) == [
            (k, *row) for k, row in enumerate(rows[1:], 2) if any(row) and row != ["x", "y"]
        ]


@pytest.mark.parametrize("text", ['a"b,c\n', '"a"b,c\n', '"a,b\nc"\n', '"a,b\n', "a\rb,c\n", "a\0,b\n", 'a,"b" \n'])
def test_what_readers_disagree_about_is_not_regular(text):
    assert not surveyed(source(b"x,y\n" + text.encode())).regular


def test_downloads_pasted_together_are_taken_once_and_told(tmp_path, pairwise):
    plain = simulate.write(tmp_path / "plain_custom.csv", pairwise)
    whole, data = read_exports(plain).decisions, plain.read_bytes()
    for between in (b"", b"\r\n", b"\r\n\r\n"):
        (tmp_path / "two_custom.csv").write_bytes(data + between + data)
        exports = read_exports(tmp_path / "two_custom.csv")
        assert exports.decisions.equals(whole)
        assert exports.duplicates == 60
        line = 62 + between.count(b"\n")
        assert any(f"two_custom.csv, line {line}: the names of the columns again" in note for note in exports.notes)
    other = ",".join(HEADER[1:]).encode()
    (tmp_path / "two_custom.csv").write_bytes(data + other + b"\r\n")
    with pytest.raises(ExportError, match=r"two_custom\.csv, line 62: .*two different tables were pasted together"):
        read_exports(tmp_path / "two_custom.csv")


def test_blank_lines_at_the_end_say_nothing(tmp_path, pairwise):
    plain = simulate.write(tmp_path / "plain_custom.csv", pairwise)
    whole, data = read_exports(plain).decisions, plain.read_bytes()
    for end in (b"\r\n", b"\r\n\r\n", b"\n\n  \n", b" ,\t\n", b"," * (len(HEADER) - 1) + b"\r\n"):
        plain.write_bytes(data + end)
        exports = read_exports(plain)
        assert exports.decisions.equals(whole)
        assert exports.notes == ()


def test_what_programs_do_to_a_table_is_undone_and_told(tmp_path, pairwise):
    """Names in upper case, blanks around entries, other separators, an empty line after each row."""
    plain = simulate.write(tmp_path / "plain_custom.csv", pairwise)
    whole, data = read_exports(plain).decisions, plain.read_bytes()
    head, *rows = data.split(b"\r\n")
    entries = list(csv.reader(io.StringIO(data.decode(), newline="")))
    bars = io.StringIO(newline="")
    csv.writer(bars, delimiter="|").writerows(entries)
    changed = {
        "names of columns in upper case are read in lower case": b"\r\n".join([head.upper(), *rows]),
        "blanks around entries are passed over": b"\r\n".join([head.replace(b",", b" , "), *rows]),
        "separated by vertical bars, as a spreadsheet saves it": bars.getvalue().encode(),
        "the first column holds row numbers": b"\r\n".join(
            [b"," + head, *(b"%d,%b" % row for row in enumerate(rows, 4) if row[1]), b""]
        ),
        "empty lines between rows are passed over (60 lines, the first 2)": data.replace(b"\r\n", b"\r\n\r\n"),
    }
    for said, text in changed.items():
        plain.write_bytes(text)
        exports = read_exports(tmp_path)
        assert exports.decisions.equals(whole), said
        assert [said in note for note in exports.notes] == [True]
    rows[3] = b"," * (len(HEADER) - 1)  # somebody has emptied the row
    plain.write_bytes(b"\r\n".join([head, *rows]))
    with pytest.raises(ExportError, match=r"plain_custom\.csv, line 5: 0 entries, expected .* a blank line betw"):
        read_exports(plain)


def test_many_problems_of_one_kind_are_told_once(tmp_path, pairwise):
    """Three examples, how many there are, and what may have happened."""
    for row in pairwise:
        row["decided_at"] = "31.01.2026 14:01"
    for row in pairwise[:2]:
        row["timed_out"] = ""
    with pytest.raises(ExportError) as caught:
        read_exports(simulate.write(tmp_path / "a_custom.csv", pairwise))
    assert len(caught.value.problems) == 62
    head, *lines = str(caught.value).splitlines()
    assert head == "62 problems; nothing was read:"
    assert sorted("more such" in line for line in lines) == [False] * 5 + [True]
    more = "a_custom.csv, column decided_at: 57 more such entries; if a spreadsheet has changed the file, download it"
    assert any(line.startswith(more) for line in lines)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_spreadsheets(tmp_path, pairwise, encoding):
    for row in pairwise:
        row["participant_label"] = f"Müller–{row['participant_id']}"
    whole = read_exports(simulate.write(tmp_path / "a_custom.csv", pairwise)).decisions
    exports = read_exports(simulate.write(tmp_path / "b_custom.csv", pairwise, encoding=encoding))
    assert exports.decisions.equals(whole)
    told = [note for note in exports.notes if "Windows-1252" in note]
    assert len(told) == (encoding == "cp1252")


def test_a_row_that_a_spreadsheet_put_into_one_entry(tmp_path, pairwise):
    plain = simulate.write(tmp_path / "a_custom.csv", pairwise)
    whole = read_exports(plain).decisions
    head, *rows = plain.read_bytes().splitlines()
    wrapped = [b'"' + row.replace(b'"', b'""') + b'"' for row in rows]
    plain.write_bytes(b"\r\n".join([head, *wrapped, b""]))
    assert read_exports(plain).decisions.equals(whole)


def test_mixed_versions_and_labels_that_come_again_are_told(tmp_path, pairwise):
    other = [row | {"session_code": "zzzz9999", "platform_version": "0.2.0", "app": "pairwise"} for row in pairwise]
    for row in (*pairwise, *other):
        row["participant_label"] = f"lab{row['participant_id']}"
    notes = read_exports(
        [simulate.write(tmp_path / f"{k}_custom.csv", rows) for k, rows in enumerate((pairwise, other))]
    ).notes
    assert any("different versions of the platform (0.2.0: zzzz9999; 0.3.0: abcd1234)" in note for note in notes)
    assert any("lab1" in note and "in all 2 sessions" in note for note in notes)
    assert len(notes) == 2


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("\ufeffsession_code;participant_code;reason\r\nabcd1234;pabc001;spät\r\n\r\n".encode(), True),
        ("session_code,participant_code,reason\nabcd1234,pabc001,spät\n".encode("cp1252"), True),
        (b"session_code\tparticipant_code\treason\nabcd1234\tpabc001\tlate", True),
        (b"Session_Code, PARTICIPANT_CODE ,reason\n abcd1234 ,pabc001 ,late\n\n , , \n", True),
        (b"session_code,reason\nabcd1234,late\n", False),
    ],
    ids=["semicolons", "1252", "tabs", "by hand", "column missing"],
)
def test_exclusion_lists_likewise(tmp_path, pairwise, data, read):
    file = simulate.write(tmp_path / "a_custom.csv", pairwise)
    (tmp_path / "out.csv").write_bytes(data)
    if read:
        decisions = read_exports(file, tmp_path / "out.csv").decisions
        assert set(decisions.loc[decisions["excluded"], "participant_code"]) == {"pabc001"}
        assert set(decisions["excluded_because"]) in ({"", "spät"}, {"", "late"})
    else:
        with pytest.raises(ExportError, match=r"out\.csv, line 1: missing column participant_code; expected exactly"):
            read_exports(file, tmp_path / "out.csv")


def test_line_numbers_in_blocks(tmp_path):
    texts = Texts(source(b"x,y\n" + b"1,2\n" * 5 + b"3,4\n"))
    assert np.array_equal(np.concatenate([lines for lines, _ in texts.chunks()]), np.arange(2, 8))


@pytest.mark.parametrize(
    "data",
    [
        b"x,y\r1,2\r3,4\r",  # of old programs of Macintosh
        b"sep=,\nx,y\n1,2\n3,4\n",
        b"\xef\xbb\xbfsep=;\r\nx;y\r\n1;2\r\n3;4\r\n",
        b"x,y,,\n1,2,,\n3,4,,\n",
    ],
)
def test_line_ends_a_line_on_the_separator_and_columns_without_a_name(data):
    texts = Texts(source(data))
    assert texts.header == ["x", "y"]
    assert [row[1:] for row in entries(texts)] == [("1", "2"), ("3", "4")]
    assert not texts.problems


def test_entries_below_no_name_are_not_passed_over():
    texts = Texts(source(b"x,y,\n1,2,\n3,4,5\n"))
    assert [row[1:] for row in entries(texts)] == [("1", "2")]
    assert [(problem.line, problem.what) for problem in texts.problems] == [
        (3, "3 entries, expected 2; the row is damaged")
    ]
