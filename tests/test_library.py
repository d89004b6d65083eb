"""docs/library.md: its examples run, and its lists are those of the packages; the packages can be installed."""

import doctest
import re
import tomllib
from pathlib import Path

import pytest

from mechanisms.lazy import entries, listing

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "library.md"


def test_every_example_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted >= 20
    assert result.failed == 0


@pytest.mark.parametrize("package", ["mechanisms", "analysis"])
def test_lists_are_those_of_the_package(package):
    offered = listing(entries(ROOT / package / "__init__.pyi"))
    assert f"```text\n{offered}\n```" in PAGE.read_text(encoding="utf-8")


def test_everything_that_is_read_beside_code_is_packaged():
    """Each file of the packages that is no module has a pattern in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    for package in ("mechanisms", "analysis"):
        assert (ROOT / package / "py.typed").is_file()
        beside = [p for p in (ROOT / package).rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")]
        assert len(beside) >= 2
        assert [p for p in beside if not any(p.match(pattern) for pattern in patterns)] == []
        folders = {p.parent for p in (ROOT / package).rglob("*.py")}
        assert all((folder / "__init__.py").is_file() for folder in folders)


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, name = project["tool"]["setuptools"]["dynamic"]["version"]["attr"].rpartition(".")
    text = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    version = re.search(rf'^{name} = "(.+?)"', text, re.MULTILINE).group(1)
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_dependencies_are_pinned_for_the_laboratory_too():
    """What the installed library needs is among the exact versions of the requirements, and new enough there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = [(ROOT / name).read_text() for name in ("requirements.txt", "requirements-analysis.txt")]
    pinned = dict(re.findall(r"^([\w-]+)==([\d.]+)", "\n".join(texts), re.MULTILINE))
    for needed in (*project["dependencies"], *project["optional-dependencies"]["report"]):
        name, least = re.fullmatch(r"([\w-]+)(?:\[\w+\])?>=([\d.]+)", needed).groups()
        assert [int(k) for k in pinned[name].split(".")] >= [int(k) for k in least.split(".")]
