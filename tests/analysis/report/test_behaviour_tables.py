"""Models of behaviour in the report."""

import math

import numpy as np
import pytest

from analysis.report.behaviour_tables import _limits
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


def test_a_limit_that_does_not_exist_is_said():
    assert _limits(0.0, np.inf) == "0 to no upper limit"
    assert _limits(-np.inf, 0.25) == "no lower limit to 0.25"
    assert _limits(0.0, 0.25) == "0 to 0.25"
    assert _limits(np.nan, np.nan) == "–"
