"""Hit rates, areas and Selten's measure on a small session that is counted by hand."""

import pandas as pd
import pytest

from analysis.measures import rates
from analysis.predictions import predict
from tests.analysis import simulate
from tests.shared import thorough

MESSAGES = [  # by round: (role 1, role 2) of treatment P; dominant are -7, -6 and 7, 8
    (-6.0, 8.0),  # both dominant, Nash
    (-7.0, 7.0),  # both dominant, Nash
    (-20.0, 8.0),  # one dominant
    (0.0, 0.0),  # none dominant
]


@pytest.fixture
def table(load):
    """Four rounds of one pair."""
    t = simulate.treatment("cason_pivotal", rounds=4, participants=2, matching="partner", seconds=5)
    queue = iter([message for pair in MESSAGES for message in pair])
    rows = simulate.session(t, rule=lambda rng, type_value, grid: next(queue))
    return predict(load(rows)).decisions


def is_nash(pair):
    """Whether nobody wants another decision and is able to get it.

    A report decides only whether the sum reaches 0. What that changes for a player with true value v, given the
    other's report r, is v + r: the tax makes the other's value count.
    """
    first, second = pair
    built = first + second >= 0
    gains = (-6 + second, 8 + first)
    able = (-22 + second < 0 <= 2 + second, -4 + first < 0 <= 20 + first)
    return not any(can and (gain < 0 if built else gain > 0) for can, gain in zip(able, gains, strict=True))


def test_rates_by_hand(table):
    own, groups = rates.own_decisions(table), rates.own_groups(table)
    dominant = rates.success(own, rates.DOMINANT, ["identity"]).iloc[0]
    assert (dominant["n"], dominant["hits"]) == (8, 5)
    assert dominant["rate"] == 5 / 8
    assert dominant["area"] == pytest.approx(2 / 25)
    assert dominant["selten"] == pytest.approx(5 / 8 - 2 / 25)
    assert dominant["distance"] == pytest.approx((13 + 6 + 7) / 8)  # from -20 to -7, from 0 to -6, from 0 to 7
    nash = rates.success(groups, rates.NASH, ["identity"]).iloc[0]
    hits = sum(map(is_nash, MESSAGES))
    assert 0 < hits < 4
    assert (nash["n"], nash["hits"], nash["area"]) == (4, hits, pytest.approx(327 / 625))
    by_role = rates.success(own, rates.DOMINANT, ["position"])
    assert by_role[["n", "hits"]].values.tolist() == [[4, 2], [4, 3]]
    by_round = rates.success(own, rates.DOMINANT, ["round"])
    assert by_round["rate"].tolist() == [1, 1, 0.5, 0]


def test_nash_profiles_of_treatment_p_by_the_same_hand_rule():
    profiles = [(a, b) for a in range(-22, 3) for b in range(-4, 21)]
    assert sum(map(is_nash, profiles)) == 327


def test_efficiency_by_hand(table):
    row = rates.efficiency(rates.own_groups(table), ["identity"]).iloc[0]
    built = [a + b >= 0 for a, b in MESSAGES]
    assert row["n"] == row["n_ratio"] == 4
    assert row["surplus"] == pytest.approx(2 * sum(built) / 4)
    assert row["surplus_lost"] == pytest.approx(2 - 2 * sum(built) / 4)
    assert row["efficient"] == row["efficiency"] == pytest.approx(sum(built) / 4)


def test_truth_by_hand(table):
    row = rates.truth(rates.own_decisions(table), ["identity"]).iloc[0]
    assert (row["n"], row["rate"], row["area"]) == (8, 3 / 8, 1 / 25)
    deviations = [0, 0, -1, -1, -14, 0, 6, -8]
    assert row["bias"] == pytest.approx(sum(deviations) / 8)
    assert row["size"] == pytest.approx(sum(map(abs, deviations)) / 8)


def test_timeouts_are_left_out_of_play_and_kept_in_the_sample(table):
    late = (table["round"] == 1) & (table["position"] == 1)
    table = table.assign(timed_out=late, group_timed_out=table["round"] == 1)
    own, groups = rates.own_decisions(table), rates.own_groups(table)
    assert (len(own), len(groups)) == (7, 3)
    assert rates.success(own, rates.DOMINANT, ["identity"])["hits"].tolist() == [4]
    sample = rates.sample(table).iloc[0]
    assert sample[["decisions", "clock", "computer", "groups", "participants"]].tolist() == [8, 1, 0, 4, 2]
    other = rates.sample(
        table.assign(timed_out=False, decided_by=late.map({True: "computer", False: "participant"}))
    ).iloc[0]
    assert other[["clock", "computer"]].tolist() == [0, 1]
    assert rates.points(table)["n"].tolist() == [4, 4]


def test_undecided_rows_are_counted_as_such(load, pairwise):
    pairwise[0] |= {"message": "", "decided_at": "", "points": "", "points_units": "", "outcome": ""}
    pairwise[0] |= dict.fromkeys(("is_paid_round", "part_earnings", "total_payment"), "")
    sample = rates.sample(predict(load(pairwise)).decisions).iloc[0]
    assert sample[["rows", "decisions", "incomplete", "groups", "bots"]].tolist() == [60, 59, 1, 19, 59]


@thorough
def test_random_play_hits_what_chance_says(load):
    t = simulate.treatment("cason_pivotal", rounds=10)
    sessions = [simulate.session(t, f"random{k}x", seed=k) for k in range(10)]
    table = predict(load(*sessions)).decisions
    for rows, measure in (
        (rates.own_decisions(table), rates.DOMINANT),
        (rates.own_groups(table), rates.NASH),
    ):
        row = rates.success(rows, measure, ["identity"]).iloc[0]
        assert abs(row["selten"]) < 4 * (row["area"] * (1 - row["area"]) / row["n"]) ** 0.5


def test_treatments_are_kept_apart(load):
    names = ("chen_serial", "park_vcg")
    table = predict(load(*(simulate.session(simulate.treatment(name), f"{name[:4]}1234") for name in names))).decisions
    assert rates.sample(table)["treatment"].tolist() == ["chen_serial", "park_vcg"]
    assert rates.success(rates.own_decisions(table), rates.DOMINANT, rates.TREATMENT)["treatment"].tolist() == [
        "park_vcg"
    ]
    paid = rates.payments(table).set_index("treatment")["total_mean"]
    people = table.drop_duplicates(["session_code", "participant_id"]).groupby("treatment")["total_payment"].mean()
    pd.testing.assert_series_equal(paid, people, check_names=False)
