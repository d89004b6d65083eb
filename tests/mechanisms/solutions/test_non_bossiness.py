"""Non-bossiness by its definition, and as a necessary condition of secure implementation."""

from itertools import product

from mechanisms import non_bossiness, secure_implementation, strategy_proofness
from tests.rules import random_rules


def bossy(ids, payoffs):
    """The definition: all (player, types, report) that leave the own utility and change the outcome."""
    return [
        (i, u, report)
        for i, own in enumerate(payoffs)
        for u in product(*map(range, ids.shape))
        for report in range(ids.shape[i])
        for lie in [(*u[:i], report, *u[i + 1 :])]
        if own[(u[i], *u)] == own[(u[i], *lie)] and ids[u] != ids[lie]
    ]


def test_is_brute_force_and_necessary_for_secure_implementation():
    statuses = set()
    for ids, payoffs in random_rules(400):
        verdict, found = non_bossiness(ids, payoffs), bossy(ids, payoffs)
        assert verdict.holds == (not found)
        if found:
            assert (verdict.witness.player, verdict.witness.types, verdict.witness.report) in found
            assert verdict.witness.outcome == ids[verdict.witness.types] != verdict.witness.changed
        secure = secure_implementation(ids, payoffs).holds
        statuses.add((verdict.holds, secure))
        assert not secure or (verdict.holds and strategy_proofness(payoffs).holds)
    assert statuses == {(True, True), (True, False), (False, False)}
