"""Learning: a planted trend is found and only there, its test keeps its level, and leaving early is no learning."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from analysis.report.comparisons import ARM
from analysis.report.further.learning import learning, slopes
from analysis.report.further.section import one_sample
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, by_row, section, sources_of
from tests.shared import thorough


def test_a_planted_trend(learned):
    found = section(learning, learned)
    within, between = map(by_row, found.tables)
    rows = found.estimates
    trend = rows[(rows["question"] == "dominant_played: arm_b, by round") & (rows["effect_name"] == "trend by round")]
    own = learned.predicted[learned.predicted[ARM] == "arm_b"]
    by_hand = [np.polyfit(t["round"], t["dominant_played"].astype(float), 1)[0] for _, t in own.groupby("session_code")]
    assert trend["effect"].item() == pytest.approx(np.mean(by_hand))  # everybody decided in every round
    assert trend["low"].item() < 0.09 < trend["high"].item()
    assert trend["p"].item() < 0.01
    assert float(within["Dominant-strategy play", "arm_a"][6].removeprefix("< ")) > 0.05
    row = between["Dominant-strategy play", "arm_b − arm_a"]
    assert row[3] == "0.029"  # no overlap of the units' trends: the least possible p of 4 + 4
    assert float(row[4]) == pytest.approx(5 * 2 / 70, abs=1e-3)  # five outcomes
    assert row[5].startswith("−")  # arm_b is behind in the first half
    assert not row[7].startswith("−")
    halves = own.groupby(["session_code", own["round"] > 4])["dominant_played"].mean().unstack()
    assert float(within["Dominant-strategy play", "arm_b"][3]) == pytest.approx(100 * halves[False].mean(), abs=0.0501)
    assert set(rows["outcome"]) >= {"dominant_played", "nash_played", "earnings"}


@thorough
def test_trends_of_units_that_differ_by_chance_keep_the_level():
    """500 experiments of five units whose own trends are drawn around 0: a test at 5 % rejects Binomial(500, .05)."""
    rng, n = np.random.default_rng(3), 500
    shape = (n, 5, 6, 8)
    experiment, unit, person, time = np.indices(shape).reshape(4, -1)
    values = rng.normal(0, 0.1, shape[:2])[:, :, None, None] * np.arange(8) + rng.normal(0, 1, shape)
    rows = pd.DataFrame({ARM: experiment, "unit": unit, "part": 1, "session_code": unit, "participant_id": person})
    rows = rows.assign(round=time + 1, earnings=values.ravel())
    found = slopes(rows, "earnings")[0].to_numpy().reshape(5, n)  # units come first, experiments as text
    rejected = sum(one_sample("", column, 1, "session", "", "").p <= 0.05 for column in found.T)
    low, high = binom.ppf([0.001, 0.999], n, 0.05)
    assert low <= rejected <= high
    assert sum(one_sample("", column + 0.5, 1, "session", "", "").p <= 0.05 for column in found.T) > 0.9 * n


def test_short_treatments_have_no_section(tmp_path):
    sources = sources_of(tmp_path, simulate.session(arm("short", rounds=3)))
    assert section(learning, sources) is None


def test_one_unit_is_described_and_not_tested(tmp_path):
    found = section(learning, sources_of(tmp_path, simulate.session(arm("alone", rounds=4))))
    (table,) = found.tables
    assert {(row[2], row[6], row[8]) for row in table.rows} == {("1", "–", "–")}
    assert by_row(table)["Dominant-strategy play", "alone"][3] != "–"
