"""Simulated sessions are exports of the platform: audit and report accept them."""

import csv
import io
import shutil
import tomllib

import numpy as np
import pytest

from analysis import audit, compare, load_decisions, predict
from analysis.__main__ import main
from analysis.simulation.rows import HEADER, lines
from analysis.simulation.writing import write_sessions
from examples.rows import add_earnings, add_payments, group_rows
from mechanisms.subjects.population import Population
from mechanisms.subjects.simulation import simulate_sessions
from mechanisms.treatments import Treatment
from tests.analysis.simulate import TREATMENTS, treatment
from tests.shared import first_of_each, mostly_thorough


def shipped():
    """Of one part."""
    files = sorted(TREATMENTS.glob("*.toml"))
    return [path.stem for path in files if "parts" not in tomllib.loads(path.read_text("utf-8"))]


def form_of_play(name):
    """What simulated rows depend on: the audit of each kind of game is in tests/analysis/test_audit.py."""
    found = treatment(name)
    return found.form, found.information, found.stages is None, found.sequence is None


@pytest.mark.parametrize("name", mostly_thorough(shipped(), *first_of_each(shipped(), form_of_play)))
def test_the_audit_finds_nothing(tmp_path, name):
    t = treatment(name, pay="one") if name.startswith("p") else treatment(name)
    written = write_sessions(t, Population.of("uniform"), 2, tmp_path, seed=3)
    decisions = load_decisions(str(written.path))
    assert len(decisions) == written.rows > 0
    assert decisions["session_code"].nunique() == 2
    result = audit(decisions)
    assert result.ok, result.verdict
    assert "0 mismatches, 0 impossible entries" in result.verdict


def test_requests_of_stages_are_quantities_not_their_places_on_the_grid(tmp_path):
    definition = treatment("production_staged").definition
    halves = {key: definition["messages"][key] for key in ("lowest", "highest")} | {"step": "0.5"}
    environment = definition["environment"] | {"quantities": halves}
    t = Treatment.from_definition(definition | {"environment": environment, "messages": halves})
    written = write_sessions(t, Population.of("uniform"), 1, tmp_path, seed=3)
    decisions = load_decisions(str(written.path))
    assert "0 mismatches, 0 impossible entries" in audit(decisions).verdict
    last = decisions["requests"].str.rsplit(";", n=1).str[-1].astype(float)
    assert (last == decisions["message"]).all()
    assert (last % 1 == 0.5).any()


def test_decisions_and_money_are_those_that_were_simulated(tmp_path):
    t, population = treatment("cason_groves"), Population.of("qre(lambda=0.02)")
    written = write_sessions(t, population, 3, tmp_path, seed=5)
    found = simulate_sessions(t, population, range(3), seed=5)
    decisions = load_decisions(str(written.path)).sort_values(["seed", "round", "group", "position"])
    assert (decisions["message"].to_numpy() == found.values()[1].reshape(-1)).all()
    assert (decisions["points_units"].to_numpy() == found.points.reshape(-1)).all()
    points = np.zeros((3, t.protocol.participants))
    np.add.at(points, (np.arange(3)[:, None], found.groups.reshape(3, -1)), found.points.reshape(3, -1))
    paid = decisions.groupby(["seed", "participant_id"])["total_payment"].first().astype(float).to_numpy()
    expected = points * float(t.protocol.exchange_rate) / 10**t.rounding + float(t.protocol.show_up_fee)
    assert paid == pytest.approx(np.maximum(expected, 0).reshape(-1), abs=0.005001)


SEVERAL = """
title = "Several parts"
parts = ["chen_serial", "chen_proportional", "production_serial", "chen_serial"]
orders = [[1, 2, 3, 4], [4, 3, 1, 2], [2, 1, 3, 4]]
pay = "PAY"
participants = 18
show_up_fee = 3.5
"""


