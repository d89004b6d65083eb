"""decisions.csv, .parquet and .dta hold the same, with labels; same input, same bytes."""

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
from pandas.io.stata import StataReader

from analysis import load_decisions, read_exports
from analysis.__main__ import main
from analysis.loading.companions import merge_companion, page_seconds
from analysis.tidy import CATEGORIES, write_tidy
from analysis.variables import variables
from tests.analysis import simulate


@pytest.fixture
def written(tmp_path, pairwise):
    for row in pairwise:
        if row["round"] == "7" and row["participant_id"] == "1":
            row |= dict.fromkeys(("message", "decided_at", "seconds_taken"), "")
    rows = [row | {"round_number": str(int(row["round_number"]) + 1)} for row in pairwise]
    exports = read_exports(simulate.write(tmp_path / "a_custom.csv", rows))
    write_tidy(exports, tmp_path / "tidy")
    return exports, tmp_path / "tidy"


def test_what_was_typed_is_read_back_and_is_no_formula_in_our_files(tmp_path, pairwise):
    simulate.write(tmp_path / "demand_custom.csv", pairwise)
    head = "session_code,participant_code,participant_id,participant_label,scale,item,answer,score,answered_at"
    who = f"{pairwise[0]['session_code']},{pairwise[0]['participant_code']},1,,general"
    rows = [f"{who},{item},{answer},,2026-01-31T14:30:00.000+00:00" for item, answer in (("a", "'=1+1"), ("b", "-2"))]
    (tmp_path / "closing_custom.csv").write_text("\n".join([head, *rows, ""]))
    exports = read_exports(tmp_path)
    assert exports.companions["questionnaires"]["answer"].tolist() == ["=1+1", "-2"]
    write_tidy(exports, tmp_path / "tidy")
    assert ",'=1+1," in (tmp_path / "tidy" / "questionnaires.csv").read_text()


def test_the_three_files_hold_the_same(written):
    exports, folder = written
    parquet = pd.read_parquet(folder / "decisions.parquet")
    text = pd.read_csv(folder / "decisions.csv", keep_default_na=True)
    stata = pd.read_stata(folder / "decisions.dta", convert_categoricals=False)
    assert list(parquet) == list(text) == list(stata)
    assert "definition" not in parquet
    assert {"dominant_count", "efficiency", "in_analysis"} <= set(parquet)
    for name in exports.decisions.columns.drop("definition"):
        expected = exports.decisions[name]  # a category is text in the file
        assert parquet[name].equals(expected.astype("str") if expected.dtype == "category" else expected), name
    for name in parquet.select_dtypes("number"):
        expected = parquet[name].astype("float64").to_numpy()
        np.testing.assert_array_equal(text[name].to_numpy(dtype=float), expected, err_msg=name)
        np.testing.assert_array_equal(stata[name].to_numpy(dtype=float), expected, err_msg=name)
    for name in parquet.select_dtypes(["bool", "boolean"]):
        expected = parquet[name].astype("boolean").astype("float64").to_numpy()
        np.testing.assert_array_equal(stata[name].to_numpy(dtype=float), expected, err_msg=name)
    assert stata["decided_at"].iloc[0] == parquet["decided_at"].iloc[0].tz_localize(None)
    assert stata["decided_at"].isna().sum() == 1


def test_labels(written):
    _, folder = written
    with StataReader(folder / "decisions.dta") as reader:
        labels, values = reader.variable_labels(), reader.value_labels()
    assert labels == {variable.name: variable.label for variable in variables("decisions", list(labels))}
    assert values["practice"] == {0: "no", 1: "yes"}
    assert set(values["mechanism"].values()) == {"pairwise"}
    assert set(CATEGORIES) <= set(values)
    schema = pyarrow.parquet.read_schema(folder / "decisions.parquet")
    assert schema.field("transfer").metadata[b"description"].startswith(b"received from the mechanism")
    definitions = json.loads((folder / "definitions.json").read_text())
    assert definitions["abcd1234"]["1"]["name"] == "production_pairwise"


def test_same_input_same_bytes(written, tmp_path):
    exports, folder = written
    again = write_tidy(exports, tmp_path / "again")
    assert len(again) == 9
    for path in again:
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_the_command_and_its_own_files_beside_the_export(tmp_path, pairwise, capsys):
    source = simulate.write(tmp_path / "a_custom.csv", pairwise)
    excluded = tmp_path / "excluded.csv"
    excluded.write_text("session_code,participant_code,reason\nabcd1234,pabc001,talked\n")
    arguments = ["tidy", str(tmp_path), "--out", str(tmp_path), "--exclude", str(excluded)]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "5 participants in 1 session with 50 decisions are analysed" in out
    assert main(arguments) == 0  # what it wrote is not taken for an export
    assert load_decisions(tmp_path).equals(load_decisions(source))
    assert main(["tidy", str(tmp_path), "--out", str(tmp_path), "--exclude", str(tmp_path / "no.csv")]) == 2
    assert "no.csv: no such file" in capsys.readouterr().err


def test_seconds_on_each_page_are_joined_to_the_decisions(load, pairwise):
    decisions = load(pairwise)
    row = decisions.iloc[4]
    who = {"session_code": "abcd1234", "participant_id_in_session": 1, "participant_code": row["participant_code"]}
    pages = [
        ("Start", 1, 100, 0),
        ("Decide", 2, 130, 1),
        ("Wait", 2, 131, 2),
        ("Decide", 2, 150, 3),
        ("Results", 9, 151, 4),
    ]
    table = pd.DataFrame(
        [
            who
            | {"page_index": k, "app_name": row["app"], "page_name": page, "epoch_time_completed": time}
            | {"round_number": number, "timeout_happened": False, "is_wait_page": False}
            for page, number, time, k in pages
        ]
    )
    times = merge_companion("page_times", [table, table[:2]])
    assert times["seconds"].tolist()[1:] == [30, 1, 19, 1]
    assert times["completed_at"].iloc[0] == datetime.fromtimestamp(100, UTC)
    seconds = page_seconds(decisions, times)
    mine = (decisions["participant_code"] == row["participant_code"]) & (decisions["round_number"] == 2)
    assert seconds.loc[mine, "page_seconds_Decide"].tolist() == [49]
    assert seconds.loc[mine, "page_seconds_Wait"].tolist() == [1]
    assert seconds["page_seconds_Decide"].notna().sum() == 1
    assert "page_seconds_Start" not in seconds  # the first page has no time
