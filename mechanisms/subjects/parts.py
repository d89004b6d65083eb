"""Simulated sessions of several parts, which the same people play one after the other, some in another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.session.draws import draw_blocks
from mechanisms.shown import Shown, Words
from mechanisms.subjects.population import Population
from mechanisms.subjects.simulation import PartOf, Simulated, simulate_sessions
from mechanisms.treatments import SessionDesign
from mechanisms.treatments.loading import of_each_order
from mechanisms.writing import counted

APART = 1_000_000
"""Part p of a session with the seed s draws its groups and types from the seed s + (p − 1) · APART."""


@dataclass(frozen=True)
class StudyArms(Shown):
    """name : of a study; arms : the names of those that the parts are, one after the other; silos : how many are
    matched among each other in each, None: all"""

    name: str
    arms: tuple[str, ...]
    silos: tuple[int | None, ...]

    def _facts(self) -> dict[str, object]:
        return {"study": self.name, "arms": self.arms}


@dataclass(frozen=True, eq=False)
class PlayedPart(Shown):
    """Of all sessions those who play a part in the same order.

    part : its number in the design, from 1; order : the parts in the order in which these people play them
    people : int (sessions, places): participants from 0, by the places that `simulated.groups` numbers
    """

    part: int
    order: tuple[int, ...]
    people: IntArray
    simulated: Simulated

    def _facts(self) -> dict[str, object]:
        return {"part": self.part, "order": self.order, "": Words(repr(self.simulated))}


@dataclass(frozen=True, eq=False)
class SimulatedDesign(Shown):
    """design; seeds : of the sessions; participants : of a session; parts : by order, then as they are played;
    study : whose arms the parts are; None: of none"""

    design: SessionDesign
    seeds: tuple[int, ...]
    participants: int
    parts: tuple[PlayedPart, ...]
    study: StudyArms | None = None

    def _facts(self) -> dict[str, object]:
        words = f"{counted(len(self.seeds), 'session')} of {self.participants}"
        return {"design": self.design.name, "orders": self.design.orders, "": Words(words)}

    @property
    def group_rounds(self) -> int:
        return sum(part.simulated.group_rounds for part in self.parts)


def simulate_design(
    design: SessionDesign,
    population: Population | Sequence[Population],
    numbers: range,
    seed: int = 1,
    participants: int | None = None,
    experiment: int = 0,
    study: StudyArms | None = None,
) -> SimulatedDesign:
    """Sessions of several parts with the numbers `numbers`, or of the arms of a study; see `simulate_sessions`.

    population : of all parts, or one for each

    Raises
    ------
    PopulationError, TooLargeError
        As `simulate_sessions`.
    TreatmentError
        If the participants cannot be divided among the orders, or into groups.

    Examples
    --------
    >>> from mechanisms.treatments import load_session_design
    >>> design = load_session_design("treatments/production_counterbalanced.toml")
    >>> found = simulate_design(design, Population.of("uniform"), range(2))
    >>> [(part.part, part.order, part.simulated.points.shape) for part in found.parts][:2]
    [(1, (1, 2), (2, 10, 2, 3)), (2, (1, 2), (2, 10, 2, 3))]
    """
    people = design.participants if participants is None else participants
    together = of_each_order(people, len(design.orders))
    populations = [population] * len(design.treatments) if isinstance(population, Population) else population
    names = [treatment.name for treatment in design.treatments]
    common = {"participants": together, "show_up_fee": design.show_up_fee}
    treatments = [treatment.with_protocol(**common) for treatment in design.treatments]
    blocks = np.array([draw_blocks(seed + s, people, len(design.orders)) for s in numbers]).reshape(
        len(numbers), people
    )
    parts = []
    for block, order in enumerate(design.orders):
        own = np.nonzero(blocks == block)[1].reshape(len(numbers), together)
        for part in order:
            # who plays an arm has played no other part before
            repetition = 0 if study else names[: part - 1].count(names[part - 1])
            of = PartOf(seed, block, part, repetition, study.silos[part - 1] if study else None)
            seed_of_part = seed + (part - 1) * APART
            played = simulate_sessions(
                treatments[part - 1], populations[part - 1], numbers, seed_of_part, together, experiment, of
            )
            parts.append(PlayedPart(part, order, own, played))
    return SimulatedDesign(design, tuple(seed + s for s in numbers), people, tuple(parts), study)
