"""The outside judge, judged: against the papers' printed numbers and against what must hold for any game."""

from fractions import Fraction
from itertools import product

import pytest
from engine.bots import shares
from engine.bots.oracle import Oracle, expected, expected_points, round_half_up

L, H = 8, 20
PROFILES = list(product([L, H], repeat=3))


def park(mechanism):
    """Safronov (2018), section 3.1: a park for agents 1 and 3, or one for agent 2."""
    near, far = {"1 and 3": "type", "2": 0}, {"1 and 3": 0, "2": "type"}
    return {
        "group": {"size": 3},
        "environment": {"kind": "public_project", "outcomes": ["1 and 3", "2"]},
        "mechanism": {"name": mechanism},
        "types": {"values": [L, H], "probabilities": ["1/2", "1/2"]},
        "points": {"scale": 10, "shift": 0, "rounding": 0},
        "roles": [{"payoffs": near}, {"payoffs": far}, {"payoffs": near}],
    }


def production(mechanism, cost_shares="equal", **changes):
    definition = {
        "group": {"size": 3},
        "environment": {
            "kind": "production",
            "quantities": {"lowest": 0, "highest": 3, "step": 1},
            "value": {"kind": "quadratic", "curvature": "1"},
            "cost": {"kind": "power", "coefficient": "0.5", "exponent": 2},
        },
        "mechanism": {"name": mechanism, "cost_shares": cost_shares},
        "types": {"values": [3, 5], "probabilities": ["1/4", "3/4"]},
        "points": {"scale": 10, "shift": 5, "rounding": 1},
    }
    return {**definition, **changes}


def total_utility(definition, coalition, types, reports):
    """The coalition's expected total utility when the others report truthfully."""
    oracle = Oracle(definition)
    outside = [k for k in range(oracle.n) if k not in coalition]
    total, profiles = Fraction(0), list(product([L, H], repeat=len(outside)))
    for profile in profiles:
        true, said = list(types), list(reports)
        for k, type_ in zip(outside, profile, strict=True):
            true[k] = said[k] = type_
        utilities = expected(definition, true, said)["utilities"]
        total += sum(utilities[i] for i in coalition) / len(profiles)
    return total


TABLE_1 = {
    (L, L, L): (8, 0, 8), (L, H, L): (0, 20, 0),
    (L, L, H): (8, 0, 20), (L, H, H): (8, 0, 20),
    (H, L, L): (20, 0, 8), (H, H, L): (20, 0, 8),
    (H, L, H): (20, 0, 20), (H, H, H): (20, 0, 20),
}  # fmt: skip

