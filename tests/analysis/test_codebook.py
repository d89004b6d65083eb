"""The codebook: one registry of variables, from which docs/codebook.md is written; no column without an entry."""

import csv
import io
import re
from pathlib import Path

import pytest

from analysis import load_decisions
from analysis.__main__ import main
from analysis.codebook import as_csv, markdown, observed
from analysis.loading.companions import COMPANIONS, merge_companion
from analysis.loading.flags import FLAGS
from analysis.loading.schema import COLUMN_NAMES, COLUMNS, typed
from analysis.loading.wide import PEOPLE
from analysis.measures import outcomes
from analysis.predictions import DECISION_COLUMNS, GROUP_COLUMNS
from analysis.variables import LONGEST_LABEL, registry, variables
from tests.analysis import simulate

CODEBOOK = Path(__file__).parents[2] / "docs" / "codebook.md"


def test_the_page_in_the_docs_is_what_the_command_writes():
    assert CODEBOOK.read_text(encoding="utf-8") == markdown()


def test_every_column_has_an_entry_and_no_other():
    columns = [*COLUMN_NAMES, *DECISION_COLUMNS, *GROUP_COLUMNS, *FLAGS, *outcomes.COLUMNS, "page_seconds_PAGE"]
    assert sorted(variable.name for variable in variables("decisions")) == sorted(columns)
    assert [variable.name for variable in variables("participants")] == [column.name for column in PEOPLE]


@pytest.mark.parametrize("name", sorted(COMPANIONS))
def test_every_column_of_the_tables_beside_them(name):
    empty, _ = typed(COMPANIONS[name].columns, {}, [])
    assert sorted(variable.name for variable in variables(name)) == sorted(merge_companion(name, [empty]))


def test_every_entry_says_what_is_asked():
    for variable in registry():
        assert variable.meaning
        assert variable.source
        assert variable.missing
        assert variable.unit or variable.range
        assert 0 < len(variable.label) <= LONGEST_LABEL
        assert variable.label.endswith("…") or variable.label.count("(") == variable.label.count(")")


def test_what_can_be_blank_and_what_can_stand_there_agree_with_the_schema():
    entries = {variable.name: variable for variable in variables("decisions")}
    for column in COLUMNS:
        never = entries[column.name].missing.startswith("never")
        if not column.blank:
            assert never, column.name
        if column.kind == "flag":
            assert entries[column.name].range in ("0, 1",), column.name
        one_of = re.findall(r"`(\w+)`", entries[column.name].range)
        allowed = {} if column.check is None else column.check.statistics
        if "allowed_values" in allowed:
            assert set(one_of) == set(allowed["allowed_values"]), column.name


def test_what_the_files_hold(pairwise, tmp_path, capsys):
    pairwise[0]["participant_label"] = pairwise[0]["participant_label"]
    file = simulate.write(tmp_path / "a_custom.csv", pairwise)
    seen = observed(load_decisions(file))
    assert seen["round"] == "1 to 10; 0 blank"
    assert seen["participant_label"] == "0 different; 60 blank"
    assert seen["session_code"] == "1 different; 0 blank"
    assert main(["codebook", str(file), "--out", str(tmp_path / "new" / "codebook.csv")]) == 0
    text = (tmp_path / "new" / "codebook.csv").read_text(encoding="utf-8")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert list(rows) == [*COLUMN_NAMES, *FLAGS]
    assert rows["round"]["observed"] == "1 to 10; 0 blank"
    assert main(["codebook", str(file)]) == 0
    assert "| In these files |" in capsys.readouterr().out
    assert main(["codebook", "--out", str(tmp_path / "codebook.txt")]) == 2


def test_as_csv_it_holds_the_same():
    rows = list(csv.DictReader(io.StringIO(as_csv())))
    assert [(row["table"], row["name"]) for row in rows] == [(v.table, v.name) for v in registry()]
