"""The outcomes that predictions do not have: efficient groups, earnings and their inequality, from plain Python."""

from decimal import Decimal
from statistics import pstdev

import numpy as np
import pytest

from analysis.measures.outcomes import comparable, with_outcomes
from analysis.predictions import predict
from tests.analysis import simulate
from tests.shared import thorough


@pytest.fixture(params=["production_serial", "production_pairwise", "cason_groves"])
def both(request, load):
    rows = simulate.session(simulate.treatment(request.param))
    return rows, with_outcomes(predict(load(rows)).decisions)


def test_inequality_of_each_group(both):
    rows, table = both
    groups = {}
    for row in rows:
        money = float(Decimal(row["points"]) * Decimal(row["exchange_rate"]))
        groups.setdefault((int(row["round"]), int(row["group"])), []).append(money)
    seen = set()
    for key, earned in groups.items():
        found = table[(table["round"] == key[0]) & (table["group"] == key[1])]
        assert sorted(found["earnings"]) == pytest.approx(sorted(earned))
        assert found["earnings_sd"].tolist() == pytest.approx([pstdev(earned)] * len(earned))
        n, total = len(earned), sum(earned)
        if min(earned) < 0 or total <= 0:
            assert found["earnings_gini"].isna().all()
            seen.add("blank")
        else:
            gini = sum(abs(a - b) for a in earned for b in earned) / (2 * n * total)
            assert found["earnings_gini"].tolist() == pytest.approx([gini] * n)
            seen.add("there")
    assert "there" in seen


def test_efficient_groups_lose_nothing(both):
    _, table = both
    assert table["efficient"].notna().all()
    assert (table["efficient"].astype(bool) == (table["surplus_lost"] < 1e-6)).all()
    assert table["efficient"].mean() < 0.5  # messages are drawn at random


def test_blank_until_the_group_has_decided(load):
    rows = simulate.session(simulate.treatment("cason_groves"))
    for column in ("message", "decided_at", "seconds_taken", *"outcome value cost_share transfer points".split()):
        rows[0][column] = rows[1][column] = ""
    rows[0]["points_units"] = rows[1]["points_units"] = ""
    table = with_outcomes(predict(load(rows)).decisions)
    blank = table[["efficient", "earnings", "earnings_sd", "earnings_gini"]].isna()
    assert blank.sum().tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("names", "same"),
    [
        (("production_serial", "production_vcg"), True),
        pytest.param(("cason_groves", "cason_pivotal"), False, marks=thorough),
        pytest.param(("park_vcg",), True, marks=thorough),
    ],
)
def test_units_of_utility_are_compared_within_one_economy(load, names, same):
    sessions = [simulate.session(simulate.treatment(name), f"code{k}") for k, name in enumerate(names)]
    decisions = predict(load(*sessions)).decisions
    found = {outcome.column for outcome in comparable(decisions)}
    assert ("transfers_sum" in found) == same
    assert found >= {"dominant_played", "nash_played", "earnings", "earnings_sd", "seconds_taken"}
    assert "surplus_lost" not in found
    assert np.all([column in with_outcomes(decisions) for column in found])
