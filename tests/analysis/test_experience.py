"""Tables of earlier sessions: counted again by hand, and read as the advice of a treatment."""

import statistics
from collections import defaultdict
from pathlib import Path

import pytest

from analysis import ExportError, load_decisions
from analysis.__main__ import main
from analysis.experience import experience_table
from mechanisms.treatments import load_treatment
from tests.analysis import simulate

PARK = Path("treatments/park_vcg.toml").read_text("utf-8")


def of_people(name, code="abcd1234"):
    rows = simulate.session(simulate.treatment(name), code)
    return [row | {"is_bot": "0"} for row in rows]


def sessions(tmp_path, *names):
    made = [of_people(name, f"code{k}") for k, name in enumerate(names)]
    return [str(simulate.write(tmp_path / f"{k}_custom.csv", rows)) for k, rows in enumerate(made)]


def test_the_table_is_what_people_did_and_becomes_advice(tmp_path, capsys):
    rows = of_people("park_vcg")
    rows[0] |= {"timed_out": "1", "decided_by": "clock"}  # nobody's own decision
    export = simulate.write(tmp_path / "park_vcg_custom.csv", rows)
    assert main(["experience", str(export), "--out", str(tmp_path / "earlier.csv")]) == 0
    own = [row for row in rows[1:] if row["practice"] == "0"]
    assert f"with {len(own)} decisions of people\n" in capsys.readouterr().out
    points = defaultdict(list)
    for row in own:
        points[row["role"], float(row["type"]), float(row["message"])].append(float(row["points"]))
    (tmp_path / "park_told.toml").write_text(
        PARK.replace("[group]", '[advice]\nkind = "experience"\nfile = "earlier.csv"\n\n[group]', 1), "utf-8"
    )
    lines = load_treatment(tmp_path / "park_told.toml").advice.earlier
    assert {(line.role, float(line.type), float(line.message)): line.times for line in lines} == {
        key: len(values) for key, values in points.items()
    }
    for line in lines:
        mean = statistics.fmean(points[line.role, float(line.type), float(line.message)])
        assert float(line.points) == pytest.approx(mean)


def test_decisions_of_several_games_need_a_name(tmp_path, capsys):
    exports = sessions(tmp_path, "park_vcg", "production_serial")
    out = tmp_path / "earlier.csv"
    assert main(["experience", *exports, "--out", str(out)]) == 2
    assert "several games (park_vcg and production_serial): name one by --treatment" in capsys.readouterr().err
    assert not out.exists()
    assert main(["experience", *exports, "--out", str(out), "--treatment", "production_serial"]) == 0
    assert set(experience_table(load_decisions(exports), "park_vcg")["identity"]) == {
        load_treatment("treatments/park_vcg.toml").identity
    }
    with pytest.raises(ExportError, match="no decision that a person made in a session of the treatment park"):
        experience_table(load_decisions(exports), "park")


def test_what_bots_did_is_not_told_as_what_people_did(tmp_path, capsys):
    out, rows = tmp_path / "earlier.csv", of_people("park_vcg")
    for row in rows:
        row["is_bot"] = str(int(row["participant_id"] != "1"))
    mixed = simulate.write(tmp_path / "park_vcg_custom.csv", rows)
    assert main(["experience", str(mixed), "--out", str(out)]) == 0
    own = [row for row in rows if row["practice"] == "0" and row["is_bot"] == "0"]
    bots = sum(row["practice"] == "0" for row in rows) - len(own)
    assert f"with {len(own)} decisions of people; {bots} of bots left out" in capsys.readouterr().out
    out.unlink()
    simulate.write(mixed, [row | {"is_bot": "1"} for row in rows])
    assert main(["experience", str(mixed), "--out", str(out)]) == 2
    assert f"no decision that a person made: {bots + len(own)} of bots" in capsys.readouterr().err
    assert not out.exists()
