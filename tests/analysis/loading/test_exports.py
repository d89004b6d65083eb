"""Files and folders: what is taken, what is skipped, what is an error."""

import csv

import pytest

from analysis import ExportError, load_decisions, read_exports
from analysis.loading.schema import COLUMN_NAMES
from examples.rows import HEADER
from tests.analysis import simulate


def test_a_folder_is_searched_and_other_tables_are_skipped(tmp_path, pairwise):
    simulate.write(tmp_path / "pairwise_custom.csv", pairwise)
    (tmp_path / "people.csv").write_text("name,age\nabc,1\n")
    (tmp_path / "decisions.csv").write_text(",".join([*COLUMN_NAMES[:-1], "dominant_count"]) + "\n")
    (tmp_path / "empty.csv").write_text("")
    exports = read_exports(tmp_path)
    assert len(exports.decisions) == 60
    assert [file.name for file in exports.files] == ["pairwise_custom.csv"]
    assert [name for name, _ in exports.skipped] == ["decisions.csv", "empty.csv", "people.csv"]


def test_other_tables_are_errors_when_they_are_named(tmp_path):
    (tmp_path / "serial.csv").write_text("name,age\nabc,1\n")
    with pytest.raises(ExportError, match=r"serial\.csv, line 1: not a decision export.*starts with 'name, age'"):
        load_decisions(tmp_path / "serial.csv")
    with pytest.raises(
        ExportError, match=r"no decision export in this folder \(skipped: serial\.csv: not an export of "
    ):
        load_decisions(tmp_path)
    with pytest.raises(ExportError, match="no such file or folder"):
        load_decisions(tmp_path / "nowhere")


@pytest.mark.parametrize("mark", [";", "\t"])
def test_an_export_that_a_spreadsheet_saved_with_other_marks_is_read_and_told(tmp_path, pairwise, mark):
    file = simulate.write(tmp_path / "pairwise_custom.csv", pairwise)
    whole = load_decisions(file)
    with (tmp_path / "more.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=HEADER, delimiter=mark)
        writer.writeheader()
        comma = ("type", "message", "points", "transfer")
        writer.writerows(row | {name: row[name].replace(".", ",") for name in comma} for row in pairwise)
    exports = read_exports(tmp_path / "more.csv")
    assert exports.decisions.equals(whole)
    assert any(note.startswith("more.csv: separated by ") for note in exports.notes)


def test_our_own_table_named_as_an_export(tmp_path, pairwise):
    file = tmp_path / "decisions.csv"
    load_decisions(simulate.write(tmp_path / "a_custom.csv", pairwise)).to_csv(file, index=False)
    with pytest.raises(ExportError, match="not an export but a table written by this package"):
        load_decisions(file)


def test_tables_without_decisions(tmp_path):
    (tmp_path / "chat.csv").write_text("session_code,id_in_session,participant_code,channel,nickname,body,timestamp\n")
    with pytest.raises(ExportError, match=r"chat\.csv: no decision in it"):
        load_decisions(tmp_path)


def test_an_app_export_without_header_is_not_skipped_silently(tmp_path, pairwise):
    simulate.write(tmp_path / "pairwise_custom.csv", pairwise)
    (tmp_path / "serial_custom.csv").write_bytes(b"")
    with pytest.raises(ExportError, match=r"serial_custom\.csv: the file is empty"):
        load_decisions(tmp_path)
