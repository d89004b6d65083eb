"""The calculator says what the oracle computes, step by step."""

import re

import pytest
from engine.aids import answer
from engine.bots.oracle import expected
from engine.words.language import has_prices

from tests.apps.aid_games import TREATMENTS, person, profiles, tags, units

ROUNDED = 1e-6
"""Amounts that follow from continuous demands, which are rounded to nine decimals."""

pytestmark = pytest.mark.usefixtures("stored")


@pytest.mark.parametrize("name", TREATMENTS)
def test_the_calculator_says_what_the_oracle_computes(name, stored):
    treatment = TREATMENTS[name]
    for types, messages in profiles(treatment, 3):
        play = expected(treatment.definition, types, messages)
        for position in range(treatment.group_size):
            who = person(treatment, position, types)
            reply = answer(who, {"kind": "calculator", "messages": [f"{m:g}" for m in messages]})
            shown = tags(reply["html"], treatment.mechanism)
            assert int(shown["calculator-points"][0]) == play["points"][position] == reply["points"]
            assert units(treatment, shown["calculator-points"][1]) == play["points"][position]
            amounts = {"value": "values"}
            if treatment.environment == "production":
                amounts["cost_share"] = "cost_shares"
                quantity = float(play["quantities"][position])
                assert float(shown["calculator-quantity"][0]) == pytest.approx(quantity, abs=1e-8)
            if has_prices(treatment):
                assert float(shown["calculator-price"][0]) == -float(play["transfers"][position])
            elif treatment.rule.has_transfers:
                amounts["transfer"] = "transfers"
            if treatment.messages_are == "reports":
                outcome = treatment.outcome_label(treatment.play(types, messages).outcome)
                assert shown["calculator-outcome"][0] == outcome
            assert {key for key in shown if key in ("calculator-cost_share", "calculator-transfer")} == {
                f"calculator-{key}" for key in amounts if key != "value"
            }
            for key, field in amounts.items():
                assert float(shown[f"calculator-{key}"][0]) == pytest.approx(
                    float(play[field][position]), abs=ROUNDED if treatment.environment == "production" else 1e-9
                )
            assert stored[-1]["kind"] == "calculator"
            check_steps(treatment, shown, play, position)


def payment(step, payer, reporter):
    """For a report, to the one who made it; what is shown is never negative, but goes the other way."""
    there, back = f"payment-{payer}-{reporter}-for-{reporter}", f"payment-{reporter}-{payer}-for-{reporter}"
    return step[there] if there in step else -step.get(back, 0.0)  # of many who do not pay are left out


def check_steps(treatment, shown, play, position):
    """The steps add up to what the oracle says the position pays and receives."""
    step = {name.removeprefix("step-"): float(value) for name, (value, _) in shown.items() if name.startswith("step-")}
    if treatment.environment == "production" and play["quantities"] is not None and "cost-share" in step:
        assert step["cost-share"] == pytest.approx(float(play["cost_shares"][position]), abs=ROUNDED)
    elif treatment.environment == "production":
        assert play["cost_shares"][position] == 0
    stages = [value for name, value in step.items() if re.fullmatch(r"stage-\d+-mine", name)]
    if stages:
        assert sum(stages) == pytest.approx(float(play["cost_shares"][position]), abs=ROUNDED)
        increments = [value for name, value in step.items() if re.fullmatch(r"stage-\d+-increment", name)]
        assert sum(increments) == pytest.approx(float(sum(play["cost_shares"])), abs=ROUNDED)
    if not treatment.rule.has_transfers:
        return
    others = [k + 1 for k in range(treatment.group_size) if k != position]
    transfer = float(play["transfers"][position])
    assert step["transfer"] == pytest.approx(transfer, abs=1e-9)
    if treatment.mechanism == "groves":
        assert sum(step[f"gets-{k}"] for k in others) == pytest.approx(transfer, abs=1e-9)
    if has_prices(treatment):
        assert step["transfer"] in (0, -step["price"])
    elif treatment.mechanism == "vcg":
        assert sum(step[f"change-{k}"] for k in others) == pytest.approx(transfer, abs=1e-9)
    if treatment.mechanism == "agv":
        parts = sum(step[f"part-{k}"] for k in others)
        assert step[f"part-{position + 1}"] == step[f"expected-{position + 1}"]
        assert step[f"part-{position + 1}"] + parts == pytest.approx(transfer, abs=1e-9)
    if treatment.mechanism == "pairwise":
        for i, row in enumerate(play["payments"], 1):
            for j, paid in enumerate(row, 1):
                if i != j:
                    assert payment(step, j, i) == pytest.approx(float(paid), abs=1e-9)
        for k in others:  # what a report changes for me is what I pay for it
            changed = step[f"after-{k}"] - step[f"before-{k}"]
            assert changed == pytest.approx(payment(step, position + 1, k), abs=1e-9)
