"""What a rule declares about itself: one record, from which treatment files, screens, report and docs take it.

A record is a constant ``RULE`` in the rule's own file, in ``mechanisms/cost_sharing`` (messages are demands) or
``mechanisms/transfers`` (messages are reported types); `records` finds it there. What is said to
participants is in ``_templates/rules/NAME/``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mechanisms.shown import Shown

ENVIRONMENTS = ("production", "single_peaked", "public_project")
FORMS = {"demands": "demand", "reports": "direct"}
"""How a game is played, by its messages: the app of a session has the same name."""


class Options(BaseModel):
    """Keys of the table [mechanism] that a rule has beside its name; subclasses add fields, each with a default.

    An option that several rules have is one class of these, or has the same type in all of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    def wrong(self, group_size: int) -> tuple[str, str] | None:
        """(key, what is right) of an option that does not fit the group; None if all do."""
        return None

    def arguments(self) -> dict[str, Any]:
        """What the rule's functions are called with, beside demands and cost, or the problem. Agents count from 0."""
        return {}


class DirectOptions(Options):
    """What all direct mechanisms have: which of several efficient outcomes is chosen."""

    ties: Literal["first", "last"] = "first"


class OrderOptions(Options):
    """For rules that treat the agents in an order: positions from 1, as people see them."""

    order: tuple[Annotated[int, Field(strict=True)], ...] | None = None

    def wrong(self, group_size: int) -> tuple[str, str] | None:
        if self.order is None or sorted(self.order) == list(range(1, group_size + 1)):
            return None
        return "order", f"must name each position 1 to {group_size} exactly once"

    def arguments(self) -> dict[str, Any]:
        return {"order": None if self.order is None else tuple(k - 1 for k in self.order)}


@dataclass(frozen=True, eq=False)
class Rule(Shown):
    """The record of a rule.

    Attributes
    ----------
    name : as in treatment files; its words are in _templates/rules/NAME/
    messages : "demands" (function shares a cost) or "reports" (function gives transfers)
    function : (demands (..., n), cost, **arguments) -> cost shares (..., n), paid; or
        (problem, **arguments) -> transfers (n, T_1, …, T_n), received
    source : where the rule is defined
    sentence : what the report and the docs say of it
    environments : kinds of environment that it fits
    options : class of its Options
    explain : the steps to a result: (demands (n,), cost, **arguments) -> an object with cost_shares (n,); or
        (game, messages' places on their grids (n,), **arguments) -> an object with transfers (n,). None: no steps
    revisions : of a rule in which everybody pays everybody: (problem, **arguments) -> for each agent how the own report
        revises everybody's expected payoff
    is_mechanism : whether it can be played; else it only shares the cost of a direct mechanism's outcome

    Examples
    --------
    >>> from mechanisms.cost_sharing.serial import RULE
    >>> RULE.name, RULE.messages, RULE.source
    ('serial', 'demands', 'Moulin and Shenker 1992; Kumar 2013, eq. 1')
    """

    name: str
    messages: Literal["demands", "reports"]
    function: Callable[..., Any]
    source: str
    sentence: str
    environments: tuple[str, ...]
    options: type[Options] = Options
    explain: Callable[..., Any] | None = None
    revisions: Callable[..., Any] | None = None
    is_mechanism: bool = True

    @property
    def form(self) -> str:
        """How it is played: "demand" (quantities are demanded) or "direct" (types are reported)."""
        return FORMS[self.messages]

    @property
    def option_names(self) -> tuple[str, ...]:
        return tuple(self.options.model_fields)


def records(package: ModuleType) -> dict[str, Rule]:
    """The rules whose records are in the files of a package, by name, in the order of the alphabet.

    >>> from mechanisms import transfers
    >>> list(records(transfers))
    ['agv', 'groves', 'pairwise', 'vcg']
    """
    files = [import_module(f"{package.__name__}.{file.name}") for file in pkgutil.iter_modules(package.__path__)]
    found = sorted((file.RULE for file in files if hasattr(file, "RULE")), key=lambda rule: rule.name)
    rules = {rule.name: rule for rule in found}
    if len(rules) < len(found):
        raise ValueError(f"{package.__name__}: two of the rules {', '.join(rule.name for rule in found)} have one name")
    return rules
