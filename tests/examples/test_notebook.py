"""The example notebook runs from top to bottom and says what the data say; it is stored without outputs."""

import json
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


def test_no_cell_changes_where_modules_are_found(notebook):
    code = "".join("".join(cell["source"]) for cell in notebook["cells"])
    assert "sys.path" not in code
    assert "chdir" not in code


def test_every_cell_runs(notebook, monkeypatch, capsys):
    """A kernel does no more than this with a cell: compile it and run it in one namespace, in the notebook's folder."""
    monkeypatch.chdir(NOTEBOOK.parent)
    names: dict = {}
    for k, cell in enumerate(cell for cell in notebook["cells"] if cell["cell_type"] == "code"):
        exec(compile("".join(cell["source"]), f"cell {k}", "exec"), names)
    assert names["game"].shape == (8, 8, 8, 8)
    assert names["pure_nash_equilibria"](names["game"]).tolist() == [[1, 2, 2, 3]]
    assert "327 of 625" in names["certificate"].row("unique pure Nash equilibrium").answer
    assert len(names["decisions"]) == 1600
    assert names["comparison"].main.p == pytest.approx(2 / 70)
    assert "p = 0.029" in capsys.readouterr().out
    assert names["drawing"]._repr_html_().startswith('<img src="data:image/svg+xml;base64,')
    assert list(names["fitted"].not_fitted) == []
    assert len(names["fitted"].comparison) == 6
