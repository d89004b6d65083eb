"""The steps shown to subjects add up to what Treatment.play computes, for every mechanism."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.explanations import (
    OtherShares,
    OtherTransfers,
    PairwisePayments,
    SerialStages,
    SharedCost,
    explain,
    explain_baseline,
    own_points_curve,
)
from mechanisms.treatments import Treatment, load_treatment
from mechanisms.treatments.rules import RULES
from tests.mechanisms.explanations.cases import SHIPPED, SHIPPED_BY_NAME, close, without_steps
from tests.shared import examples
from tests.strategies import definitions


def random_profile(treatment, seed):
    rng = np.random.default_rng(seed)
    types = [float(rng.choice(place.types)) for place in treatment.positions]
    return types, [float(rng.choice(place.messages)) for place in treatment.positions]


def check(treatment, types, messages):
    play, steps = treatment.play(types, messages), explain(treatment, types, messages)
    if not treatment.rule.has_transfers:
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
    stepwise = {name for name, rule in RULES.items() if rule.explain is not None}
    assert stepwise >= {"serial", "proportional", "equal", "vcg", "groves", "agv", "pairwise"}


@pytest.mark.parametrize("treatment", [t for t in SHIPPED if t.rule.demand_rule is None], ids=lambda t: t.name)
def test_without_steps_there_are_still_the_shares_and_transfers(treatment, monkeypatch):
    types, messages = random_profile(treatment, 3)
    others, stepwise = (OtherShares, OtherTransfers), treatment.rule.explain is not None
    assert isinstance(explain(treatment, types, messages), others) != stepwise
    without_steps(monkeypatch, treatment)
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
@examples(60)
def test_the_steps_add_up_in_any_treatment(definition, seed):
    treatment = Treatment.from_definition(definition)
    check(treatment, *random_profile(treatment, seed))


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
