"""Predictions against numbers known from design.md section 5 and from counting by hand."""

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.predictions import DECISION_COLUMNS, GROUP_COLUMNS, predict
from mechanisms.treatments import Treatment, TreatmentError
from mechanisms.verdicts import TooLargeError
from tests.analysis import brute_force, simulate
from tests.crowd_games import treatment as crowd


def plays_one_part(path):
    try:
        return not simulate.treatment(path.stem).by_structure  # of large groups: tests/apps/test_crowds.py
    except TreatmentError:  # a session of several parts
        return False


ONE_PART = [path.stem for path in simulate.TREATMENTS.glob("*.toml") if plays_one_part(path)]


def one_round(load, name, messages, **protocol):
    """The predictions for one group that sends `messages`, of a treatment with one type a role."""
    t = simulate.treatment(name, rounds=1, participants=2, matching="partner", **protocol)
    queue = iter(messages)
    rows = simulate.session(t, rule=lambda rng, type_value, grid: float(next(queue)))
    return predict(load(rows)).decisions.sort_values("position")


def test_treatment_p(load):
    """Two of 25 reports are dominant for each; 327 of 625 profiles are Nash equilibria."""
    truth = one_round(load, "cason_pivotal", [-6, 8])
    assert truth["dominant_count"].tolist() == [2, 2]
    assert truth["dominant_area"].tolist() == [2 / 25, 2 / 25]
    assert truth["nash_count"].tolist() == [327, 327]
    assert truth["nash_area"].tolist() == [327 / 625] * 2
    assert truth["dominant_played"].all()
    assert truth["nash_played"].all()
    assert not truth["strictly_dominant"].any()
    assert truth["surplus"].tolist() == truth["efficient_surplus"].tolist() == [2, 2]
    other = one_round(load, "cason_pivotal", [-7, 5])  # not built: the sum is negative
    assert other["dominant_played"].tolist() == [True, False]
    assert other["dominant_distance"].tolist() == [0, 2]
    assert other["truthful"].tolist() == [False, False]
    assert other["misreport"].tolist() == [-1, -3]
    assert (other["surplus"].tolist(), other["surplus_lost"].tolist(), other["efficiency"].tolist()) == (
        [0, 0],
        [2, 2],
        [0, 0],
    )


def test_treatment_s(load):
    """The truth is strictly dominant and the only equilibrium. A negative best surplus allows no ratio."""
    table = one_round(load, "cason_groves", [12, 20])
    assert table["dominant_count"].tolist() == [1, 1]
    assert table["strictly_dominant"].all()
    assert table["nash_count"].tolist() == [1, 1]
    assert table["nash_area"].tolist() == [1 / 625] * 2
    assert table["nash_played"].tolist() == [False, False]
    assert table["nash_distance"].tolist() == table["dominant_distance"].tolist() == [0, 3]
    assert table["nash_message_played"].tolist() == [True, False]
    assert table["efficient_surplus"].tolist() == [-12.5, -12.5]
    assert table["surplus"].tolist() == [-17.0, -17.0]  # level 16: -(12 - 16)^2 - (17 - 16)^2
    assert table["efficiency"].isna().all()


@pytest.mark.parametrize(("name", "equilibrium"), [("chen_serial", (4, 6)), ("chen_proportional", (4, 8))])
def test_chen(load, name, equilibrium):
    """Unique equilibria and no dominant demand; the surplus is 16.1 q_1 + 20.1 q_2 - Q^2."""
    table = one_round(load, name, equilibrium)
    assert table["nash_played"].all()
    assert table["nash_area"].tolist() == [1 / 144] * 2
    assert table["dominant_count"].tolist() == [0, 0]
    assert table[["dominant_played", "dominant_distance", "truthful", "misreport"]].isna().all(axis=None)
    q, p = equilibrium
    assert table["surplus"].tolist() == pytest.approx([16.1 * q + 20.1 * p - (q + p) ** 2] * 2)
    best = max(16.1 * a + 20.1 * b - (a + b) ** 2 for a, b in itertools.product(range(1, 13), repeat=2))
    assert table["efficient_surplus"].tolist() == pytest.approx([best] * 2)
    assert table["efficiency"].tolist() == pytest.approx((table["surplus"] / best).tolist())


