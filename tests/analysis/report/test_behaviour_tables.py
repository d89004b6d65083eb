"""Models of behaviour in the report."""

import math

import pytest

from tests.analysis import simulate
from tests.analysis.report.reports import report


def test_models_of_behaviour(tmp_path):
    told = []
    t = simulate.treatment("chen_serial", rounds=4)
    sessions = [simulate.session(t, f"chen{k}abc", seed=k) for k in (1, 2)]
    _, page = report(tmp_path / "r", *sessions, behaviour=True, progress=told.append)
    rows = page.tables["Models of behaviour compared"]
    uniform = next(row for row in rows if row[1] == "uniform random")
    n = sum(len(rows) for rows in sessions)
    assert float(uniform[3].replace("−", "-")) == pytest.approx(-n * math.log(12), abs=0.051)
    assert {row[1] for row in rows[1:]} >= {"logit QRE", "EWA", "level-k"}
    assert "models: chen_serial: logit QRE" in told
