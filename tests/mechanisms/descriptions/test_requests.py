"""Who can change what one pays, against loops over all demands; serial cost sharing by its definition."""

from itertools import product

import pytest
from hypothesis import given

from mechanisms.descriptions import larger_requests_do_not_matter
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


def test_reports_are_no_demands():
    with pytest.raises(ValueError, match="whose messages are reports"):
        larger_requests_do_not_matter(load_treatment("treatments/park_vcg.toml"))
