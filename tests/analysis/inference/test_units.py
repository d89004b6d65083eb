"""Independent units: what the meetings say, not the labels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.inference.units import add_units, independent_units


def meetings(*groups, session="s", part=1, **columns):
    """One row a member: groups[r] are the groups of round r + 1, tuples of participants."""
    rows = [
        {"session_code": session, "part": part, "round": r + 1, "group": g + 1, "participant_id": member}
        | {"partners": ";".join(str(other) for other in group if other != member)}
        for r, those in enumerate(groups)
        for g, group in enumerate(those)
        for member in group
    ]
    return pd.DataFrame(rows).assign(**columns)


def members(units):
    """The sets of people who share a unit."""
    return sorted(sorted(index.tolist()) for index in units.people.groupby(units.people).groups.values())


def strangers(*groups, **columns):
    return meetings(*groups, matching="stranger", **columns)


def test_a_session_of_strangers_that_falls_apart_by_luck_is_one_unit():
    """In both rounds 1 and 2 met, 3 and 4 too; they might as well have met each other."""
    luck = [(1, 2), (3, 4)], [(1, 2), (3, 4)]
    assert len(independent_units(meetings(*luck, matching="partner")).table) == 2
    units = independent_units(strangers(*luck))
    assert (units.kind, len(units.table)) == ("session", 1)
    assert len(independent_units(meetings(*luck, matching="perfect_stranger")).table) == 1


def test_strangers_of_designed_silos_and_of_other_orders_stay_apart():
    groups = [(1, 2), (3, 4), (5, 6), (7, 8)], [(1, 2), (3, 4), (5, 6), (7, 8)]
    table = strangers(*groups)
    table["silo"] = np.where(table["participant_id"] <= 4, "a", "b")
    units = independent_units(table)
    assert members(units) == [[("s", p) for p in range(1, 5)], [("s", p) for p in range(5, 9)]]
    assert (units.kind, units.leaks) == ("matching silo", ())
    assert len(independent_units(table.rename(columns={"silo": "order"})).table) == 2
    table.loc[table["participant_id"] == 1, "silo"] = None  # who met the others is of their silo
    assert len(independent_units(table).table) == 2


def test_strangers_of_one_round_met_only_once():
    """Nobody could have met anybody else; with a practice round among them they could."""
    once = strangers([(1, 2), (3, 4)], practice=False, practice_against="others")
    assert len(independent_units(once).table) == 2
    practised = pd.concat([once.assign(practice=True), once])
    assert len(independent_units(practised).table) == 1
    against_nobody = pd.concat([once.assign(practice=True), once]).assign(practice_against="computer")
    assert len(independent_units(against_nobody).table) == 2


def test_whole_sessions_as_units():
    table = pd.concat([meetings([(1, 2), (3, 4)]), meetings([(1, 2), (3, 4)], session="t")])
    found = independent_units(table, unit="session")
    assert (found.kind, found.people.tolist()) == ("session", ["s"] * 4 + ["t"] * 4)
    assert not found.finer_than_sessions
    finer = independent_units(table)
    assert finer.finer_than_sessions
    assert finer.sessions.people.tolist() == found.people.tolist()
    person = table.assign(person=[*"abcd", *"aefg"])
    joined = independent_units(person, unit="session", same_person="person")
    assert joined.table["unit"].tolist() == ["s+t"]
    assert independent_units(person, same_person="person").sessions.table["unit"].tolist() == ["s+t"]


def test_units_that_a_column_says():
    table = pd.concat([meetings([(1, 2), (3, 4)]), meetings([(1, 2), (3, 4)], session="t")])
    table["day"] = np.where(table["session_code"] == "s", "Monday", "Tuesday")
    table["half"] = np.where(table["participant_id"] <= 2, 1, 2)
    days = independent_units(table, unit="day")
    assert (days.kind, days.leaks, days.found) == ("day", (), "as the column day says")
    assert days.table.values.tolist() == [["Monday", 1, 4], ["Tuesday", 1, 4]]
    assert days.notes == ()
    wave = independent_units(table.assign(wave="first"), unit="wave")
    assert wave.notes == ("1 unit of several sessions, as the column wave says",)
    halves = independent_units(table, unit=["session_code", "half"])
    assert halves.people.tolist() == ["s/1", "s/1", "s/2", "s/2", "t/1", "t/1", "t/2", "t/2"]
    met = pd.concat([table, meetings([(2, 3)], part=2, day="Monday").assign(half=[1, 2])])
    assert independent_units(met, unit=["session_code", "half"]).leaks == (
        "Participants of the units s/1 and s/2 met: they are not independent of each other",
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, 1, 2, 2], "unit: no column other"),
        (["a", "", "b", "b"], "unit: wave is blank for participant 2 of session s"),
        (["a", "a", "b", "c"], "unit: wave has several entries for participant 2 of session s; expected one"),
    ],
)
def test_columns_that_say_no_units_are_refused(values, words):
    table = meetings([(1, 2)], [(1, 2)]).iloc[[0, 1, 3, 2]].assign(wave=values)
    with pytest.raises(ValueError, match=words):
        independent_units(table, unit="other" if "other" in words else "wave")


@pytest.mark.parametrize("column", ["participant_id", "group"])
def test_what_counts_anew_in_each_session_is_no_unit(column):
    """Participants 1 of two sessions are two people."""
    one = meetings([(1, 2), (3, 4)])
    table = pd.concat([one, one.assign(session_code="t")])
    with pytest.raises(ValueError, match=f"{column} is counted anew in each session.*expected session_code,{column}"):
        independent_units(table, unit=column)
    assert len(independent_units(table, unit=["session_code", column]).table) == 2 * one[column].nunique()
    assert len(independent_units(one, unit=column).table) == one[column].nunique()


def test_who_never_met_is_apart_and_chains_join():
    units = independent_units(meetings([(1, 2), (3, 4), (5, 6)], [(2, 3), (1, 4), (5, 6)]))
    assert members(units) == [[("s", p) for p in (1, 2, 3, 4)], [("s", p) for p in (5, 6)]]
    assert units.kind == "matching silo"
    assert units.table["participants"].tolist() == [4, 2]
    assert units.people.tolist() == ["s/1"] * 4 + ["s/2"] * 2


def test_a_session_where_all_are_linked_is_one_unit():
    one = meetings([(1, 2), (3, 4)], [(2, 3), (1, 4)])
    units = independent_units(pd.concat([one, one.assign(session_code="t")]))
    assert (units.kind, units.table["unit"].tolist()) == ("session", ["s", "t"])
    assert units.table["sessions"].tolist() == [1, 1]


def test_parts_played_by_the_same_people_join():
    first, second = meetings([(1, 2), (3, 4)]), meetings([(1, 3), (2, 4)], part=2)
    assert len(independent_units(first).table) == 2
    assert len(independent_units(pd.concat([first, second])).table) == 1


@pytest.mark.parametrize("label", [None, "block"])
def test_silos_that_leak_are_one_unit_whatever_their_label(label):
    name = label or "silo"
    table = meetings([(1, 2), (3, 4), (5, 6), (7, 8)], [(1, 2), (3, 4), (5, 6), (7, 8)])
    table[name] = np.where(table["participant_id"] <= 2, "a", np.where(table["participant_id"] <= 4, "b", "c"))
    sound = independent_units(table, label)
    assert sound.leaks == ()
    assert len(sound.table) == 4  # finer than the labels: 5-6 and 7-8 never met
    leak = meetings([(2, 3)], part=2)
    leaky = independent_units(pd.concat([table, leak.assign(**{name: ["a", "b"]})]), label)
    assert len(leaky.table) == 3
    assert leaky.leaks == (f"Participants of {name} a, b of session s met: they are one independent unit, s/1",)


def test_one_undecided_row_is_a_meeting():
    table = meetings([(1, 2), (3, 4)], [(1, 2), (3, 4)], [(2, 3)], message=5.0)
    table.loc[table["round"] == 3, "message"] = np.nan
    assert len(independent_units(table).table) == 1


def test_partners_alone_are_enough():
    table = meetings([(1, 2), (3, 4)], [(2, 3), (4, 1)])
    one_a_group = table.groupby(["round", "group"]).head(1)
    units = independent_units(one_a_group)
    assert units.people.index.get_level_values(1).tolist() == [1, 2, 3, 4]
    assert len(units.table) == 1
    assert len(independent_units(one_a_group.drop(columns="partners")).table) == 4


def test_partners_and_groups_that_contradict_each_other_both_count():
    table = meetings([(1, 2), (3, 4)])
    table.loc[table["participant_id"] == 2, "partners"] = "3"
    assert len(independent_units(table).table) == 1


def test_numbers_of_groups_are_reused_in_other_rounds_parts_and_sessions():
    table = pd.concat([meetings([(1, 2)]), meetings([(3, 4)], part=2), meetings([(1, 2)], session="t")])
    assert len(independent_units(table).table) == 3
    same_round = meetings([(1, 2)]).assign(round_number=1), meetings([(3, 4)]).assign(round_number=2)
    assert len(independent_units(pd.concat(same_round)).table) == 2


def test_practice_against_the_computer_is_no_meeting():
    played = meetings([(1, 2), (3, 4)], practice=False, practice_against="computer")
    alone = meetings([(1, 3), (2, 4)], practice=True, practice_against="computer")
    assert len(independent_units(pd.concat([played, alone])).table) == 2
    with_others = alone.assign(practice_against="others")
    assert len(independent_units(pd.concat([played, with_others])).table) == 1


def test_people_who_never_met_anybody():
    units = independent_units(meetings([(1,), (2,), (3,)]))
    assert (units.kind, len(units.table)) == ("participant", 3)


def test_a_person_in_two_sessions_joins_them_if_told():
    both = pd.concat([meetings([(1, 2)]), meetings([(1, 2)], session="t")])
    both["person"] = ["anna", "", "berta", "anna"]
    assert len(independent_units(both).table) == 2
    units = independent_units(both, same_person="person")
    assert units.table["unit"].tolist() == ["s+t"]
    assert units.notes == ("1 unit of several sessions, because the same people took part in them",)


def test_codes_of_participants_in_several_sessions_are_noted():
    both = pd.concat([meetings([(1, 2)]), meetings([(1, 2)], session="t")]).assign(participant_code=list("abac"))
    assert independent_units(both).notes == ("1 participant code in several sessions, taken for different people",)


def test_units_are_joined_to_other_tables_by_person():
    whole = meetings([(1, 2), (3, 4)], [(1, 2), (3, 4)])
    units = independent_units(whole)
    part = whole[whole["round"] == 2].reset_index(drop=True)
    assert units.of(part).tolist() == ["s/1", "s/1", "s/2", "s/2"]
    assert add_units(whole)["unit"].tolist() == ["s/1", "s/1", "s/2", "s/2"] * 2
    with pytest.raises(ValueError, match="participant 9 of session s is not among"):
        units.of(part.assign(participant_id=9))


def test_blank_groups_join_nobody():
    table = meetings([(1,), (2,)]).assign(group=[np.nan, np.nan])
    assert len(independent_units(table).table) == 2


def test_a_table_without_groups_is_refused():
    with pytest.raises(ValueError, match="no column group; expected the table of load_decisions"):
        independent_units(meetings([(1, 2)]).drop(columns="group"))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=14))
def test_against_plain_union(pairs):
    """Merge sets by hand, one meeting after the other."""
    sets = {p: {p} for pair in pairs for p in pair}
    for a, b in pairs:
        union = sets[a] | sets[b]
        for p in union:
            sets[p] = union
    expected = sorted([("s", p) for p in sorted(group)] for group in {frozenset(group) for group in sets.values()})
    assert members(independent_units(meetings(*([tuple(dict.fromkeys(pair))] for pair in pairs)))) == expected
