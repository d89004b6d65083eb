"""Kumar (2013), section 5: the proportional example, whose printed cost shares and best report are misprints.

Two agents, u_i = b_i q_i - x_i, c(y) = y²/2, proportional shares x_i = q_i (q_1 + q_2) / 2. From these premises alone
    q_i = (4/3)(b_i - b_j/2), as printed
    x_i = (4/9)(b_i - b_j/2)² + (2/3) b_j (b_i - b_j/2) = (4/9)(b_i - b_j/2)(b_i + b_j), printed without the square
    best report = (3/2) b_i - b_j/4, printed as (3/2) b_i + (5/4) b_j
Here the equilibrium of the demand game and the best report are found numerically, without these formulas.
The paper's conclusion, that the proportional rule is not strategy-proof, stands. docs/theory.md derives the formulas.
"""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from mechanisms.cost_sharing import proportional
from mechanisms.costs import PowerCost

COST = PowerCost(0.5, 2)
PARAMETERS = [(1.0, 1.0), (1.0, 1.2), (3.0, 2.0), (10.0, 12.5)]  # close enough for both to be active


def argmax(function, highest):
    found = minimize_scalar(lambda x: -function(x), bounds=(0, highest), method="bounded", options={"xatol": 1e-10})
    return found.x


def equilibrium(b):
    """Demands of the demand game, by best replies in turn (each reply moves half as far as the other's change)."""
    q = np.zeros(2)
    for _ in range(60):
        for i in (0, 1):

            def utility(own, i=i):
                demands = q.copy()
                demands[i] = own
                return b[i] * own - proportional(demands, COST)[i]

            q[i] = argmax(utility, 2 * max(b))
    return q, proportional(q, COST)


@pytest.mark.parametrize("b", PARAMETERS)
def test_kumar2013_section_5_equilibrium(b):
    q, x = equilibrium(b)
    for i, j in ((0, 1), (1, 0)):
        active = b[i] - b[j] / 2
        assert q[i] == pytest.approx(4 / 3 * active, abs=1e-6)
        assert x[i] == pytest.approx(4 / 9 * active * (b[i] + b[j]), abs=1e-5)
    assert sum(x) == pytest.approx(sum(q) ** 2 / 2)


@pytest.mark.parametrize("b", PARAMETERS)
def test_kumar2013_section_5_printed_shares_do_not_pay_the_cost(b):
    q, _ = equilibrium(b)
    printed = [4 / 9 * (b[i] - b[j] / 2) + 2 / 3 * b[j] * (b[i] - b[j] / 2) for i, j in ((0, 1), (1, 0))]
    assert abs(sum(printed) - sum(q) ** 2 / 2) > 0.01


@pytest.mark.parametrize("b", PARAMETERS)
def test_kumar2013_section_5_best_report(b):
    """Agent 1 of parameter b_1 against the report b_2: the best is not the truth, nor the printed one."""

    def utility(report):
        q, x = equilibrium((report, b[1]))
        return b[0] * q[0] - x[0]

    reports = np.linspace(0.6 * max(b), 1.9 * min(b), 9)  # both agents stay active
    best = np.polynomial.Polynomial.fit(reports, [utility(r) for r in reports], 2).deriv().roots()[0]
    assert best == pytest.approx(1.5 * b[0] - b[1] / 4, rel=1e-3)
    assert utility(best) > utility(b[0]) + 1e-4
    printed = 1.5 * b[0] + 1.25 * b[1]
    assert utility(best) > utility(printed) + 1e-4


def test_kumar2013_section_5_equal_agents():
    """b_1 = b_2 = b: the best report is (5/4) b, not (11/4) b."""
    b = 2.0
    values = {report: b * q[0] - x[0] for report in (b, 1.25 * b, 2.75 * b) for q, x in [equilibrium((report, b))]}
    assert max(values, key=values.get) == 1.25 * b
