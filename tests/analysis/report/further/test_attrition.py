"""Attrition: planted differences are found, and the section is there where something is missing."""

import pytest

from analysis.report.comparisons import ARM
from analysis.report.further.attrition import LOST, attrition, planned_rows
from tests.analysis.report.further.made import section
from tests.shared import thorough


def test_differential_attrition_is_found(missing):
    found = section(attrition, missing)
    shares = planned_rows(missing).groupby([ARM, "session_code"])[LOST].mean()
    test = found.estimates.iloc[0]
    assert test["effect"] == pytest.approx(shares["arm_b"].mean() - shares["arm_a"].mean())
    assert test["p"] == pytest.approx(2 / 70)
    late = int(missing.predicted.loc[missing.predicted[ARM] == "arm_b", "timed_out"].sum())
    assert found.tables[0].rows[1][5].startswith(f"{late} (")


@thorough
def test_nothing_missing_no_section(learned):
    assert section(attrition, learned) is None
