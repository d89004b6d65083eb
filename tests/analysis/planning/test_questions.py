"""What a study asks of a power analysis: its hypotheses, by people who differ between its arms."""

import re
import shlex

import pytest

from analysis.__main__ import main
from tests.house import ROOT
from tests.shared import mostly_thorough

STUDY = """
[[arms]]
name = "usual"
treatment = "park_vcg"
participants = 3
sessions = 3
style = "traditional"
[[arms]]
name = "menu"
treatment = "park_vcg"
participants = 3
sessions = 3
style = "menu"
[[arms]]
treatment = "park_agv"
participants = 3
[[hypotheses]]
outcome = "truthful"
arms = ["usual", "menu"]
alternative = "greater"
level = 0.1
[[hypotheses]]
outcome = "truthful"
arms = ["menu", "park_agv"]
test = "noninferiority"
alternative = "greater"
margin = 20
[[hypotheses]]
outcome = "truthful"
arms = ["usual", "menu", "park_agv"]
[power.subjects]
usual = "0.2*truthful + 0.8*uniform"
menu = "truthful"
park_agv = "truthful"
"""


@pytest.fixture
def asked(tmp_path, monkeypatch, capsys):
    """What the command prints and says is wrong, of a study with some words replaced."""
    monkeypatch.chdir(ROOT)

    def ask(*options, old="", new="", simulations=20):
        path = tmp_path / "described.toml"
        path.write_text(STUDY.replace(old, new), "utf-8")
        code = main(["power", str(path), "--simulations", str(simulations), "--rounds", "2", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ask


def test_each_arm_is_played_by_its_own_people(asked, tmp_path):
    code, out, _ = asked("--out", str(tmp_path / "plans"))
    assert code == 0
    assert [line.split(":")[0] for line in out.splitlines() if re.match("H[0-9]", line)] == ["H1", "H2"]  # H3: 3 arms
    assert "0.2*truthful + 0.8*uniform in usual and truthful in menu" in out
    assert "permutation test of unit means (greater, 10 %)" in out
    assert "noninferiority" not in out
    assert "not worse by the margin (greater, 5 %) with a margin of 0.2 " in out  # 20 % points of the table
    found = {k: (tmp_path / "plans" / k / "power.csv").read_text("utf-8").splitlines() for k in ("H1", "H2")}
    rows = {k: dict(zip(*(line.split(",") for line in lines), strict=True)) for k, lines in found.items()}
    assert {row["sessions"] for row in rows.values()} == {"3"}  # as the arms plan
    assert float(rows["H1"]["effect"]) == pytest.approx(0.4, abs=0.1)  # half of what is random is the truth
    assert float(rows["H1"]["power"]) > 0.5
    assert float(rows["H2"]["effect"]) == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"old": 'menu = "truthful"'}, r"power.subjects has no 'menu': say who is expected to play, as in menu ="),
        ({"old": 'menu = "truthful"', "new": 'menu = "honest"'}, r"power.subjects.menu: 'honest' is no model"),
        (
            {"old": "\nusual = ", "new": "\nusuall = "},
            r"has subjects for 'usuall', which is no arm: use usual, menu, p",
        ),
        ({"old": "sessions = 3"}, r"sessions and experiments: use 1 session or more an arm"),
        (["--outcome", "earnings"], r"--outcome earnings: the hypotheses of .* say it: leave it out"),
        (["--subjects", "uniform", "uniform"], r"--subjects: one model for all arms, or none"),
        (["--pilot", "nowhere"], r"--pilot: name the model that is fitted to it"),
    ],
)
def test_what_cannot_be_is_one_line(asked, options, words):
    given = options if isinstance(options, dict) else {}
    code, _, error = asked(*(() if given else options), **given)
    assert code == 2
    assert error.count("\n") == 1
    assert re.search(words, error), error


@pytest.mark.parametrize("name", mostly_thorough(["serial", "auction", "pivotal", "groves"], "serial"))
def test_the_command_of_a_ready_made_study(name, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    [command] = re.findall(
        r"(?m)^# python -m analysis (power .*)$", (ROOT / f"studies/describe_{name}.toml").read_text()
    )
    smaller = ["--simulations", "2", "--rounds", "1"]
    assert main([*shlex.split(command), *smaller]) == 0
    assert re.findall(r"(?m)^H[12]: .*$", capsys.readouterr().out) == [
        f"H{k}: {'nash' if name == 'serial' else 'dominant'}_played, {name}_{other} less {name}_traditional"
        for k, other in enumerate(("opportunity" if name == "serial" else "menu", "advice"), 1)
    ]
