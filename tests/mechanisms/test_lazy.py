"""Faces: one list, which editors, `import *`, `dir`, `help` and the notebook all read."""

import ast
import importlib
import pydoc
import subprocess
import sys
from pathlib import Path

import pytest

import analysis
import mechanisms
from mechanisms.lazy import entries

FACES = [package for package in (mechanisms, analysis) if Path(package.__file__).with_suffix(".pyi").exists()]


def stub(package):
    return Path(package.__file__).with_suffix(".pyi")


def test_both_packages_have_a_face():
    assert [mechanisms, analysis] == FACES


@pytest.mark.parametrize("package", FACES)
def test_every_import_of_the_stub_is_an_entry(package):
    """A line that the pattern does not read (no remark, two names, another alias) would be there for mypy only."""
    imported = [
        alias.name
        for node in ast.parse(stub(package).read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    offered = entries(stub(package))
    assert [entry.name for entry in offered] == imported == package.__all__
    assert len(set(imported)) == len(imported) >= 20
    assert all(entry.heading and 3 <= len(entry.line) <= 90 for entry in offered)


@pytest.mark.parametrize("package", FACES)
def test_every_name_is_found_and_said(package):
    text = pydoc.plaintext.document(package)
    for entry in entries(stub(package)):
        found = getattr(package, entry.name)
        room = f"{package.__name__}.{entry.name}"
        if entry.module in (package.__name__, room):
            assert found is importlib.import_module(room)
        else:
            assert found is getattr(importlib.import_module(entry.module), entry.name)
        assert entry.name in dir(package)
        assert entry.line in text


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'mechanisms' has no attribute 'nash'"):
        mechanisms.nash  # noqa: B018
    with pytest.raises(ImportError):
        exec("from mechanisms import nash")


def loaded_after(code):
    """Which modules a fresh interpreter has after some code."""
    ask = f"{code}\nimport sys; print(*sorted(sys.modules))"
    root = Path(mechanisms.__file__).parents[1]
    run = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=root)
    return set(run.stdout.split())


HEAVY = {"scipy", "matplotlib", "pandas", "pydantic", "statsmodels", "pandera", "pyarrow"}


def test_importing_a_face_loads_nothing_heavy():
    loaded = loaded_after("import mechanisms, analysis; dir(mechanisms); mechanisms.__doc__; dir(analysis)")
    assert not loaded & (HEAVY | {"numpy"})
    assert {"mechanisms.lazy", "analysis"} <= loaded


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("from mechanisms import load_treatment, Treatment, pure_nash_equilibria", {"pydantic"}),
        ("from mechanisms import PowerCost, serial, demand_game, NormalFormGame, BayesianGame", set()),
        ("from mechanisms import vcg, SocialChoiceProblem, dominant_messages, logit_equilibria", set()),
    ],
)
def test_a_name_loads_what_it_needs_only(code, allowed):
    assert loaded_after(code) & HEAVY == allowed
    # and the path method that solves an equation of motion loads the solver when it is called
    assert "scipy.integrate" in loaded_after(
        "from mechanisms import moulin_shenker as m, QuadraticFormCost as c; m([1, 1], c([[1, 0], [0, 4]]))"
    )
