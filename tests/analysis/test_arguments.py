"""Odd calls of what `import analysis` offers: one line that names the argument, what it is and what it must be."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.errors import ExportError

ODD = {
    "mann_whitney(means, level=95)": "level is 95; it must be between 0 and 1",
    "t_test(means, level=-1)": "level is -1",
    "equivalence_test(means, 0.1, level=float('nan'))": "level is nan",
    "equivalence_test(means, float('inf'))": "margin is inf",
    "sign_test(means, level=True)": "level is True; it must be a number",
    "permutation_test(means, draws=0)": "draws is 0; it must be 1 or more",
    "permutation_test(means, seed='abc')": "seed is 'abc'; it must be a whole number",
    "effect_sizes(means, resamples='abc')": "resamples is 'abc'",
    "omnibus_test(table)": "means is of the type DataFrame; it must be a UnitMeans (of unit_means)",
    "adjusted([0.1], 'romano-wolf')": "expected holm or benjamini-hochberg",
    "adjusted([0.1, 1.5])": "p_values: 1.5; expected numbers from 0 to 1",
    "adjusted('abc')": "p_values is 'abc'; it must be a list of numbers",
    "load_decisions('')": "no export given",
    "load_decisions(5)": "paths is 5; it must be a text, or a Path, or a list",
    "load_decisions('x', exclude=[])": "exclude is []",
    "unit_means(table, 'hit', 'arm', arms=['A', 'A'])": "arms: A, A; expected each once",
    "unit_means(table, 'arm', 'arm')": "outcome: arm holds 'A'; expected a column of numbers",
    "compare(table, 'hit', arms='A')": "arms is 'A'; it must be a list of texts",
    "compare(table, 'hit', covariates='abc')": "covariates is 'abc'",
    "compare(table, 'hit', units='abc')": "it must be a Units (of independent_units), or None",
    "compare_all(table, 'hit')": "outcomes is 'hit'; it must be a list of texts",
    "predict(None)": "decisions is None; it must be a DataFrame (of load_decisions)",
    "predict(table)": "predict: decisions has no column",
    "audit(None)": "decisions is None",
    "flow(3)": "exports is 3; it must be an Exports (of read_exports)",
    "truth(table, 'arm')": "by is 'arm'; it must be a list of texts",
    "truth(table, ['nope'])": "rows has no column",
    "truth(table, [])": "by is []; it must be one or more",
    "success(table, ('a', 'b'), ['arm'])": "measure is ('a', 'b'); it must be the names of the columns of hit",
    "add_units(table, label='abc')": "decisions: no column session_code",
    "codebook_of({'a': ['round']})": "tables: 'a'; expected some of decisions",
    "codebook_of({'decisions': ['rnd']})": "decisions has no column 'rnd'",
    "empty_sessions(5, 1)": "treatment is 5; it must be a Treatment (of mechanisms.load_treatment)",
    "study(table, {'a': 3})": "models is {'a': 3}; it must be a dictionary, each entry a function",
    "Design('a', 10, (0.3, 0.6), 0.1)": "units is 'a'; it must be a whole number",
    "audit(nothing)": "audit: decisions is a table without rows; it must be one with at least one decision",
    "predict(nothing)": "predict: decisions is a table without rows",
    "compare(nothing, 'hit')": "compare: decisions is a table without rows",
    "compare_all(nothing, ['hit'])": "compare_all: decisions is a table without rows",
    "independent_units(nothing)": "independent_units: decisions is a table without rows",
    "unit_means(nothing, 'hit', 'arm')": "rows: a table without rows; expected one with at least one decision",
    "unit_means(table, 'hits', 'arm')": "rows: no column hits; did you mean 'hit'?",
    "unit_means(table.drop(columns='unit'), 'hit', 'arm')": "rows: no column unit; analysis.add_units makes it",
    "truth(table, ['arms'])": "rows has no column",
    "codebook_of({'decisions': table})": "it must be a dictionary, each entry a list of texts",
    "fit('qre', 1)": "model_type is 'qre'; it must be a class of models, one of analysis.MODELS, such as MODELS['noisy",
    "success(table, 'hit', ['arm'])": "measure is 'hit'; it must be the names of the columns of hit, area and distance",
    "success(table, ('hits', 'a', 'd'), ['arm'])": "success: rows has no column hits; did you mean 'hit'?",
    "power(3)": "design is 3; it must be a Design",
}


@pytest.fixture(scope="module")
def given():
    table = pd.DataFrame({"unit": list("stuv"), "arm": list("AABB"), "hit": [0, 1, 1, 1]})
    offered = {name: getattr(analysis, name) for name in analysis.__all__}
    return {**offered, "table": table, "nothing": table[:0], "means": analysis.unit_means(table, "hit", "arm")}


@pytest.mark.parametrize("call", ODD)
def test_odd_arguments(given, call):
    with pytest.raises((ValueError, TypeError, ExportError), match=re.escape(ODD[call])) as refused:
        eval(call, given)
    assert "\n" not in str(refused.value)


def test_exports_without_a_decision_are_refused():
    nothing, something = (SimpleNamespace(decisions=pd.DataFrame({"round": rounds})) for rounds in ([], [1]))
    assert analysis.arguments.out_of_range("exports", nothing) == "one with at least one decision"
    assert analysis.arguments.out_of_range("exports", something) == ""


def test_what_people_have_at_hand_is_taken(given):
    table, means = given["table"], given["means"]
    assert analysis.unit_means(table, "hit", "arm", arms=np.array(["B", "A"])).arms == ("B", "A")
    assert analysis.unit_means(table, "hit", "arm", arms=table["arm"].unique()).arms == ("A", "B")
    assert analysis.permutation_test(means, seed=np.int64(3)).p == analysis.permutation_test(means).p
    assert analysis.t_test(means, level=np.float64(0.9)).level == 0.9
    assert analysis.Design(4, 10, [0.3, 0.6], 0.1).units == 4
    assert analysis.compare.__doc__ == analysis.inference.compare.__doc__
