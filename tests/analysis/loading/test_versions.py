"""Exports of version 0.2.0, whose apps had the names of mechanisms: read, audited, and told apart."""

import pytest

from analysis import read_exports
from analysis.audit import audit
from analysis.loading.versions import app_of
from mechanisms.treatments import load_treatment
from tests.analysis import simulate
from tests.lab import ROOT
from tests.shared import thorough

OLD = ROOT / "tests" / "data" / "exports_0_2_0"
APPS = ("pairwise", "parts", "serial")
DECISIONS = 3 * 3 + 3 * 6 + 2 * 2


def test_the_custom_exports_of_0_2_0_are_read_and_audited():
    exports = read_exports([OLD / f"{app}_custom_export.csv.gz" for app in APPS])
    assert {file.version for file in exports.files} == {"0.2.0"}
    assert set(exports.decisions["app"]) == set(APPS)
    result = audit(exports.decisions)
    assert (result.ok, result.decisions) == (True, DECISIONS)
    assert result.verdict.endswith("written by version 0.2.0")


@thorough
def test_all_apps_wide_of_0_2_0_has_the_same_decisions_and_does_not_say_its_version():
    custom = read_exports([OLD / f"{app}_custom_export.csv.gz" for app in APPS]).decisions
    exports = read_exports(OLD / "all_apps_wide.csv.gz")
    assert [file.version for file in exports.files] == ["before 0.3.0"]
    unsaid = [
        "currency",
        "platform_version",
        "otree_version",
        "is_demo",
        "fee_paid",
        "demo_session",
        "declined",
        "in_analysis",
    ]
    assert exports.decisions.drop(columns=unsaid).equals(custom.drop(columns=unsaid))
    assert audit(exports.decisions).verdict.endswith("written by version before 0.3.0")
    assert audit(exports.decisions).ok


@thorough
@pytest.mark.parametrize("app", APPS)
def test_the_table_of_one_app_of_0_2_0_beside_all_apps_wide(app):
    both = read_exports([OLD / "all_apps_wide.csv.gz", OLD / f"{app}.csv.gz"])
    assert len(both.decisions) == DECISIONS
    assert both.duplicates + both.superseded > 0
    assert audit(both.decisions).ok


@thorough
def test_the_whole_folder_of_0_2_0():
    exports = read_exports(OLD)
    assert (len(exports.decisions), [name for name, _why in exports.skipped]) == (DECISIONS, ["README.md"])
    assert audit(exports.decisions).ok


@pytest.mark.parametrize("version", ["0.2.0", "0.3.0"])
@pytest.mark.parametrize("app", ["pairwise", "direct"])
def test_an_app_of_another_version_is_impossible(tmp_path, version, app):
    treatment = simulate.treatment("park_pairwise", rounds=2)
    rows = [{**row, "app": app, "platform_version": version} for row in simulate.session(treatment)]
    result = audit(read_exports(simulate.write(tmp_path / "a_custom.csv", rows)).decisions)
    assert result.ok == (app == app_of(load_treatment("treatments/park_pairwise.toml"), False, version))
    assert set(result.findings["column"]) <= {"app"}
