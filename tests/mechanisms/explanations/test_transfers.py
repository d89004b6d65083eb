"""Transfers in steps: who is pivotal, what a report is worth to others, who pays whom."""

import numpy as np

from mechanisms.explanations import explain
from mechanisms.treatments import Treatment
from tests.mechanisms.explanations.cases import SHIPPED_BY_NAME, close


def test_vcg_says_who_is_pivotal_and_what_would_have_been_chosen():
    """S section 3.1: at (L, H, H) agents 1 and 2 change nothing, agent 3 pays 12."""
    steps = explain(SHIPPED_BY_NAME["park_vcg"], [8, 20, 20], [8, 20, 20])
    assert steps.others.tolist() == [20, 28, 8]
    assert steps.others_without.tolist() == [20, 28, 20]
    assert steps.transfers.tolist() == [0, 0, -12]
    assert steps.outcomes_without == ("park near players 1 and 3",) * 2 + ("park near player 2",)


def test_vcg_without_somebody_breaks_ties_as_the_mechanism_does():
    definition = SHIPPED_BY_NAME["park_vcg"].definition
    last = Treatment.from_definition({**definition, "mechanism": {"name": "vcg", "ties": "last"}})
    profile = [8, 8, 8]
    names = [explain(t, profile, profile).outcomes_without[0] for t in (SHIPPED_BY_NAME["park_vcg"], last)]
    assert names == ["park near players 1 and 3", "park near player 2"]


def test_agv_amounts_depend_on_the_own_report_only():
    park = SHIPPED_BY_NAME["park_agv"]
    low, high = (explain(park, [8, 8, 8], [8, other, other]).expected[0] for other in (8, 20))
    assert low == high == 17
    steps = explain(park, [8, 8, 8], [8, 20, 20])
    close(steps.payments.sum(axis=1), steps.expected)
    assert np.diag(steps.payments).tolist() == [0, 0, 0]


def test_pairwise_stages_follow_the_order_and_say_the_first_entry_of_safronovs_table_3():
    steps = explain(SHIPPED_BY_NAME["park_pairwise"], [8, 8, 8], [8, 8, 8])
    assert [stage.position for stage in steps.stages] == [0, 1, 2]
    assert steps.payments[0].tolist() == [0, 2.5, -1]
    for before, after in zip(steps.stages, steps.stages[1:], strict=False):
        assert before.after.tolist() == after.before.tolist()
    definition = SHIPPED_BY_NAME["park_pairwise"].definition
    mechanism = {**definition["mechanism"], "order": [3, 1, 2]}
    turned = explain(Treatment.from_definition({**definition, "mechanism": mechanism}), [8, 8, 8], [8, 8, 8])
    assert [stage.position for stage in turned.stages] == [2, 0, 1]
