"""Bounds by hand, and that they hold what was hidden."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.report.comparisons import ARM
from analysis.report.further.attrition import attrition
from analysis.report.further.bounds import bounded
from analysis.report.plan import Plan
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, rising, section, sources_of
from tests.shared import thorough


def of(found, bound):
    rows = found.estimates
    return rows[rows["question"].str.startswith(f"dominant_played, {bound}")].iloc[0]


def test_manski_by_hand(missing):
    found, rows = section(attrition, missing), missing.predicted
    own = rows["dominant_played"].astype(float).where(~rows["timed_out"])
    keys = [rows[ARM], rows["session_code"]]
    worst, best = (own.fillna(fill).groupby(keys).mean().groupby(level=0).mean() for fill in (0.0, 1.0))
    assert of(found, "Manski, lower")["effect"] == pytest.approx(worst["arm_b"] - best["arm_a"])
    assert of(found, "Manski, upper")["effect"] == pytest.approx(best["arm_b"] - worst["arm_a"])
    assert of(found, "Manski, lower")["low"] < of(found, "Manski, lower")["effect"]


def test_lee_by_hand(missing):
    """arm_a, of which more is there, loses what it has more: from its misses (its mean rises), or from its hits."""
    found, rows = section(attrition, missing), missing.predicted
    seen = rows[~rows["timed_out"]]
    there = seen.groupby(ARM).size() / rows.groupby(ARM).size()
    share = 1 - there["arm_b"] / there["arm_a"]
    hits = seen["dominant_played"].astype(float)
    means = {}
    for trimmed in (0.0, 1.0):
        here = (seen[ARM] == "arm_a") & (hits == trimmed)
        weight = np.where(here, 1 - share * (seen[ARM] == "arm_a").sum() / here.sum(), 1.0)
        table = seen.assign(w=weight, wy=weight * hits).groupby([ARM, "session_code"])[["w", "wy"]].sum()
        unit = (table["wy"] / table["w"]).groupby(level=0).mean()
        means[trimmed] = unit["arm_b"] - unit["arm_a"]
    assert of(found, "Lee, lower")["effect"] == pytest.approx(means[0.0])
    assert of(found, "Lee, upper")["effect"] == pytest.approx(means[1.0])
    assert means[0.0] < missing.inference.main.set_index("outcome").loc["dominant_played", "effect"] < means[1.0]


def test_what_was_found_is_within_strata_as_the_bounds_are(missing):
    """Waves with other shares of the arms: the difference over all units may lie outside."""
    wave = dict(zip([f"a{k}abcdef" for k in range(4)] + [f"b{k}abcdef" for k in range(4)], "11121222", strict=True))
    rows = missing.predicted.assign(wave=missing.predicted["session_code"].map(wave))
    rows["dominant_played"] = rows["dominant_played"].mask(rows["wave"] == "2", True)  # waves differ, arms do not
    inference = replace(missing.inference, plan=Plan(stratum=("wave",)))
    sources = replace(missing, predicted=rows, inference=inference)
    outcome = next(o for o in missing.inference.outcomes if o.column == "dominant_played")
    one = bounded(rows, outcome, "arm_a", "arm_b", sources)
    of_unit = rows[~rows["timed_out"]].groupby(["wave", ARM, "session_code"])["dominant_played"].mean()
    by_cell = of_unit.astype(float).groupby(level=[0, 1]).mean().unstack()
    assert one.found == pytest.approx((by_cell["arm_b"] - by_cell["arm_a"]).mean())  # 3 + 1 and 1 + 3 weigh the same
    assert one.ends["Manski, lower"].effect <= one.found <= one.ends["Manski, upper"].effect


@thorough
def test_bounds_hold_what_was_hidden(tmp_path):
    """Who would not have hit lets the time run out, in arm_b only: the observed difference is wrong, the bounds not."""
    hidden, sessions = [], []
    for name in "ab":
        for k in range(4):
            rows = simulate.session(arm(f"arm_{name}", rounds=2), f"{name}{k}abcdef", rising(0.5, 0.0), seed=7 * k)
            hidden.append((name, np.mean([float(row["message"]) == float(row["type"]) for row in rows])))
            for row in rows:
                if name == "b" and row["message"] != row["type"] and int(row["participant_id"]) % 2:
                    row["timed_out"], row["decided_by"] = "1", "clock"
            sessions.append(rows)
    truth = np.mean([m for n, m in hidden if n == "b"]) - np.mean([m for n, m in hidden if n == "a"])
    sources = sources_of(tmp_path, *sessions)
    found = section(attrition, sources)
    observed = sources.inference.main.set_index("outcome").loc["dominant_played", "effect"]
    assert observed > truth + 0.1
    assert of(found, "Manski, lower")["effect"] <= truth <= of(found, "Manski, upper")["effect"]
    assert of(found, "Lee, lower")["effect"] <= truth + 0.01  # monotone: all that was added is trimmed
