"""Whole sessions played by bots in oTree itself. The bots assert points, pages, calculator and receipt as they go."""

from decimal import Decimal

import numpy as np
import pytest

from analysis import load_decisions
from analysis.audit import audit, listed
from mechanisms.bayesian import sequential_equilibrium
from mechanisms.session.draws import (
    draw_blocks,
    paid_part,
    paid_round,
    timeout_message,
)
from mechanisms.subjects.population import Population
from mechanisms.subjects.simulation import simulate_sessions
from mechanisms.treatments import load_session_designs
from tests.apps.played_rows import check_rows, parts_of, treatment_of
from tests.lab import ROOT, decisions
from tests.shared import first_of_each, kind_of_play, mostly_thorough, thorough

DESIGNS = {design.name: design for design in load_session_designs(ROOT / "treatments")}
FEW = 2  # rounds, where a session need not have all of them
LARGE = 12  # people
WHOLE = ("chen_serial", "park_agv", "production_serial_then_vcg")


OF_EACH_KIND = first_of_each([*WHOLE, *DESIGNS], lambda name: kind_of_play(DESIGNS[name]))


def shortened(design):
    """Two groups of each order, or one large one, a few rounds; once of each form of play a group plays all rounds."""
    people = design.treatments[0].group_size * len(design.orders)
    if design.name in WHOLE:
        return {"participants": people}
    parts = len(design.treatments)
    names = ["rounds"] if parts == 1 else [f"part{part}_rounds" for part in range(1, parts + 1)]
    groups = 1 if people > LARGE else 2
    return {"participants": groups * people, **dict.fromkeys(names, FEW)}


def by_backward_induction(treatment, row, types):
    """What the types report in the order of the row's group."""
    order = [int(k) - 1 for k in row["sequence"].split(";")]
    index = [place.types.tolist().index(value) for place, value in zip(treatment.positions, types, strict=True)]
    path = sequential_equilibrium(treatment.in_sequence(order).bayesian_game(), order).path(index)
    return [float(place.messages[k]) for place, k in zip(treatment.positions, path, strict=True)]


OF_ONE_PART = [name for name in OF_EACH_KIND if len(DESIGNS[name].treatments) == 1]  # parts: see the test of orders


@pytest.mark.parametrize("name", mostly_thorough(DESIGNS, *OF_ONE_PART))
def test_every_shipped_treatment_in_equilibrium(lab, name):
    design = DESIGNS[name]
    done, tables = lab.play(name, **shortened(design))
    assert done.returncode == 0, done.stderr[-2000:]
    found = {app: rows for app, rows in tables.items() if rows and app != "closing"}
    assert list(found) == ["parts" if len(design.treatments) > 1 else design.treatments[0].form]
    rows = decisions(found)
    check_rows(rows)
    for (part, practice, order), own in parts_of(rows).items():
        assert [int(k) for k in order.split(";")] in [list(known) for known in design.orders]
        treatment = treatment_of(own)
        assert treatment.identity == design.treatments[part - 1].identity
        for row in [] if practice else own:
            mates = [r for r in own if (r["round"], r["group"]) == (row["round"], row["group"])]
            mates.sort(key=lambda r: int(r["position"]))
            types = [float(mate["type"]) for mate in mates]
            if treatment.sequence is not None:
                assert [float(mate["message"]) for mate in mates] == by_backward_induction(treatment, row, types)
                continue
            equilibria = treatment.nash_equilibria(types).tolist()
            if equilibria:
                assert [float(mate["message"]) for mate in mates] in equilibria
            if equilibria and all(len(treatment.dominant_messages(i, value)) for i, value in enumerate(types)):
                assert row["message"] == row["type"]


