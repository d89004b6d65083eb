"""A file is read completely or not at all, and what is wrong is said with file, line, column and value."""

import csv

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import ExportError, load_decisions, read_exports
from analysis.audit import audit
from analysis.loading.reading import _orders
from analysis.loading.schema import COLUMN_NAMES, DECISIONS
from examples.rows import HEADER
from tests.analysis import simulate
from tests.shared import examples


def test_reads_every_entry(tmp_path, pairwise):
    decisions = load_decisions(simulate.write(tmp_path / "pairwise_custom.csv", pairwise))
    DECISIONS.validate(decisions[[*COLUMN_NAMES]])
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


def test_the_line_is_that_of_the_file_when_an_entry_has_line_breaks(tmp_path, pairwise):
    pairwise[0]["participant_label"] = "two\nlines"
    pairwise[2]["message"] = "x"
    with pytest.raises(ExportError, match=r"line 5, column message: 'x'"):
        load_decisions(simulate.write(tmp_path / "a_custom.csv", pairwise))


def test_a_file_cut_anywhere_within_a_row_is_an_error(tmp_path, pairwise):
    whole = simulate.write(tmp_path / "whole_custom.csv", pairwise).read_bytes()
    cut = tmp_path / "cut_custom.csv"
    last_row = whole.rindex(b"\r\n", 0, -2) + 2
    places = {*range(0, len(whole), 4001), *range(last_row, len(whole), 61), last_row, last_row - 1, len(whole) - 2}
    assert len(places) > 50
    for i in sorted(places):
        cut.write_bytes(whole[:i])
        with pytest.raises(ExportError, match="cut_custom"):
            load_decisions(cut)


def test_a_file_cut_between_two_rows_is_an_error(tmp_path, pairwise):
    for rows, said in ((59, "round 10 with 5 of 6"), (54, "round 9 with 6 of 6"), (6, "round 1 with 6 of 6")):
        with pytest.raises(ExportError, match=f"line {rows + 1}: .*{said} participants; .*cut off"):
            load_decisions(simulate.write(tmp_path / "cut_custom.csv", pairwise[:rows]))


def test_rows_of_another_length_and_foreign_bytes(tmp_path, pairwise):
    file = simulate.write(tmp_path / "a_custom.csv", pairwise)
    lines = file.read_bytes().split(b"\r\n")
    for damaged, message in (
        ([lines[0], lines[1], lines[2] + b",more", *lines[3:]], "line 3: 68 entries, expected 67"),
        ([lines[0], lines[1], b"," * 66, *lines[2:]], "line 3: 0 entries"),
        ([lines[0], lines[1].replace(b",Player", b',"Pl"ayer'), *lines[2:]], "line 2: .* expected after"),
        ([lines[0], lines[1].replace(b"Player", b"Pl\xffyer"), *lines[2:]], "UTF-8"),
        ([lines[0].replace(b",message,", b",messages,"), *lines[1:]], "line 1: missing column message;"),
        ([lines[0].replace(b",seed", b",seed,seed2"), *lines[1:]], "line 1: unknown column seed2"),
        ([lines[0].replace(b",", b";"), *lines[1:]], "line 2: .* entries, expected 67"),
        ([lines[0].replace(b",", b"\t"), *lines[1:]], "line 2: .* entries, expected 67"),
        ([lines[0], b""], "no decision in it"),
    ):
        file.write_bytes(b"\r\n".join(damaged))
        with pytest.raises(ExportError, match=message):
            load_decisions(file)


def test_columns_in_another_order(tmp_path, pairwise):
    file = tmp_path / "a_custom.csv"
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=HEADER[::-1])
        writer.writeheader()
        writer.writerows(pairwise)
    assert load_decisions(file).equals(load_decisions(simulate.write(tmp_path / "b_custom.csv", pairwise)))


def test_everything_that_is_wrong_is_listed_over_all_files(tmp_path, pairwise):
    other = [dict(row) for row in pairwise]
    pairwise[0]["message"], pairwise[38]["type"], other[5]["pay"] = "x", "", "?"
    for k, rows in enumerate((pairwise, other)):
        simulate.write(tmp_path / f"{k}_custom.csv", rows)
    with pytest.raises(ExportError, match="3 problems; nothing was read") as error:
        load_decisions(tmp_path)
    found = [(problem.file, problem.line, problem.column) for problem in error.value.problems]
    assert found == [("0_custom.csv", 2, "message"), ("0_custom.csv", 40, "type"), ("1_custom.csv", 7, "pay")]


