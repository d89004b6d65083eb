"""Explanations: a mechanism without steps of its own, and nothing of the others' types."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from engine.aids import explained
from engine.bots.oracle import expected
from engine.instructions.example import example, example_screen

from mechanisms import explanations
from mechanisms.treatments import Treatment
from tests.apps.aid_games import TREATMENTS, profiles, tags
from tests.mechanisms.explanations.cases import without_steps

pytestmark = pytest.mark.usefixtures("stored")


@pytest.mark.parametrize("name", ["production_serial", "production_vcg", "five_players_project", "uneven_agv"])
def test_a_mechanism_without_steps_of_its_own_has_a_table(name, monkeypatch):
    treatment = TREATMENTS[name]
    without_steps(monkeypatch, treatment)
    for types, messages in profiles(treatment, 3):
        play = expected(treatment.definition, types, messages)
        reported = expected(treatment.definition, messages, messages)
        for position in range(treatment.group_size):
            check_table(treatment, tags(explained(treatment, types, messages, position).text), play, reported, position)
    shown = example(treatment, 0)
    steps = tags(example_screen(treatment, 0)["steps"])
    own = "transfer" if treatment.messages_are == "reports" else "cost-share"
    amounts = shown.play.transfers if treatment.messages_are == "reports" else shown.play.cost_shares
    assert float(steps[f"example-step-{own}"][0]) == pytest.approx(amounts[0])


@pytest.mark.parametrize(("size", "columns", "rows"), [(2, 2, 7), (8, 7, 8)])
def test_few_steps_are_columns_and_many_are_rows(size, columns, rows):
    """The one fits a telephone; the other would be wider than any screen where a hundred people demand."""
    spec = TREATMENTS["production_serial"].definition
    people = {"group": spec["group"] | {"size": size}, "session": spec["session"] | {"participants": size}}
    treatment = Treatment.from_definition(spec | people)
    table = str(explained(treatment, [13.0] * size, range(1, size + 1), 0).text).partition("<table")[2]
    assert table.partition("</tr>")[0].count('scope="col"') == 1 + columns
    assert table.partition("</table>")[0].count("<tr") == 1 + rows + 1


def test_one_unit_is_not_called_units():
    proportional = TREATMENTS["chen_proportional"]
    texts = [explained(proportional, [16.1, 20.1], [own, 5], 0).text for own in (1, 2)]
    assert ["1</span> unit and pay" in texts[0], "2</span> units and pay" in texts[1]] == [True, True], texts


def test_a_baseline_with_steps_of_its_own_is_written_by_its_own_template(monkeypatch):
    treatment, asked = TREATMENTS["production_vcg"], {}

    def render(template, **variables):
        return asked.setdefault(template, variables) and template

    steps = SimpleNamespace(cost_shares=np.zeros(3))
    sharing = explanations.BASELINES["proportional"]
    monkeypatch.setitem(explanations.BASELINES, "proportional", replace(sharing, explain=lambda q, cost: steps))
    monkeypatch.setattr(sys.modules["engine.aids.explained"], "render", render)
    types = [float(place.types[0]) for place in treatment.positions]
    assert explained(treatment, types, types, 1).text == "rules/vcg/explained.html"
    assert asked["rules/proportional/explained.html"]["steps"] is steps
    assert asked["rules/vcg/explained.html"]["baseline"] == "rules/proportional/explained.html"


def check_table(treatment, shown, play, reported, position):
    """One row for each player: units and cost share, or what is got according to the reports, and the transfer."""
    amounts = {}
    for i in range(treatment.group_size):
        row = "" if i == position else f"-{i + 1}"
        if treatment.environment == "production":
            amounts |= {f"quantity-{i + 1}": play["quantities"][i], f"cost-share{row}": play["cost_shares"][i]}
        if treatment.messages_are == "reports":
            amounts[f"gets-{i + 1}"] = reported["values"][i] - reported["cost_shares"][i]
            amounts[f"transfer{row}"] = play["transfers"][i]
    if treatment.environment == "production":
        amounts |= {"total": sum(play["quantities"]), "cost": sum(play["cost_shares"])}
    assert {name: float(value) for name, (value, _) in shown.items()} == {
        f"step-{name}": pytest.approx(float(value), abs=1e-9) for name, value in amounts.items()
    }


@pytest.mark.parametrize("name", TREATMENTS)
def test_explanations_show_nothing_of_the_others_true_types(name):
    treatment = TREATMENTS[name]
    for types, messages in profiles(treatment, 2):
        other_types = [float(place.types[-1]) for place in treatment.positions]
        other_types[0] = types[0]
        assert explained(treatment, types, messages, 0).text == explained(treatment, other_types, messages, 0).text


def test_of_many_who_pay_each_other_the_own_payments_are_told_and_the_rest_is_folded():
    definition = TREATMENTS["five_players_project"].definition | {"mechanism": {"name": "pairwise"}}
    treatment, folded = Treatment.from_definition(definition), set()
    for types, messages in profiles(treatment, 3):
        payments = treatment.play(types, messages).payments
        for me in range(treatment.group_size):
            own, *rest = str(explained(treatment, types, messages, me).text).split("<details")
            told, others = (
                [float(tags(part)[name][0]) for name in tags(part) if "payment" in name]
                for part in (own, "".join(rest))
            )
            expected_own = [abs(x) for x in [*payments[me], *payments[:, me]] if abs(x) > 1e-9]
            assert sorted(told) == pytest.approx(sorted(expected_own))
            assert all(amount > 0 for amount in others)
            folded.add(bool(others))
            assert "paid between you and the others." in own
    assert True in folded
