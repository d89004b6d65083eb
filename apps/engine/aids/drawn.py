"""How a result came about, as one small figure: the worked example of the instructions and every played round."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from engine.aids import drawings
from engine.words.language import _, has_prices, ngettext
from mechanisms.explanations import (
    AveragePayments,
    ConstantPayments,
    EquilibriumSteps,
    ExpectedEffects,
    Explanation,
    FirstReport,
    OtherShares,
    OthersPayoffs,
    PairwisePayments,
    PathSteps,
    PivotalComparison,
    SerialStages,
    UnitPrice,
)
from mechanisms.treatments import Treatment

MOST_PLAYERS = 6
"""With more, bars and arrows can no longer be told apart."""

Draw = Callable[[Any, str, list[str], drawings.Write], Markup]


def drawn(treatment: Treatment, steps: Explanation, name: str, labels: list[str], write: drawings.Write) -> Markup:
    """The figure of these steps, or nothing where there is none, too many players, or a price that says it all.

    `name` makes its ids unique on the page; `labels` are what the players are called, by position.
    """
    return Markup("") if has_prices(treatment) else _drawn(steps, name, labels, write)


def _drawn(steps: Explanation, name: str, labels: list[str], write: drawings.Write) -> Markup:
    draw = DRAWINGS.get(type(steps), _shares if hasattr(steps, "cost_shares") else None)
    if draw is None or len(labels) > MOST_PLAYERS:
        return Markup("")
    return draw(steps, name, [str(label) for label in labels], write)


def _by_step(steps: SerialStages | PathSteps, name: str, labels: list[str], write: drawings.Write) -> Markup:
    paid = [step.paid for step in steps.steps] if isinstance(steps, PathSteps) else [s.shares for s in steps.stages]
    bars = [(label, [float(shares[i]) for shares in paid]) for i, label in enumerate(labels)]
    return drawings.stacked_bars(
        name,
        _("Cost shares, step by step"),
        _("One bar for each player, made of what this player pays at each step."),
        bars,
        [str(_("Step {k}", k=k)) for k in range(1, len(paid) + 1)],
        write,
    )


def _shares(steps: UnitPrice | OtherShares, name: str, labels: list[str], write: drawings.Write) -> Markup:
    return drawings.stacked_bars(
        name,
        _("The total cost, and who pays which part of it"),
        _("One bar, the total cost, cut into the cost shares of the players."),
        [(str(_("Total cost")), steps.cost_shares.tolist())],
        labels,
        write,
    )


def _vcg(steps: PivotalComparison, name: str, labels: list[str], write: drawings.Write) -> Markup:
    others = len(labels) - 1
    most = ngettext("The most that the other player could get", "The most that the others could get", others)
    return drawings.paired_bars(
        name,
        ngettext("What the other player gets, and could get", "What the others get together, and could get", others),
        ngettext("Two bars for each player: the most that the other player could get, and what that player does get.",
                 "Two bars for each player: the most that the others could get together, and what they do get.",
                 others),
        [(label, float(steps.others_without[i]), float(steps.others[i])) for i, label in enumerate(labels)],
        (str(most), str(ngettext("What the other player gets", "What the others get", others))),
        write,
    )  # fmt: skip


def _groves(steps: OthersPayoffs, name: str, labels: list[str], write: drawings.Write) -> Markup:
    if len(labels) == 2:  # what one gets is what the other receives: nothing to see
        return Markup("")
    return drawings.paired_bars(
        name,
        _("What everybody gets from the choice, and what the others get"),
        _("Two bars for each player: what the player gets according to the report, and what the others get together."),
        [(label, float(steps.reported[i]), float(steps.others[i])) for i, label in enumerate(labels)],
        (str(_("What the player gets")), str(_("What the others get"))),
        write,
    )


def _payments(
    steps: ExpectedEffects | PairwisePayments | ConstantPayments | AveragePayments | FirstReport,
    name: str,
    labels: list[str],
    write: drawings.Write,
) -> Markup:
    return drawings.arrows(
        name,
        _("Who pays whom, on balance"),
        _("An arrow from each player who pays to the one who receives, with the amount."),
        labels,
        steps.payments,
        write,
    )


DRAWINGS: dict[type, Draw] = {
    SerialStages: _by_step,
    PathSteps: _by_step,
    UnitPrice: _shares,
    OtherShares: _shares,
    PivotalComparison: _vcg,
    OthersPayoffs: _groves,
    ExpectedEffects: _payments,
    PairwisePayments: _payments,
    AveragePayments: _payments,
    ConstantPayments: _payments,
    EquilibriumSteps: lambda steps, name, labels, write: _drawn(steps.shared, name, labels, write),
    FirstReport: _payments,
}
