"""The worked example of the instructions: one profile of messages, every number of it taken from `mechanisms`."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from markupsafe import Markup

from engine.aids.drawn import drawn
from engine.aids.explained import explained
from engine.words.crowds import counted, is_crowd, of_the_others
from engine.words.language import _, has_prices
from engine.words.names import message_text, player_names, type_name
from engine.words.numbers import (
    amount,
    amount_decimals,
    enough_decimals,
    outcome_text,
    points_text,
    rounded_to,
    tagged,
    units_text,
)
from engine.words.sentences import in_this_order
from mechanisms.arrays import FloatArray, IntArray
from mechanisms.explanations import explain
from mechanisms.explanations.telling import telling
from mechanisms.played.play import Play
from mechanisms.session.in_stages import steady
from mechanisms.treatments import Treatment

PROFILES = 200
FEW = 4
"""Different messages in the example of a large group."""


@dataclass(frozen=True, eq=False)
class Example:
    """Types and messages of one group, by position, and what comes of them."""

    types: tuple[float, ...]
    messages: tuple[float, ...]
    play: Play


@lru_cache(maxsize=256)
def example(treatment: Treatment, position: int) -> Example:
    """Of some drawn profiles the one that shows most: distinct messages and points, transfers that are not 0.

    It is chosen for what it shows of the arithmetic, whatever it brings: the instructions say so.
    """
    possible = [place.types[place.probabilities > 0] for place in treatment.positions]
    rng = np.random.default_rng(0)
    types = np.stack([rng.choice(values, PROFILES) for values in possible], axis=-1)
    messages = np.stack([rng.choice(place.messages, PROFILES) for place in treatment.positions], axis=-1)
    if is_crowd(treatment):
        messages = fewer(treatment, messages)
    play = treatment.play(types, messages)
    told = told_types(treatment, position)
    shown = [merit(*row, position, told) for row in zip(types, messages, play.points, play.transfers, strict=True)]
    best = int(np.argmax(shown))
    chosen = treatment.play(types[best], messages[best])
    return Example(tuple(types[best].tolist()), tuple(messages[best].tolist()), chosen)


def fewer(treatment: Treatment, messages: FloatArray) -> FloatArray:
    """Profiles (k, n) with as few different messages as fit into a short table: about FEW of each grid."""
    kept = []
    for i, place in enumerate(treatment.positions):
        some = place.messages[np.unique(np.linspace(0, len(place.messages) - 1, FEW + 2).round().astype(int))[1:-1]]
        grid = some if len(some) else place.messages
        kept.append(grid[np.abs(messages[:, i, None] - grid).argmin(axis=1)])
    return np.stack(kept, axis=-1)


def told_types(treatment: Treatment, position: int) -> list[int]:
    """Whose types somebody in a position may know, so that the choice of the example tells nothing of the others'."""
    alone = treatment.information == "own" or is_crowd(treatment)
    return [position] if alone else list(range(treatment.group_size))


def merit(
    types: FloatArray, messages: FloatArray, points: IntArray, transfers: FloatArray, position: int, told: list[int]
) -> float:
    """How much a profile shows; a message of 0 or a transfer of 0 shows little.

    Where types are reported, some reports are the type and some are not: neither shall look like advice.
    """
    moved, equal = np.abs(transfers) > 1e-9, (messages == types)[told].mean()
    distinct, zeros = len(set(messages.tolist())) / len(messages), (messages == 0).mean()
    mixed = min(equal, 1 - equal) if len(told) > 1 else 0.0
    return float(3 * telling(points[told]) + 2 * distinct + moved.mean() + moved[position] - zeros + mixed)


class Writer:
    """Amounts with as few decimals as show them exactly, or with `least` at least."""

    def __init__(self, treatment: Treatment, numbers: Any, least: int = 0) -> None:
        most = max(amount_decimals(treatment, i) for i in range(treatment.group_size))
        self.decimals = enough_decimals(numbers, most, least=least)
        self.rounded = rounded_to(numbers, self.decimals)

    def __call__(self, number: float) -> str:
        return amount(float(number), self.decimals)

    def tagged(self, name: str, number: float) -> Markup:
        return tagged(f"example-{name}", repr(float(number)), self(number))


