"""Whole sessions played by bots in oTree itself. The bots assert points, pages, calculator and receipt as they go."""

import json
from decimal import Decimal

import pytest

from mechanisms.draws import draw_session, paid_round, timeout_message
from mechanisms.treatments import Treatment, load_session_designs
from tests.lab import ROOT, exported

DESIGNS = {design.name: design for design in load_session_designs(ROOT / "treatments")}
FEW = 2  # rounds, where a session need not have all of them


def treatment_of(rows):
    return Treatment.from_definition(json.loads(rows[0]["definition"]))


def check_rows(rows):
    """Every exported number is what the stored definition gives for the stored types and messages."""
    treatment = treatment_of(rows)
    protocol = treatment.protocol
    draws = draw_session(treatment, protocol.participants)
    assert len(rows) == protocol.participants * protocol.rounds
    for row in rows:
        k, i = int(row["round"]) - 1, int(row["position"]) - 1
        members = draws.groups[k, int(row["group"]) - 1]
        in_round = {int(r["participant_id"]): r for r in rows if r["round"] == row["round"]}
        mates = [in_round[member + 1] for member in members]
        assert mates[i] is row
        assert row["partners"] == ";".join(mate["participant_id"] for mate in mates if mate is not row)
        types = [float(mate["type"]) for mate in mates]
        assert types == draws.types[k, members].tolist()
        play = treatment.play(types, [float(mate["message"]) for mate in mates])
        assert row["outcome"] == treatment.outcome_label(play.outcome)
        assert [float(row[key]) for key in ("value", "cost_share", "transfer")] == [
            play.values[i], play.cost_shares[i], play.transfers[i]
        ]  # fmt: skip
        assert int(row["points_units"]) == play.points[i]
        assert Decimal(row["points"]) == treatment.points_value(play.points[i])
        if play.payments is not None:
            assert [float(x) for x in row["payments_received"].split(";")] == play.payments[i].tolist()
    return treatment


@pytest.mark.parametrize("name", DESIGNS)
def test_every_shipped_treatment_in_equilibrium(lab, name):
    out = lab.folder / f"out-{name}"
    done = lab.otree("test", name, "--export", str(out))
    assert done.returncode == 0, done.stderr[-2000:]
    parts = {app: rows for app, rows in exported(out).items() if rows}
    # All tests of this module share one folder, but `otree test` starts from an empty database in memory.
    assert list(parts) == sorted(treatment.mechanism for treatment in DESIGNS[name].treatments)
    for rows in parts.values():
        treatment = check_rows(rows)
        for row in rows:
            mates = [r for r in rows if (r["round"], r["group"]) == (row["round"], row["group"])]
            mates.sort(key=lambda r: int(r["position"]))
            types = [float(mate["type"]) for mate in mates]
            equilibria = treatment.nash_equilibria(types).tolist()
            if equilibria:
                assert [float(mate["message"]) for mate in mates] in equilibria
            if equilibria and all(len(treatment.dominant_messages(i, value)) for i, value in enumerate(types)):
                assert row["message"] == row["type"]


@pytest.mark.parametrize("strategy", ["random", "truthful", "fixed"])
@pytest.mark.parametrize("name", ["production_pairwise", "cason_pivotal"])
def test_other_strategies(lab, name, strategy):
    done, parts = lab.play(name, 4 if "cason" in name else 6, rounds=FEW, bot_strategy=strategy)
    assert done.returncode == 0, done.stderr[-2000:]
    [rows] = parts.values()
    check_rows(rows)
    if strategy == "truthful":
        assert all(row["message"] == row["type"] for row in rows)
    if strategy == "fixed":
        assert len({row["points_units"] for row in rows}) > 1


def test_fixed_messages_of_the_config(lab):
    done, parts = lab.play("production_serial", rounds=FEW, bot_strategy="fixed", bot_messages="3 5 7")
    assert done.returncode == 0, done.stderr[-2000:]
    assert all(float(row["message"]) == (3, 5, 7)[int(row["position"]) - 1] for row in parts["serial"])


def test_a_random_session_can_be_played_again(lab):
    sessions = [lab.play("park_agv", rounds=FEW, bot_strategy="random", seed=seed)[1]["agv"] for seed in (5, 5, 6)]
    same, again, other = ([(r["group"], r["type"], r["message"]) for r in rows] for rows in sessions)
    assert same == again != other


