"""The records of social choice functions: one for each demand rule, with its options and its own."""

from mechanisms.choice_functions import direct_version
from mechanisms.treatments.rules import MECHANISMS, RULES


def test_every_demand_rule_has_its_function():
    played = [name for name, rule in MECHANISMS.items() if rule.messages == "demands"]
    functions = {name for name, rule in RULES.items() if rule.demand_rule is not None}
    assert functions == {f"{name}_direct" for name in played} >= {"serial_direct", "proportional_direct"}
    for name in functions:
        rule = RULES[name]
        assert (rule.form, rule.has_transfers, rule.shares_cost) == ("direct", False, True)
        assert rule.function is rule.demand_rule.function
        assert rule.goods == rule.demand_rule.goods


def test_the_options_of_the_demand_rule_are_checked_and_passed_on():
    options = direct_version(RULES["fixed_path"]).options
    assert options().wrong(2)[0] == "path"
    given = options(path=[[0, 0], [4, 8]], demands="continuous")
    assert given.wrong(2) is None
    assert given.arguments() == {"path": [[0.0, 0.0], [4.0, 8.0]]}
    assert direct_version(RULES["serial"]).options().arguments() == {}
