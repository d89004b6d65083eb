"""A session as the test knows it: what was drawn, what was sent, and what `mechanisms` says must come of it."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from mechanisms.session.draws import (
    computer_messages,
    draw_blocks,
    draw_session,
    paid_part,
    paid_round,
    timeout_message,
)
from mechanisms.session.scoring import average, belief_draw, scoring_rule
from mechanisms.treatments import Treatment, load_session_designs
from tests.lab import ROOT, create_session


def edited(name, first="", **tables):
    """The text of a shipped treatment file with other values: edited("chen_serial", session={"rounds": "2"}).

    `first` are lines for its beginning, which belong to no table.
    """
    text = f"{first}\n" + (ROOT / "treatments" / f"{name}.toml").read_text("utf-8")
    for table, changes in tables.items():
        for key, value in changes.items():
            text, found = re.subn(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
            if not found and f"[{table}]" in text:
                text = text.replace(f"[{table}]", f"[{table}]\n{key} = {value}")
            elif not found:
                text += f"\n[{table}]\n{key} = {value}\n"
    return text


def write_treatments(lab, files):
    """Only these treatments, so that the server starts quickly."""
    lab.clear()
    for name, text in files.items():
        (lab.folder / "treatments" / f"{name}.toml").write_text(text, "utf-8")


@dataclass(frozen=True)
class Place:
    """Where one person is in one round. `members` are persons from 0, by position; `counted` is oTree's round."""

    treatment: Treatment
    part: int
    round: int
    practice: bool
    counted: int
    members: tuple
    position: int
    types: np.ndarray

    @property
    def alone(self):
        return self.practice and self.treatment.protocol.practice_against == "computer"

    @property
    def own_type(self):
        return float(self.types[self.position])


class Session:
    """A session of `people` that has been created on the server."""

    def __init__(self, lab, address, name, people=None):
        self.design = next(d for d in load_session_designs(lab.folder / "treatments") if d.name == name)
        self.people = people or self.design.participants
        self.code, self.links = create_session(address, name, self.people)
        self.treatments = self.design.treatments
        orders = self.design.orders
        self.blocks = draw_blocks(self.treatments[0].protocol.seed, self.people, len(orders)).tolist()
        self.sent = {}  # (person, oTree's round): message
        self.guesses = {}  # the same: belief
        self.gone = set()
        self.places = [self._places(person) for person in range(self.people)]

    def order(self, person):
        return self.design.orders[self.blocks[person]]

    def _places(self, person):
        together = [k for k in range(self.people) if self.blocks[k] == self.blocks[person]]
        places = []
        for part in self.order(person):
            treatment = self.treatments[part - 1]
            draws = draw_session(treatment, len(together), self._repetition(part))
            for practice, groups, types, sequences in (
                (True, draws.practice_groups, draws.practice_types, draws.practice_sequences),
                (False, draws.groups, draws.types, draws.sequences),
            ):
                for k in range(len(groups)):
                    g = next(g for g, group in enumerate(groups[k].tolist()) if together.index(person) in group)
                    group, sequence = groups[k, g].tolist(), None if sequences is None else sequences[k, g].tolist()
                    members = tuple(together[i] for i in group)
                    place = Place(treatment.in_sequence(sequence), part, k + 1, practice, len(places) + 1, members,
                                  members.index(person), types[k, group])  # fmt: skip
                    places.append(place)
        return places

    def _repetition(self, part):
        names = [treatment.name for treatment in self.treatments[:part]]
        return names[:-1].count(names[-1])

    def is_void(self, place):
        return not place.alone and bool(self.gone & set(place.members))

    def late_message(self, person, place):
        return timeout_message(place.treatment, self.code, place.counted, person + 1, place.position)

    def messages(self, person, place):
        """What everybody in the group sent, or the computer in practice alone."""
        if not place.alone:
            return [self.sent[member, place.counted] for member in place.members]
        drawn = computer_messages(place.treatment, self.code, place.counted, person + 1, place.position)
        return [self.sent[person, place.counted] if message is None else message for message in drawn]

    def play(self, person, place):
        return place.treatment.play(place.types, np.array(self.messages(person, place)))

    def average_message(self, place):
        """Of everybody who played the same round of the same part."""
        alike = [
            self.sent[k, other.counted]
            for k in range(self.people)
            for other in self.places[k]
            if (other.part, other.round, other.practice) == (place.part, place.round, place.practice)
        ]
        return sum(alike) / len(alike)

    def belief_units(self, person, place):
        rule = scoring_rule(place.treatment, place.position)
        others = [m for i, m in enumerate(self.messages(person, place)) if i != place.position]
        draw = belief_draw(place.treatment, self.code, place.counted, person + 1)
        return rule.units(average([self.guesses[person, place.counted]]), average(others), draw)

    def points(self, person, part):
        """Points and points for guesses of the rounds of a part, practice left out."""
        places = [p for p in self.places[person] if p.part == part and not p.practice]
        points = [
            0 if self.is_void(place) else int(self.play(person, place).points[place.position]) for place in places
        ]
        guesses = [
            self.belief_units(person, place) if (person, place.counted) in self.guesses else 0 for place in places
        ]
        return points, guesses

    def not_played(self, person):
        """The receipt's rounds, by name, that the own group could not play."""
        if person in self.gone:
            return set()
        void = [place for place in self.places[person] if not place.practice and self.is_void(place)]
        return {f"points-{self.order(person).index(place.part) + 1}-{place.round}" for place in void}

    def receipt(self, person):
        """The numbers of the receipt by name: points in smallest units, and money."""
        fee = self.design.show_up_fee
        numbers, total = {}, Decimal(0)
        if person in self.gone:
            return {"show_up_fee": fee, "total": fee}
        drawn = paid_part(len(self.treatments), self.code) if self.design.pay == "one" else None
        for number, part in enumerate(self.order(person), 1):
            treatment = self.treatments[part - 1]
            points, guesses = self.points(person, part)
            paid = paid_round(treatment, self.code, part)
            rounds = range(len(points)) if paid is None else [paid - 1]
            units = sum(points[k] + guesses[k] for k in rounds)
            numbers |= {f"points-{number}-{k}": points[k - 1] for k in range(1, len(points) + 1)}
            if any(guesses):
                numbers |= {f"belief-points-{number}-{k}": guesses[k - 1] for k in range(1, len(guesses) + 1)}
            if paid is not None:
                numbers[f"paid-round-{number}"] = paid
            numbers |= {f"points-{number}": units, f"money-{number}": treatment.money(units)}
            total += treatment.money(units) if drawn in (None, part) else 0
        total = max(Decimal(0), total + fee).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return {**numbers, "show_up_fee": fee, "total": total}
