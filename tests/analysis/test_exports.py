"""Files and folders: what is taken, what is skipped, what is an error."""

import pytest

from analysis import ExportError, load_decisions, read_exports
from analysis.schema import COLUMN_NAMES
from tests.analysis import simulate


def test_a_folder_is_searched_and_other_tables_are_skipped(tmp_path, pairwise):
    simulate.write(tmp_path / "pairwise_custom.csv", pairwise)
    (tmp_path / "pairwise.csv").write_text("participant.code,player.message\nabc,1\n")
    (tmp_path / "all_apps_wide.csv").write_text("participant.code,pairwise.1.player.message\nabc,1\n")
    (tmp_path / "decisions.csv").write_text(",".join([*COLUMN_NAMES[:-1], "dominant_count"]) + "\n")
    (tmp_path / "empty.csv").write_text("")
    exports = read_exports(tmp_path)
    assert len(exports.decisions) == 60
    assert [file.name for file in exports.files] == ["pairwise_custom.csv"]
    assert [name for name, _ in exports.skipped] == ["all_apps_wide.csv", "decisions.csv", "empty.csv", "pairwise.csv"]


def test_other_tables_are_errors_when_they_are_named(tmp_path):
    (tmp_path / "serial.csv").write_text("participant.code,player.message\nabc,1\n")
    with pytest.raises(
        ExportError, match=r"serial\.csv, line 1: not a decision export.*starts with 'participant\.code"
    ):
        load_decisions(tmp_path / "serial.csv")
    with pytest.raises(ExportError, match=r"no decision export in this folder \(skipped: serial\.csv\)"):
        load_decisions(tmp_path)
    with pytest.raises(ExportError, match="no such file or folder"):
        load_decisions(tmp_path / "nowhere")


def test_an_app_export_without_header_is_not_skipped_silently(tmp_path, pairwise):
    simulate.write(tmp_path / "pairwise_custom.csv", pairwise)
    (tmp_path / "serial_custom.csv").write_bytes(b"")
    with pytest.raises(ExportError, match=r"serial_custom\.csv: the file is empty"):
        load_decisions(tmp_path)