def example_screen(treatment: Treatment, position: int) -> dict[str, object]:
    """Variables of engine/instructions/example.html, as far as the position may know the types."""
    shown, names = example(treatment, position), player_names(treatment)
    told = told_types(treatment, position)
    called = [_("You ({name})", name=name) if i == position else name for i, name in enumerate(names)]
    # the same steps can stand on the page below: their numbers have other names here
    beside = Writer(treatment, account_amounts(shown.play, told), least=2).decimals
    steps = explained(treatment, shown.types, shown.messages, position, prefix="example-step", least=beside)
    outcome = outcome_text(treatment, treatment.outcome_label(shown.play.outcome))
    everybody = list(range(treatment.group_size))
    if is_crowd(treatment):
        everybody, called = members_by_message(treatment, shown, position, called)
    columns, rounded = account_columns(treatment, shown.play, called, told, steps.decimals)
    return {
        "names": names,
        "called": called,
        "in_this_order": in_this_order(treatment),
        "me": position,
        "own_only": told == [position],
        "everybody": everybody,
        "example_types": [type_name(treatment, i, t) for i, t in enumerate(shown.types)],
        "example_messages": [message_tag(treatment, i, m) for i, m in enumerate(shown.messages)],
        "example_outcome": tagged("example-outcome", outcome, outcome),
        "quantities": quantity_tags(shown.play),
        "stage_rows": stage_rows(treatment, shown, called, position, steps.decimals),
        "account": columns,
        "rounded": rounded,
        "steps": steps.text,
        "drawing": drawing(treatment, shown, names, steps.decimals),
    }


def members_by_message(
    treatment: Treatment, shown: Example, position: int, called: list[str]
) -> tuple[list[int], list[str]]:
    """The reader, and one of the others for each message, who is called by how many send it."""
    others = [i for i in range(treatment.group_size) if i != position]
    lines = sorted(counted(shown.messages[i] for i in others))
    stand = [next(i for i in others if shown.messages[i] == message) for message, _count in lines]
    names = list(called)
    for i, (_message, count) in zip(stand, lines, strict=True):
        names[i] = of_the_others(count)
    return [position, *stand], names


def stage_rows(
    treatment: Treatment, shown: Example, called: list[str], position: int, decimals: int
) -> list[dict[str, object]]:
    """Stage by stage, if everybody requests in each stage what they are served in the end; none without stages."""
    if treatment.stages is None:
        return []
    write, left, rows = Writer(treatment, shown.play.cost_shares, decimals), set(range(treatment.group_size)), []
    stages, _requests = steady(shown.messages, treatment.stages)
    for stage, i in sorted((stage, i) for i, stage in enumerate(stages)):
        told = [(called[k], message_text(treatment, k, shown.messages[k])) for k in sorted(left)]
        units = tagged(
            f"example-served-{stage}", repr(shown.messages[i]), message_text(treatment, i, shown.messages[i])
        )
        paid = write.tagged(f"stage-paid-{stage}", shown.play.cost_shares[i])
        rows.append({"me": i == position, "name": called[i], "requests": told, "units": units, "paid": paid})
        left.remove(i)
    return rows


def message_tag(treatment: Treatment, position: int, message: float) -> Markup:
    return tagged(f"example-message-{position + 1}", repr(message), message_text(treatment, position, message))


def quantity_tags(play: Play) -> list[Markup] | None:
    if play.quantities is None:
        return None
    return [tagged(f"example-quantity-{i}", repr(q), units_text(q)) for i, q in enumerate(play.quantities.tolist(), 1)]


def account_amounts(play: Play, told: list[int]) -> list[FloatArray]:
    return [row[told] for row in (play.values, play.cost_shares, play.transfers, play.utilities)]


def account_columns(
    treatment: Treatment, play: Play, called: list[str], told: list[int], decimals: int
) -> tuple[list[dict[str, Any]], Markup]:
    """From value to points, one column for each player whose type may be known; and whether they are rounded."""
    amounts = {"value": play.values, "cost_share": play.cost_shares, "transfer": play.transfers, "sum": play.utilities}
    write = Writer(treatment, account_amounts(play, told), decimals)
    columns = []
    for i in told:
        units = int(play.points[i])
        column: dict[str, Any] = {name: write.tagged(f"{name}-{i + 1}", row[i]) for name, row in amounts.items()}
        if has_prices(treatment):
            column["transfer"] = write.tagged(f"price-{i + 1}", 0.0 - play.transfers[i])
        points = tagged(f"example-points-{i + 1}", units, points_text(treatment, units))
        columns.append({"name": called[i], **column, "points": points})
    return columns, write.rounded


def drawing(treatment: Treatment, shown: Example, names: list[str], decimals: int) -> Markup:
    steps = explain(treatment, shown.types, shown.messages)
    return drawn(treatment, steps, "example-figure", names, lambda number: amount(number, decimals))
