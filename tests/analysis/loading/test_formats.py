"""Every table that oTree exports of a real session, played by bots: recognised, read, compared, damaged."""

import json
import shutil
import sys
from pathlib import Path
from urllib.request import urlopen

import pandas as pd
import pytest

from analysis import ExportError, read_exports
from analysis.audit import audit
from analysis.loading.formats import recognise
from analysis.loading.texts import header_of
from tests.lab import Lab, create_session
from tests.shared import thorough

SCRIPT = Path(__file__).parents[1] / "otree_exports.py"
SESSIONS = [
    ["park_pairwise", 3, {"rounds": 2}, False],
    ["production_serial_then_vcg", 3, {"part1_rounds": 2, "part2_rounds": 2}, False],
    ["chen_serial", 2, {"rounds": 2, "practice_rounds": 0}, True],
]
NOT_IN_OTREES_TABLES = ["currency", "otree_version"]
DECISIONS = 3 * 3 + 3 * 6 + 2 * 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder with all exports."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    out = lab.folder / "exports"
    done = lab.run(sys.executable, str(SCRIPT), str(out), json.dumps(SESSIONS), OTREE_IN_MEMORY="1")
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def exports(folder):
    return read_exports(folder)


def some(folder, target, *names):
    """A folder with some of the files."""
    target.mkdir(exist_ok=True)
    for name in names:
        shutil.copy(folder / name, target)
    return target


def test_every_table_is_recognised(folder, exports):
    kinds = {file.stem: recognise(header_of(file)) for file in folder.glob("*.csv")}
    expected = {
        "all_apps_wide": "wide", "PageTimes": "page_times", "ChatMessages": "chat",
        "closing_custom_export": "questionnaires", "closing_custom_export_people": "people",
    } | dict.fromkeys(("welcome", "closing", "direct", "parts", "demand"), "app")  # fmt: skip
    for app in ("direct", "parts", "demand"):
        expected[f"{app}_custom_export"] = "decisions"
        expected[f"{app}_custom_export_quiz"] = "quiz"
        expected[f"{app}_custom_export_what_if"] = "what_if"
        expected[f"{app}_custom_export_record"] = "record"
    assert kinds == expected
    assert exports.skipped == ()
    assert len(exports.files) == len(kinds)


def test_all_tables_together_are_the_custom_exports(folder, exports, tmp_path):
    custom = [folder / f"{app}_custom_export.csv" for app in ("direct", "parts", "demand")]
    alone = read_exports(custom)
    assert len(alone.decisions) == len(exports.decisions) == DECISIONS
    unknown = ["demo_session", "declined", "in_analysis"]
    assert exports.decisions.drop(columns=unknown).equals(alone.decisions.drop(columns=unknown))
    assert (exports.duplicates, exports.superseded) == (DECISIONS, DECISIONS)  # of all_apps_wide; of the apps


def test_all_apps_wide_alone_gives_the_same_decisions(folder, exports, tmp_path):
    wide = read_exports(some(folder, tmp_path / "wide", "all_apps_wide.csv")).decisions
    assert wide.drop(columns=NOT_IN_OTREES_TABLES).equals(exports.decisions.drop(columns=NOT_IN_OTREES_TABLES))
    assert (wide[NOT_IN_OTREES_TABLES] == "").all(axis=None)


def test_the_table_of_an_app_needs_a_file_that_says_the_treatment(folder, tmp_path):
    app = some(folder, tmp_path / "app", "parts.csv")
    with pytest.raises(ExportError, match=r"parts\.csv: session \w+: this table does not say which treatment"):
        read_exports(app)
    both = read_exports(some(folder, app, "all_apps_wide.csv"))
    assert len(both.decisions) == DECISIONS


@pytest.mark.parametrize("table", ["all_apps_wide", "direct"])
def test_a_table_that_contradicts_the_custom_export(folder, tmp_path, table):
    target = some(folder, tmp_path / "both", "direct_custom_export.csv", f"{table}.csv")
    rows = pd.read_csv(target / f"{table}.csv", dtype=str, keep_default_na=False)
    column = "direct.2.player.points_units" if table == "all_apps_wide" else "player.points_units"
    rows.loc[1, column] = str(int(rows.loc[1, column]) + 1)
    rows.to_csv(target / f"{table}.csv", index=False)
    with pytest.raises(ExportError, match=r"column points_units: .*contradict"):
        read_exports(target)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("direct.1.player.message", "1,5", "line 2, column direct.1.player.message: '1,5'; expected a number"),
        ("direct.1.player.part", "", "column direct.1.player.part: ''; expected a whole number"),
        pytest.param(
            "direct.1.player.part",
            "7",
            "column direct.1.player.part: '7'; expected one that the session has",
            marks=thorough,
        ),
        ("session.parts", "[{'name': 'park", "line 2, column session.parts: .*expected the treatments"),
        ("participant.earnings", "{'parts': ", "line 2, column participant.earnings: .*expected earnings"),
        ("session.code", "", "line 2, column session.code: ''; expected a code of oTree"),
    ],
)
def test_damaged_entries_of_all_apps_wide(folder, tmp_path, column, value, message):
    rows = pd.read_csv(folder / "all_apps_wide.csv", dtype=str, keep_default_na=False)
    rows.loc[0, column] = value
    rows.to_csv(tmp_path / "all_apps_wide.csv", index=False)
    with pytest.raises(ExportError, match=message):
        read_exports(tmp_path)