TABLE_3 = {  # (theta_1, theta_2, theta_3): x_12, x_13, x_21, x_23, x_31, x_32
    (L, L, L): (2.5, -1, 2, 2, 0, 0), (L, H, L): (2.5, -1, -2, -2, -4, 10),
    (L, L, H): (2.5, -1, 2, 2, 0, 0), (L, H, H): (2.5, -1, -2, -2, 4, -10),
    (H, L, L): (-2.5, 1, 0, 0, 0, 0), (H, H, L): (-2.5, 1, 0, 0, 0, 0),
    (H, L, H): (-2.5, 1, 0, 0, 0, 0), (H, H, H): (-2.5, 1, 0, 0, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("mechanism", ["vcg", "agv", "pairwise", "groves"])
@pytest.mark.parametrize("types", PROFILES)
def test_safronov2018_table_1_efficient_payoffs(mechanism, types):
    assert tuple(expected(park(mechanism), types, types)["values"]) == TABLE_1[types]


@pytest.mark.parametrize("reports", PROFILES)
def test_safronov2018_table_3_pairwise_transfers(reports):
    x = expected(park("pairwise"), (L, L, L), reports)["payments"]
    assert (x[0][1], x[0][2], x[1][0], x[1][2], x[2][0], x[2][1]) == TABLE_3[reports]


def test_safronov2018_section_3_1_coalition_of_1_and_3():
    """Both have type L: misreporting pays in VCG (never pivotal) and AGV (-1 to 5.5), not under pairwise (15.5)."""
    coalition, low = [0, 2], (L, L, L)
    vcg, agv, pairwise = park("vcg"), park("agv"), park("pairwise")
    assert total_utility(vcg, coalition, low, (H, L, H)) > total_utility(vcg, coalition, low, low)
    for theta_2 in (L, H):
        assert expected(vcg, (L, theta_2, L), (H, theta_2, H))["transfers"][::2] == [0, 0]
    assert total_utility(agv, coalition, low, low) == Fraction(-1)
    assert total_utility(agv, coalition, low, (L, L, H)) == Fraction(11, 2)
    assert total_utility(pairwise, coalition, low, low) == Fraction(31, 2)
    assert total_utility(pairwise, coalition, low, (H, L, L)) == Fraction(27, 2)
    assert total_utility(pairwise, coalition, low, (L, L, H)) == Fraction(27, 2)
    for theta_2, utility in ((L, Fraction(3, 2)), (H, Fraction(7, 2))):
        assert expected(pairwise, (L, theta_2, L), (L, theta_2, L))["utilities"][1] == utility


DIRECT = [production(name, shares) for name in ("vcg", "agv", "pairwise") for shares in ("equal", "serial")]


@pytest.mark.parametrize("definition", [park("agv"), park("pairwise"), *DIRECT[2:]])
def test_budget_balance(definition):
    """Safronov (2018), Lemma 1; AGV is balanced as well."""
    types = Oracle(definition).positions[0].types
    for reports in product(types, repeat=3):
        assert sum(expected(definition, reports, reports)["transfers"]) == 0


@pytest.mark.parametrize("definition", [park("vcg"), *DIRECT[:2]])
def test_truth_is_dominant_in_vcg_and_nobody_is_paid(definition):
    types = Oracle(definition).positions[0].types
    for truth, others in product(types, product(types, repeat=2)):
        utilities = []
        for lie in [truth, *types]:
            play = expected(definition, (truth, *others), (lie, *others))
            assert max(play["transfers"]) <= 0
            utilities.append(play["utilities"][0])
        assert utilities[0] == max(utilities)


@pytest.mark.parametrize("definition", [park("pairwise"), *DIRECT[4:]])
def test_safronov2018_theorem_1_a_truthful_agent_is_safe(definition):
    """Expected over the own type, truth gives the ex-ante efficient payoff whatever the others report."""
    oracle = Oracle(definition)
    prior = list(zip(oracle.positions[0].types, oracle.positions[0].probabilities, strict=True))
    for i in range(3):
        ex_ante = oracle.mean(i, [None] * 3, [0, 1, 2])
        for others in product(oracle.positions[0].types, repeat=2):
            total = Fraction(0)
            for type_, probability in prior:
                reports = [*others[:i], type_, *others[i:]]
                total += probability * expected(definition, reports, reports)["utilities"][i]
            assert total == ex_ante


def test_shares_by_hand():
    """c(Q) = Q²/2, demands 3, 1, 2: C(1,1,1) = 9/2, C(1,2,2) = 25/2, C(1,2,3) = 18."""

    cost = shares.Cost(lambda total: Fraction(total) ** 2 / 2, {})
    lowest = Fraction(9, 2) / 3
    middle = lowest + (Fraction(25, 2) - Fraction(9, 2)) / 2
    assert shares.serial([3, 1, 2], cost) == [middle + 18 - Fraction(25, 2), lowest, middle]
    assert shares.proportional([3, 1, 2], cost) == [9, 3, 6]
    assert shares.equal([3, 1, 2], cost) == [6, 6, 6]
    assert shares.proportional([0, 0], cost) == shares.serial([0, 0], cost) == [0, 0]


def test_vcg_of_single_peaked_by_hand():
    """Peaks 0, 4, 8: the mean is 4; without the first it would be 6, which costs the others 4 + 4 instead of 16."""
    definition = {
        "group": {"size": 3},
        "environment": {"kind": "single_peaked"},
        "mechanism": {"name": "vcg"},
        "types": {"values": [0, 4, 8]},
        "points": {"scale": 1, "shift": 0, "rounding": 0},
    }
    play = expected(definition, (0, 4, 8), (0, 4, 8))
    assert play["outcome"] == 4
    assert play["transfers"] == [-8, 0, -8]
    assert play["points"] == [-24, 0, -24]


def test_outcomes_of_production_are_efficient_and_ties_go_to_the_first():
    definition = production("vcg")
    assert expected(definition, (5, 5, 3), (5, 5, 3))["outcome"] == [1, 2, 0]  # 2, 1, 0 and 2, 2, 0 give 8 too


def test_demands_on_production():
    play = expected(production("serial"), (3, 5, 3), (3, 1, 2))
    assert play["outcome"] == play["quantities"] == [3, 1, 2]
    assert play["values"] == [Fraction(9, 2), Fraction(9, 2), 4]
    assert play["cost_shares"] == [11, Fraction(3, 2), Fraction(11, 2)]
    assert play["points"] == [-600, 350, -100]  # 10 u + 5, one decimal


@pytest.mark.parametrize(
    ("points", "decimals", "units"),
    [("2.5", 0, 3), ("-2.5", 0, -2), ("-2.51", 0, -3), ("0.25", 1, 3), ("0.249", 1, 2), ("-0.05", 1, 0), ("7", 2, 700)],
)
def test_halves_are_rounded_up(points, decimals, units):
    assert round_half_up(Fraction(points), decimals) == units


def test_numbers_as_text_and_as_floats_are_the_same():
    assert expected_points(production("vcg"), (3.0, 5.0, 5.0), (3.0, 5.0, 5.0)) == expected_points(
        production("vcg", points={"scale": "10", "shift": "5", "rounding": 1}), (3, 5, 5), (3, 5, 5)
    )
