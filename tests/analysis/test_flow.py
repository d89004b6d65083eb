"""Flags and the flow diagram: everybody and every decision is counted once, from recruited to analysed."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from analysis import ExportError, read_exports
from analysis.flow import flow, flow_svg
from analysis.loading.flags import analysed
from analysis.measures.rates import own_decisions, own_groups
from analysis.predictions import predict
from analysis.registration.exclusions import counted
from tests.analysis import simulate

BLANK = ("message", "decided_at", "seconds_taken", "outcome", "quantity", "value", "cost_share", "transfer",
         "payments_received", "points_units", "points", "is_paid_round", "part_earnings", "total_payment")  # fmt: skip


def undecide(row):
    row |= dict.fromkeys(BLANK, "") | {"timed_out": "0"}


@pytest.fixture
def two_sessions(tmp_path):
    """Six participants each, ten rounds; in the second session participant 1 leaves after round 8."""
    one = simulate.session(simulate.treatment("production_pairwise"), "sessiona")
    two = simulate.session(simulate.treatment("production_pairwise", participants=6, rounds=10), "sessionb", seed=2)
    for row in two:
        if int(row["round"]) > 8 and row["participant_id"] == "1":
            undecide(row)
    simulate.write(tmp_path / "a_custom.csv", one)
    simulate.write(tmp_path / "b_custom.csv", two)
    return tmp_path


def steps(exports):
    return flow(exports).steps.set_index("step")


def exclusions(folder, *lines):
    path = folder / "excluded.csv"
    path.write_text("\n".join(["session_code,participant_code,reason", *lines]))  # no line end: written by hand
    return path


def test_every_decision_is_lost_once(two_sessions):
    path = exclusions(two_sessions, "sessiona,pses002,talked", "sessiona,pses003,talked")
    found = steps(read_exports(two_sessions, path))
    assert found.loc["recruited"].tolist() == ["there", 2, 12, 120]
    assert found.loc["excluded: talked"].tolist() == ["out", 0, 2, 20]
    assert found.loc["not decided"].tolist() == ["out", 0, 0, 2]
    assert found.loc["analysed"].tolist() == ["there", 2, 10, 98]
    counts = found[["sessions", "participants", "decisions"]]
    left = counts.loc["recruited"] - counts[found["kind"] == "out"].sum()
    assert left.tolist() == counts.loc["analysed"].tolist()


def test_who_was_deleted_is_left_out_and_has_not_dropped_out(tmp_path):
    rows = simulate.forgotten(simulate.session(simulate.treatment("production_pairwise")), "2")
    exports = read_exports(simulate.write(tmp_path / "a_custom.csv", rows))
    assert steps(exports).loc["excluded: deleted at request"].tolist() == ["out", 0, 1, 10]
    assert not exports.decisions["dropout"].any()
    partners = exports.decisions[exports.decisions["group_excluded"] & ~exports.decisions["excluded"]]
    assert len(partners) == 10 * 2
    assert partners["in_analysis"].all()
    assert not counted(exports, "affected_group").any()  # no rule of a study excludes them for it


def test_a_whole_session_is_excluded_by_a_blank_participant(two_sessions):
    exports = read_exports(two_sessions, exclusions(two_sessions, "sessionb,,the server failed"))
    assert steps(exports).loc["excluded: the server failed"].tolist() == ["out", 1, 6, 60]
    kept = analysed(predict(exports.decisions).decisions)
    assert set(kept["session_code"]) == {"sessiona"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sessiona,nobody1,x", "line 2, column participant_code: 'nobody1'; expected one that the exports hold"),
        ("sessionz,,x", "column session_code: 'sessionz'; expected one that the exports hold"),
        ("sessiona,pses001,", "column reason: ''; expected some text"),
        ("sessiona,pses001", "2 entries, expected 3"),
        ("sessiona,pses001,x\nsessiona,pses001,y", "line 3, .*expected each participant once"),
    ],
)
def test_exclusions_that_cannot_be(two_sessions, line, message):
    with pytest.raises(ExportError, match=message):
        read_exports(two_sessions, exclusions(two_sessions, line))


def test_groups_with_an_excluded_member_are_left_out_of_rates_of_groups_only(two_sessions):
    exports = read_exports(two_sessions, exclusions(two_sessions, "sessiona,pses002,talked"))
    predicted = predict(exports.decisions).decisions
    kept = analysed(predicted)
    assert len(own_decisions(predicted)) - len(own_decisions(kept)) == 10
    assert len(own_groups(predicted)) - len(own_groups(kept)) == 10
    assert own_groups(kept)["session_code"].value_counts().to_dict() == {"sessionb": 18, "sessiona": 10}
    blank = kept["surplus"].isna() & (kept["session_code"] == "sessiona")
    assert blank.sum() == 20  # two others in ten groups
    everything = analysed(predict(read_exports(two_sessions / "a_custom.csv").decisions).decisions)
    assert everything["surplus"].notna().all()


def test_dropouts(two_sessions):
    decisions = read_exports(two_sessions).decisions
    left = decisions.loc[decisions["dropout"], ["session_code", "participant_id"]].drop_duplicates()
    assert left.to_numpy().tolist() == [["sessionb", 1]]


@pytest.mark.parametrize(("late", "dropout"), [((10,), False), ((9, 10), True), ((8, 9), False), ((1, 2, 9, 10), True)])
def test_who_lets_the_time_run_out_to_the_end_has_left(tmp_path, pairwise, late, dropout):
    for row in pairwise:
        if int(row["round"]) in late and row["participant_id"] == "2":
            row["timed_out"] = "1"
    decisions = read_exports(simulate.write(tmp_path / "a_custom.csv", pairwise)).decisions
    assert set(decisions.loc[decisions["dropout"], "participant_id"]) == ({2} if dropout else set())


def test_failed_quiz_and_timeouts_are_kept_and_counted(tmp_path, pairwise):
    for row in pairwise:
        if row["participant_id"] == "1" and row["round"] == "1":
            row |= {"quiz_attempts": "3", "quiz_failed": "1"}
        if row["participant_id"] == "3" and row["round"] in ("4", "6"):
            row["timed_out"] = "1"
        if row["participant_id"] == "3" and row["round"] == "7":
            row["decided_by"] = "computer"
    diagram = flow(read_exports(simulate.write(tmp_path / "a_custom.csv", pairwise)))
    kept = {row.what.split(" (")[0]: (row.participants, row.decisions) for row in diagram.kept.itertuples()}
    assert kept["by the computer"] == (1, 3)
    assert kept["of participants who did not pass the quiz"] == (1, 10)
    assert kept["of bots"] == (6, 60)
    assert diagram.steps.iloc[-1]["decisions"] == 60


def test_the_picture_and_the_sentence_say_the_same(two_sessions):
    diagram = flow(read_exports(two_sessions, exclusions(two_sessions, "sessiona,pses002,<talked> & more")))
    picture = flow_svg(diagram)
    assert (
        "12 participants in 2 sessions were recruited, 11 participants in 2 sessions with 108 decisions"
        in diagram.sentence
    )
    assert "&lt;talked&gt; &amp; more" in picture
    assert "<talked>" not in picture
    there = diagram.steps.loc[diagram.steps["decisions"] > 0, ["participants", "decisions"]].to_numpy().tolist()
    assert re.findall(r">(\d+) participants?, (\d+) decisions?<", picture) == [
        (str(p), str(d)) for p, d in [there[0], there[-1], *there[1:-1]]
    ]


def test_nothing_is_known_of_demos_without_a_table_that_says_it(two_sessions):
    decisions = read_exports(two_sessions).decisions
    assert decisions["demo_session"].isna().all()
    assert decisions["declined"].isna().all()
    assert isinstance(decisions["in_analysis"].dtype, type(pd.Series([True]).dtype))
    assert decisions["in_analysis"].all()


def test_a_study_counts_who_came_and_says_how_it_ended_for_them(two_sessions):
    """Places that nobody took were not recruited; rounds that were not decided are told by the outcome."""
    exports = read_exports(two_sessions / "b_custom.csv")
    rows = exports.decisions
    undecided = rows["participant_id"].isin([2, 3, 4])
    rows = rows.assign(
        message=rows["message"].mask(undecided),
        ending=rows["participant_id"].map({2: "waited_too_long", 3: "screened_out"}).fillna("complete"),
    )
    people = rows[rows["participant_id"] != 4][["session_code", "participant_code"]].drop_duplicates()
    found = steps(replace(exports, decisions=rows, companions={**exports.companions, "people": people}))
    assert found.loc["recruited"].tolist() == ["there", 1, 5, 50]
    assert found.loc["waited too long for a group"].tolist() == ["out", 0, 1, 10]
    assert found.loc["had another device or did not read"].tolist() == ["out", 0, 1, 10]
    assert found.loc["not decided"].tolist() == ["out", 0, 0, 2]
    assert found.loc["analysed"].tolist() == ["there", 1, 3, 28]
