"""Arrays of decisions: what was seen when, what is a decision, what is left out."""

import numpy as np
import pandas as pd
import pytest

from analysis.behaviour import choices_of, empty_sessions
from mechanisms.subjects import played as played_module
from mechanisms.verdicts import TooLargeError
from tests.analysis import simulate
from tests.analysis.behaviour.small import coarse_production, coarse_serial, only, played


@pytest.fixture
def table(tmp_path):
    return played(tmp_path, coarse_production(rounds=5, fixed_roles=False), timeouts=0.2)


def test_everybody_is_there(table):
    choices = only(table)
    assert len(choices.message) == len(table) == 2 * 5 * 6
    assert choices.members.shape == (20, 3)
    assert (np.sort(choices.members.ravel()) == np.arange(60)).all()
    assert (choices.position[choices.members] == [0, 1, 2]).all()
    assert choices.sessions == choices.units == ("sess0000", "sess0001")
    assert len(choices.people) == 12
    assert len(choices.decisions) == (~table["timed_out"].astype(bool)).sum() < 60
    assert choices.left_out == (("of the computer or excluded", int(table["timed_out"].sum())),)


def test_timeouts_are_history_and_no_decisions(table):
    choices = only(table)
    drawn = np.setdiff1d(np.arange(60), choices.decisions)
    assert len(drawn)
    assert (choices.message[drawn] >= 0).all()
    assert (choices.others >= 0).all()


def test_what_was_seen_last(table):
    choices = only(table.assign(feedback=np.where(table["round"] == 2, "own", "all")))
    seen_any = 0
    for row in range(60):
        same = (choices.participant == choices.participant[row]) & (choices.position == choices.position[row])
        before = np.flatnonzero(same & (choices.round < choices.round[row]) & (choices.round != 2))
        expected = choices.others[before[choices.round[before].argmax()]] if len(before) else -1
        assert choices.last_seen[row] == expected
        seen_any += expected >= 0
    assert 10 < seen_any < 60


def test_nobody_sees_a_group_that_has_not_decided(table):
    table.loc[table.index[7], "message"] = np.nan
    choices = only(table)
    gap = np.flatnonzero(choices.message < 0)
    assert len(gap) == 1
    group = choices.members[(choices.members == gap[0]).any(axis=1)][0]
    assert (choices.others[group] == -1).all()
    assert ("not decided", 1) in choices.left_out


def test_excluded_decisions_stay_in_the_history(table):
    include = (table["participant_id"] != 3) & ~table["timed_out"].astype(bool)
    choices = only(table, include=include)
    numbers = [choices.people[p][2] for p in choices.participant[choices.decisions]]
    assert 3 not in numbers
    assert len(numbers) == include.sum()
    assert (choices.others >= 0).all()


def test_units_are_those_given(table):
    silo = pd.Series(np.where(table["participant_id"] <= 3, "a", "b"), index=table.index) + table["session_code"]
    choices = only(table, units=silo)
    assert sorted(choices.units) == ["asess0000", "asess0001", "bsess0000", "bsess0001"]
    low = np.array([choices.people[p][2] <= 3 for p in choices.participant])
    assert all(choices.units[u].startswith("a") == is_low for u, is_low in zip(choices.unit, low, strict=True))


def test_practice_rounds_are_not_read(table):
    table["practice"] = table["round"] == 1
    assert only(table).round.min() == 2


def test_broken_groups_and_messages_off_the_grid_are_counted(table):
    table.loc[table.index[0], "message"] = 3.0
    cut = table.drop(index=table.index[-1])
    choices = only(cut)
    assert dict(choices.left_out)["group not whole, or a type that cannot be"] == 2
    assert dict(choices.left_out)["message off the grid"] == 1


def test_sessions_apart(table):
    choices = only(table)
    second = choices.of_sessions(np.array([False, True]))
    rows = np.flatnonzero(choices.session == 1)
    assert (second.message == choices.message[rows]).all()
    assert (second.others == choices.others[rows]).all()
    assert (second.last_seen == choices.last_seen[rows]).all()


def test_complete_information_has_one_form_for_each_type_profile(tmp_path):
    treatment = simulate.treatment("park_vcg", rounds=4)
    complete = type(treatment).from_definition(
        {**treatment.definition, "group": {"size": 3, "information": "complete"}}
    )
    choices = only(played(tmp_path, complete))
    profiles = np.unique(choices.type_index[choices.members], axis=0)
    assert len(choices.forms) == len(profiles) > 2
    assert (choices.agent_situation[choices.agent] == choices.situation).all()
    for form, profile in zip(choices.forms, profiles, strict=True):
        for own, all_types, t in zip(form.payoffs, choices.game.points, profile, strict=True):
            assert np.array_equal(own[0], all_types[t])


def test_points_are_points(tmp_path):
    """Smallest units are divided: a treatment with two decimals has the points of its tables."""
    treatment = coarse_serial()
    fine = type(treatment).from_definition(
        {**treatment.definition, "points": {**treatment.definition["points"], "scale": 0.1, "rounding": 2}}
    )
    rough, small = empty_sessions(treatment, 1).game, empty_sessions(fine, 1).game
    assert np.allclose(rough.points[0], 100 * small.points[0], atol=0.51)
    assert small.range == pytest.approx(rough.range / 100, rel=1e-3)


def test_another_index(table):
    with pytest.raises(ValueError, match="units has another index than decisions"):
        choices_of(table, units=pd.Series(["a"] * 3))


def test_too_large(table, monkeypatch):
    monkeypatch.setattr(played_module, "MAX_PAYOFFS", 100)
    with pytest.raises(TooLargeError, match=r"too large: the types have 1\.12e\+03 payoffs, more than 100"):
        only(table)
