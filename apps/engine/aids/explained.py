"""How a result comes about, step by step, in the words of the mechanism: for the calculator and the feedback page.

The steps are those of mechanisms.explanations. They follow from the messages alone, so that they show nothing of
anybody's true type.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike

from engine.aids.drawn import drawn
from engine.aids.paths_figure import paths_figure
from engine.words.language import _, ngettext
from engine.words.names import player_names
from engine.words.numbers import (
    NOTHING,
    amount,
    amount_decimals,
    enough_decimals,
    listed,
    one_or_several,
    outcome_text,
    plain,
    rounded_to,
    tagged,
    units_text,
)
from engine.words.rendering import render
from mechanisms.arrays import FloatArray
from mechanisms.environments import Allocation, Production
from mechanisms.explanations import (
    AveragePayments,
    ConstantPayments,
    EqualShares,
    EquilibriumSteps,
    ExpectedEffects,
    Explanation,
    FirstReport,
    OrderAverages,
    OtherShares,
    OthersPayoffs,
    OtherTransfers,
    PairwisePayments,
    PathSteps,
    PivotalComparison,
    SerialStages,
    UnitPrice,
    explain,
    explain_baseline,
)
from mechanisms.treatments import Treatment


class Explained(NamedTuple):
    text: Markup
    decimals: int  # of all amounts in it


def explained(
    treatment: Treatment, types: ArrayLike, messages: ArrayLike, position: int, figure: str = "", prefix: str = "step",
    least: int = 2,
) -> Explained:  # fmt: skip
    """The steps from everybody's messages to the cost share and transfer of one position.

    Parameters
    ----------
    types, messages : array_like, shape (n,), by position; types that the reader may not know can be any on the grid
    position : int, from 0: the reader, who is called "you"
    figure : str, the name on the page of a drawing that stands above the steps; "": no drawing
    prefix : str, how names on the page begin: the same steps can stand on it twice
    least : int, decimals of the amounts that stand beside the steps
    """
    writer = Writer(treatment, position, prefix, least)
    steps = explain(treatment, types, messages)
    told = in_words(writer, steps, types, messages)
    if writer.add_up():  # now that all amounts are known
        told = in_words(writer, steps, types, messages)
    if rounded := rounded_to(writer.amounts, writer.decimals):
        told += Markup('<p class="note">{}</p>').format(rounded)
    if figure:
        labels = [writer.name(i) for i in writer.everyone]
        told = drawn(treatment, steps, figure, labels, lambda number: amount(float(number), writer.decimals)) + told
    return Explained(told, writer.decimals)


def in_words(writer: "Writer", steps: Explanation, types: ArrayLike, messages: ArrayLike) -> Markup:
    """The steps as texts and tables; a direct mechanism says first how it shares the cost of what it chose."""
    treatment, writer.messages = writer.treatment, messages
    if treatment.messages_are == "demands":
        return written(writer, treatment.mechanism, steps)
    if isinstance(steps, EquilibriumSteps):
        assert treatment.rule.demand_rule is not None
        return written(writer, "", steps, baseline=written(writer, treatment.rule.demand_rule.name, steps.shared))
    shared = explain_baseline(treatment, treatment.play(types, messages).outcome)
    sharing = treatment.definition["mechanism"].get("cost_shares", "")
    baseline = Markup("") if shared is None else written(writer, sharing, shared)
    return written(writer, treatment.mechanism, steps, baseline=baseline)


NOTHING_PAID = 1e-9
"""A transfer of -1e-16 is none."""
FEW = 4
"""Players whose units have a column each."""
FEW_WHO_PAY = 3
"""Players of whom each pair is told; of more those that pay, and what is not the reader's own is folded."""


