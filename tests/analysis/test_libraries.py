"""The analysis' libraries: installed with its first command in the platform's own environment, asked for elsewhere."""

import subprocess
import sys

import pytest

from analysis import libraries


def test_all_that_is_needed_is_here():
    assert libraries.missing() == []
    libraries.ensure()


def test_elsewhere_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(libraries, "NEEDED", ("pandas", "no_such_library"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(SystemExit, match="no_such_library not installed here: pip install -r requirements-analysis"):
        libraries.ensure()


@pytest.mark.parametrize("works", [True, False])
def test_in_the_platforms_environment_they_come_with_the_first_command(monkeypatch, tmp_path, capsys, works):
    """Told on stderr as progress, which the experimenter's page shows; a failure is a line."""
    (tmp_path / "run.py").write_text("")
    asked = []

    def install(command, **_options):
        asked.append(command)
        if works:
            monkeypatch.setattr(libraries, "NEEDED", ())
        return subprocess.CompletedProcess(command, 0 if works else 1)

    monkeypatch.setattr(libraries, "NEEDED", ("no_such_library",))
    monkeypatch.setattr(libraries, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    monkeypatch.setattr(libraries.subprocess, "run", install)
    if works:
        libraries.ensure()
    else:
        with pytest.raises(SystemExit, match="could not be installed"):
            libraries.ensure()
    assert asked == [[sys.executable, str(tmp_path / "run.py"), "libraries"]]
    assert capsys.readouterr().err.startswith("… the analysis' libraries are installed")