def test_every_table_that_is_cut_off_is_refused(folder, tmp_path):
    for number, file in enumerate(sorted(folder.glob("*.csv"))):
        target = some(folder, tmp_path / file.stem, "direct_custom_export.csv", file.name)
        whole = file.read_bytes()
        ends = whole.count(b"\n") > 1
        cuts = (len(whole) - 1, len(whole) * 2 // 3, len(whole) - 9)
        for cut in cuts[number % 3 :][:1] if ends else ():  # one of them: to read a table takes a while
            if whole[cut - 1 : cut] == b"\n" or whole[:cut].endswith(b"\r"):
                continue
            (target / file.name).write_bytes(whole[:cut])
            with pytest.raises(ExportError, match=file.name):
                read_exports(target)


def test_tables_beside_the_decisions(exports):
    beside = exports.companions
    tables = "participants page_times chat quiz what_if record people questionnaires"
    assert set(beside) == set(tables.split())
    people = beside["participants"]
    assert people["demo_session"].tolist().count(True) == 2
    assert people["consent"].all()
    assert len(people) == 8
    assert beside["chat"]["body"].iloc[0] == '"0",\nsaid'
    assert beside["chat"]["sent_at"].diff().dropna().max().total_seconds() == 0.25
    assert set(beside["page_times"]["page"]) >= {"Decide", "Quiz", "Feedback", "Consent"}
    assert (beside["page_times"]["seconds"].dropna() >= 0).all()
    first = beside["page_times"].groupby("participant_code")["seconds"].first
    assert first(skipna=False).isna().all()
    assert set(beside["quiz"]["attempt"]) == {1, 2}


@thorough
def test_overlapping_downloads_of_the_tables_beside(folder, tmp_path, exports):
    names = [file.name for file in folder.glob("*.csv")]
    twice = some(folder, tmp_path / "twice", *names)
    some(folder, twice / "again", *names)
    rows = (folder / "PageTimes.csv").read_text().splitlines(keepends=True)
    (twice / "again" / "PageTimes.csv").write_text("".join(rows[:20]))
    again = read_exports(twice)
    for name, table in exports.companions.items():
        assert again.companions[name].equals(table), name
    assert again.decisions.equals(exports.decisions)


def test_demo_sessions_are_left_out_if_a_table_says_so(folder, exports):
    demo = exports.decisions["demo_session"].astype(bool)
    assert set(exports.decisions.loc[demo, "treatment"]) == {"chen_serial"}
    assert not exports.decisions.loc[demo, "in_analysis"].any()
    kept = read_exports(folder, keep_demo=True).decisions
    assert kept.loc[demo, "in_analysis"].all()


def test_foreign_sessions_and_tables_in_the_folder(folder, tmp_path):
    target = some(folder, tmp_path / "some", "direct_custom_export.csv", "PageTimes.csv")
    (target / "other.csv").write_text("a,b\n1,2\n")
    exports = read_exports(target)
    assert [name for name, _ in exports.skipped] == ["other.csv"]
    assert set(exports.companions["page_times"]["session_code"]) == set(exports.decisions["session_code"])
    assert any("rows of page_times are of sessions without decisions" in note for note in exports.notes)


def test_downloads_over_the_rest_interface(tmp_path_factory, tmp_path):
    """A session that nobody has played: all rows are there, undecided."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    with lab.server() as address:
        code, _ = create_session(address, "park_pairwise", 3, rounds=4)
        for name, query in {
            "all_apps_wide": "export_wide?format=csv_bom",
            "custom": "export_app_custom?app=direct&format=csv_bom",
            "direct": "export_app?app=direct",
            "times": "export_page_times?format=csv_bom",
        }.items():
            with urlopen(f"{address}/api/{query}", timeout=120) as answer:
                (tmp_path / f"{name}.csv").write_bytes(answer.read())
    exports = read_exports(tmp_path)
    assert len(exports.files) == 4
    decisions = exports.decisions
    assert set(decisions["session_code"]) == {code}
    assert len(decisions) == 3 * 5
    assert decisions["message"].isna().all()
    assert decisions["dropout"].all()
    assert audit(decisions).incomplete == 15
