"""The command line: what is printed, and exit codes 0, 1, 2."""

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.__main__ import main
from tests.analysis import simulate
from tests.analysis.report.reports import without_pictures


def test_audit_of_a_sound_export(tmp_path, pairwise, capsys):
    simulate.write(tmp_path / "pairwise_custom.csv", pairwise)
    (tmp_path / "pairwise.csv").write_text("participant.code\nabc\n")
    assert main(["audit", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("0 mismatches, 0 impossible entries; 60 decisions, 20 groups recomputed, 1 session")
    assert "skipped pairwise.csv" in out


def test_audit_of_an_export_with_an_error(tmp_path, pairwise, capsys):
    pairwise[0]["points"] = "0.5"
    assert main(["audit", str(simulate.write(tmp_path / "a_custom.csv", pairwise))]) == 1
    out = capsys.readouterr().out
    assert out.startswith("1 mismatch, ")
    assert "points: 0.5, recomputed" in out


@pytest.mark.parametrize("command", [["audit"], ["report", "--out", "out"]])
def test_what_cannot_be_read(tmp_path, capsys, command):
    assert main([*command, str(tmp_path / "nothing.csv")]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_report(tmp_path, pairwise, capsys, monkeypatch):
    monkeypatch.setattr("analysis.report.page.further", lambda *given: [])
    source = simulate.write(tmp_path / "a_custom.csv", pairwise)
    with without_pictures():
        assert main(["report", str(source), "--out", str(tmp_path / "new" / "folder"), "--no-behaviour"]) == 0
    assert (tmp_path / "new" / "folder" / "report.html").is_file()
    assert "written: " in capsys.readouterr().out
    pairwise[0]["points"] = "0.5"
    with without_pictures():
        changed = str(simulate.write(source, pairwise))
        assert main(["report", changed, "--out", str(tmp_path), "--no-behaviour"]) == 1
    assert "see the top of the report" in capsys.readouterr().err
    assert main(["audit", str(tmp_path)]) == 1  # decisions.csv beside the export is not taken for one


def test_as_a_module():
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "--help"], cwd=root, capture_output=True, text=True, check=True
    )
    assert "audit" in done.stdout
