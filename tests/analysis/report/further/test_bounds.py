"""Bounds by hand, and that they hold what was hidden."""

import numpy as np
import pytest

from analysis.report.comparisons import ARM
from analysis.report.further.attrition import attrition
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
