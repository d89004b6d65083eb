"""Cost shares in steps: serial stages, a price and an equal part."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.cost_sharing import equal, proportional, serial
from mechanisms.costs import PowerCost
from mechanisms.explanations.cost_shares import explain_cost_shares
from mechanisms.treatments.rules import RULES
from tests.mechanisms.explanations.cases import close
from tests.strategies import costs, demands


@given(demands(max_agents=8), costs())
def test_serial_stages_add_up_and_everybody_shares_the_increments_equally(q, cost):
    steps = explain_cost_shares(RULES["serial"], q, cost, {})
    close(steps.cost_shares, serial(q, cost))
    assert [stage.level for stage in steps.stages] == sorted(set(q.tolist()))
    before = 0.0
    for stage in steps.stages:
        assert stage.sharers == tuple(i for i, demand in enumerate(q) if demand >= stage.level)
        assert stage.total == np.minimum(q, stage.level).sum() == stage.quantities.sum()
        close(stage.cost, cost.cost(np.minimum(q, stage.level)))
        close(stage.increment, stage.cost - before)
        close(stage.share * len(stage.sharers), stage.increment)
        assert set(np.flatnonzero(stage.shares)) <= set(stage.sharers)
        before = stage.cost
    close(before, cost.cost(q))


@given(demands(max_agents=8), costs(), st.sampled_from(["proportional", "equal"]))
def test_a_price_and_an_equal_part(q, cost, method):
    steps = explain_cost_shares(RULES[method], q, cost, {})
    close(steps.cost_shares, {"proportional": proportional, "equal": equal}[method](q, cost))
    close(steps.cost_shares.sum(), steps.cost)
    assert steps.total == q.sum()


def test_nothing_is_demanded():
    shares = explain_cost_shares(RULES["proportional"], np.zeros(3), PowerCost(1, 2), {})
    assert (shares.price, shares.cost, shares.cost_shares.tolist()) == (0, 0, [0, 0, 0])
