"""Who can change what one pays, against loops over all demands; serial cost sharing by its definition."""

from itertools import product

import pytest
from hypothesis import given

from mechanisms.descriptions import larger_requests_do_not_matter, shares_depend_on_everybody, units_depend_on_others
from mechanisms.treatments import Treatment, load_treatment
from tests.mechanisms.descriptions.independent import Judge, small_games
from tests.shared import examples


@examples(40)
@given(small_games("demands"))
def test_nobody_who_demands_more_changes_it(definition):
    treatment = Treatment.from_definition(definition)
    judge = Judge(treatment)

    def paid(i, own, others):
        return judge.written(i, own, others), judge.points(i, judge.types[i][0], own, others)

    def holds(i, k):
        """k: the other's place among the others."""
        for own, others in product(judge.grids[i], judge.others(i)):
            grid = judge.grids[k if k < i else k + 1]
            if others[k] > own:
                raised = {paid(i, own, (*others[:k], more, *others[k + 1 :])) for more in grid if more > own}
                if len(raised) > 1:
                    return False
        return True

    of_each = [all(holds(i, k) for k in range(judge.n - 1)) for i in range(judge.n)]
    assert [larger_requests_do_not_matter(treatment, i) for i in range(judge.n)] == of_each
    truth = all(of_each)
    assert larger_requests_do_not_matter(treatment) == truth
    assert truth or treatment.mechanism not in ("serial", "friedman_moulin")


LINEAR = {"kind": "power", "coefficient": "2", "exponent": "1"}
SEPARATE = {
    "kind": "goods_polynomial",
    "terms": [{"coefficient": "1", "powers": [2, 0]}, {"coefficient": "2", "powers": [0, 2]}],
}
"""What one's units cost depends on nobody else."""


@pytest.mark.parametrize(
    ("mechanism", "cost", "depend"),
    [
        ("proportional", None, True),
        ("proportional", LINEAR, False),
        ("proportional", LINEAR | {"coefficient": "1e-14"}, False),
        ("proportional", LINEAR | {"coefficient": "1e-14", "exponent": "2"}, True),
        ("equal", LINEAR, True),
        ("shapley_shubik", LINEAR, False),
        ("shapley_shubik", SEPARATE, False),
        ("aumann_shapley", SEPARATE, False),
        ("incremental", None, False),
    ],
)
def test_shares_depend_on_everybody_where_the_cost_makes_them(mechanism, cost, depend):
    definition = load_treatment("treatments/chen_proportional.toml").definition
    environment = {**definition["environment"], **({"cost": cost} if cost else {})}
    game = {**definition, "environment": environment, "mechanism": {"name": mechanism}}
    assert shares_depend_on_everybody(Treatment.from_definition(game)) == depend


def test_units_of_goods_of_ones_own_depend_on_others_where_the_cost_makes_them():
    goods = load_treatment("treatments/goods_incremental.toml")
    assert units_depend_on_others(goods)
    definition = goods.definition
    terms = [
        {"coefficient": "1", "powers": [2 * (i == k) for k in range(goods.group_size)]} for i in range(goods.group_size)
    ]
    cost = {"kind": "goods_polynomial", "terms": terms}
    alone = {**definition, "environment": {**definition["environment"], "cost": cost}}
    assert not units_depend_on_others(Treatment.from_definition(alone))


def test_reports_are_no_demands():
    with pytest.raises(ValueError, match="whose messages are reports"):
        larger_requests_do_not_matter(load_treatment("treatments/park_vcg.toml"))
