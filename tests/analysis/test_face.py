"""What results of the analysis say of themselves, and names that are modules and functions."""

import inspect
import re

import pandas as pd
import pytest

import analysis
from tests.mechanisms.tags import Tags


@pytest.fixture(scope="module")
def data():
    return analysis.load_decisions("examples/data/cason")


def results(data):
    exports = analysis.read_exports("examples/data/cason")
    units = analysis.independent_units(data)
    predicted = analysis.predict(data)
    compared = analysis.compare(predicted.decisions, "dominant_played", units=units, regressions=False)
    yield from (exports, units, predicted, compared, compared.main, compared.means, analysis.audit(data))
    yield from (analysis.flow(exports), analysis.power(analysis.Design(4, 10, (0.3, 0.6), 0.1), simulations=50))
    rows = data[data["treatment"] == "cason_groves"]
    chosen = {name: analysis.MODELS[name] for name in ("uniform random", "noisy best reply")}
    (choices,) = analysis.choices_of(rows).values()
    fitted = analysis.fit(analysis.MODELS["noisy best reply"], choices)
    yield from (choices, choices.game, fitted, fitted.estimates[0])
    yield analysis.study(rows, chosen)
    yield analysis.behaviour.compare(chosen, choices)


def test_every_result_says_what_it_is(data):
    seen = set()
    for result in results(data):
        name, said = type(result).__name__, repr(result)
        assert said.startswith(f"{name}(")
        assert not re.search(r"0x[0-9a-f]{6}|<[\w.]+ object", said)
        assert len(said) <= 450
        assert said.count("\n") <= 2
        tags = Tags(result._repr_html_())
        assert {"table", "td"} <= tags.names <= {"table", "caption", "thead", "tbody", "tr", "th", "td"}
        assert name in tags.text
        seen.add(f"{type(result).__module__}.{name}")
    assert len(seen) == 15


def test_numbers_are_those_of_the_result(data):
    result = analysis.audit(data)
    assert result.verdict in repr(result)
    compared = analysis.compare(analysis.predict(data).decisions, "dominant_played", regressions=False)
    assert compared.main.sentence()[:200] in repr(compared)
    assert all(estimate.method in Tags(compared._repr_html_()).text for estimate in compared.estimates)


def test_findings_are_escaped(data):
    changed = data.copy()
    changed.loc[changed.index[0], "points"] = 1
    result = analysis.audit(changed)
    assert not result.ok
    shown = result._repr_html_()
    assert result.findings.iloc[0]["column"] in Tags(shown).text
    bad = analysis.AuditResult(0, 0, 0, 0, {}, 0, pd.DataFrame(result.findings).assign(problem="<script>"))
    assert "<script>" not in bad._repr_html_()


@pytest.mark.parametrize("name", ["audit", "flow", "power"])
def test_module_and_function_are_one_name(name):
    """Whichever way it is imported; the module's own functions stay where they are."""
    module = getattr(analysis, name)
    assert inspect.ismodule(module)
    assert callable(module)
    with pytest.raises(TypeError, match=rf"{name}\(\) missing \d required positional argument"):
        module()
    assert inspect.isfunction(getattr(module, name))
