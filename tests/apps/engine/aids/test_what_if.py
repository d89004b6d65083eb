"""Queries are stored with message and time, and exported."""

import csv
import re
import sys

import pytest
from engine.aids import answer, what_if

from tests.apps.aid_games import TREATMENTS, person

pytestmark = pytest.mark.usefixtures("stored")


def test_a_stored_query_has_everybodys_message_and_the_time(stored):
    treatment = TREATMENTS["two_players_halves"]
    answer(person(treatment, 1), {"kind": "calculator", "messages": ["0.5", "3"]})
    [row] = stored
    assert row["kind"] == "calculator"
    assert row["messages"] == "0.5;3"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", row["asked_at"])
    assert row["player"].position == 1


# A real session

BOTS = """
import otree.main
otree.main.setup()
from otree.bots.runner import run_bots
from otree.export import custom_export_app
from otree.session import create_session
session = create_session("chen_serial", num_participants=4, modified_session_config_fields={"rounds": 2, "quiz": False})
run_bots(session.id)
with open("what_if.csv", "w", newline="") as file:
    custom_export_app("demand", file, function_name="custom_export_what_if")
"""


def test_queries_of_a_real_session_are_stored_and_exported(own_lab):
    """The bots ask every aid once; what is refused is not stored."""
    done = own_lab.run(sys.executable, "-c", BOTS, OTREE_IN_MEMORY="1")
    assert done.returncode == 0, done.stderr[-2000:]
    with (own_lab.folder / "what_if.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(what_if.COLUMNS)
    treatment = TREATMENTS["chen_serial"]
    assert {(row["participant_id"], row["kind"]) for row in rows} == {
        (str(k), kind) for k in range(1, 5) for kind in ("table", "calculator")
    }
    for row in rows:
        messages = [float(m) for m in row["messages"].split(";")]
        points = treatment.play([16.1, 20.1], messages).points
        assert row["points"] in [str(treatment.points_value(p)) for p in points]
        assert (row["part"], row["part_round"]) == ("1", "1")
    assert len({row["participant_code"] for row in rows}) == 4
    assert {row["points"] for row in rows if row["kind"] == "table"} == {
        row["points"] for row in rows if row["kind"] == "calculator"
    }