class Writer:
    """Writes the numbers of one reader's explanation, each tagged with a name that begins with the prefix."""

    def __init__(self, treatment: Treatment, position: int, prefix: str, least: int) -> None:
        self.treatment, self.me, self.prefix = treatment, position, prefix
        self.messages: ArrayLike = ()
        self.names, self.everyone = player_names(treatment), range(treatment.group_size)
        self.others = [i for i in self.everyone if i != position]
        self.decimals, self.amounts = least, list[float]()

    def add_up(self) -> bool:
        """Decides how many decimals the amounts written so far have, and whether they must be written anew."""
        before, otherwise = self.decimals, max(amount_decimals(self.treatment, i) for i in self.everyone)
        self.decimals = enough_decimals(self.amounts, otherwise, least=before)
        return self.decimals != before

    def amount(self, name: str, number: float) -> Markup:
        """A value, cost or payment, units of utility."""
        self.amounts.append(float(number))
        return tagged(f"{self.prefix}-{name}", repr(float(number)), amount(float(number), self.decimals))

    def pays(self, transfers: FloatArray) -> bool:
        """Whether the reader's transfer is below zero: then it is paid."""
        return bool(transfers[self.me] < -NOTHING_PAID)

    def unsigned(self, name: str, received: float) -> Markup:
        """An amount without its sign, beside words that say whether it is received or, below zero, paid."""
        self.amounts.append(float(received))
        return tagged(f"{self.prefix}-{name}", repr(float(received)), amount(abs(float(received)), self.decimals))

    def paid(self, transfers: FloatArray) -> Markup:
        """The reader's transfer, beside words that say whether it is paid or received."""
        return self.unsigned("transfer", float(transfers[self.me]))

    def quantity(self, name: str, number: float) -> Markup:
        return tagged(f"{self.prefix}-{name}", repr(float(number)), plain(float(number)))

    def units(self, name: str, number: float) -> Markup:
        return tagged(f"{self.prefix}-{name}", repr(float(number)), units_text(float(number)))

    def paths(self, traces: Sequence[Sequence[FloatArray] | FloatArray], stops: Sequence[FloatArray]) -> Markup:
        environment = self.treatment.played.environment
        assert isinstance(environment, Production)
        grid = () if environment.divisible else (0.0, *environment.quantities.tolist())
        return paths_figure(self.names, traces, stops, grid, f"{self.prefix}-path")

    def name(self, i: int) -> str:
        return _("You ({name})", name=self.names[i]) if i == self.me else self.names[i]


def _serial(write: Writer, steps: SerialStages) -> dict[str, object]:
    stages = list(enumerate(steps.stages, 1))
    return {
        "own": [write.me in stage.sharers for _k, stage in stages],
        "rows": [
            (_("Nobody gets more than"), [write.quantity(f"stage-{k}-level", stage.level) for k, stage in stages]),
            (_("Units in total"), [write.quantity(f"stage-{k}-total", stage.total) for k, stage in stages]),
            (_("Total cost"), [write.amount(f"stage-{k}-cost", stage.cost) for k, stage in stages]),
            (_("Extra cost"), [write.amount(f"stage-{k}-increment", stage.increment) for k, stage in stages]),
            (_("Players who share it"), [write.quantity(f"stage-{k}-sharers", len(s.sharers)) for k, s in stages]),
            (_("Each of them pays"), [write.amount(f"stage-{k}-share", stage.share) for k, stage in stages]),
            (_("You pay"), [write.amount(f"stage-{k}-mine", stage.shares[write.me]) for k, stage in stages]),
        ],
        "mine": write.amount("cost-share", steps.cost_shares[write.me]),
    }


def _unit_price(write: Writer, steps: UnitPrice) -> dict[str, object]:
    return {
        "produced": steps.total > 0,
        "total": write.quantity("total", steps.total),
        "cost": write.amount("cost", steps.cost),
        "price": write.amount("price", steps.price),
        "quantity": write.quantity("quantity", steps.quantities[write.me]),
        "counted": one_or_several(steps.quantities[write.me]),
        "mine": write.amount("cost-share", steps.cost_shares[write.me]),
    }


def _equal(write: Writer, steps: EqualShares) -> dict[str, object]:
    return {
        "total": write.quantity("total", steps.total),
        "cost": write.amount("cost", steps.cost),
        "mine": write.amount("cost-share", steps.share),
    }


def _other_shares(write: Writer, steps: OtherShares) -> dict[str, object]:
    rows = [
        {
            "name": write.name(i),
            "me": i == write.me,
            "quantity": write.quantity(f"quantity-{i + 1}", steps.quantities[i]),
            "share": write.amount("cost-share" if i == write.me else f"cost-share-{i + 1}", steps.cost_shares[i]),
        }
        for i in write.everyone
    ]
    return {"rows": rows, "total": write.quantity("total", steps.total), "cost": write.amount("cost", steps.cost)}


