"""The rows on stages: both answers, witnesses that can be checked by hand, and too large said at once."""

import numpy as np
import pytest

import mechanisms.certificate.stage_rows as module
from mechanisms.certificate import certify
from mechanisms.certificate.theory import Theory
from mechanisms.treatments import Treatment, load_treatment
from tests.mechanisms.stages.random_games import after_requests, plain_end, plain_request

STRAIGHT, UNIQUE, DIRECT = module.QUESTIONS
STAGED = load_treatment("treatments/production_staged.toml")


def changed(**tables):
    return Treatment.from_definition({**STAGED.definition, **tables})


def finding(treatment, concept):
    return module.QUESTIONS[concept][1](Theory(treatment))


def test_the_shipped_treatment():
    certificate = certify(STAGED)
    assert [certificate.row(concept).verdict.status for concept in module.QUESTIONS] == ["holds"] * 3
    assert "under all beliefs" in certificate.row(STRAIGHT).answer
    serial = certify(load_treatment("treatments/production_serial.toml"))
    assert not {row.concept for row in serial.rows} & set(module.QUESTIONS)


ENVIRONMENT = STAGED.definition["environment"]


def test_ties_give_several_outcomes():
    """A unit that is worth exactly what it costs can be requested or not."""
    treatment = Treatment.from_definition({
        **{k: v for k, v in STAGED.definition.items() if k not in ("messages", "types")},
        "group": {"size": 2, "information": "complete"},
        "environment": {**ENVIRONMENT, "quantities": {"lowest": 0, "highest": 2, "step": 1},
                        "value": {"kind": "linear"}, "cost": {"kind": "power", "coefficient": 2, "exponent": 1}},
        "types": {"values": [2]}, "play": {"form": "staged", "order": [1, 2]},
    })  # fmt: skip
    found = finding(treatment, UNIQUE)
    assert found.verdict.status == "fails"
    assert found.witness.startswith("Player 1 gets 0 and Player 2 gets 0; or Player 1 gets 0 and Player 2 gets 1; or ")
    assert found.witness.endswith("; and 6 more")
    assert finding(treatment, DIRECT).verdict.status == "holds"
    assert finding(treatment, STRAIGHT).verdict.status == "holds"


def test_too_large_is_said_at_once():
    quantities = {"lowest": 0, "highest": 40, "step": 1}
    definition = {k: v for k, v in STAGED.definition.items() if k != "messages"}
    large = Treatment.from_definition({
        **definition, "group": {"size": 6, "information": "private"},
        "environment": {**ENVIRONMENT, "quantities": quantities}, "play": {"form": "staged"},
    })  # fmt: skip
    certificate = certify(large)
    assert {certificate.row(concept).verdict.status for concept in module.QUESTIONS} == {"too large"}
    assert "coarser grid of quantities" in certificate.row(STRAIGHT).verdict.reason


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_a_witness_is_a_gain_of_the_game_as_played(order):
    rng = np.random.default_rng(order[0])
    for _ in range(4):
        steps = rng.integers(0, 9, 24)
        cost = {"kind": "table", "values": [0, *np.cumsum(steps).tolist()]}
        treatment = changed(environment={**ENVIRONMENT, "cost": cost}, play={"form": "staged", "order": list(order)})
        found = finding(treatment, STRAIGHT)
        if found.verdict.status == "fails":
            game, gain = treatment.staged_game(), found.verdict.witness
            served = {i: q for i, q in enumerate(gain.state) if q >= 0}
            plain = {i: plain_request(game, gain.types, served, i) for i in range(3) if i not in served}
            ends = [plain_end(game, gain.types, after_requests(game.order, served, {**plain, gain.player: request}))
                    for request in (gain.request, gain.better)]  # fmt: skip
            assert ends[1][gain.player] - ends[0][gain.player] == gain.gain > 0
            assert f"gains {gain.gain // 1} points by requesting" in found.witness
            return
    pytest.fail("no drawn cost gives a gain")
