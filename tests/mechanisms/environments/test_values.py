"""Values of a quantity."""

import numpy as np
import pytest

from mechanisms.environments.values import TabulatedValue


def test_tabulated_values_are_looked_up():
    table = TabulatedValue(np.array([1.0, 2.0]), np.array([0.0, 1.0]), np.array([[0.0, 3.0], [0.0, 7.0]]))
    assert table.value(np.array([1.0, 2.0]), np.array([1.0, 1.0])).tolist() == [3, 7]
    with pytest.raises(ValueError, match="types contains 3; allowed are 1, 2"):
        table.value(np.array(3.0), np.array(0.0))