def _path(write: Writer, steps: PathSteps) -> dict[str, object]:
    """Everybody's units up to each step where there is room for them, else the own ones; two players' payments."""
    shown = write.everyone if len(write.names) <= FEW else [write.me]
    payers = write.others if len(write.names) == 2 else []
    along = list(enumerate(steps.steps, 1))

    def units(i: int) -> list[Markup]:
        return [write.quantity(f"path-{k}-units-{i + 1}", round(float(step.quantities[i]), 3)) for k, step in along]

    return {
        "own": [bool(step.paid[write.me] > NOTHING_PAID) for _k, step in along],
        "rows": [
            *(
                (
                    _("Your units so far") if i == write.me else _("Units of {name} so far", name=write.names[i]),
                    units(i),
                )
                for i in shown
            ),
            (_("Total cost so far"), [write.amount(f"path-{k}-cost", step.cost) for k, step in along]),
            (_("Extra cost"), [write.amount(f"path-{k}-increment", step.increment) for k, step in along]),
            *(
                (
                    _("{name} pays", name=write.names[i]),
                    [write.amount(f"path-{k}-paid-{i + 1}", step.paid[i]) for k, step in along],
                )
                for i in payers
            ),
            (_("You pay"), [write.amount(f"path-{k}-mine", step.paid[write.me]) for k, step in along]),
        ],
        "mine": write.amount("cost-share", steps.cost_shares[write.me]),
        "figure": write.paths([steps.trace], [step.quantities for step in steps.steps]),
    }


def _averages(write: Writer, steps: OrderAverages) -> dict[str, object]:
    own = steps.by_place[:, write.me]
    q, two = steps.demands, len(write.names) == 2
    ways = [[0 * q, np.where(np.arange(2) == first, q, 0), q] for first in (0, 1)] if two else []
    return {
        "places": [write.amount(f"place-{k}", added) for k, added in enumerate(own, 1)],
        "mine": write.amount("cost-share", steps.cost_shares[write.me]),
        "figure": write.paths(ways, []),
    }


def _groves(write: Writer, steps: OthersPayoffs) -> dict[str, object]:
    rows = [(write.names[k], write.amount(f"gets-{k + 1}", steps.reported[k])) for k in write.others]
    return {"rows": rows, "pays": write.pays(steps.transfers), "transfer": write.paid(steps.transfers)}


def _vcg(write: Writer, steps: PivotalComparison) -> dict[str, object]:
    me, without = write.me, steps.without[write.me]
    rows = [
        {
            "name": write.names[k],
            "gets": write.amount(f"gets-{k + 1}", steps.reported[k]),
            "without": write.amount(f"without-{k + 1}", without[k]),
            "change": write.amount(f"change-{k + 1}", steps.reported[k] - without[k]),
        }
        for k in write.others
    ]
    return {
        "rows": rows,
        "outcome": outcome_text(write.treatment, steps.outcomes_without[me]),
        "quantities": write.treatment.environment == "production",
        **_price(write),
        "together": write.amount("gets-together", steps.others[me]),
        "together_without": write.amount("without-together", steps.others_without[me]),
        "together_change": write.amount("change-together", steps.others[me] - steps.others_without[me]),
        "pays": write.pays(steps.transfers),
        "transfer": write.paid(steps.transfers),
    }


def _price(write: Writer) -> dict[str, object]:
    """The price of an object, the highest bid that gets none, and whether the reader gets one."""
    treatment, environment = write.treatment, write.treatment.played.environment
    if not isinstance(environment, Allocation):
        return {"prices": False}
    types = [place.types[0] for place in treatment.positions]
    winners = environment.winners[int(treatment.play(types, write.messages).outcome)]
    price = max(float(np.asarray(write.messages)[i]) for i in write.everyone if i not in winners)
    wins = write.me in winners
    return {"prices": True, "objects": len(winners), "wins": wins, "price": write.amount("price", price)}


def _agv(write: Writer, steps: ExpectedEffects) -> dict[str, object]:
    rows = [
        {
            "name": write.name(i),
            "me": i == write.me,
            "expected": write.amount(f"expected-{i + 1}", steps.expected[i]),
            "follows": _follows(write, i, float(steps.expected[i] if i == write.me else -steps.payments[i, write.me])),
        }
        for i in write.everyone
    ]
    return {"rows": rows, "pays": write.pays(steps.transfers), "transfer": write.paid(steps.transfers)}


