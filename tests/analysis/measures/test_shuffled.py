"""Shuffled play against the mean over all re-matchings, one by one."""

import itertools

import numpy as np
import pytest

from analysis.measures import rates
from analysis.measures.shuffled import COLUMNS, shuffle
from analysis.predictions import predict
from tests.analysis import brute_force, simulate


def predicted(load, name, participants, seeds=(3,), **protocol):
    t = simulate.treatment(name, rounds=2, participants=participants, matching="stranger", **protocol)
    sessions = [simulate.session(t.with_protocol(seed=k), f"sess000{k}", seed=k) for k in seeds]
    return t, predict(load(*sessions))


def rematched(t, rows):
    """Means, over all permutations within position and type, of: all dominant, Nash, best replies, foregone points."""
    table = rows.sort_values(["group", "position"])
    types = [tuple(part["type"]) for _, part in table.groupby("group")]
    messages = [tuple(part["message"]) for _, part in table.groupby("group")]
    n = t.group_size
    pools = [(i, value) for i in range(n) for value in sorted({profile[i] for profile in types})]
    places = [[g for g, profile in enumerate(types) if profile[i] == value] for i, value in pools]
    results = []
    for orders in itertools.product(*(itertools.permutations(place) for place in places)):
        dealt = [list(m) for m in messages]
        for (i, _), place, order in zip(pools, places, orders, strict=True):
            for g, source in zip(place, order, strict=True):
                dealt[g][i] = messages[source][i]
        for profile, m in zip(types, map(tuple, dealt), strict=True):
            dominant = [brute_force.dominance_of(t, profile, i)[0] for i in range(n)]
            all_dominant = all(m[i] in d for i, d in enumerate(dominant)) if all(dominant) else np.nan
            nash, points = brute_force.equilibria_of(t, profile)[0], brute_force.points_of(t, profile)
            best = [max(points[(*m[:i], a, *m[i + 1 :])][i] for a in brute_force.grid(t, i)) for i in range(n)]
            lost = [best[i] - points[m][i] for i in range(n)]
            results.append([all_dominant, m in nash if nash else np.nan, lost.count(0) / n, sum(lost) / n])
    return np.nanmean(np.array(results, dtype=float), axis=0)


@pytest.mark.parametrize(("name", "participants"), [("cason_pivotal", 8), ("chen_serial", 8), ("park_vcg", 12)])
@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_the_mean_over_all_rematchings(load, name, participants):
    t, predictions = predicted(load, name, participants)
    table = shuffle(predictions.decisions, predictions.solutions)
    for _, rows in table.groupby("round"):
        expected = rematched(t, rows)
        for column, value in zip(COLUMNS, expected, strict=True):
            assert rows[column].mean() == pytest.approx(value, nan_ok=True), column


def test_without_anything_to_deal_out_anew_shuffled_play_is_play(load):
    """One group a stratum, or everybody with the same message."""
    _, predictions = predicted(load, "cason_pivotal", 2)
    table = shuffle(predictions.decisions, predictions.solutions)
    assert table["nash_shuffled"].tolist() == pytest.approx(table["nash_played"].astype(float).tolist())
    assert table["foregone_shuffled"].tolist() == pytest.approx(table["foregone_points"].tolist())
    rows = simulate.session(simulate.treatment("cason_groves"), rule=simulate.truth)
    predictions = predict(load(rows))
    table = shuffle(predictions.decisions, predictions.solutions)
    assert (table[["nash_shuffled", "group_dominant_shuffled", "best_reply_shuffled"]] == 1).all(axis=None)
    assert (table["foregone_shuffled"] == 0).all()


def test_strata_keep_messages_in_their_sessions(load):
    """Two sessions of one pair each: within sessions nothing can be dealt out anew, across them it can."""
    _, predictions = predicted(load, "cason_pivotal", 2, seeds=range(6))
    own = shuffle(predictions.decisions, predictions.solutions, within=("session_code", "round"))
    assert own["nash_shuffled"].tolist() == pytest.approx(own["nash_played"].astype(float).tolist())
    across = shuffle(predictions.decisions, predictions.solutions)
    assert not np.allclose(across["nash_shuffled"], across["nash_played"].astype(float))


def test_correlated_pairs_are_above_shuffled_play_though_not_above_what_they_send(load):
    """Half of the pairs play (4, 6), half (12, 12): re-matched, only every fourth is an equilibrium."""
    t = simulate.treatment("chen_serial", rounds=2, participants=8)
    queue = itertools.cycle([4.0, 6.0, 12.0, 12.0])
    predictions = predict(load(simulate.session(t, rule=lambda rng, type_value, grid: next(queue))))
    groups = rates.own_groups(shuffle(predictions.decisions, predictions.solutions))
    row = rates.success(groups, rates.NASH, ["identity"]).iloc[0]
    assert (row["rate"], row["shuffled"], row["above_shuffled"]) == pytest.approx((0.5, 0.25, 0.25))


def test_groups_with_timeouts_take_no_part(load):
    t = simulate.treatment("cason_groves", seconds=9)
    predictions = predict(load(simulate.session(t, timeouts=0.2)))
    table = shuffle(predictions.decisions, predictions.solutions)
    assert table.loc[table["group_timed_out"], list(COLUMNS)].isna().all(axis=None)
    assert table.loc[~table["group_timed_out"], list(COLUMNS)].notna().all(axis=None)