def test_every_type_profile_against_plain_loops(load):
    """The park under pairwise compensation: each group's equilibria and dominant reports by trying everything."""
    t = simulate.treatment("park_pairwise")
    table = predict(load(simulate.session(t))).decisions
    grids = [position.messages.tolist() for position in t.positions]
    for _, group in table.groupby(["round", "group"]):
        group = group.sort_values("position")
        types = group["type"].tolist()
        points = {m: t.play(types, m).points for m in itertools.product(*grids)}

        def best(m, i, points=points):
            return all(points[m][i] >= points[(*m[:i], other, *m[i + 1 :])][i] for other in grids[i])

        nash = [m for m in points if all(best(m, i) for i in range(3))]
        assert group["nash_count"].tolist() == [len(nash)] * 3
        assert group["nash_played"].tolist() == ([tuple(group["message"]) in nash] * 3 if nash else [pd.NA] * 3)
        for i in range(3):
            dominant = [own for own in grids[i] if all(best(m, i) for m in points if m[i] == own)]
            row = group.iloc[i]
            assert row["dominant_count"] == len(dominant)
            assert row["dominant_area"] == len(dominant) / 2
            if dominant:
                assert row["dominant_played"] == (row["message"] in dominant)
            if nash:
                assert row["nash_message_area"] == len({m[i] for m in nash}) / 2
                assert row["nash_message_played"] == (row["message"] in {m[i] for m in nash})


def test_rows_that_cannot_be_and_undecided_groups_stay_blank(load, pairwise):
    pairwise[0]["message"] = "7.0"
    pairwise[3] |= {"message": "", "decided_at": ""}
    table = predict(load(pairwise)).decisions
    first = table[(table["round"] == 1)].sort_values(["group", "position"])
    blank = first[list(GROUP_COLUMNS)].isna().all(axis=1)
    assert blank.tolist() == [True] * 6
    assert first["dominant_played"].isna().sum() >= 2
    assert table[table["round"] > 1]["nash_count"].notna().all()


def test_a_timeout_marks_the_group(load):
    table = predict(load(simulate.session(simulate.treatment("cason_groves", seconds=9), timeouts=0.1))).decisions
    assert table["group_timed_out"].sum() > table["timed_out"].sum() > 0
    by_group = table.groupby(["round", "group"])
    assert (by_group["group_timed_out"].max() == by_group["timed_out"].max()).all()


def test_the_input_is_not_changed_and_the_index_is_kept(load, pairwise):
    decisions = load(pairwise).sample(frac=1, random_state=1)
    before = decisions.copy()
    table = predict(decisions).decisions
    pd.testing.assert_frame_equal(decisions, before)
    assert table.index.equals(before.index)
    pd.testing.assert_frame_equal(table[before.columns.tolist()], before)
    assert set(table.columns) - set(before.columns) == {*DECISION_COLUMNS, *GROUP_COLUMNS}


def test_what_is_too_large_is_named_not_hidden(load, pairwise, monkeypatch):
    def refuse(self, types):
        raise TooLargeError("too large: 10^9 payoffs")

    monkeypatch.setattr("mechanisms.certificate.theory.Theory.nash_at", refuse)
    predictions = predict(load(pairwise))
    assert predictions.decisions["nash_count"].isna().all()
    assert predictions.decisions["surplus"].notna().all()
    assert predictions.not_computed == ("production_pairwise: Nash equilibria not computed: too large: 10^9 payoffs",)
    monkeypatch.setattr("mechanisms.certificate.theory.Theory.nash_at", lambda self, types: np.empty((0, 9)) + "x")
    with pytest.raises((ValueError, TypeError)):
        predict(load(pairwise))


def with_ties():
    """The single-peaked treatment with so coarse points that most replies tie."""
    t = simulate.treatment("cason_groves")
    points = {**t.definition["points"], "scale": 0.02}
    return Treatment.from_definition({**t.definition, "points": points})


@pytest.mark.parametrize("name", [*simulate.one_of_each(sorted(ONE_PART)), "ties"])
def test_every_column_of_every_treatment_against_plain_loops(load, name):
    t = with_ties() if name == "ties" else simulate.treatment(name)
    t = t.with_protocol(rounds=min(4, t.protocol.rounds))
    table = predict(load(simulate.session(t, seed=3))).decisions
    for _, group in table.groupby(["round", "group"]):
        group = group.sort_values("position")
        types, messages = tuple(group["type"]), tuple(group["message"])
        turns = group["sequence"].iloc[0]
        game = t.in_sequence([int(k) - 1 for k in str(turns).split(";")] if t.sequence is not None else None)
        for i, row in enumerate(group.to_dict("records")):
            for column, expected in brute_force.columns(game, types, messages, i).items():
                if expected is None:
                    assert pd.isna(row[column]), column
                else:
                    assert row[column] == (pytest.approx(expected) if isinstance(expected, float) else expected), column
    against_dominant = table["dominant_count"] > 0
    assert (table.loc[table["foregone_points"] > 0, "best_reply_played"] == False).all()  # noqa: E712
    assert (table.loc[against_dominant & table["dominant_played"].fillna(False), "foregone_points"] == 0).all()
    earned = table["best_reply_points"] - table["foregone_points"]
    assert earned.to_numpy() == pytest.approx(table["points"].to_numpy())


def test_the_order_of_rows_does_not_matter(load):
    decisions = load(*(simulate.session(simulate.treatment(n), f"{n[:4]}1234") for n in ("park_vcg", "cason_groves")))
    new = [*DECISION_COLUMNS, *GROUP_COLUMNS]
    straight = predict(decisions).decisions[new]
    shuffled = predict(decisions.sample(frac=1, random_state=5)).decisions[new].loc[straight.index]
    for column in new:  # categories of text may come in another order
        assert straight[column].astype(object).equals(shuffled[column].astype(object)), column


