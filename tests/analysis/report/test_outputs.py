"""What is written beside the page: tables in three formats, figures, decisions; all or nothing."""

import csv
import io

import pandas as pd
import pytest

from analysis.folder import whole_or_nothing
from tests.analysis import simulate
from tests.analysis.report.reports import report
from tests.shared import thorough


def test_decisions_csv_can_be_read_back(two):
    path, _ = two
    table = pd.read_csv(path.with_name("decisions.csv"))
    assert "definition" not in table.columns
    assert len(table) == 400
    assert table.loc[table["treatment"] == "cason_pivotal", "nash_area"].tolist() == [327 / 625] * 200
    assert set(table["timed_out"]) == {0, 1}
    assert table["decided_at"].str.fullmatch(r"2026-01-31T14:\d\d:\d\d\.\d{3}\+00:00").all()


# --- what is written ---


def test_tables_in_three_formats(two):
    path, page = two
    folder = path.parent / "tables"
    captions = [caption for caption in page.captions if caption.startswith("Table")]
    assert len([*folder.glob("table_*")]) == 3 * len(captions)
    assert [entry.name for entry in folder.iterdir() if not entry.name.startswith("table_")] == ["all_tables.tex"]
    (made,) = folder.glob("table_*_main_outcomes_by_treatment.csv")
    rows = list(csv.reader(io.StringIO(made.read_text(encoding="utf-8"))))
    assert rows[0] == ["Outcome", "cason_groves", "cason_pivotal"]
    assert rows[1] == ["Dominant-strategy play (%)", rows[1][1], "100.0"]
    latex = made.with_suffix(".tex").read_text(encoding="utf-8")
    heads = r"\headL{Outcome} & \headR{\dataname{cason_groves}} & \headR{\dataname{cason_pivotal}} \tabularnewline"
    assert latex.count(heads) == latex.count(r"\toprule") == latex.count(r"\midrule") == 2  # on later pages, too
    assert "| :-- | --: | --: |" in made.with_suffix(".md").read_text(encoding="utf-8")


def test_numbers_run_in_the_order_of_the_page(two):
    for kind in ("Table", "Figure"):
        found = [int(c.split()[1].rstrip(".")) for c in two[1].captions if c.startswith(kind)]
        assert found == list(range(1, len(found) + 1))


def test_nothing_is_left_of_a_report_that_was_stopped(tmp_path, pairwise):
    def stop(text):
        if text == "files of figures":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        report(tmp_path / "r", pairwise, progress=stop)
    assert [entry.name for entry in tmp_path.iterdir()] == ["r"]


def test_an_earlier_report_is_replaced_and_other_files_stay(tmp_path):
    out = tmp_path / "report"
    (out / "tables").mkdir(parents=True)
    (out / "tables" / "table_99_old.csv").write_text("old")
    (out / "my notes.txt").write_text("mine")
    with whole_or_nothing(out) as folder:
        (folder / "tables").mkdir()
        (folder / "tables" / "table_01_new.csv").write_text("new")
        (folder / "report.html").write_text("page")
    assert (out / "report.html").read_text() == "page"
    assert (out / "tables" / "table_01_new.csv").read_text() == "new"
    assert (out / "my notes.txt").read_text() == "mine"
    assert not (out / "tables" / "table_99_old.csv").exists()


@thorough
def test_every_byte_is_the_same_whatever_the_number_of_workers(tmp_path):
    """Two games, so that bootstraps, regressions, models and all figures are made, by one process and by two."""
    found = []
    for workers in (1, 2):
        folder = tmp_path / f"by {workers}"
        rows = [
            simulate.session(simulate.treatment(name, participants=4, rounds=4), f"{name[5:8]}{k}abcde", seed=k)
            for name in ("chen_serial", "chen_proportional") for k in range(3)
        ]  # fmt: skip
        path, _ = report(folder, *rows, pictures="files", behaviour=True, workers=workers)
        files = sorted(file for file in path.parent.rglob("*") if file.is_file())
        found.append({str(file.relative_to(path.parent)): file.read_bytes() for file in files})
    assert found[0].keys() == found[1].keys()
    assert [name for name, content in found[0].items() if content != found[1][name]] == []
    assert len(found[0]) > 50