@pytest.mark.parametrize("pay", ["one", mostly_thorough(["all"])[0]])
def test_sessions_of_several_parts(tmp_path, pay):
    """A treatment twice, groups of two and of three, three orders: groups of one time have numbers of their own."""
    for name in ("chen_serial", "chen_proportional", "production_serial"):
        shutil.copy(TREATMENTS / f"{name}.toml", tmp_path)
    (tmp_path / "several.toml").write_text(SEVERAL.replace("PAY", pay), "utf-8")
    written = write_sessions(
        tmp_path / "several.toml", Population.of("0.5*uniform + 0.5*fixed(messages=2)"), 3, tmp_path
    )
    decisions = load_decisions(str(written.path))
    result = audit(decisions)
    assert "0 mismatches, 0 impossible entries" in result.verdict
    assert len(decisions) == written.rows == 3 * 18 * (15 + 15 + 10 + 15)
    assert decisions.groupby(["session_code", "order"])["participant_id"].nunique().tolist() == [6] * 9
    at_a_time = decisions.groupby(["session_code", "round_number", "group"])
    assert (at_a_time["part"].nunique() == 1).all()
    assert (at_a_time.size() == at_a_time["group_size"].first()).all()
    totals = decisions.groupby(["session_code", "participant_id"])["total_payment"].nunique()
    assert (totals == 1).all()
    # who plays a fixed message does so in all parts
    twos = (decisions["message"] == 2).groupby([decisions["session_code"], decisions["participant_id"]]).mean()
    assert ((twos == 1) | (twos < 0.5)).all()
    assert 0.2 < (twos == 1).mean() < 0.8


def test_counterbalanced_sessions_are_units_that_play_both(tmp_path):
    written = write_sessions(TREATMENTS / "production_counterbalanced.toml", Population.of("uniform"), 2, tmp_path)
    decisions = predict(load_decisions(str(written.path))).decisions
    found = compare(decisions, "efficiency", regressions=False)
    assert found.means.design == "within"
    assert len(found.means.means) == 4  # two orders in each of two sessions


MADE_UP = {"participant_code", "decided_at", "seconds_taken", "otree_version"}
"""Columns that each of the two writers makes up in its own way."""


@pytest.mark.parametrize(
    "name", ["production_serial", "park_pairwise", "park_pairwise_sequential", "park_cremer_riordan"]
)
def test_rows_are_those_of_the_writer_of_the_examples(name):
    """Column by column: that one goes row by row, uses nothing of `analysis`, and is what the audit is tested on."""
    t = treatment(name, practice_rounds=0, rounds=3, participants=6, seed=11)
    found = simulate_sessions(t, Population.of("uniform"), range(1), seed=11)
    fast = list(csv.DictReader(io.StringIO(HEADER + "\n" + "".join(lines(found)))))
    types, messages = found.values()
    slow = []
    for r, g in np.ndindex(found.groups.shape[1:3]):
        here, order = (0, r, g), None if found.sequences is None else found.sequences[0, r, g].tolist()
        people = (found.groups[here] + 1).tolist()
        own = types[here].tolist(), messages[here].tolist()
        slow += group_rows(t, fast[0]["session_code"], r + 1, g + 1, people, *own, [False] * len(people), order)
    add_earnings(t, fast[0]["session_code"], slow)
    add_payments(t.protocol.show_up_fee, slow)
    assert len(fast) == len(slow) == 18
    for one, other in zip(fast, slow, strict=True):
        assert {key: one[key] for key in set(other) - MADE_UP} == {key: other[key] for key in set(other) - MADE_UP}


