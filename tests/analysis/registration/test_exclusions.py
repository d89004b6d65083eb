"""Registered exclusions: who has more events of a rule than registered is left out, with the reason, and counted."""

from analysis import read_exports
from analysis.registration.exclusions import apply, counted
from mechanisms.studies.schema import ExclusionSpec
from tests.analysis import simulate


def with_timeouts(tmp_path, times):
    """A session in which the people with these numbers ran out of time so often."""
    rows = simulate.session(simulate.treatment("chen_serial", participants=4, rounds=3, show_up_fee=0), "abcd1234")
    for row in rows:
        if int(row["round"]) <= times.get(row["participant_id"], 0):
            row["timed_out"], row["decided_by"] = "1", "clock"
    simulate.write(tmp_path / "one_custom.csv", rows)
    return read_exports(tmp_path)


def test_more_than_so_many_times_is_not_as_often(tmp_path):
    exports = with_timeouts(tmp_path, {"1": 1, "2": 2, "3": 3})
    assert sorted(counted(exports, "timed_out")) == [0, 1, 2, 3]
    for more_than, out in ((0, 3), (1, 2), (2, 1), (3, 0)):
        rule = ExclusionSpec(rule="timed_out", more_than=more_than, reason="slow")
        left, [done] = apply(exports, (rule,))
        because = left.decisions.loc[left.decisions["excluded"], "excluded_because"]
        assert done.participants == out
        assert left.decisions.loc[left.decisions["excluded"], "participant_code"].nunique() == out
        assert set(because) <= {"registered: slow"}


def test_who_is_left_out_already_stays_so_and_is_not_counted_again(tmp_path):
    exports = with_timeouts(tmp_path, {"1": 2})
    rules = ExclusionSpec(rule="timed_out", reason="slow"), ExclusionSpec(rule="timed_out", more_than=1)
    left, done = apply(exports, rules)
    assert [one.participants for one in done] == [1, 0]
    assert set(left.decisions.loc[left.decisions["excluded"], "excluded_because"]) == {"registered: slow"}
