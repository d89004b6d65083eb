"""Strategy-proofness and secure implementation: brute force from the definitions, theorems, known cases."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mechanisms.costs import PowerCost
from mechanisms.demand_equilibria import LinearUtilities, QuadraticUtilities, serial_equilibrium
from mechanisms.games.private_types import BayesianGame
from mechanisms.solutions import rectangularity as rectangularity_module
from mechanisms.solutions import secure_implementation as module
from mechanisms.solutions.dominance import dominant_messages
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.solutions.outcome_ids import classes_of, ids_of_rows
from mechanisms.solutions.secure_implementation import (
    BadEquilibrium,
    NoDominantMessage,
    ProfitableLie,
    rectangularity,
    secure_implementation,
    secure_implementation_by_definition,
    strategy_proofness,
)
from mechanisms.treatments import load_treatment
from tests.bench.secure_implementation import all_pairs, constant_rule, serial_rule
from tests.rules import outcomes_of, profiles_of, random_rules


def test_proposition_1_and_definition_4_agree_on_direct_mechanisms():
    counts = {True: 0, False: 0}
    kinds = set()
    for ids, payoffs in random_rules(3000):
        game = BayesianGame(payoffs, [np.full(k, 1 / k) for k in ids.shape], [np.arange(k) for k in ids.shape])
        by_proposition = secure_implementation(ids, payoffs)
        by_definition = secure_implementation_by_definition(game, ids, ids)
        assert by_proposition.holds == by_definition.holds
        assert by_proposition.holds == (strategy_proofness(payoffs).holds and rectangularity(ids, payoffs).holds)
        counts[by_definition.holds] += 1
        kinds |= {type(by_proposition.witness).__name__, type(by_definition.witness).__name__}
    assert min(counts.values()) > 200, counts
    assert kinds >= {"ProfitableLie", "RectangularityFailure", "BadEquilibrium", "NoDominantMessage"}


@st.composite
def mechanisms(draw):
    """Mechanisms whose messages are no types, with many ties, and a social choice function."""
    n = draw(st.integers(1, 3))
    shape = tuple(draw(st.lists(st.integers(1, 3), min_size=n, max_size=n)))
    n_types = tuple(draw(st.lists(st.integers(1, 2), min_size=n, max_size=n)))
    n_outcomes = draw(st.integers(1, 3))
    seed = np.random.default_rng(draw(st.integers(0, 10**6)))
    ids = seed.integers(0, n_outcomes, shape)
    payoffs = [seed.integers(0, 2, (count, n_outcomes))[:, ids] for count in n_types]
    return BayesianGame(payoffs, [np.full(k, 1 / k) for k in n_types], None), ids, n_outcomes


@given(mechanisms(), st.integers(0, 10**6), st.booleans())
def test_definition_4_is_brute_force(mechanism, seed, plausible):
    game, ids, n_outcomes = mechanism
    choice = np.random.default_rng(seed).integers(0, n_outcomes, game.n_types)
    expected = True
    for types in profiles_of(game.n_types):
        at = game.at(types)
        nash = [tuple(s) for s in pure_nash_equilibria(at)]
        if plausible and nash:
            choice[types] = ids[nash[0]]
        dominant = list(product(*dominant_messages(at)))
        expected &= any(ids[s] == choice[types] for s in dominant) and all(ids[s] == choice[types] for s in nash)
    verdict = secure_implementation_by_definition(game, ids, choice)
    assert verdict.holds == expected
    witness = verdict.witness
    if isinstance(witness, NoDominantMessage):
        types = [0] * game.n
        types[witness.player] = witness.true_type
        assert len(dominant_messages(game.at(types))[witness.player]) == 0
    if isinstance(witness, BadEquilibrium):
        at = game.at(witness.types)
        assert witness.messages in [tuple(s) for s in pure_nash_equilibria(at).tolist()]
        assert ids[witness.messages] == witness.outcome != witness.wanted == choice[witness.types]
        assert witness.payoffs == tuple(at.payoffs[(slice(None), *witness.messages)])


@pytest.mark.parametrize(("n", "count"), [(1, 6), (2, 8), (3, 5), (4, 4)])
def test_kumar_theorem_2_serial_rule_exactly(n, count):
    rng = np.random.default_rng(n)
    for _ in range(3):
        types = 24 * np.sort(rng.choice(np.arange(1, 40), count, replace=False))
        ids, payoffs = serial_rule(types, n)
        assert secure_implementation(ids, payoffs).holds
        assert all_pairs((ids, payoffs))
        assert n == 1 or len(np.unique(ids)) > count
    assert secure_implementation(*constant_rule(count, n)).holds


@given(st.data())
def test_kumar_theorem_2_serial_equilibria_on_real_numbers(data):
    n = data.draw(st.integers(2, 3))
    numbers = st.integers(1, 60).map(lambda k: k / 7)
    types = [sorted(data.draw(st.lists(numbers, min_size=2, max_size=3, unique=True))) for _ in range(n)]
    curvature = data.draw(st.sampled_from([0, 0.3, 1.7]))
    cost = PowerCost(0.5, data.draw(st.sampled_from([2, 3])))
    shape = tuple(map(len, types))
    rows = []
    for report in product(*types):
        utilities = QuadraticUtilities(report, curvature) if curvature else LinearUtilities(report)
        found = serial_equilibrium(utilities, cost)
        rows.append([*found.demands, *found.cost_shares])
    table = np.array(rows)
    ids = ids_of_rows(classes_of(table, np.abs(table).max())).reshape(shape)
    q, x = np.moveaxis(table.reshape(*shape, 2, n), (-2, -1), (0, 1))
    payoffs = [
        np.stack([t * q[i] - curvature / 2 * q[i] ** 2 - x[i] for t in own_types]) for i, own_types in enumerate(types)
    ]
    verdict = secure_implementation(ids, payoffs)
    assert verdict.holds
    assert verdict.tolerance == 1e-9


def proportional_rule(types):
    """K section 5: c(y) = y²/2 and linear utilities; equilibrium demands and shares, times 9, in integers."""
    b, other = np.meshgrid(types, types, indexing="ij")
    active = b - other // 2
    q, x = 12 * active, 4 * active * (b + other)
    payoffs = np.stack([t * q - x for t in types])
    ids = np.arange(b.size).reshape(b.shape)  # demands differ at every profile
    return ids, [payoffs, payoffs.swapaxes(1, 2)]


def test_kumar_section_5_proportional_rule_is_not_strategy_proof():
    types = np.array([8, 10, 12])
    ids, payoffs = proportional_rule(types)
    verdict = secure_implementation(ids, payoffs)
    assert verdict.status == "fails"
    assert isinstance(verdict.witness, ProfitableLie)
    assert "strategy-proofness: fails" in verdict.method
    # The best report of 8 against 8 is (5/4) 8 = 10.
    gains = payoffs[0][0, :, 0] - payoffs[0][0, 0, 0]
    assert gains.argmax() == 1
    assert gains[1] > 0


def test_cason_groves_is_secure_and_pivotal_is_not():
    for name, expected in (("cason_groves", "holds"), ("cason_pivotal", "fails")):
        treatment = load_treatment(f"treatments/{name}.toml")
        game, ids = treatment.bayesian_game(), outcomes_of(treatment)
        choice = ids[np.ix_(*game.truthful)]
        verdict = secure_implementation_by_definition(game, ids, choice)
        assert verdict.status == expected
        assert verdict.size == "1 type profile x 625 message profiles"
        assert strategy_proofness(game.payoffs, game.truthful).holds
        if expected == "fails":
            bad = verdict.witness
            assert bad.messages in [tuple(s) for s in pure_nash_equilibria(game.at((0, 0))).tolist()]
            assert ids[bad.messages] == bad.outcome != bad.wanted == choice[0, 0]


def test_one_point_too_much_is_noticed():
    game = load_treatment("treatments/cason_groves.toml").bayesian_game()
    own = [part.copy() for part in game.payoffs]
    own[1][0, 3, 20] = own[1][0, 3].max() + 1
    verdict = strategy_proofness(own, game.truthful)
    assert verdict.status == "fails"
    assert (verdict.witness.player, verdict.witness.message, verdict.witness.against_others) == (1, 20, (3,))
    assert verdict.witness.lie_payoff == verdict.witness.truth_payoff + 1


@cache
def some_rules():
    return list(random_rules(200))


@given(st.integers(0, 10**6))
def test_floating_point_noise_changes_no_verdict(seed):
    ids, payoffs = some_rules()[seed % 200]
    noise = np.random.default_rng(seed)
    scale = 10.0 ** noise.integers(-12, 12)
    floats = [scale * (part + 0.1 + noise.uniform(-1, 1, part.shape) * 1e-11) for part in payoffs]
    assume(max(np.abs(part).max() for part in payoffs) > 0)
    for check in (lambda own: strategy_proofness(own), lambda own: secure_implementation(ids, own)):
        assert check(floats).status == check(payoffs).status


def test_large_integers_are_compared_exactly():
    big = 2**60
    payoffs = [np.array([[big, big + 1], [0, 0]])]
    assert strategy_proofness(payoffs).witness == ProfitableLie(0, 0, 1, (0,), big, big + 1)


def test_too_large_is_said(monkeypatch):
    ids, payoffs = serial_rule(24 * np.arange(1, 5), 2)
    game = BayesianGame(payoffs, [np.full(4, 0.25)] * 2, None)
    monkeypatch.setattr(rectangularity_module, "MAX_MASK_BYTES", 31)
    monkeypatch.setattr(module, "MAX_OPERATIONS", 100)
    for verdict in (rectangularity(ids, payoffs), secure_implementation_by_definition(game, ids, ids)):
        assert verdict.status == "too large"
        assert verdict.reason.startswith("too large: ")
    assert secure_implementation(ids, payoffs).status == "too large"


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="say which are truthful"):
        strategy_proofness([[[1, 2]]])
    with pytest.raises(ValueError, match=r"truthful\[0\] is \[2\]"):
        strategy_proofness([[[1, 2]]], [[2]])
    with pytest.raises(ValueError, match="choice has dtype int64"):
        secure_implementation_by_definition(BayesianGame([[[1, 2]]], [[1]], None), [0, 1], [0, 1])
