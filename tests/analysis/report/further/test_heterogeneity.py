"""The section on heterogeneity of λ stands beside the models of behaviour."""

from dataclasses import replace

from analysis.report.further.heterogeneity import heterogeneity
from tests.analysis.report.further.made import section


def test_the_section_is_of_the_models_of_behaviour(learned):
    assert section(heterogeneity, learned) is None
    found = section(heterogeneity, replace(learned, study=object()))
    assert [row[:3] for row in found.tables[0].rows] == [["arm_a", "80", "640"], ["arm_b", "80", "640"]]
    assert found.estimates["effect_name"].eq("σ of log λ").all()
    assert float(found.tables[0].rows[0][8].removeprefix("< ")) > 0.05  # everybody plays by the same rule
