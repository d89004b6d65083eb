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
from typing import TYPE_CHECKING, Any, Literal

from mechanisms.shown import Shown

if TYPE_CHECKING:
    from mechanisms.options import Options

ENVIRONMENTS = ("production", "single_peaked", "public_project", "allocation")
FORMS = {"demands": "demand", "reports": "direct"}
"""How a game is played, by its messages: the app of a session has the same name."""


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
    options : class of its Options (mechanisms/options.py); None: it has none
    explain : the steps to a result: (demands (n,), cost, **arguments) -> an object with cost_shares (n,); or
        (game, messages' places on their grids (n,), **arguments) -> an object with transfers (n,). None: no steps
    revisions : of a rule in which everybody pays everybody: (problem, **arguments) -> for each agent how the own report
        revises everybody's expected payoff
    goods : of a rule that shares a cost: "one" (it needs the cost of a total, c(Q)) or "own" (any cost of everybody's
        own good, C(q_1, …, q_n))
    integrates : of a rule that shares a cost: whether it integrates marginal costs, which a table of costs has not
    constants : of a rule with amounts that everybody receives whatever is reported: (problem, **arguments) -> (n,); it
        is called when a file is read, and refuses with ValueError what does not fit
    is_mechanism : whether it can be played; else it only shares the cost of a direct mechanism's outcome
    path : of a fixed path method whose path is a polyline: (n, highest demand, **arguments) -> its corners (m, n)
    others : of a rule that shares a cost: what the own share depends on beside the own demand where there is one good.
        "total": the others' total; "levels": the others' demands as far as they do not exceed the own one, where all
        who demand as much as each other pay the same for each step (serial); "counts": how many demand what. None: on
        who demands what. Games of many players are solved by it (mechanisms/crowds)
    demand_rule : of a social choice function: the rule that shares the cost, whose demand game's equilibrium at the
        reports is carried out (mechanisms/choice_functions); there are no transfers

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
    options: type[Options] | None = None
    explain: Callable[..., Any] | None = None
    revisions: Callable[..., Any] | None = None
    goods: Literal["one", "own"] = "one"
    integrates: bool = False
    constants: Callable[..., Any] | None = None
    is_mechanism: bool = True
    path: Callable[..., Any] | None = None
    others: Literal["total", "levels", "counts"] | None = None
    demand_rule: Rule | None = None

    @property
    def has_transfers(self) -> bool:
        """Whether an outcome that is chosen by the reports is followed by transfers."""
        return self.messages == "reports" and self.demand_rule is None

    @property
    def shares_cost(self) -> bool:
        """Whether the rule says itself how a cost is shared; else a direct mechanism needs a baseline for it."""
        return not self.has_transfers

    def can_share(self, own_goods: bool, marginal_costs: bool) -> bool:
        """Whether it shares a cost of one good, or of everybody's own, that has marginal costs, or has none."""
        return (self.goods == "own" or not own_goods) and (marginal_costs or not self.integrates)

    @property
    def words(self) -> str:
        """The folder of _templates/ with what participants read of it; all social choice functions have one."""
        return f"rules/{self.name}" if self.demand_rule is None else "engine/choice_function"

    @property
    def form(self) -> str:
        """How it is played: "demand" (quantities are demanded) or "direct" (types are reported)."""
        return FORMS[self.messages]

    @property
    def option_names(self) -> tuple[str, ...]:
        return () if self.options is None else tuple(self.options.model_fields)

    def by_default(self) -> dict[str, Any]:
        """What the functions are called with where nothing is said of the options."""
        return {} if self.options is None else self.options().arguments()


def records(package: ModuleType) -> dict[str, Rule]:
    """The rules whose records are in the files of a package, by name, in the order of the alphabet.

    >>> from mechanisms import transfers
    >>> list(records(transfers))
    ['agv', 'cremer_riordan', 'groves', 'individually_rational_pairwise', 'pairwise', 'symmetric_pairwise', 'vcg']
    """
    files = [import_module(f"{package.__name__}.{file.name}") for file in pkgutil.iter_modules(package.__path__)]
    found = sorted((file.RULE for file in files if hasattr(file, "RULE")), key=lambda rule: rule.name)
    rules = {rule.name: rule for rule in found}
    if len(rules) < len(found):
        raise ValueError(f"{package.__name__}: two of the rules {', '.join(rule.name for rule in found)} have one name")
    return rules
