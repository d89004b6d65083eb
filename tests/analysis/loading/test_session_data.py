"""The file of sessions: columns of the experimenter's own, read from what spreadsheets write, in every decision."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from analysis import ExportError, compare, read_exports
from analysis.__main__ import main
from analysis.loading.session_data import EXPECTED, read_session_data
from analysis.report.checked import check_columns
from analysis.report.plan import Plan, units_of
from tests.analysis import simulate

CODES = [f"s{k}abcdef" for k in range(8)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Four sessions of each of two arms, in waves of two."""
    made, rows = tmp_path_factory.mktemp("sessions"), []
    for k, code in enumerate(CODES):
        base = simulate.treatment("production_pairwise", participants=3, rounds=2, practice_rounds=0)
        name = f"arm_{'ab'[k % 2]}"
        arm = type(base).from_definition({**base.definition, "name": name, "title": name})
        rows += simulate.session(arm, code, seed=k)
    simulate.write(made / "a_custom.csv", rows)
    return made


TIDY = ((pd.read_csv, "decisions.csv"), (pd.read_parquet, "decisions.parquet"))


@pytest.fixture(scope="module")
def decisions(folder):
    return read_exports(folder).decisions


def table(columns="wave,lab,hours", skip=(), more=(), separator=",", comma="."):
    lines = [columns.replace(",", separator)]
    for k, code in enumerate(CODES):
        if code not in skip:
            lines.append(separator.join([str(k // 2 + 1), "north" if k < 4 else "süd", f"{k}{comma}5", code]))
    lines[0] = separator.join([lines[0], "session_code"])
    return "\n".join([*lines, *more])


@pytest.mark.parametrize(
    "data",
    [table().encode(), b"\xef\xbb\xbf" + table(separator=";", comma=",").encode(), table().encode("cp1252") + b"\r\n"],
    ids=["commas", "semicolons", "1252"],
)
def test_every_decision_has_the_columns(decisions, tmp_path, data):
    (tmp_path / "sessions.csv").write_bytes(data)
    joined, notes = read_session_data(tmp_path / "sessions.csv").joined(decisions)
    first = joined.groupby("session_code")[["wave", "lab", "hours"]].agg(["nunique", "first"])
    assert (first.xs("nunique", axis=1, level=1) == 1).all(axis=None)
    found = first.xs("first", axis=1, level=1)
    assert found["wave"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4]
    assert found["lab"].tolist() == ["north"] * 4 + ["süd"] * 4
    np.testing.assert_allclose(found["hours"], np.arange(8) + 0.5)
    assert notes[-1] == "sessions.csv: wave, lab and hours of 8 sessions"


def test_the_plan_can_name_them(decisions, tmp_path):
    (tmp_path / "sessions.csv").write_text(table(), "utf-8")
    decisions, _ = read_session_data(tmp_path / "sessions.csv").joined(decisions)
    plan = Plan(stratum=("wave",), covariates=("hours",), unit=("lab", "wave"))
    check_columns(decisions, plan)
    assert units_of(decisions, plan).table["sessions"].tolist() == [2] * 4
    by_wave = compare(decisions, "points", stratum=["wave"], regressions=False)
    assert by_wave.means.strata.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert by_wave.main.p_method == "exact, all 16 arrangements"
    with pytest.raises(ExportError, match=r"--unit day: no such column; expected one of .*\(--session-data\)"):
        check_columns(decisions, Plan(unit=("day",)))


def test_the_file_may_be_in_the_folder_and_hold_more(folder, tmp_path):
    """Not a session that is left out."""
    (tmp_path / "a_custom.csv").symlink_to(folder / "a_custom.csv")
    (tmp_path / "sessions.csv").write_text(table(skip=CODES[1:2], more=["5,south,1.5,other123"]), "utf-8")
    (tmp_path / "out.csv").write_text(f"session_code,participant_code,reason\n{CODES[1]},,crashed", "utf-8")
    exports = read_exports(tmp_path, tmp_path / "out.csv", session_data=tmp_path / "sessions.csv")
    assert "sessions.csv, line 9: session 'other123' is in no export" in exports.notes
    assert exports.skipped == ()
    assert [(file.name, file.rows) for file in exports.files if file.kind == "sessions"] == [("sessions.csv", 8)]
    (out,) = (file for file in exports.files if file.kind == "exclusions")
    assert (out.name, out.rows) == ("out.csv", 1)
    assert out.sha256 == hashlib.sha256((tmp_path / "out.csv").read_bytes()).hexdigest()
    assert exports.decisions.loc[exports.decisions["session_code"] == CODES[1], "wave"].isna().all()


def test_tidy_tables_have_and_describe_the_columns(folder, tmp_path):
    (tmp_path / "sessions.csv").write_text(table(), "utf-8")
    options = ["--session-data", str(tmp_path / "sessions.csv"), "--out", str(tmp_path / "out")]
    assert main(["tidy", str(folder), *options]) == 0
    stata = pd.read_stata(tmp_path / "out" / "decisions.dta")
    for found in (stata, *(read(tmp_path / "out" / name) for read, name in TIDY)):
        first = found.drop_duplicates("session_code")
        assert first["lab"].tolist() == ["north"] * 4 + ["süd"] * 4
        np.testing.assert_allclose(first["hours"], np.arange(8) + 0.5)
    book = pd.read_csv(tmp_path / "out" / "codebook.csv").set_index("name")
    assert book.loc[["wave", "lab", "hours"], "meaning"].str.endswith("of the session").all()


def test_sessions_that_are_missing_are_a_line_each(folder, tmp_path, capsys):
    (tmp_path / "sessions.csv").write_text(table(skip=CODES[2:4], more=["2,north,1,s2abcdeg"]), "utf-8")
    options = ["--session-data", str(tmp_path / "sessions.csv"), "--out", str(tmp_path / "out")]
    assert main(["report", str(folder), *options]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: 3 problems; nothing was read:",
        "sessions.csv: session 's2abcdef' is in the analysis and has no row",
        "sessions.csv: session 's3abcdef' is in the analysis and has no row",
        "sessions.csv, line 8: session 's2abcdeg' is in no export",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (table(more=["2,north,1,s2abcdef"]), [
            "sessions.csv, line 10, column session_code: session 's2abcdef' stands in line 4 too",
        ]),
        (table("treatment,the lab,session"), [
            "3 problems; nothing was read:",
            "sessions.csv, line 1: column treatment: the data have or compute one of that name; expected another name",
            "sessions.csv, line 1: column 'the lab': expected a name of letters, digits and _",
            "sessions.csv, line 1: column session: the data have or compute one of that name; expected another name",
        ]),
        ("session_code\ns0abcdef\n", [f"sessions.csv, line 1: the columns are session_code; {EXPECTED}"]),
    ],
    ids=["twice", "names", "nothing"],
)  # fmt: skip
def test_what_cannot_be_is_a_line_each(tmp_path, text, words):
    (tmp_path / "sessions.csv").write_text(text, "utf-8")
    with pytest.raises(ExportError) as caught:
        read_session_data(tmp_path / "sessions.csv")
    assert str(caught.value).splitlines() == words
