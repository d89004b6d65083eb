"""The record of a social choice function, made from that of the rule that shares the cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from mechanisms.options import Options
from mechanisms.rule import Rule


class ChoiceOptions(Options):
    """On what the equilibrium of the demand game is looked for: the grid of quantities, or all numbers up to its end.

    A social choice function has the options of its demand rule, too.
    """

    demands: Literal["grid", "continuous"] = "grid"


def direct_version(rule: Rule) -> Rule:
    """The direct mechanism in which types are reported and the demand game's equilibrium at the reports is carried out.

    >>> from mechanisms.cost_sharing.incremental import RULE
    >>> made = direct_version(RULE)
    >>> made.name, made.messages, made.option_names, made.has_transfers
    ('incremental_direct', 'reports', ('order', 'demands'), False)
    """
    bases = (ChoiceOptions,) if rule.options is None else (ChoiceOptions, rule.options)
    return replace(
        rule,
        name=f"{rule.name}_direct",
        messages="reports",
        source=f"Kumar 2013, sections 4 and 5; cost shares: {rule.source}",
        sentence="Types are reported, and everybody gets the units and pays the cost share of the Nash equilibrium of "
        f"the demand game at the reports. {rule.sentence}",
        options=type(f"{rule.name.title().replace('_', '')}ChoiceOptions", bases, {}),
        explain=None,
        demand_rule=rule,
    )
