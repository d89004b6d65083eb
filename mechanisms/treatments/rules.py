"""All rules that treatment files can name: the records found in mechanisms/cost_sharing and mechanisms/transfers,
and of each rule that is played with demands its social choice function, NAME_direct."""

from __future__ import annotations

from mechanisms import cost_sharing, transfers
from mechanisms.choice_functions import direct_version
from mechanisms.rule import Rule, records


def _found() -> dict[str, Rule]:
    """By name: demand rules, direct ones, the social choice functions of the first, each in the alphabet's order."""
    rules: dict[str, Rule] = {}
    for package, messages in ((cost_sharing, "demands"), (transfers, "reports")):
        for name, record in records(package).items():
            if name in rules or record.messages != messages:
                raise ValueError(f"rule {name!r}: its name is taken, or its messages are not {messages}")
            rules[name] = record
    made = [direct_version(rule) for rule in rules.values() if rule.messages == "demands" and rule.is_mechanism]
    return rules | {rule.name: rule for rule in made}


RULES = _found()
"""By name. Some only share a cost: `is_mechanism` is false."""

MECHANISMS = {name: rule for name, rule in RULES.items() if rule.is_mechanism}
"""What mechanism.name can be."""

BASELINES = {name: rule for name, rule in RULES.items() if rule.messages == "demands" and not rule.option_names}
"""What mechanism.cost_shares can be: how a direct mechanism shares the cost of its outcome before the transfers."""


def with_option(key: str) -> tuple[str, ...]:
    """The mechanisms that have an option.

    >>> with_option("order")
    ('incremental', 'individually_rational_pairwise', 'pairwise', 'incremental_direct')
    """
    return tuple(name for name, rule in MECHANISMS.items() if key in rule.option_names)


COSTS = {"one": "one good, c(Q)", "own": "any, also of own goods, C(q)"}
NO_TABLE = ", but no table"


def table() -> str:
    """The rules as a table in Markdown; docs/rules.md has it."""
    rows = ["| Name | Messages | Environments | Cost | Options | Rule | Source |", "|---|---|---|---|---|---|---|"]
    for name, rule in RULES.items():
        messages = rule.messages if rule.is_mechanism else "none: only as `cost_shares`"
        cost = COSTS[rule.goods] + NO_TABLE * rule.integrates if rule.shares_cost else "any"
        cells = [_code((name,)), messages, _code(rule.environments), cost, _code(rule.option_names) or "none"]
        cells.append(rule.sentence)
        rows.append(f"| {' | '.join([*cells, rule.source])} |")
    return "\n".join(rows)


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
