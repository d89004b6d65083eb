"""The steps shown to subjects add up to what Treatment.play computes, for every mechanism."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanisms import explanations
from mechanisms.cost_sharing import equal, proportional, serial
from mechanisms.environments import Production
from mechanisms.environments.values import LinearValue
from mechanisms.explanations import (
    EXPLANATIONS,
    OtherShares,
    OtherTransfers,
    PairwisePayments,
    SerialStages,
    SharedCost,
    explain,
    explain_baseline,
    own_points_curve,
)
from mechanisms.explanations.cost_shares import SHARING
from mechanisms.treatments import Treatment, load_session_designs, load_treatment
from tests.strategies import costs, definitions, demands

SHIPPED = sorted(
    {part.name: part for design in load_session_designs(Path("treatments")) for part in design.treatments}.values(),
    key=lambda treatment: treatment.name,
)


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9 * max(1.0, float(np.abs(b).max(initial=0))))


def economy(cost, q):
    return Production(len(q), np.arange(10.0), LinearValue(), cost)


def random_profile(treatment, seed):
    rng = np.random.default_rng(seed)
    types = [float(rng.choice(place.types)) for place in treatment.positions]
    return types, [float(rng.choice(place.messages)) for place in treatment.positions]


def check(treatment, types, messages):
    play, steps = treatment.play(types, messages), explain(treatment, types, messages)
    if treatment.messages_are == "demands":
        close(steps.cost_shares, play.cost_shares)
        return
    close(steps.transfers, play.transfers)
    if list(types) == list(messages):
        close(steps.reported, play.values - play.cost_shares)
    if isinstance(steps, PairwisePayments):
        close(steps.payments, play.payments)
        close(steps.stages[-1].after, steps.reported)
    shared = explain_baseline(treatment, play.outcome)
    assert (shared is None) == (treatment.environment != "production")
    if shared is not None:
        close(shared.cost_shares, play.cost_shares)


def test_the_papers_mechanisms_are_explained_step_by_step():
    assert {*SHARING, *EXPLANATIONS} >= {"serial", "proportional", "equal", "vcg", "groves", "agv", "pairwise"}


@pytest.mark.parametrize("treatment", SHIPPED, ids=lambda treatment: treatment.name)
def test_without_steps_there_are_still_the_shares_and_transfers(treatment, monkeypatch):
    types, messages = random_profile(treatment, 3)
    others, stepwise = (OtherShares, OtherTransfers), treatment.mechanism in {*SHARING, *EXPLANATIONS}
    assert isinstance(explain(treatment, types, messages), others) != stepwise
    monkeypatch.setattr(explanations.cost_shares, "SHARING", {})
    monkeypatch.setattr(explanations, "EXPLANATIONS", {})
    assert isinstance(explain(treatment, types, messages), others)
    check(treatment, types, messages)


@pytest.mark.parametrize("treatment", SHIPPED, ids=lambda treatment: treatment.name)
@pytest.mark.parametrize("seed", range(5))
def test_the_steps_add_up_in_every_shipped_treatment(treatment, seed):
    types, messages = random_profile(treatment, seed)
    check(treatment, types, messages)
    if treatment.messages_are == "reports":
        check(treatment, types, types)


@given(definitions(), st.integers(0, 2**16))
@settings(max_examples=60, deadline=None)
def test_the_steps_add_up_in_any_treatment(definition, seed):
    treatment = Treatment.from_definition(definition)
    check(treatment, *random_profile(treatment, seed))


@given(demands(max_agents=8), costs())
def test_serial_stages_add_up_and_everybody_shares_the_increments_equally(q, cost):
    steps = SHARING["serial"](economy(cost, q), q)
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
    steps = SHARING[method](economy(cost, q), q)
    close(steps.cost_shares, {"proportional": proportional, "equal": equal}[method](q, cost))
    close(steps.cost_shares.sum(), steps.cost)
    assert steps.total == q.sum()


def test_nothing_is_demanded():
    shares = SHARING["proportional"](SHIPPED_BY_NAME["production_proportional"].played.environment, np.zeros(3))
    assert (shares.price, shares.cost, shares.cost_shares.tolist()) == (0, 0, [0, 0, 0])


SHIPPED_BY_NAME = {treatment.name: treatment for treatment in SHIPPED}


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


@pytest.mark.parametrize("treatment", SHIPPED, ids=lambda treatment: treatment.name)
def test_the_curve_is_play_at_every_own_message(treatment):
    types, messages = random_profile(treatment, 7)
    for position in range(treatment.group_size):
        others = [m for i, m in enumerate(messages) if i != position]
        curve = own_points_curve(treatment, position, types[position], others)
        for message, units in zip(treatment.positions[position].messages, curve, strict=True):
            profile = [float(message) if i == position else m for i, m in enumerate(messages)]
            assert units == treatment.play(types, profile).points[position]


def test_wrong_calls_are_refused_in_one_line():
    treatment = load_treatment("treatments/chen_serial.toml")
    with pytest.raises(ValueError, match="one group"):
        explain(treatment, [16.1, 20.1], [[4, 6]])
    with pytest.raises(ValueError, match="allowed are"):
        explain(treatment, [16.1, 20.1], [4, 6.5])
    with pytest.raises(ValueError, match="needs 1 messages"):
        own_points_curve(treatment, 0, 16.1, [4, 6])


def test_explanations_are_frozen():
    steps = explain(SHIPPED_BY_NAME["chen_serial"], [16.1, 20.1], [4, 6])
    assert isinstance(steps, SerialStages)
    assert isinstance(steps, SharedCost)
    with pytest.raises(FrozenInstanceError):
        steps.stages = ()
