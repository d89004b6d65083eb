"""Sessions of a study: arms beside each other where they plan the same, and as people come where they are at home."""

import pytest

from analysis import audit, read_exports
from analysis.__main__ import main
from analysis.errors import ExportError
from analysis.inference.units import independent_units
from analysis.registration.document import register, study_of
from analysis.registration.sessions import populations_of, sessions_of
from analysis.registration.writing import write
from analysis.report.plan import Plan, with_registration
from mechanisms.subjects.population import PopulationError
from tests.shared import thorough

ARMS = """
[[arms]]
treatment = "FIRST"
sessions = SESSIONS
participants = 12
[[arms]]
treatment = "SECOND"
name = "other"
sessions = 2
participants = 12
[power]
model = "qre(lambda=0.05~0/0.5)"
"""
HOME = """
setting = "online"
consent.contact = "lab@example.org"
"""
LAB = 'stopping.date = "2026-01-01"\n[[exclusions]]\nrule = "quiz_failed"\n'


def study(folder, first, second, sessions=2, begin=LAB):
    path = folder / "pair.toml"
    text = ARMS.replace("FIRST", first).replace("SECOND", second).replace("SESSIONS", str(sessions))
    path.write_text(begin + text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("treatments", "sessions", "begin", "files", "units"),
    [
        (("chen_serial", "chen_proportional"), 2, LAB, ["pair"], 4 * 6),  # pairs that stay together
        pytest.param(("chen_serial", "chen_proportional"), 1, LAB, ["chen_serial", "other"], 3 * 6, marks=thorough),
        pytest.param(("production_serial", "production_vcg"), 2, LAB, ["pair"], 4, marks=thorough),
        (("production_serial", "production_vcg"), 2, HOME, ["pair"], 4 * 2),  # silos of two groups
    ],
)
def test_simulated_data_are_as_registered(tmp_path, capsys, treatments, sessions, begin, files, units):
    """Decisions are said to be of January 2026, after the end and before the document: but robots' have no date."""
    path = study(tmp_path, *treatments, sessions, begin)
    assert main(["simulate", str(path), "--out", str(tmp_path / "data")]) == 0
    assert sorted(file.name for file in (tmp_path / "data").iterdir()) == [f"{name}_custom.csv" for name in files]
    [document, *texts] = write(register(path), tmp_path)
    text = next(file for file in texts if file.suffix == ".md").read_text("utf-8")
    assert text.count("participants = 12") == text.count("Protocol: ") == 2  # as planned, not as in the treatments
    exports = read_exports(str(tmp_path / "data"))
    assert audit(exports.decisions).ok
    for file in (path, document):
        plan, _ = with_registration(Plan(registration=study_of(file)), exports)
        assert plan.deviations == ()
    assert len(independent_units(exports.decisions).table) == units
    assert main(["simulate", str(document), "--out", str(tmp_path / "again")]) == 0
    assert main(["simulate", str(document), "--treatments", "mine", "--out", str(tmp_path / "other")]) == 2
    assert "--treatments mine: " in capsys.readouterr().err  # what was registered is played
    for name in files:
        again, data = (tmp_path / folder / f"{name}_custom.csv" for folder in ("again", "data"))
        assert again.read_bytes() == data.read_bytes()


def test_arms_apart_have_sessions_of_their_own(tmp_path):
    found = study_of(study(tmp_path, "park_vcg", "park_agv", 1))
    assert [(s.design.name, s.arms.arms, list(s.numbers)) for s in sessions_of(found)] == [
        ("park_vcg", ("park_vcg",), [0]),
        ("other", ("other",), [1, 2]),
    ]
    [both] = sessions_of(found, 3, 6)
    assert (both.design.name, both.design.participants, list(both.numbers)) == ("pair", 12, [0, 1, 2])


def test_what_cannot_be(tmp_path, capsys):
    path = study(tmp_path, "production_serial", "production_vcg", begin=HOME)
    with pytest.raises(ExportError, match="participants = 15 must be a multiple of the silo, 6: use 12 or 18"):
        sessions_of(study_of(path), participants=15)
    path.write_text(path.read_text("utf-8").partition("[power]")[0], "utf-8")
    with pytest.raises(PopulationError, match=r"power\.subjects has no 'production_serial'"):
        populations_of(study_of(path))
    assert main(["simulate", str(path), "--out", str(tmp_path / "out")]) == 2
    assert "error: pair: power.subjects has no 'production_serial'" in capsys.readouterr().err
    path.write_text('[[hypotheses]]\noutcome = "earnings"', "utf-8")
    assert main(["simulate", str(path), "--out", str(tmp_path / "out")]) == 2
    assert "no [[arms]]; expected who plays what" in capsys.readouterr().err
