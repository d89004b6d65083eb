"""Tables of values and costs in the instructions are those of the environment."""

import re

import numpy as np
import pytest
from engine.instructions.screen import instructions
from engine.words.language import use
from engine.words.sentences import own_goods

from mechanisms.treatments import Treatment, load_treatment
from tests.apps.aid_games import TREATMENTS
from tests.apps.engine.instructions.reading import numbers, with_changes


@pytest.mark.parametrize(
    "name", [n for n, t in TREATMENTS.items() if t.environment == "production" and not own_goods(t)]
)
def test_the_tables_are_values_and_costs_of_the_environment(name):
    treatment = TREATMENTS[name]
    environment, found = treatment.played.environment, numbers(str(instructions(treatment, 0)))
    worth = [tag for tag in found if tag.startswith("worth-")]
    costs = [tag for tag in found if tag.startswith(("cost-of-", "read-cost-of-"))]
    assert worth
    assert len(costs) > 2
    for tag in worth:
        own_type, quantity = map(float, re.match(r"worth-(-?[\d.]+)-([\d.]+)$", tag).groups())
        assert float(found[tag][0]) == environment.value.value(np.array(own_type), np.array(quantity))
    for tag in costs:
        assert float(found[tag][0]) == environment.cost.total_cost(np.array(float(tag.rpartition("-")[2])))


def test_outcomes_are_worth_what_the_payoff_table_says():
    found = numbers(str(instructions(TREATMENTS["park_pairwise"], 1)))
    cells = {tag: float(value) for tag, (value, _text) in found.items() if tag.startswith("worth-")}
    assert cells == {
        **{f"worth-{i}-{t}-{k}": (t if k == (i == 2) else 0) for i in (1, 2, 3) for t in (8, 20) for k in (0, 1)}
    }


@pytest.mark.parametrize(("language", "everybody"), [("en", "Everybody"), ("de", "Alle"), ("ja", "全員")])
def test_where_outcomes_are_worth_the_same_to_all_it_is_said_once(language, everybody):
    definition = load_treatment("treatments/park_pairwise.toml").definition
    payoffs = dict(zip(definition["environment"]["outcomes"], (0, "type"), strict=True))
    shared = {key: part for key, part in definition.items() if key != "roles"} | {"payoffs": payoffs}
    treatment = Treatment.from_definition(shared).with_protocol(language=language)
    with use(language):
        html = str(instructions(treatment, 1))
    assert {tag.rsplit("-", 1)[0] for tag in numbers(html) if tag.startswith("worth-")} == {"worth-1-8", "worth-1-20"}
    assert html.count(f'<th scope="row">{everybody}</th>') == 2


def test_a_change_of_the_cost_changes_table_and_example():
    before = numbers(str(instructions(TREATMENTS["production_serial"], 0)))
    dearer = {"cost": {"kind": "power", "coefficient": 0.75, "exponent": 2}}
    after = numbers(str(instructions(with_changes("production_serial", environment=dearer), 0)))
    assert (before["cost-of-4"][0], after["cost-of-4"][0]) == ("8.0", "12.0")
    assert before["example-cost_share-1"] != after["example-cost_share-1"]
