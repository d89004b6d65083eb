"""Faces: one list, which editors, `import *`, `dir`, `help` and the notebook all read."""

import ast
import doctest
import importlib
import inspect
import pydoc
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import analysis
import mechanisms
from mechanisms.lazy import entries
from tests.pasted import functions_and_classes, paste

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
            own = getattr(importlib.import_module(entry.module), entry.name)
            assert found is own or found.__wrapped__ is own  # those of the analysis check their arguments
        assert entry.name in dir(package)
        assert entry.line in text


WITHOUT_EXAMPLE = {
    *("read_exports", "tidy_decisions", "write_tidy", "flow", "choices_of", "study", "write_report"),
    *("behavioural_power", "design_search", "mixed"),
}
"""Functions that take whole exports or plans, or long: their examples are in docs/library.md and the guides."""


def test_every_function_of_a_face_has_an_example():
    functions = [
        (name, found)
        for package in FACES
        for name, found in functions_and_classes(package.__name__)
        if inspect.isfunction(found)
    ]
    parser = doctest.DocTestParser()
    assert {name for name, found in functions if not parser.get_examples(found.__doc__ or "")} == WITHOUT_EXAMPLE
    assert len(functions) > 90


@pytest.mark.parametrize(
    ("name", "pasted"),
    [
        ("mechanisms.costs.homogeneous.PowerCost", True),
        ("mechanisms.games.normal_form.NormalFormGame.profiles", True),
        ("analysis.audit.audit", True),
        ("analysis.audit.unfinished", False),
        ("mechanisms.writing.digits", False),
        ("tests.lab.call", False),
    ],
)
def test_examples_of_a_face_know_the_star_import_alone(name, pasted):
    item = SimpleNamespace(name=name, dtest=SimpleNamespace(globs={"np": None}))
    paste(item)
    assert ("np" not in item.dtest.globs) == pasted
    assert pasted == bool({"PowerCost", "audit"} & set(item.dtest.globs))


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'mechanisms' has no attribute 'nash'"):
        mechanisms.nash  # noqa: B018
    with pytest.raises(ImportError):
        exec("from mechanisms import nash")


MIXED = """
from mechanisms.cost_sharing.equal import equal
from mechanisms.cost_sharing.proportional import proportional
from mechanisms.options import Options
from mechanisms.rule import Rule

class TwofoldOptions(Options):
    weight: float = 0.25

    def arguments(self):
        return {"weight": self.weight}

def twofold_shares(demands, cost, weight):
    return weight * equal(demands, cost) + (1 - weight) * proportional(demands, cost)

RULE = Rule("twofold", "demands", twofold_shares, "a test", "A test.", ("production",), TwofoldOptions)
"""


def test_a_rule_with_its_record_alone_is_found(tmp_path, monkeypatch):
    """No line in a list: not in the face, not in the package; by its name in a game, with its options by default."""
    (tmp_path / "cost_sharing").mkdir()
    (tmp_path / "cost_sharing" / "twofold.py").write_text(MIXED)
    with pytest.raises(AttributeError):
        mechanisms.twofold  # noqa: B018
    monkeypatch.setattr(mechanisms, "__path__", [*mechanisms.__path__, str(tmp_path)])
    cost_sharing = mechanisms.cost_sharing
    monkeypatch.setattr(cost_sharing, "__path__", [*cost_sharing.__path__, str(tmp_path / "cost_sharing")])
    try:
        assert mechanisms.twofold.__name__ == "twofold_shares"
        cost = mechanisms.PowerCost(1, 2)
        game = mechanisms.demand_game([5, 9], [1, 3], cost, "twofold")
        # C(4) = 16: equal parts are 8 and 8, parts of demands 4 and 12; the whole is a quarter and three quarters
        assert game.payoffs[:, 0, 1].tolist() == [5 - (8 + 3 * 4) / 4, 27 - (8 + 3 * 12) / 4]
    finally:
        sys.modules.pop("mechanisms.cost_sharing.twofold", None)
        vars(cost_sharing).pop("twofold", None)
    with pytest.raises(AttributeError):
        mechanisms.generalized_serial  # noqa: B018  (a file without a record is no rule)


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
        ("from mechanisms import PowerCost, pure_nash_equilibria, NormalFormGame, BayesianGame", set()),
        ("from mechanisms import serial, demand_game", {"pydantic"}),  # rules declare their options with it
        ("from mechanisms import vcg, SocialChoiceProblem, dominant_messages, logit_equilibria", {"pydantic"}),
    ],
)
def test_a_name_loads_what_it_needs_only(code, allowed):
    assert loaded_after(code) & HEAVY == allowed


def test_a_laboratory_starts_without_scipy():
    """It takes a third of the time of a start, and 40 MB."""
    load = "from mechanisms.treatments.loading import load_session_designs as load; print(len(load('treatments')) > 20)"
    loaded = loaded_after(load)
    assert "True" in loaded
    assert "scipy" not in loaded