def test_orders_are_counterbalanced_and_one_part_is_paid(lab):
    changes = {"part1_rounds": 1, "part2_rounds": 2, "part2_pay": "one"}
    done, found = lab.play("production_counterbalanced", **changes)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = found["parts"]
    check_rows(rows)
    orders = {row["participant_id"]: row["order"] for row in rows}
    assert sorted(orders.values()) == ["1;2"] * 6 + ["2;1"] * 6
    blocks = draw_blocks(treatment_of(rows).protocol.seed, 12, 2)
    assert [orders[str(k)] for k in range(1, 13)] == [["1;2", "2;1"][block] for block in blocks]
    for row in rows:
        mates = [row["participant_id"], *row["partners"].split(";")]
        assert len({orders[person] for person in mates if person}) == 1  # people with different orders never meet
        first = row["order"][0] == row["part"]
        length = {"1": 2, "2": 3}  # with one practice round
        shift = 0 if first else length[row["order"][0]]
        assert int(row["round_number"]) == shift + int(row["round"]) + (row["practice"] == "0")
    paid = paid_part(2, rows[0]["session_code"])
    assert {row["part"] for row in rows if row["is_paid_round"] == "1"} == {str(paid)}
    assert not any(row["is_paid_round"] == "1" for row in rows if row["practice"] == "1")
    for row in rows:
        if row["part"] == str(paid):
            exact = Decimal(row["show_up_fee"]) + Decimal(row["part_earnings"])
            assert abs(Decimal(row["total_payment"]) - max(Decimal(0), exact)) <= Decimal("0.005")


def test_practice_with_others_is_marked_and_never_paid(lab):
    changes = {
        "rounds": FEW,
        "practice_rounds": 2,
        "practice_against": "others",
        "bot_strategy": "random",
        "pay": "all",
    }
    done, found = lab.play("production_vcg", **changes)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = found["direct"]
    treatment = check_rows(rows)
    practice = [row for row in rows if row["practice"] == "1"]
    assert len(practice) == 2 * 6
    assert all(row["partners"] and not row["computer_messages"] for row in practice)
    for person in {row["participant_id"] for row in rows}:
        counted = sum(int(r["points_units"]) for r in rows if r["participant_id"] == person and r["practice"] == "0")
        [money] = {r["part_earnings"] for r in rows if r["participant_id"] == person}
        assert Decimal(money) == treatment.money(counted)


@thorough
@pytest.mark.parametrize("strategy", ["random", "truthful", "fixed"])
@pytest.mark.parametrize("name", mostly_thorough(["production_pairwise", "cason_pivotal"], "cason_pivotal"))
def test_other_strategies(lab, name, strategy):
    spoken = {"random": "de", "truthful": "ja", "fixed": "en"}[strategy]  # what bots check on pages, they can say
    done, parts = lab.play(name, 4 if "cason" in name else 6, rounds=FEW, bot_strategy=strategy, language=spoken)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = decisions(parts)
    check_rows(rows)
    if strategy == "truthful":
        assert all(row["message"] == row["type"] for row in rows)
    if strategy == "fixed":
        assert len({row["points_units"] for row in rows}) > 1


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        pytest.param(
            "production_counterbalanced",
            {"part1_rounds": FEW, "part2_rounds": FEW, "part2_practice_against": "others"},
            marks=thorough,
        ),
        ("park_pairwise", {"rounds": FEW, "practice_rounds": 2, "seconds": 20}),
    ],
)
def test_the_audit_agrees_with_practice_and_parts(lab, name, changes):
    done, tables = lab.play(name, **changes)
    assert done.returncode == 0, done.stderr[-2000:]
    newest = max(lab.folder.glob("out-*"), key=lambda path: path.stat().st_mtime_ns)
    result = audit(load_decisions(newest))
    assert listed(result) == ""
    assert result.decisions == len(decisions(tables))


@thorough
def test_fixed_messages_of_the_config(lab):
    done, parts = lab.play("production_serial", rounds=FEW, bot_strategy="fixed", bot_messages="3 5 7")
    assert done.returncode == 0, done.stderr[-2000:]
    assert all(float(row["message"]) == (3, 5, 7)[int(row["position"]) - 1] for row in parts["demand"])


