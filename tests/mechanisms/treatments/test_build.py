"""Games are built: what is unsaid, and what is too large."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from mechanisms.treatments import Treatment, TreatmentError, build, load_treatment
from tests.mechanisms.treatments.cases import edited


def test_ties_unsaid_are_ties_to_the_first(tmp_path):
    first = load_treatment("treatments/cason_pivotal.toml")
    unsaid = load_treatment(edited(tmp_path, ('ties = "first"', ""), base="cason_pivotal"))
    last = load_treatment(edited(tmp_path, ('ties = "first"', 'ties = "last"'), base="cason_pivotal"))
    assert unsaid.identity == first.identity != last.identity
    outcomes = [t.outcome_label(t.play([-6, 8], [-7, 7]).outcome) for t in (first, unsaid, last)]
    assert outcomes == ["built", "built", "not built"]


def test_what_is_too_large_is_refused_before_memory_is_used(tmp_path):
    path = edited(tmp_path, ("highest = 8", "highest = 8000"), base="production_vcg")
    with pytest.raises(
        TreatmentError, match=r"group.size = 3: too large to compute: .*fewer reports, outcomes or agents"
    ):
        load_treatment(path)


@pytest.mark.parametrize("name", [name for name, rule in build.BASELINES.items() if rule.goods == "own"])
def test_shares_that_fail_at_one_outcome_are_refused_at_load(name, monkeypatch):
    """A path that can be followed to the largest quantities, at which a rule is tried, but not to some others."""
    rule = build.BASELINES[name]

    def fails_inside(demands, cost):
        if (np.asarray(demands).reshape(-1, 3) == (1, 0, 0)).all(axis=1).any():
            raise ValueError("the path cannot be followed at demands (1, 0, 0)")
        return rule.function(demands, cost)

    monkeypatch.setitem(build.BASELINES, name, replace(rule, function=fails_inside))
    definition = copy.deepcopy(load_treatment("treatments/production_vcg.toml").definition)
    definition["mechanism"] |= {"name": "agv", "cost_shares": name}
    with pytest.raises(TreatmentError, match=f"x: mechanism.cost_shares = '{name}' cannot share .*1, 0, 0.*'serial'"):
        Treatment.from_definition(definition, "x")
