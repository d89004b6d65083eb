"""Pairs counted as in Cason et al., by hand."""

import numpy as np
import pytest

from analysis.measures import rates
from analysis.measures.group_play import GROUP_KINDS, group_play, profiles_drawn, selection, type_names
from analysis.predictions import predict, theory
from analysis.report.descriptions import description
from tests.analysis import simulate

MESSAGES = [  # of treatment P; dominant are -7, -6 and 7, 8
    (-6.0, 8.0),  # both dominant
    (-7.0, 7.0),  # both dominant
    (-6.0, 20.0),  # built in any case: another equilibrium
    (-20.0, 8.0),  # not built, but player 2 would gain by building: one dominant
    (-20.0, 16.0),  # not built: player 2 would gain; nobody dominant
]


@pytest.fixture
def table(load):
    t = simulate.treatment("cason_pivotal", rounds=5, participants=2, matching="partner", seconds=5)
    queue = iter([message for pair in MESSAGES for message in pair])
    return predict(load(simulate.session(t, rule=lambda rng, type_value, grid: next(queue)))).decisions


def test_pairs_by_hand(table):
    row = group_play(table, ["identity"]).iloc[0]
    assert row[list(GROUP_KINDS)].tolist() == [5, 2, 1, 1, 1]
    by_round = group_play(table, ["round"])
    assert by_round["all_dominant"].tolist() == [1, 1, 0, 0, 0]
    assert (by_round[list(GROUP_KINDS[1:])].sum(axis=1) == by_round["n"]).all()


def test_timeouts_are_left_out(table):
    late = table.assign(group_timed_out=table["round"] == 1)
    assert group_play(late, ["identity"])["n"].tolist() == [4]


def test_groups_without_dominant_messages_do_not_count(load):
    decisions = load(simulate.session(simulate.treatment("chen_serial")))
    assert group_play(predict(decisions).decisions, ["identity"]).empty


def test_halves_leave_out_the_middle(table):
    halves = group_play(rates.add_half(table), ["half"])
    assert halves["half"].tolist() == list(rates.HALVES)
    assert halves["n"].tolist() == [2, 2]
    assert halves["all_dominant"].tolist() == [2, 0]


def test_selection_by_hand(table):
    row = selection(rates.own_groups(table), ["identity"]).iloc[0]
    assert row[["n", "equilibria", "different", "several"]].tolist() == [5, 3, 3, 5]


def test_planted_play_gives_the_known_rates(load):
    """All truthful under treatment S: everybody dominant, the only equilibrium, payoff-dominant because it is alone."""
    t = simulate.treatment("cason_groves")
    table = predict(load(simulate.session(t, rule=simulate.truth))).decisions
    groups = rates.own_groups(table)
    row = rates.success(groups, rates.GROUP_DOMINANT, ["identity"]).iloc[0]
    assert (row["rate"], row["area"], row["distance"]) == (1, pytest.approx(1 / 625), 0)
    chosen = selection(groups, ["identity"]).iloc[0]
    assert chosen["n"] == chosen["equilibria"] == chosen["payoff_dominant"] == len(groups)
    assert (chosen["different"], chosen["several"]) == (1, 0)
    assert group_play(table, ["identity"])["all_dominant"].tolist() == [len(groups)]


def test_the_types_in_groups(load):
    t = simulate.treatment("park_vcg")
    table = predict(load(simulate.session(t))).decisions.sample(frac=1, random_state=1)
    groups = rates.own_groups(table)
    ordered = table.sort_values("position").groupby(["round", "group"])["type"].apply(tuple)
    assert profiles_drawn(table) == sorted(set(ordered))
    expected = [theory.type_profile(t, ordered[row.round, row.group]) for row in groups.itertuples()]
    assert type_names(table, groups, t).tolist() == expected


def test_types_and_messages_of_a_large_group_are_counted():
    large = simulate.treatment("production_serial_large")
    assert theory.type_profile(large, (17.9,) * 4 + (26.9,) * 11) == "11 × high (26.9), 4 × low (17.9)"
    assert theory.type_profile(large, (26.9,) * 11 + (17.9,) * 4) == "11 × high (26.9), 4 × low (17.9)"
    assert theory.profile_text(np.array([3.0, 4.0] + [4.0] * 13)) == "(14 × 4, 1 × 3)"
    assert ("Group", "15 members: Player 1 to Player 15") in description(large)
