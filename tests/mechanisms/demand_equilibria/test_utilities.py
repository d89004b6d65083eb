"""Utilities that cannot be are named."""

import numpy as np
import pytest

from mechanisms.demand_equilibria import CallableUtilities, LinearUtilities, PowerUtilities, QuadraticUtilities


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: LinearUtilities([[1, 2]]), r"types has shape \(1, 2\)"),
        (lambda: LinearUtilities([1, np.inf]), "types contains inf"),
        (lambda: QuadraticUtilities([1, 2], 0), "curvature is 0"),
        (lambda: QuadraticUtilities([1, 2], [1, 2, 3]), r"curvature has shape \(3,\)"),
        (lambda: PowerUtilities([1, 2], 1), "exponent is 1"),
        (lambda: PowerUtilities([1, 0], 0.5), "types is 0"),
        (lambda: CallableUtilities(lambda q: q, 2, 5), "does not decrease for agent 0"),
        (lambda: CallableUtilities(lambda q: -q / 0.0 if q[0] else -q, 2, 5), "is -inf for agent 0"),
        (lambda: CallableUtilities(lambda q: 1.0, 2, 5), r"returned shape \(\)"),
        (lambda: CallableUtilities(lambda q: -q, 2, np.inf), "highest is inf"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_bad_utilities_are_named(make, named):
    with pytest.raises(ValueError, match=named):
        make()
