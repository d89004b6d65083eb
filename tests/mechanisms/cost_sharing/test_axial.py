"""The diagonal after axial normalisation, by hand."""

import numpy as np
import pytest

from mechanisms.cost_sharing import axial
from mechanisms.costs import QuadraticFormCost


def test_axial_by_hand():
    # Stand-alone costs q_1^2 and 4 q_2^2 are equal at q_1 = 2 q_2; dC on that ray: 2 (2 q_1 + 2 q_2) and 2 q_1 + 8 q_2.
    cost = QuadraticFormCost([[1, 1], [1, 4]])
    np.testing.assert_allclose(axial([2, 1], cost), [6, 6], atol=1e-6)
    np.testing.assert_allclose(axial([2, 1], QuadraticFormCost([[1, 2], [0, 4]], [0, 0])), [6, 6], atol=1e-6)
    # With linear parts the path bends, q_1 + q_1^2 = 2 q_2; without interaction everybody pays the own cost.
    np.testing.assert_allclose(axial([1, 3], QuadraticFormCost([[1, 0], [0, 0]], [1, 2])), [2, 6], atol=1e-6)


def test_axial_needs_increasing_stand_alone_costs():
    with pytest.raises(ValueError, match="does not increase in every good alone"):
        axial([1, 1], QuadraticFormCost([[1, 0], [0, -1]]))
