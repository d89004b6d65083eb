"""The section on heterogeneity of λ stands beside the models of behaviour."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd

from analysis.behaviour.heterogeneity import Spread
from analysis.report.further.heterogeneity import better_models, heterogeneity, said
from tests.analysis.report.further.made import section


def test_the_section_is_of_the_models_of_behaviour(learned):
    assert section(heterogeneity, learned) is None
    found = section(heterogeneity, replace(learned, study=SimpleNamespace(comparison=pd.DataFrame())))
    assert [row[:3] for row in found.tables[0].rows] == [["arm_a", "80", "640"], ["arm_b", "80", "640"]]
    assert found.estimates["effect_name"].eq("σ of log λ").all()
    assert float(found.tables[0].rows[0][8].removeprefix("< ")) > 0.05  # everybody plays by the same rule


def test_it_is_said_under_the_model_that_it_is_of():
    """With data of another model (EWA, the same for all) the test rejects, as noisy best reply is wrong."""
    ranks = pd.DataFrame(
        [("a", "1", "EWA"), ("a", "1", "noisy best reply"), ("b", "2", "noisy best reply"), ("b", "2", "EWA")],
        columns=["treatment", "identity", "model"],
    )
    assert better_models(ranks) == {("a", "1"): "EWA"}
    spread = Spread(0.1, 1.0, (0.5, 1.5), 0.1, 20.0, 0.00001, 40, 400)
    assert said("a", spread).startswith("a: if noisy best reply describes behaviour, people differ in λ (p < 0.001)")
    assert said("a", spread).endswith("describes nobody.")
    assert "But EWA ranks better" in said("a", spread, "EWA")
    assert "describes nobody" not in said("a", spread, "EWA")
    assert said("a", replace(spread, p=0.4), "EWA") == "a: the data do not show that people differ in λ (p = 0.400)."
