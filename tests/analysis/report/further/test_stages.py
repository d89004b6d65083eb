"""The section on requests in stages, on simulated play: every number again from the texts of the export."""

import csv

import numpy as np
import pytest

from analysis import read_exports
from analysis.measures.bands import mean_interval
from analysis.report.further.stages import stages
from analysis.report.page import analyse, quiet
from analysis.report.tables import Numbers
from analysis.simulation.writing import write_sessions
from mechanisms.session.in_stages import straightforward_exits
from mechanisms.subjects.population import Population
from mechanisms.treatments import load_treatment
from tests.analysis.simulate import TREATMENTS

STAGED = load_treatment(TREATMENTS / "production_staged.toml").with_protocol(rounds=2)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Five sessions of two groups and two rounds; people ask for the same in each stage. Once a clock ran out."""
    folder = tmp_path_factory.mktemp("stages")
    written = write_sessions(STAGED, Population.of("uniform"), 5, folder, participants=6)
    with written.path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    late = next(row for row in rows if row["stage"] == "2")
    late["requests_by"], late["timed_out"] = "participant;clock", "1"
    with written.path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    sources, _ = analyse(read_exports(folder), False, quiet)
    return stages(sources, Numbers()), rows, late


def groups_of(rows):
    found = {}
    for row in rows:
        found.setdefault((row["session_code"], row["round"], row["group"]), []).append(row)
    return found


def test_requests_by_stage(made):
    section, rows, late = made
    table = section.tables[0]
    for stage, line in enumerate(table.rows, 1):
        asked = [
            (row["session_code"], float(row["requests"].split(";")[stage - 1]))
            for row in rows
            if int(row["stage"]) >= stage and (row is not late or stage != 2)
        ]
        assert line[:4] == ["production_staged", str(stage), str(len(asked)), "5"]
        assert line[4].split()[0] == f"{np.mean([request for _, request in asked]):.2f}"
        assert line[4].count(" to ") == 1
    assert [line[2] for line in table.rows] == ["60", "39", "20"]
    # in the last stage there is nothing that the others could still do
    losses = [float(line[8].split()[0]) for line in table.rows]
    assert min(losses) >= 0


def test_exits_and_what_straightforward_play_would_have_served(made):
    section, rows, late = made
    groups = [own for own in groups_of(rows).values() if late not in own]
    for stage, line in enumerate(section.tables[1].rows, 1):
        served, predicted, units, person = [], [], [], []
        for own in groups:
            [out] = [row for row in own if int(row["stage"]) == stage]
            types = [float(row["type"]) for row in sorted(own, key=lambda row: int(row["position"]))]
            position, quantity = straightforward_exits(STAGED, types)[stage - 1]
            served.append(float(out["message"]))
            predicted.append(quantity)
            units.append(float(out["message"]) == quantity)
            person.append(int(out["position"]) == position + 1)
        assert line[:4] == ["production_staged", str(stage), "19", "5"]
        shown = [cell.split()[0] for cell in line[4:]]
        assert shown[:2] == [f"{np.mean(served):.2f}", f"{np.mean(predicted):.2f}"]
        assert shown[2:] == [f"{100 * np.mean(units):.1f}", f"{100 * np.mean(person):.1f}"]


def test_estimates_have_all_digits_units_and_method(made):
    section, rows, _ = made
    first = section.estimates[section.estimates["question"] == "request: production_staged, stage 1"].iloc[0]
    sessions = {}
    for row in rows:
        sessions.setdefault(row["session_code"], []).append(float(row["requests"].split(";")[0]))
    means = np.array([np.mean(own) for own in sessions.values()])
    assert first["effect"] == pytest.approx(means.mean())
    assert (first["low"], first["high"]) == pytest.approx(mean_interval(means))
    assert (first["n_units"], first["n_decisions"], first["unit"]) == (5, 60, "session")
    assert first["interval_method"].startswith("jackknife over units")


def test_without_stages_there_is_no_section(tmp_path):
    plain = load_treatment(TREATMENTS / "chen_serial.toml").with_protocol(rounds=1, participants=4)
    write_sessions(plain, Population.of("uniform"), 2, tmp_path)
    assert stages(analyse(read_exports(tmp_path), False, quiet)[0], Numbers()) is None