def test_an_export_of_an_older_version_is_refused_with_what_to_do(tmp_path, pairwise):
    older = [name for name in HEADER if name not in ("order", "practice", "round_number", "pay_parts")]
    file = tmp_path / "old_custom.csv"
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=older, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(row | {"platform_version": "0.1.0"} for row in pairwise)
    missing = r"missing column order, practice, round_number, pay_parts; .*version 0\.1\.0"
    with pytest.raises(ExportError, match=missing):
        load_decisions(file)


NOBODY_KNOWS = {"decided_at", "seconds_taken", "belief", "belief_points", "quiz_attempts", "quiz_failed"}
NOBODY_KNOWS |= {"understanding_before", "understanding_after"}
"""Columns in which another possible entry cannot be told from the true one: the export is their only source."""

SESSION = simulate.session(simulate.treatment("production_pairwise", rounds=3))
DAMAGE = {
    "blank": lambda text: "",
    "cut": lambda text: text[: len(text) // 2],
    "decimal comma": lambda text: text.replace(".", ","),
    "spreadsheet error": lambda text: "#NAME?",
    "digit": lambda text: "".join(str((int(c) + 1) % 10) if c.isdigit() else c for c in text),
    "twice": lambda text: text + text,
    "space": lambda text: text + " ",
    "exponent": lambda text: f"{float(text):.2E}" if text.replace(".", "", 1).isdigit() else text,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return load_decisions(simulate.write(tmp_path_factory.mktemp("whole") / "whole_custom.csv", SESSION))


@examples(40)
@given(st.integers(0, len(SESSION) - 1), st.sampled_from(HEADER), st.sampled_from(sorted(DAMAGE)))
def test_damage_of_one_entry_is_found_or_changes_nothing(tmp_path_factory, whole, row, column, damage):
    folder = tmp_path_factory.mktemp("damage")
    rows = [dict(entries) for entries in SESSION]
    rows[row][column] = DAMAGE[damage](rows[row][column])
    try:
        decisions = load_decisions(simulate.write(folder / "damaged_custom.csv", rows))
    except ExportError as error:
        said = error.problems
    else:
        said = ()
    assert said or column in NOBODY_KNOWS or decisions.equals(whole) or not audit(decisions).ok


def test_that_it_cannot_be_known_who_decided_is_told(tmp_path, pairwise):
    """An older version had no such column; of a newer one it is missing only if somebody took it out."""
    rows = [{name: entry for name, entry in row.items() if name != "decided_by"} for row in pairwise]
    path = tmp_path / "a_custom.csv"

    def notes(version):
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(row | {"platform_version": version} for row in rows)
        return [note for note in read_exports(path).notes if "without the column" in note]

    [told] = notes("0.3.0")
    assert told.startswith("a_custom.csv: without the column decided_by, which version 0.3.0 writes: was it removed?")
    assert notes("0.2.0") == []


@pytest.mark.parametrize(
    ("study", "order", "said"),
    [
        ("", "2;1", None),
        ("", "1", "order: '1'; expected each part once: [1, 2] in some order"),
        ("", "2;2", "expected each part once"),
        ("", "1;2;2", "expected each part once"),
        ("", "1;2;3", "expected each part once"),
        ("online", "1", None),
        ("online", "2", None),
        ("online", "3", "order: '3'; expected the part of the own arm: one of [1, 2]"),
        ("online", "0", "expected the part of the own arm"),
        ("online", "1;2", "expected the part of the own arm"),
    ],
)
def test_an_order_names_the_parts_of_the_session_and_in_a_study_the_one_of_the_own_arm(study, order, said):
    rows = pd.DataFrame({"parts": "park_vcg;park_agv", "order": order, "study": study}, index=[2, 3])
    problems = [str(problem) for problem in _orders("a_custom.csv", rows)]
    assert len(problems) == (said is not None), "once, however many rows say so"
    assert said is None or ("a_custom.csv, line 2" in problems[0] and said in problems[0])
