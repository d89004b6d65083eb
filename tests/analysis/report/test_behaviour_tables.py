"""Models of behaviour in the report."""

import math

import numpy as np
import pandas as pd
import pytest

from analysis.report.behaviour_tables import _limits
from tests.analysis import simulate
from tests.analysis.report.reports import report


def test_models_of_behaviour(tmp_path):
    told = []
    t = simulate.treatment("chen_serial", rounds=4)
    sessions = [simulate.session(t, f"chen{k}abc", seed=k) for k in (1, 2)]
    path, page = report(tmp_path / "r", *sessions, behaviour=True, progress=told.append)
    rows = page.tables["Models of behaviour compared"]
    uniform = next(row for row in rows if row[1] == "uniform random")
    n = sum(len(rows) for rows in sessions)
    assert float(uniform[3].replace("−", "-")) == pytest.approx(-n * math.log(12), abs=0.051)
    assert {row[1] for row in rows[1:]} >= {"logit QRE", "EWA", "level-k"}
    assert "models: chen_serial: logit QRE" in told
    _all_estimates_are_delivered(path, page)
    classes = pd.read_csv(path.with_name("classes.csv"))
    assert set(classes["model"]) == {"level-k", "mixture of types"}
    sums = classes.groupby(["model", "session_code", "participant_id"])["probability"].sum()
    assert len(sums) == 2 * len({(row["session_code"], row["participant_id"]) for rows in sessions for row in rows})
    assert sums.to_numpy() == pytest.approx(1)


def _all_estimates_are_delivered(path, page):
    """Every row of the page's table, with all digits and both intervals."""
    table = page.tables["Estimates of the models"][1:]
    models = pd.read_csv(path.with_name("estimates.csv")).query("of == 'model'")
    assert [row[1] for row in table] == models["model"].tolist()
    assert len(set(models["model"])) == 7
    (qre,) = models[models["model"] == "logit QRE"].to_dict("records")
    assert (qre["effect_name"], qre["parameter_unit"], qre["n_units"]) == ("lambda", "1/points", 4)
    assert 0 <= qre["low"] <= qre["effect"] < qre["high"]
    assert qre["interval_method"].startswith("profile likelihood")
    shown = next(row for row in table if row[1] == "logit QRE")
    assert float(shown[3].rstrip("*")) == pytest.approx(qre["effect"], rel=0.01)
    assert max(len(repr(effect)) for effect in models["effect"]) > 10


def test_a_limit_that_does_not_exist_is_said():
    assert _limits(0.0, np.inf) == "0 to no upper limit"
    assert _limits(-np.inf, 0.25) == "no lower limit to 0.25"
    assert _limits(0.0, 0.25) == "0 to 0.25"
    assert _limits(np.nan, np.nan) == "–"
