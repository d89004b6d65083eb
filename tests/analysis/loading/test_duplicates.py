"""Overlapping downloads: each decision once, and rows that contradict each other are named."""

import pandas as pd
import pytest

from analysis import ExportError, read_exports
from analysis.loading.duplicates import KEY, ORDER, merge_downloads
from tests.analysis import simulate
from tests.analysis.planted import RESULTS


def both(tmp_path, first, second):
    return read_exports(
        [simulate.write(tmp_path / "1_custom.csv", first), simulate.write(tmp_path / "2_custom.csv", second)]
    )


def test_the_same_rows_twice_are_dropped_and_counted(tmp_path, pairwise):
    exports = both(tmp_path, pairwise, pairwise[10:] + simulate.session(simulate.treatment("park_vcg"), "other123"))
    assert (len(exports.decisions), exports.duplicates, exports.superseded) == (120, 50, 0)
    assert exports.decisions["session_code"].value_counts().to_dict() == {"abcd1234": 60, "other123": 60}
    assert exports.notes == ()


def test_two_files_that_are_the_same_are_told(tmp_path, pairwise):
    exports = both(tmp_path, pairwise, pairwise)
    assert exports.notes == ("1_custom.csv and 2_custom.csv are the same, byte for byte: taken once",)


def test_the_same_file_given_twice_is_read_once(tmp_path, pairwise):
    file = simulate.write(tmp_path / "1_custom.csv", pairwise)
    (tmp_path / "folder").mkdir()
    exports = read_exports([file, tmp_path, tmp_path / "folder" / ".." / file.name])
    assert (len(exports.decisions), exports.duplicates, len(exports.files)) == (60, 0, 1)


@pytest.mark.parametrize("order", [1, -1])
def test_a_later_download_supersedes_an_earlier_one(tmp_path, pairwise, order):
    early = [dict(row) for row in pairwise]
    for row in early:
        row |= dict.fromkeys(("is_paid_round", "part_earnings", "total_payment"), "")
    for row in early[57:]:  # a group that has decided, without result yet
        row |= dict.fromkeys(RESULTS, "")
    for row in early[54:57]:  # a group that has not decided
        row |= dict.fromkeys((*RESULTS, "message", "decided_at", "seconds_taken"), "") | {"timed_out": "0"}
    late = [dict(row) for row in pairwise]
    late[55]["timed_out"] = "1"
    exports = both(tmp_path, *[early, late][::order])
    assert (len(exports.decisions), exports.duplicates, exports.superseded) == (60, 0, 60)
    assert exports.decisions["total_payment"].notna().all()
    assert exports.decisions["timed_out"].sum() == 1


def test_contradictions_are_listed_with_file_and_line(tmp_path, pairwise):
    other = [dict(row) for row in pairwise]
    other[3]["message"] = "14.0" if other[3]["message"] != "14.0" else "6.0"
    other[8]["transfer"] = "123.0"
    with pytest.raises(ExportError) as error:
        both(tmp_path, pairwise, other)
    text = str(error.value)
    assert "2_custom.csv, line 5, column message" in text or "1_custom.csv, line 5, column message" in text
    assert "line 10, column transfer" in text
    assert text.count("\n") == 2


@pytest.mark.parametrize(("relative", "same"), [(8e-15, True), (-8e-15, True), (3e-14, False)])
def test_numbers_are_the_same_to_what_a_workbook_keeps_and_no_further(relative, same):
    """A decimal more or less in one of two downloads is no other decision; a changed number is one."""
    row = dict.fromkeys(KEY, "x") | dict.fromkeys(ORDER, "x") | {"message": 3.0, "transfer": -1234.5}
    tables = [pd.DataFrame([row]), pd.DataFrame([row | {"transfer": -1234.5 * (1 + relative)}])]
    if same:
        assert len(merge_downloads(tables, ["a", "b"]).decisions) == 1
    else:
        with pytest.raises(ExportError, match=r"transfer: .*contradict each other"):
            merge_downloads(tables, ["a", "b"])


def test_neither_row_holds_all_of_the_other(tmp_path, pairwise):
    one, two = [dict(row) for row in pairwise], [dict(row) for row in pairwise]
    one[0]["total_payment"] = ""
    two[0]["part_earnings"] = ""
    with pytest.raises(ExportError, match="contradict"):
        both(tmp_path, one, two)
