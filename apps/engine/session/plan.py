"""Which part, and which of its rounds, each oTree round of a session is.

A part is one treatment with its practice rounds. Everybody plays the parts in the order of the own block (one block
for each order of the session's design); the blocks never meet.
"""

from dataclasses import dataclass

from engine.people import Participant, Session
from engine.session.in_force import treatment_of
from mechanisms.treatments import Treatment


@dataclass(frozen=True)
class Slot:
    """One oTree round: the part (its number in the design, from 1) and the round in it; practice is counted apart."""

    part: int
    round: int
    practice: bool
    first: bool
    last: bool


def slots(session: Session, block: int) -> list[Slot]:
    """The rounds of a block in the order in which they are played; `first` and `last` of their part."""
    plan = []
    for part in session.orders[block]:
        protocol = treatment_of(session, part).protocol
        rounds = [(k, True) for k in range(1, protocol.practice_rounds + 1)]
        rounds += [(k, False) for k in range(1, protocol.rounds + 1)]
        plan += [Slot(part, k, practice, i == 0, i == len(rounds) - 1) for i, (k, practice) in enumerate(rounds)]
    return plan


def is_alone(treatment: Treatment, slot: Slot) -> bool:
    """Practice against the computer: the other members of the group are not real."""
    return slot.practice and treatment.protocol.practice_against == "computer"


def order_of(participant: Participant) -> list[int]:
    """The parts in the order in which this participant plays them."""
    session = participant.session
    return list(session.orders[session.blocks[participant.id_in_session - 1]])


def repetition(session: Session, part: int) -> int:
    """How many earlier parts of the design are the same treatment."""
    names = [definition["name"] for definition in session.parts[:part]]
    return names[:-1].count(names[-1])