def test_time_out_is_drawn_from_the_grid_and_flagged(lab):
    done, parts = lab.play("production_serial", rounds=FEW, seconds=30)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = parts["serial"]
    treatment = check_rows(rows)
    late = [row for row in rows if row["timed_out"] == "1"]
    assert {(row["round"], row["position"]) for row in late} == {(str(FEW), "1")}
    for row in late:
        drawn = timeout_message(treatment, row["session_code"], FEW, int(row["participant_id"]), 0)
        assert float(row["message"]) == drawn


def test_two_parts_with_values_of_their_own(lab):
    changes = {"serial_rounds": 2, "vcg_rounds": 3, "vcg_pay": "one", "participation_fee": 2.5}
    done, parts = lab.play("production_serial_then_vcg", **changes)
    assert done.returncode == 0, done.stderr[-2000:]
    treatments = {app: check_rows(rows) for app, rows in parts.items()}
    assert [treatments[app].protocol.rounds for app in ("serial", "vcg")] == [2, 3]
    for row in parts["serial"]:
        vcg = [r for r in parts["vcg"] if r["participant_id"] == row["participant_id"]]
        paid = paid_round(treatments["vcg"], row["session_code"])
        assert [int(r["round"]) for r in vcg if r["is_paid_round"] == "1"] == [paid]
        mine = [r for r in parts["serial"] if r["participant_id"] == row["participant_id"]]
        serial_money = treatments["serial"].money(sum(int(r["points_units"]) for r in mine))
        vcg_money = treatments["vcg"].money(next(int(r["points_units"]) for r in vcg if int(r["round"]) == paid))
        assert Decimal(row["part_earnings"]) == serial_money
        assert Decimal(vcg[0]["part_earnings"]) == vcg_money
        exact = Decimal("2.5") + serial_money + vcg_money
        assert abs(Decimal(row["total_payment"]) - max(Decimal(0), exact)) <= Decimal("0.005")


def test_changed_values_are_in_force_and_exported(lab):
    changes = {
        "rounds": 3, "matching": "partner", "feedback": "own", "seconds": 45, "pay": "one", "exchange_rate": 0.033,
        "seed": 77, "participation_fee": 1.25, "fixed_roles": False,
    }  # fmt: skip
    done, parts = lab.play("production_serial", 9, **changes)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = parts["serial"]
    check_rows(rows)
    expected = {
        "participants": "9", "rounds": "3", "matching": "partner", "fixed_roles": "0", "feedback": "own",
        "seconds": "45", "pay": "one", "exchange_rate": "0.033", "show_up_fee": "1.25", "seed": "77",
    }  # fmt: skip
    assert all({key: row[key] for key in expected} == expected for row in rows)
    groups = {(row["round"], frozenset([row["participant_id"], *row["partners"].split(";")])) for row in rows}
    assert len({members for _, members in groups}) == 3  # partner: the same three groups in all rounds


@pytest.mark.parametrize(
    ("participants", "changes", "sentence"),
    [
        (20, {}, "20 participants cannot be divided into groups of 3: use 18 or 21"),
        (2, {}, "2 participants cannot be divided into groups of 3: use 3"),
        (
            6,
            {"rounds": 21},
            "rounds = 21 is more than the 20 rounds that app serial was started with: write rounds = 21",
        ),
        (6, {"rounds": 0}, "session.rounds = 0"),
        (6, {"matching": "friends"}, 'session.matching = "friends"'),
        (6, {"matching": "perfect_stranger"}, "at most 1 round"),
        (6, {"seconds": -5}, "session.seconds = -5"),
        (6, {"exchange_rate": -1.0}, "session.exchange_rate = -1"),
    ],
)
def test_impossible_values_stop_with_one_line(lab, participants, changes, sentence):
    done, _ = lab.play("production_serial", participants, **changes)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImpossibleSessionError: ")
    assert sentence.replace('"', "'") in last.replace('"', "'")


def test_draws_are_the_same_in_every_treatment_of_the_production_economy(lab):
    keys = ("round", "participant_id", "group", "position", "type")
    parts = [lab.play(f"production_{app}", rounds=FEW)[1][app] for app in ("serial", "vcg")]
    serial, vcg = ([[row[key] for key in keys] for row in rows] for rows in parts)
    assert serial == vcg
    assert len({row["type"] for row in parts[0]}) > 1