def test_a_model_plays_in_the_laboratory_what_it_plays_in_a_simulation(lab):
    text = "0.6*ewa(lambda=0.02~0.5, phi=0.9, delta=0.5, kappa=0) + 0.4*qre(lambda=0.02)"
    done, parts = lab.play("production_serial", 6, rounds=FEW, seed=9, bot_strategy=text)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [row for row in parts["demand"] if row["practice"] == "0"]
    treatment = check_rows(rows)
    found = simulate_sessions(treatment, Population.of(text), range(1), seed=9)
    _, messages = found.values()
    expected = {(r, g, i): message for (_, r, g, i), message in np.ndenumerate(messages)}
    said = {tuple(int(row[key]) - 1 for key in ("round", "group", "position")): float(row["message"]) for row in rows}
    assert said == expected


@thorough
def test_a_random_session_can_be_played_again(lab):
    sessions = [lab.play("park_agv", rounds=FEW, bot_strategy="random", seed=seed)[1]["direct"] for seed in (5, 5, 6)]
    same, again, other = ([(r["group"], r["type"], r["message"]) for r in rows] for rows in sessions)
    assert same == again != other


def test_time_out_is_drawn_from_the_grid_and_flagged(lab):
    done, parts = lab.play("production_serial", rounds=FEW, seconds=30)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = parts["demand"]
    treatment = check_rows(rows)
    late = [row for row in rows if row["timed_out"] == "1"]
    assert {(row["round"], row["position"]) for row in late} == {(str(FEW), "1")}
    for row in late:
        number = int(row["round_number"])
        drawn = timeout_message(treatment, row["session_code"], number, int(row["participant_id"]), 0)
        assert float(row["message"]) == drawn


@thorough
def test_two_parts_with_values_of_their_own(lab):
    changes = {"part1_rounds": 2, "part2_rounds": 3, "part2_pay": "one", "participation_fee": 2.5}
    done, found = lab.play("production_serial_then_vcg", **changes)
    assert done.returncode == 0, done.stderr[-2000:]
    check_rows(found["parts"])
    counted = [row for row in found["parts"] if row["practice"] == "0"]
    parts = {part: [row for row in counted if row["part"] == part] for part in ("1", "2")}
    treatments = {part: treatment_of(rows) for part, rows in parts.items()}
    assert [treatments[part].protocol.rounds for part in ("1", "2")] == [2, 3]
    for row in parts["1"]:
        vcg = [r for r in parts["2"] if r["participant_id"] == row["participant_id"]]
        paid = paid_round(treatments["2"], row["session_code"], 2)
        assert [int(r["round"]) for r in vcg if r["is_paid_round"] == "1"] == [paid]
        mine = [r for r in parts["1"] if r["participant_id"] == row["participant_id"]]
        serial_money = treatments["1"].money(sum(int(r["points_units"]) for r in mine))
        vcg_money = treatments["2"].money(next(int(r["points_units"]) for r in vcg if int(r["round"]) == paid))
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
    rows = parts["demand"]
    check_rows(rows)
    expected = {
        "participants": "9", "rounds": "3", "matching": "partner", "fixed_roles": "0", "feedback": "own",
        "seconds": "45", "pay": "one", "exchange_rate": "0.033", "show_up_fee": "1.25", "seed": "77",
    }  # fmt: skip
    assert all({key: row[key] for key in expected} == expected for row in rows)
    counted = [row for row in rows if row["practice"] == "0"]
    groups = {(row["round"], frozenset([row["participant_id"], *row["partners"].split(";")])) for row in counted}
    assert len({members for _, members in groups}) == 3  # partner: the same three groups in all rounds


@pytest.mark.parametrize(
    ("participants", "changes", "sentence"),
    [
        (20, {}, "20 participants cannot be divided into groups of 3: use 18 or 21"),
        (2, {}, "2 participants cannot be divided into groups of 3: use 3"),
        (6, {"rounds": 501}, "session.rounds = 501"),
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


@thorough
def test_draws_are_the_same_in_every_treatment_of_the_production_economy(lab):
    keys = ("round", "participant_id", "group", "position", "type")
    played = (("serial", "demand"), ("vcg", "direct"))
    parts = [lab.play(f"production_{name}", rounds=FEW)[1][app] for name, app in played]
    serial, vcg = ([[row[key] for key in keys] for row in rows] for rows in parts)
    assert serial == vcg
    assert len({row["type"] for row in parts[0]}) > 1
