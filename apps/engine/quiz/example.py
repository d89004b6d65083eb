"""The example that the quiz asks about: one group's messages, what they bring, and what a change of one would bring.

Own amounts depend on the own type and on all messages, not on the others' types, so the example needs none of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from markupsafe import Markup

from engine.aids.shown import shown_aids
from engine.words.crowds import counted, is_crowd, of_the_others
from engine.words.language import _, has_prices
from engine.words.names import message_text, player_names, type_name
from engine.words.numbers import amount, amount_decimals, enough_decimals, plain, points_of, points_text
from engine.words.sentences import notion
from mechanisms.explanations.telling import telling_profiles
from mechanisms.treatments import Treatment
from mechanisms.writing import written_units


@dataclass(frozen=True)
class Example:
    """Messages of a whole group, seen by one position.

    Attributes
    ----------
    treatment : Treatment
    position : from 0
    types, messages : values by position; only the own type matters
    """

    treatment: Treatment
    position: int
    types: tuple[float, ...]
    messages: tuple[float, ...]

    @property
    def demands(self) -> bool:
        return self.treatment.messages_are == "demands"

    @property
    def has_transfers(self) -> bool:
        return self.treatment.rule.has_transfers

    def points(self) -> int:
        """Own points, in smallest units."""
        return int(self.treatment.play(self.types, self.messages).points[self.position])

    def message_text(self, i: int) -> str:
        return message_text(self.treatment, i, self.messages[i])

    def facts(self) -> tuple[tuple[str, str], ...]:
        """(who, what) for each member; of a large group how many of the others send what."""
        names = player_names(self.treatment)
        if is_crowd(self.treatment):
            own = (_("You ({name})", name=names[self.position]), self.message_text(self.position))
            others = [(self.messages[i], self.message_text(i)) for i in range(len(names)) if i != self.position]
            return own, *((of_the_others(count), text) for (_m, text), count in sorted(counted(others)))
        return tuple(
            (_("You ({name})", name=name) if i == self.position else name, self.message_text(i))
            for i, name in enumerate(names)
        )

    def own_type_sentence(self) -> Markup:
        name = type_name(self.treatment, self.position, self.types[self.position])
        return [
            _("Your type is {type}.", type=name),
            _("Your ideal level is {type}.", type=name),
            _("Your value level is {type}.", type=name),
        ][notion(self.treatment)]

    def where_to_look(self) -> Markup:
        kinds = shown_aids(self.treatment)
        if "table" in kinds:
            return _("Please look it up in the table.")
        return _("You can use the calculator.") if "calculator" in kinds else Markup("")

    def directions(self) -> Iterator[tuple[str, int, bool, str]]:
        """(amount, other player, larger, rises/falls/same): what any larger (smaller) message of another player does.

        Only where all of them do the same to the amount: then the question has one answer.
        """
        amounts = ("transfer" if self.has_transfers else "cost_share", "points")
        others = [i for i in range(self.treatment.group_size) if i != self.position]
        for quantity in amounts:
            for larger in (True, False):
                for other in others:
                    changes = self.changes(quantity, other, larger)
                    for direction, holds in (("rises", changes > 0), ("falls", changes < 0), ("same", changes == 0)):
                        if len(changes) and holds.all():
                            yield quantity, other, larger, direction

    def changes(self, quantity: str, other: int, larger: bool) -> np.ndarray:
        """Sign of the change of an own amount, as it is written, at each larger (smaller) message of another player:
        shape (k,)."""
        grid, (before, *after) = self.treatment.positions[other].messages, self.amounts(quantity, other)
        if quantity != "points":
            before, *after = written_units([before, *after], self.decimals)
        signs = np.sign(np.array(after) - before)
        return signs[grid > self.messages[other]] if larger else signs[grid < self.messages[other]]

    def amounts(self, quantity: str, other: int) -> np.ndarray:
        """An own amount as it is, and at each message of another player: shape (1 + k,)."""
        grid = self.treatment.positions[other].messages
        profiles = np.repeat([self.messages], 1 + len(grid), axis=0)
        profiles[1:, other] = grid
        return self.amount(quantity, profiles)

    def amount(self, quantity: str, profiles: np.ndarray) -> np.ndarray:
        """An own amount at profiles of messages (..., n): shape (...). Points are in smallest units."""
        play = self.treatment.play(self.types, profiles)
        paid = -play.transfers if has_prices(self.treatment) else play.transfers
        amounts = {"cost_share": play.cost_shares, "transfer": paid, "points": play.points}
        return amounts[quantity][..., self.position]

    def points_explained(self) -> Markup:
        """The way from the amounts to the points, with all numbers."""
        play = self.treatment.play(self.types, self.messages)
        place, own = self.treatment.positions[self.position], self.position
        value, share, transfer = (float(a[own]) for a in (play.values, play.cost_shares, play.transfers))
        value_text, share_text, received, paid = map(self.amount_text, (value, share, transfer, -transfer))
        sentences, terms = [_("Your value is {value}.", value=value_text)], value_text
        if self.treatment.environment == "production":
            sentences.append(_("Your cost share is {share}.", share=share_text))
            terms += f" \u2212 {share_text}"
        if self.has_transfers:
            pays = received.startswith("\u2212")
            sentences.append(_("You pay a transfer of {amount}.", amount=paid) if pays
                             else _("You receive a transfer of {amount}.", amount=received))  # fmt: skip
            terms += f" \u2212 {paid}" if has_prices(self.treatment) else f" {signed(received)}"
        scaled = terms if place.scale == 1 else f"{plain(place.scale)} × ({terms})"
        sum_text = scaled if not place.shift else f"{scaled} {signed(plain(place.shift))}"
        points = points_text(self.treatment, int(play.points[own]))
        sentences.append(_("Your points are {calculation}, rounded: {points}.", calculation=sum_text, points=points))
        return spaced(sentences)

    def change_explained(self, quantity: str, other: int, larger: bool) -> Markup:
        """The amount before, and after the nearest change."""
        grid = self.treatment.positions[other].messages
        k = int(np.searchsorted(grid, self.messages[other])) + (1 if larger else -1)
        changed = replace(
            self, messages=tuple(float(grid[k]) if i == other else m for i, m in enumerate(self.messages))
        )
        amounts = self.amounts(quantity, other)
        before, after = (self.text(quantity, float(amounts[place])) for place in (0, 1 + k))
        name, chosen = player_names(self.treatment)[other], changed.message_text(other)
        if quantity == "points":
            before = points_of(self.treatment, int(amounts[0]))
        values = {"before": before, "after": after, "name": name, "chosen": chosen}
        return {
            "cost_share": _("Your cost share is {before}. If {name} chooses {chosen}, it is {after}.", **values),
            "transfer": _("Your transfer is {before}. If {name} chooses {chosen}, it is {after}.", **values),
            "points": _("You get {before}. If {name} chooses {chosen}, you get {after}.", **values),
        }[quantity]

    def text(self, quantity: str, number: float) -> str:
        return points_text(self.treatment, int(number)) if quantity == "points" else self.amount_text(number)

    def amount_text(self, number: float) -> str:
        return amount(number, self.decimals)

    @cached_property
    def decimals(self) -> int:
        """Of all amounts of the example, those after a change too: a cost share is written alike in every question."""
        play, own = self.treatment.play(self.types, self.messages), self.position
        said = [float(array[own]) for array in (play.values, play.cost_shares, play.transfers)]
        for other in range(self.treatment.group_size):
            if other != own:
                said += self.amounts("transfer" if self.has_transfers else "cost_share", other).tolist()
        return enough_decimals(said, amount_decimals(self.treatment, own), least=2)


def example_of(
    treatment: Treatment, position: int, own_type: float, attempt: int = 0,
    suits: Callable[[Example], bool] = lambda found: True,
) -> Example:  # fmt: skip
    """The example of an attempt, from 0: other messages in each, and other own points as far as there are any; one
    that suits (the first one does)."""
    types = [float(place.types[0]) for place in treatment.positions]
    types[position] = float(own_type)
    by_points: dict[int, Example] = {}
    again: list[Example] = []
    for messages in telling_profiles(treatment, tuple(types)):
        example = Example(treatment, position, tuple(types), messages)
        if attempt and not suits(example):
            continue
        if by_points.setdefault(example.points(), example) is not example:
            again.append(example)
        if len(by_points) > attempt:
            break
    examples = [*by_points.values(), *again]
    return examples[attempt % len(examples)]


def signed(text: str) -> str:
    """A number as a term of a sum: + 3, − 3."""
    return f"\u2212 {text[1:]}" if text.startswith("\u2212") else f"+ {text}"


def spaced(sentences: list[Markup]) -> Markup:
    return Markup(" ").join(sentence for sentence in sentences if sentence)