def test_the_names_of_players_do_not_matter(load):
    """Treatment P with the two roles exchanged: everybody's columns stay, but for the number of the equilibrium."""
    t = simulate.treatment("cason_pivotal", rounds=4)
    roles = list(reversed(t.definition["roles"]))
    mirrored = Treatment.from_definition({**t.definition, "roles": roles})
    types = [float(position.types[0]) for position in t.positions]
    messages = [
        tuple(float(x) for x in np.random.default_rng(k).choice(p.messages, 4)) for k, p in enumerate(t.positions)
    ]
    tables = []
    for treatment, turn in ((t, 1), (mirrored, -1)):
        rows = []
        for r, pair in enumerate(zip(*messages, strict=True), 1):
            rows += simulate.group_rows(treatment, "abcd1234", r, 1, [1, 2], types[::turn], pair[::turn], [False] * 2)
        simulate.add_earnings(treatment, "abcd1234", rows)
        simulate.add_payments(treatment.protocol.show_up_fee, rows)
        tables.append(predict(load(rows)).decisions.sort_values(["round", "type"]).reset_index(drop=True))
    for column in sorted({*DECISION_COLUMNS, *GROUP_COLUMNS} - {"nash_index"}):
        pd.testing.assert_series_equal(tables[0][column].astype(object), tables[1][column].astype(object))


def test_sessions_of_one_game_are_solved_once(load, monkeypatch):
    asked = []
    compute = Treatment.points_of_types
    monkeypatch.setattr(Treatment, "points_of_types", lambda self, t: (asked.append(1), compute(self, t))[1])
    t = simulate.treatment("chen_serial")
    predict(load(*(simulate.session(t.with_protocol(seed=k), f"sess000{k}") for k in range(3))))
    assert len(asked) == 1


def test_groups_of_different_sessions_are_kept_apart(load):
    t = simulate.treatment("cason_groves", rounds=2)
    sessions = [simulate.session(t.with_protocol(seed=k), f"sess000{k}", seed=k) for k in range(2)]
    together = predict(load(*sessions)).decisions
    for k, rows in enumerate(sessions):
        alone = predict(load(rows)).decisions.set_index(["round", "participant_id"])
        part = together[together["session_code"] == f"sess000{k}"].set_index(["round", "participant_id"])
        for column in (*DECISION_COLUMNS, *GROUP_COLUMNS):
            assert part[column].astype(object).equals(alone[column].astype(object)), column


@pytest.mark.parametrize("rule", ["serial", "proportional", "equal"])
def test_a_game_by_its_structure_has_the_predictions_of_the_table(rule, load, monkeypatch):
    """All but those of coalitions, which are of small groups only."""
    game = crowd("serial" if rule == "serial" else rule, 3, 5, (2, 4, 7), information="complete", scale="1")
    table = load(simulate.session(game.with_protocol(participants=6, rounds=4)))
    expected = predict(table).decisions
    monkeypatch.setattr(Treatment, "by_structure", property(lambda _: True))
    found = predict(table)
    left_out = [name for name in expected if name.startswith("coalition")]
    assert found.decisions[left_out].isna().all(axis=None)
    pd.testing.assert_frame_equal(found.decisions.drop(columns=left_out), expected.drop(columns=left_out))
    assert "gains of coalitions not computed" in " ".join(found.not_computed)


def test_equilibrium_play_of_a_hundred_is_known_as_such(load):
    cost = {"kind": "power", "coefficient": "0.01", "exponent": "2"}
    game = crowd("serial", 100, 13, (9.5,), cost, "1000")
    table = predict(load(simulate.session(game, rule=lambda rng, theta, grid: 5.0))).decisions
    assert table[["nash_played", "best_reply_played", "nash_message_played"]].all(axis=None)
    assert (table["nash_count"] == 1).all()
    other = predict(load(simulate.session(game, rule=lambda rng, theta, grid: 6.0))).decisions
    assert not other[["nash_played", "best_reply_played"]].any(axis=None)
    assert (other["foregone_points"] > 0).all()


def test_too_many_equilibria_to_list_are_still_recognized(load):
    cost = {"kind": "power", "coefficient": "0.01", "exponent": "2"}
    game = crowd("proportional", 100, 13, (9.5,), cost, "1000")
    sent = iter([9.0] * 80 + [11.0] * 20 + [3.0] * 100)
    found = predict(load(simulate.session(game, rule=lambda rng, theta, grid: next(sent))))
    by_round = found.decisions.groupby("round")["nash_played"].agg(["min", "max"])
    assert by_round.to_numpy(dtype=bool).tolist() == [[True, True], [False, False]]
    assert found.decisions["nash_count"].isna().all()
    assert (found.decisions["nash_area"] > 0).all()
