"""The example notebook runs from top to bottom and says what the data say; it is stored without outputs."""

import json
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebook.ipynb"


@pytest.fixture(scope="module")
def notebook():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))


def test_stored_without_outputs(notebook):
    assert notebook["nbformat"] == 4
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(code) >= 5
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("start", [NOTEBOOK.parent, NOTEBOOK.parents[1]])
def test_every_cell_runs(notebook, monkeypatch, capsys, start):
    """A kernel does no more than this with a cell: compile it and run it in one namespace."""
    monkeypatch.chdir(start)
    monkeypatch.setattr(sys, "path", [*sys.path])
    names: dict = {}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for k, cell in enumerate(cells[: None if start == NOTEBOOK.parent else 2]):
        exec(compile("".join(cell["source"]), f"cell {k}", "exec"), names)
    assert len(names["decisions"]) == 1600
    if start != NOTEBOOK.parent:
        return
    assert names["comparison"].main.p == pytest.approx(2 / 70)
    assert "p = 0.029" in capsys.readouterr().out
    assert names["drawing"]._repr_html_().startswith('<img src="data:image/svg+xml;base64,')
    assert list(names["fitted"].not_fitted) == []
    assert len(names["fitted"].comparison) == 6
