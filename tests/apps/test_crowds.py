"""Whole sessions in oTree of groups of 13 and 30, played by bots, audited and predicted."""

import pytest

from analysis import audit, load_decisions
from analysis.predictions import predict
from tests.apps.other_games import PROTOCOL
from tests.apps.played_rows import check_rows
from tests.lab import Lab, decisions
from tests.shared import thorough

GAME = """
title = "A crowd"
[group]
size = {n}
information = "{information}"
[environment]
kind = "production"
quantities = {{ lowest = 0, highest = 8, step = 1 }}
value = {{ kind = "quadratic", curvature = 2 }}
cost = {cost}
[mechanism]
name = "{rule}"
{types}
[points]
scale = 10
"""
TYPES = '[types]\nvalues = [13, 16, 19]\nprobabilities = ["1/3", "1/3", "1/3"]'
POWER = '{ kind = "power", coefficient = 0.05, exponent = 2 }'
ALL = "quiz = true\npractice_rounds = 1\n[screen]\ngraph = true\nwarn_dominated = true"
SERIAL_30 = GAME.format(n=30, information="private", cost=POWER, rule="serial", types=TYPES)
CROWDS = {
    "thirty_serial": (SERIAL_30, {"participants": 30, "more": ALL}),
    "thirteen_average": (
        GAME.format(n=13, information="complete", cost=POWER, rule="proportional", types=TYPES),
        {"participants": 13, "more": 'feedback = "average"\nfixed_roles = false'},
    ),
    "thirteen_in_an_order": (
        GAME.format(n=13, information="own", cost=POWER, rule="incremental", types="[types]\nvalues = [16]"),
        {"participants": 13, "more": ""},
    ),
}


@pytest.fixture(scope="module")
def crowds(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("crowds"), warm=True)
    lab.clear()
    for name, (text, protocol) in CROWDS.items():
        (lab.folder / "treatments" / f"{name}.toml").write_text(text + PROTOCOL.format(**protocol), encoding="utf-8")
    yield lab
    lab.close()


@pytest.mark.parametrize(
    ("name", "strategy"),
    [
        pytest.param("thirty_serial", "equilibrium", marks=thorough),
        ("thirteen_average", "fixed"),
        pytest.param("thirteen_in_an_order", "random", marks=thorough),
    ],
)
def test_a_session_of_a_crowd_is_played_audited_and_predicted(crowds, name, strategy):
    done, tables = crowds.play(name, bot_strategy=strategy)
    assert done.returncode == 0, done.stderr[-2000:]
    check_rows(decisions(tables))
    [*_earlier, folder] = sorted(crowds.folder.glob("out-*/"), key=lambda path: path.stat().st_mtime)
    data = load_decisions(sorted(folder.glob("*_custom.csv")))
    found = audit(data)
    assert not found.mismatches
    played = predict(data).decisions
    assert played["best_reply_count"].notna().all()
    if strategy == "equilibrium":
        assert played[["nash_played", "best_reply_played"]].all(axis=None)
