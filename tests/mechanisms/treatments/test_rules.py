"""The records of the rules: found in their own files, complete, with words and a second computation."""

from dataclasses import replace
from pathlib import Path

import pytest
from engine.bots import oracle

from mechanisms.cost_sharing import aumann_shapley
from mechanisms.rule import ENVIRONMENTS
from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from mechanisms.treatments.rules import BASELINES, MECHANISMS, RULES, table, with_option

ROOT = Path(__file__).parents[3]


def test_the_rules_of_the_papers_are_found():
    assert set(RULES) >= {"equal", "proportional", "serial", "agv", "groves", "pairwise", "vcg"}
    assert set(BASELINES) >= {"equal", "proportional", "serial"}
    assert set(BASELINES).isdisjoint(name for name, rule in RULES.items() if rule.messages == "reports")


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_record_is_complete(rule):
    assert rule.name.isidentifier()
    assert all((rule.source, rule.sentence, rule.environments))
    assert rule.sentence.endswith(".")
    assert set(rule.environments) <= set(ENVIRONMENTS)
    assert rule.messages == "reports" or rule.environments == ("production",)
    fields = {} if rule.options is None else rule.options.model_fields
    assert all(not field.is_required() for field in fields.values())


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_has_words_and_a_judge(name):
    rule = MECHANISMS[name]
    words = ROOT / "_templates" / rule.words
    assert {"rule.html", "explanation.html"} <= {file.name for file in words.iterdir()}
    judged = oracle.SHARES if rule.shares_cost else dir(oracle.Oracle)
    assert (
        rule.demand_rule or rule
    ).name in judged or name == "pairwise"  # the judge of pairwise compensation is Oracle.payments


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.messages == "demands"])
def test_what_can_share_the_cost_of_a_direct_mechanism_is_said_in_its_instructions(name):
    assert (ROOT / "_templates" / "rules" / name / "cost_shares.html").exists()
    assert name in oracle.SHARES


def test_no_words_without_a_rule():
    assert {folder.name for folder in (ROOT / "_templates" / "rules").iterdir()} == {
        name for name, rule in RULES.items() if rule.demand_rule is None
    }


def test_a_rule_that_cannot_share_a_cost_refuses_the_file(monkeypatch):
    """A rule that integrates marginal costs has nothing to integrate in a table of costs."""
    definition = load_treatment(ROOT / "treatments" / "production_vcg.toml").definition

    def tabulated(exponent):
        table = {"kind": "table", "values": [str(total**exponent) for total in range(25)]}
        return {**definition, "environment": {**definition["environment"], "cost": table}}

    assert Treatment.from_definition(tabulated(2)).group_size == 3
    sharing = definition["mechanism"]["cost_shares"]
    monkeypatch.setitem(BASELINES, sharing, replace(BASELINES[sharing], function=aumann_shapley))
    with pytest.raises(TreatmentError, match=r"environment.cost does not fit the rule .* TabulatedCost; .* integrates"):
        Treatment.from_definition(tabulated(3))


def test_the_table_of_the_docs_is_that_of_the_records():
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert text.endswith(table() + "\n"), "python -m mechanisms rules > docs/rules.md"


def test_an_option_that_is_not_said_is_its_default_and_the_same_game():
    treatment = load_treatment(ROOT / "treatments" / "park_vcg.toml")
    unsaid = {**treatment.definition, "mechanism": {"name": "vcg"}}
    assert Treatment.from_definition(unsaid).identity == treatment.identity
    last = {**treatment.definition, "mechanism": {"name": "vcg", "ties": "last"}}
    assert Treatment.from_definition(last).identity != treatment.identity


def test_an_option_says_whose_it_is():
    assert with_option("order") == ("incremental", "individually_rational_pairwise", "pairwise", "incremental_direct")
    assert set(with_option("ties")) == {name for name, rule in MECHANISMS.items() if rule.has_transfers}
    definition = load_treatment(ROOT / "treatments" / "production_serial.toml").definition
    with pytest.raises(TreatmentError, match=r"mechanism.order = \[1, 2, 3\] has no meaning for 'serial': it belongs"):
        Treatment.from_definition({**definition, "mechanism": {"name": "serial", "order": [1, 2, 3]}})


def test_the_order_reaches_the_rule():
    park = load_treatment(ROOT / "treatments" / "park_pairwise.toml").definition
    play = {}
    for order in ([1, 2, 3], [3, 2, 1]):
        definition = {**park, "mechanism": {"name": "pairwise", "order": order}}
        found = Treatment.from_definition(definition).play([8, 8, 8], [8, 8, 8])
        judged = oracle.expected(definition, [8, 8, 8], [8, 8, 8])
        assert found.transfers.tolist() == [float(x) for x in judged["transfers"]]
        play[tuple(order)] = found.transfers.tolist()
    assert len(set(map(tuple, play.values()))) == 2
