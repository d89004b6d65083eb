"""Convergence of units whose play is written down."""

import numpy as np
import pandas as pd
import pytest

from analysis.measures.convergence import convergence, convergence_summary


def groups(plays, distance=None):
    """plays: unit -> list over rounds of lists over groups."""
    rows = [
        (unit, r, bool(hit), 0.0 if hit else float(10 - r))
        for unit, rounds in plays.items()
        for r, hits in enumerate(rounds, 1)
        for hit in hits
    ]
    table = pd.DataFrame(rows, columns=["unit", "round", "nash_played", "nash_distance"])
    return table.assign(treatment="t", identity="i", part=1).astype({"nash_played": "boolean"})


PLAYS = {
    "always": [[1], [1], [1]],
    "from the second round": [[0, 1], [1, 1], [1, 1]],
    "only the last": [[1], [0], [1]],
    "never at the end": [[1], [1], [0]],
    "one group fails": [[1, 1], [1, 1], [1, 0]],
}


def test_the_round_from_which_a_unit_stays():
    table = convergence(groups(PLAYS)).set_index("unit")
    assert table["settled_round"].to_dict() == pytest.approx(
        {
            "always": 1,
            "from the second round": 2,
            "only the last": 3,
            "never at the end": np.nan,
            "one group fails": np.nan,
        },
        nan_ok=True,
    )
    assert table["settled"].to_dict() == {unit: unit not in ("never at the end", "one group fails") for unit in PLAYS}
    assert table.loc["one group fails", ["first_rate", "last_rate"]].tolist() == [1, 0.5]


def test_slopes_are_least_squares_over_rounds():
    rng = np.random.default_rng(5)
    plays = {f"u{k}": [rng.integers(0, 2, 3).tolist() for _ in range(7)] for k in range(4)}
    table = convergence(groups(plays)).set_index("unit")
    for unit, rounds in plays.items():
        rates = [np.mean(hits) for hits in rounds]
        gaps = [np.mean([0 if hit else 10 - r for hit in hits]) for r, hits in enumerate(rounds, 1)]
        assert table.loc[unit, "rate_slope"] == pytest.approx(np.polyfit(range(1, 8), rates, 1)[0])
        assert table.loc[unit, "distance_slope"] == pytest.approx(np.polyfit(range(1, 8), gaps, 1)[0])


def test_parts_and_treatments_are_kept_apart_and_rows_may_be_in_any_order():
    rows = pd.concat([groups(PLAYS), groups(PLAYS).assign(part=2), groups(PLAYS).assign(treatment="s")])
    table = convergence(rows)
    assert len(table) == 3 * len(PLAYS)
    pd.testing.assert_frame_equal(table, convergence(rows.sample(frac=1, random_state=2)))


def test_one_round_has_no_slope_and_no_prediction_no_row():
    assert convergence(groups({"u": [[1]]}))[["rate_slope", "distance_slope"]].isna().all(axis=None)
    assert convergence(groups(PLAYS).assign(nash_played=pd.NA)).empty


def test_the_summary_counts_units():
    row = convergence_summary(convergence(groups(PLAYS)), ["identity"]).iloc[0]
    assert (row["units"], row["settled"], row["settled_round"]) == (5, 3, 2)
    assert row["last_rate"] == pytest.approx((1 + 1 + 1 + 0 + 0.5) / 5)