def _follows(write: Writer, i: int, received: float) -> Markup:
    """What the report of i makes the reader receive or, below zero, pay; from whom and to whom."""
    shown, other = write.unsigned(f"part-{i + 1}", received), write.names[i]
    if i != write.me:
        if received < -NOTHING_PAID:
            return _("You pay {amount} to {other}.", other=other, amount=shown)
        return _("{other} pays you {amount}.", other=other, amount=shown)
    others = len(write.others)
    if received < -NOTHING_PAID:
        return ngettext("You pay the other player {amount}.", "You pay the others {amount}.", others, amount=shown)
    return ngettext("The other player pays you {amount}.", "The others pay you {amount}.", others, amount=shown)


def _pairwise(write: Writer, steps: PairwisePayments) -> dict[str, object]:
    stages = [
        {
            "name": write.name(stage.position),
            "me": stage.position == write.me,
            "before": write.amount(f"before-{stage.position + 1}", stage.before[write.me]),
            "after": write.amount(f"after-{stage.position + 1}", stage.after[write.me]),
        }
        for stage in steps.stages
    ]
    pairs = [(j, i) for i in write.everyone for j in write.everyone if i != j]
    if many := len(write.names) > FEW_WHO_PAY:
        pairs = [(j, i) for j, i in pairs if abs(steps.payments[i, j]) > NOTHING_PAID]
    own, rest = [pair for pair in pairs if write.me in pair], [pair for pair in pairs if write.me not in pair]
    return {
        "stages": stages,
        "many": many,
        "own": [_payment(write, j, i, float(steps.payments[i, j])) for j, i in own],
        "rest": [_payment(write, j, i, float(steps.payments[i, j])) for j, i in rest],
        "pays": write.pays(steps.transfers),
        "transfer": write.paid(steps.transfers),
    }


def _with_constants(write: Writer, steps: ConstantPayments) -> dict[str, object]:
    own = float(steps.constants[write.me])
    fixed = {"pays_constant": own < -NOTHING_PAID, "constant": write.unsigned("constant", own)}
    return {**_pairwise(write, steps), **fixed}


def _equilibrium(write: Writer, steps: EquilibriumSteps) -> dict[str, object]:
    """The own units among their neighbours, at the own report."""
    own = steps.own[write.me]
    rows = [
        {
            "chosen": units == steps.quantities[write.me],
            "units": write.units(f"other-{k}-units", units),
            "value": write.amount(f"other-{k}-value", value),
            "share": write.amount(f"other-{k}-share", share),
            "net": write.amount(f"other-{k}-net", value - share),
        }
        for k, (units, value, share) in enumerate(zip(own.units, own.values, own.cost_shares, strict=True), 1)
    ]
    chosen = listed(units_text(float(quantity)) for quantity in steps.quantities)
    return {"rows": rows, "outcome": chosen}


def _average_payments(write: Writer, steps: AveragePayments) -> dict[str, object]:
    rows = [
        {
            "name": write.names[j],
            "received": write.amount(f"received-{j + 1}", steps.payments[write.me, j]),
            "paid": write.amount(f"paid-{j + 1}", steps.payments[j, write.me]),
            "balance": write.amount(f"balance-{j + 1}", steps.balances[write.me, j]),
        }
        for j in write.others
    ]
    return {"rows": rows, "pays": write.pays(steps.transfers), "transfer": write.paid(steps.transfers)}


def _payment(write: Writer, j: int, i: int, paid: float) -> dict[str, object]:
    """What j pays i for what the report of i changes for j; below zero it is i who pays."""
    raised = -1 if paid < -NOTHING_PAID else 1 if paid > NOTHING_PAID else 0
    payer, receiver = (i, j) if raised < 0 else (j, i)
    shown = write.amount(f"payment-{payer + 1}-{receiver + 1}-for-{i + 1}", abs(paid))
    return {
        "payer": write.name(payer),
        "receiver": write.name(receiver),
        "me": write.me in (j, i),
        "why": _why(write, j, i, raised, shown),
    }


