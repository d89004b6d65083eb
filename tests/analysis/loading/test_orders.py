"""Groups that play one round of a part at different times, and have the same number."""

import pandas as pd

from analysis.loading.orders import told_apart


def rows(parts, **columns):
    return pd.DataFrame({"session_code": "s", "parts": parts, "part": 1, "practice": False, "round": 1, **columns})


def test_each_group_gets_a_number_of_its_own_and_others_keep_theirs():
    """Three times at which the part is played; another session, whose numbers do not meet, stays as it is."""
    one = rows("a;b;c", round_number=[1, 1, 4, 4, 9], group=[1, 2, 2, 3, 2])
    other = rows("a;b", round_number=[1, 4], group=[1, 2]).assign(session_code="t")
    found = told_apart(pd.concat([one, other]).sample(frac=1, random_state=1).reset_index(drop=True))
    assert found.groupby(["session_code", "round_number", "group"]).ngroups == 7
    assert found.groupby(["session_code", "part", "round", "group"]).ngroups == 7
    assert sorted(found.loc[found["session_code"] == "s", "group"]) == [1, 2, 5, 6, 8]
    assert sorted(found.loc[found["session_code"] == "t", "group"]) == [1, 2]


def test_sessions_of_one_part_are_not_looked_at():
    table = rows("a", round_number=[1, 1], group=[1, 1])
    assert told_apart(table) is table
