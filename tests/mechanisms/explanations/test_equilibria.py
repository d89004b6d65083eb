"""Why the chosen units are the best by the reports: the own ones stand out among their neighbours."""

import numpy as np
import pytest

from mechanisms.explanations import EquilibriumSteps, SerialStages, explain
from mechanisms.treatments import load_treatment


@pytest.mark.parametrize("name", ["serial_direct", "proportional_direct"])
def test_nothing_beside_the_own_units_is_better_by_the_report(name):
    treatment = load_treatment(f"treatments/{name}.toml")
    for reports in ([6, 8], [10, 10], [4, 14]):
        steps, play = explain(treatment, [6, 8], reports), treatment.play([6, 8], reports)
        assert isinstance(steps, EquilibriumSteps)
        assert steps.cost_shares == pytest.approx(play.cost_shares)
        for i, own in enumerate(steps.own):
            net = own.values - own.cost_shares
            k = int(np.flatnonzero(own.units == play.quantities[i])[0])
            assert net[k] == pytest.approx(reports[i] * play.quantities[i] - play.cost_shares[i])
            assert np.delete(net, k).max() < net[k]
            assert 2 <= len(own.units) - 1 <= 4
    assert (name == "serial_direct") == isinstance(steps.shared, SerialStages)