def _why(write: Writer, j: int, i: int, raised: int, paid: Markup) -> Markup:
    """Who pays whom because of the report of i, which raised (1), lowered (-1) or did not change what j can expect."""
    told = {"amount": paid, "reporter": write.names[i], "other": write.names[j]}
    return {
        ("i", 1): _("{other} pays you {amount}, because by the reports yours raised what {other} can expect.", **told),
        ("i", -1): _("You pay {amount} to {other}, because by the reports yours lowered what {other} can expect.",
                     **told),
        ("i", 0): _("{other} pays you {amount}, because by the reports yours did not change what {other} can expect.",
                    **told),
        ("j", 1): _("You pay {amount} to {reporter}, because by the reports that of {reporter} raised what you can "
                    "expect.", **told),
        ("j", -1): _("{reporter} pays you {amount}, because by the reports that of {reporter} lowered what you can "
                     "expect.", **told),
        ("j", 0): _("You pay {amount} to {reporter}, because by the reports that of {reporter} did not change what you "
                    "can expect.", **told),
        ("", 1): _("{other} pays {amount} to {reporter}, because by the reports that of {reporter} raised what {other} "
                   "can expect.", **told),
        ("", -1): _("{reporter} pays {amount} to {other}, because by the reports that of {reporter} lowered what "
                    "{other} can expect.", **told),
        ("", 0): _("{other} pays {amount} to {reporter}, because by the reports that of {reporter} did not change what "
                   "{other} can expect.", **told),
    }["i" if write.me == i else "j" if write.me == j else "", raised]  # fmt: skip


def _first_report(write: Writer, steps: FirstReport) -> dict[str, object]:
    rows = _other_transfers(write, OtherTransfers(steps.reported, steps.transfers))["rows"]
    assert isinstance(rows, list)
    for i, row in enumerate(rows):
        row["others"] = write.amount(f"others-get-{i + 1}", steps.reported.sum() - steps.reported[i])
    return {
        "rows": rows,
        "first": write.name(steps.first),
        "expected": write.amount("expected", steps.expected),
        "expected_again": write.amount("expected-again", steps.expected),
        "pays": write.pays(steps.transfers),
        "transfer": write.unsigned("transfer-again", float(steps.transfers[write.me])),
    }


def _other_transfers(write: Writer, steps: OtherTransfers) -> dict[str, object]:
    rows = []
    for i in write.everyone:
        shown = write.unsigned("transfer" if i == write.me else f"transfer-{i + 1}", steps.transfers[i])
        pays = steps.transfers[i] < -NOTHING_PAID
        rows.append(
            {
                "name": write.name(i),
                "me": i == write.me,
                "gets": write.amount(f"gets-{i + 1}", steps.reported[i]),
                "receives": NOTHING if pays else shown,
                "pays": shown if pays else NOTHING,
            }
        )
    return {"rows": rows}


WRITERS: dict[type, tuple[str, Callable[[Writer, Any], dict[str, Any]]]] = {
    SerialStages: ("rules/serial/explained.html", _serial),
    UnitPrice: ("rules/proportional/explained.html", _unit_price),
    EqualShares: ("rules/equal/explained.html", _equal),
    PathSteps: ("rules/{rule}/explained.html", _path),
    OrderAverages: ("rules/shapley_shubik/explained.html", _averages),
    OtherShares: ("engine/explained_shares.html", _other_shares),
    OthersPayoffs: ("rules/groves/explained.html", _groves),
    PivotalComparison: ("rules/vcg/explained.html", _vcg),
    ExpectedEffects: ("rules/agv/explained.html", _agv),
    PairwisePayments: ("rules/pairwise/explained.html", _pairwise),
    ConstantPayments: ("rules/individually_rational_pairwise/explained.html", _with_constants),
    EquilibriumSteps: ("engine/choice_function/explained.html", _equilibrium),
    AveragePayments: ("rules/symmetric_pairwise/explained.html", _average_payments),
    FirstReport: ("rules/cremer_riordan/explained.html", _first_report),
    OtherTransfers: ("engine/explained_transfers.html", _other_transfers),
}
"""For each kind of steps the template and the function that makes its variables."""


def written(write: Writer, rule: str, steps: Explanation, **more: object) -> Markup:
    """In the words of the rule of this name. Steps that are not in WRITERS are written by its own template alone."""
    known = WRITERS.get(type(steps))
    if known is not None:
        template, variables = known
        return render(template.format(rule=rule), **{"n": len(write.everyone), **variables(write, steps)}, **more)
    names = [write.name(i) for i in write.everyone]
    return render(
        f"rules/{rule}/explained.html",
        steps=steps,
        me=write.me,
        names=names,
        amount=write.amount,
        quantity=write.quantity,
        **more,
    )
