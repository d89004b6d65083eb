"""A file is read completely or not at all, and what is wrong is said with file, line, column and value."""

import csv

import pytest

from analysis import ExportError, load_decisions
from analysis.schema import COLUMN_NAMES, DECISIONS
from tests.analysis import simulate


def test_columns_of_the_simulator_are_those_of_the_schema():
    assert list(COLUMN_NAMES) == simulate.HEADER


def test_reads_every_entry(tmp_path, pairwise):
    decisions = load_decisions(simulate.write(tmp_path / "pairwise_custom.csv", pairwise))
    DECISIONS.validate(decisions)
    assert len(decisions) == len(pairwise) == 60
    key = [("round", int), ("group", int), ("position", int)]
    rows = sorted(pairwise, key=lambda row: [kind(row[name]) for name, kind in key])
    for name, kind in {"message": float, "transfer": float, "points_units": int, "partners": str}.items():
        assert decisions[name].tolist() == [kind(row[name]) for row in rows]
    assert decisions["decided_at"].dt.strftime("%H:%M:%S").tolist() == [row["decided_at"][11:19] for row in rows]


def test_byte_order_mark_and_other_line_ends(tmp_path, pairwise):
    plain = simulate.write(tmp_path / "a_custom.csv", pairwise)
    marked = simulate.write(tmp_path / "b_custom.csv", pairwise, encoding="utf-8-sig")
    unix = tmp_path / "c_custom.csv"
    unix.write_bytes(plain.read_bytes().replace(b"\r\n", b"\n"))
    assert load_decisions(plain).equals(load_decisions(marked))
    assert load_decisions(plain).equals(load_decisions(unix))


WRONG = [
    ("message", "1,5", r"column message: '1,5'; expected a number with a decimal point"),
    ("message", "nan", "expected a number"),
    ("round", "1.5", "expected a whole number"),
    ("round", "0", "column round: '0'; expected 1 or more"),
    ("timed_out", "yes", "expected 0 or 1"),
    ("decided_at", "31.01.2026 14:01", "expected an ISO 8601 time in UTC"),
    ("decided_at", "2026-02-30T14:01:02+00:00", "expected an ISO 8601 time in UTC"),
    ("identity", "xyz", "column identity: 'xyz'; expected 12 hexadecimal digits"),
    ("session_code", "", "expected some text"),
    ("participant_id", "", "expected a whole number"),
    ("definition", '{"title": "cut o', "expected a treatment definition in JSON"),
    ("definition", "3", "expected a treatment definition in JSON"),
    ("definition", '{"name": "x"}', "expected the definition of a treatment"),
    ("pay", "some", "column pay: 'some'; expected all or one"),
]


@pytest.mark.parametrize(("column", "value", "message"), WRONG, ids=[f"{column}={value}" for column, value, _ in WRONG])
def test_wrong_entries(tmp_path, pairwise, column, value, message):
    pairwise[6][column] = value
    file = simulate.write(tmp_path / "damaged_custom.csv", pairwise)
    with pytest.raises(ExportError, match=rf"damaged_custom\.csv, line 8, .*{message}"):
        load_decisions(file)


def test_the_line_is_that_of_the_file_when_an_entry_has_line_breaks(tmp_path, pairwise):
    pairwise[0]["participant_label"] = "two\nlines"
    pairwise[2]["message"] = "x"
    with pytest.raises(ExportError, match=r"line 5, column message: 'x'"):
        load_decisions(simulate.write(tmp_path / "a_custom.csv", pairwise))


def test_a_file_cut_anywhere_within_a_row_is_an_error(tmp_path, pairwise):
    whole = simulate.write(tmp_path / "whole_custom.csv", pairwise[:3]).read_bytes()
    ends = {i for i in range(len(whole) + 1) if whole[i : i + 2] == b"\r\n" or whole[i - 2 : i] == b"\r\n"}
    cut = tmp_path / "cut_custom.csv"
    within = [i for i in range(0, len(whole), 61) if i not in {*ends, len(whole)} and whole[i - 1 : i] != b"\r"]
    assert len(within) > 50
    for i in within:
        cut.write_bytes(whole[:i])
        with pytest.raises(ExportError, match="cut_custom"):
            load_decisions(cut)


def test_rows_of_another_length_and_foreign_bytes(tmp_path, pairwise):
    file = simulate.write(tmp_path / "a_custom.csv", pairwise)
    lines = file.read_bytes().split(b"\r\n")
    for damaged, message in (
        ([lines[0], lines[1], lines[2] + b",more", *lines[3:]], "line 3: 65 entries, expected 64"),
        ([lines[0], lines[1], b"", *lines[2:]], "line 3: 0 entries"),
        ([lines[0], lines[1].replace(b",Player", b',"Pl"ayer'), *lines[2:]], "line 2: .* expected after"),
        ([lines[0], lines[1].replace(b"Player", b"Pl\xffyer"), *lines[2:]], "UTF-8"),
        ([lines[0].replace(b",message,", b",messages,"), *lines[1:]], "line 1: missing column message;"),
        ([lines[0].replace(b",seed", b",seed,seed2"), *lines[1:]], "line 1: unknown column seed2"),
        ([lines[0].replace(b",", b";"), *lines[1:]], "separated by semicolons"),
        ([lines[0], b""], "no decision in it"),
    ):
        file.write_bytes(b"\r\n".join(damaged))
        with pytest.raises(ExportError, match=message):
            load_decisions(file)


def test_columns_in_another_order(tmp_path, pairwise):
    file = tmp_path / "a_custom.csv"
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=simulate.HEADER[::-1])
        writer.writeheader()
        writer.writerows(pairwise)
    assert load_decisions(file).equals(load_decisions(simulate.write(tmp_path / "b_custom.csv", pairwise)))
