"""What is installed when: a laboratory starts without the libraries of the analysis."""

import re
import subprocess
import sys

import run
from analysis.libraries import NEEDED
from tests.lab import ROOT, Lab

LABORATORY = """
import sys
sys.modules.update(dict.fromkeys(sys.argv[1].split()))  # importing them fails
sys.argv = ["otree", "prodserver"]
from otree.main import setup
setup()
import otree.asgi
import engine.paper.handouts, segno
"""


def pinned(name):
    return set(re.findall(r"^([\w-]+)==[\w.]+", (ROOT / name).read_text("utf-8"), re.MULTILINE))


def test_each_library_is_in_one_file():
    names = ("requirements.txt", "requirements-analysis.txt", "requirements-test.txt")
    assert run.files_of(names[2]) == list(reversed(names))
    laboratory, analysis, tests = map(pinned, names)
    assert not (laboratory & analysis) | (laboratory & tests) | (analysis & tests)
    assert set(NEEDED) <= analysis


def test_a_change_of_a_file_that_is_taken_in_is_noticed(tmp_path, monkeypatch):
    for name in run.files_of("requirements-test.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    before = [run.stamp_of(name) for name in ("requirements.txt", "requirements-test.txt")]
    (tmp_path / "requirements-analysis.txt").write_text("pandas==1\n-r requirements.txt\n", "utf-8")
    after = [run.stamp_of(name) for name in ("requirements.txt", "requirements-test.txt")]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False]


def test_the_server_needs_none_of_the_analysis(tmp_path):
    lab = Lab(tmp_path)
    command = [sys.executable, "-c", LABORATORY, " ".join(NEEDED)]
    environment = lab.environment(OTREE_IN_MEMORY="1", PYTHONPATH=f"{tmp_path}/apps:{tmp_path}")
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