def test_on_the_command_line(tmp_path, capsys):
    files = [str(TREATMENTS / f"{name}.toml") for name in ("park_vcg", "park_agv")]
    options = ["--subjects", "0.5*truthful+0.5*uniform", "--sessions", "2", "--seed", "4"]
    for folder in ("a", "b"):
        assert main(["simulate", *files, *options, "--out", str(tmp_path / folder)]) == 0
    assert "group-rounds a second" in capsys.readouterr().out
    for name in ("park_vcg_custom.csv", "park_agv_custom.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert main(["audit", str(tmp_path / "a")]) == 0
    seeds = load_decisions(str(tmp_path / "a")).groupby("treatment")["seed"].unique()
    assert {name: sorted(map(int, own)) for name, own in seeds.items()} == {"park_vcg": [4, 5], "park_agv": [6, 7]}
    assert main(["simulate", *files, *options, "--out", str(tmp_path / "a")]) == 0  # bots can be played again
    export = tmp_path / "a" / "park_agv_custom.csv"
    with export.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[3]["is_bot"] = "0"
    with export.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([rows[0].keys(), *(row.values() for row in rows)])
    of_people = export.read_bytes()
    assert main(["simulate", *files, *options, "--out", str(tmp_path / "a")]) == 2
    assert "park_agv_custom.csv, line 5: is there already" in capsys.readouterr().err
    assert export.read_bytes() == of_people


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["park_vcg", "--subjects", "nobody"], "error: subjects: 'nobody' is no model"),
        (
            ["park_vcg", "--subjects", "-0.2*uniform+1.2*truthful"],
            "error: subjects: '-0.2*uniform': the share -0.2 must",
        ),
        (["park_vcg", "--subjects", ""], "error: subjects: '' names no model"),
        (["park_vcg", str(TREATMENTS / "park_vcg.toml")], "park_vcg: two FILEs have this name, and each writes"),
        (["park_vcg", "--sessions", "0"], "error: --sessions"),
        (["park_vcg", "--seed", "-1"], "error: --seed is -1; it must be 0 or more"),
        (["park_vcg", "--participants", "5"], "participants"),
        (["production_counterbalanced", "--participants", "7"], "evenly among the 2 orders: use 6 or 8"),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path, capsys, arguments, words):
    name, *options = arguments
    assert main(["simulate", str(TREATMENTS / f"{name}.toml"), *options, "--out", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_the_arms_of_a_study_by_the_people_of_each(tmp_path, monkeypatch, capsys):
    """The pilot that a power analysis is fitted to tells arms of one game apart, too."""
    monkeypatch.chdir(TREATMENTS.parent)
    path = tmp_path / "described.toml"
    arms = '[[arms]]\nname = "usual"\ntreatment = "park_vcg"\n{}[[arms]]\nname = "menu"\ntreatment = "park_vcg"\n{}'
    who = '[power.subjects]\nusual = "uniform"\nmenu = "truthful"\n'
    path.write_text(arms.format('style = "traditional"\n', 'style = "menu"\nsessions = 2\n') + who, "utf-8")
    assert main(["simulate", str(path), "--out", str(tmp_path / "data")]) == 0
    assert main(["audit", str(tmp_path / "data")]) == 0
    table = predict(load_decisions(str(tmp_path / "data"))).decisions
    shares = table.groupby("treatment")["truthful"].mean()
    assert shares["menu"] == 1
    assert shares["usual"] < 0.9
    assert table.groupby("treatment")["session_code"].nunique().to_dict() == {"menu": 2, "usual": 1}
    path.write_text(arms.format("", "") + who, "utf-8")  # one treatment, and sessions that tell the arms apart
    assert main(["simulate", str(path), "--out", str(tmp_path / "alike")]) == 0
    again = tmp_path / "again.toml"
    again.write_text(path.read_text("utf-8"), "utf-8")
    assert main(["simulate", str(path), str(again), "--out", str(tmp_path / "both")]) == 0
    assert load_decisions(str(tmp_path / "both"))["seed"].nunique() == 4  # no two sessions, and no arms, are alike
    table = predict(load_decisions(str(tmp_path / "alike"))).decisions
    assert table.groupby("arm")["truthful"].mean()["menu"] == 1
    assert table["session_code"].nunique() == 1
