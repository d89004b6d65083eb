"""A repair of oTree 6.0.15: a room's labels are those of the start (engine.room_files).

And where a session takes place: a room with labels is a laboratory with seats and an experimenter, one without is not.
Who is in a session outside of rooms has the link from somebody who handed it out.
"""

from decimal import Decimal
from typing import Any

from otree.room import ROOM_DICT, LabelRoom

from engine.room_files import labels_of, read
from engine.stored_study import has_study, study_of
from engine.words.leaving import Leaving
from engine.words.money import currency_in, rounded_money
from engine.words.numbers import money_text
from mechanisms.studies.schema_people import DropoutSpec


def known_labels(room: Any) -> list[str]:
    file = room.participant_label_file
    if file not in read:
        read[file] = labels_of(file)
    return list(read[file])


def has_seats(session: Any) -> bool:
    """Whether people of a session can raise their hands: as its study says, else by its room, where it stays."""
    if has_study(session):
        return not study_of(session).online
    if session.code not in seats:
        seats[session.code] = isinstance(session.get_room(), LabelRoom | None)
    return seats[session.code]


def contact_of(session: Any) -> str:
    """The address for questions that the session's study states, or ""."""
    return str(study_of(session).spec.consent.contact)


def leaving_of(session: Any) -> Leaving:
    """What the session's study says about people who leave, nothing of it in a laboratory; and whether it has arms."""
    spec, config = study_of(session).spec, session.config
    arms = len(spec.arms) > 1
    if spec.setting == "laboratory":
        return Leaving(arms=arms)
    rule, currency = spec.dropouts or DropoutSpec(), currency_in(config)

    def paid(outcome: str) -> str:
        amount = spec.payments.amount(outcome, Decimal(config["participation_fee"]))
        return str(money_text(rounded_money(amount, currency), currency))

    fees, sizes = (paid("partner_left"), paid("quiz_failed")), session._vars.get("silos", ())
    names = [session.parts[order[0] - 1]["name"] for order in session.orders] if sizes else []
    silos = tuple(zip(names, sizes, strict=True))
    return Leaving(rule.policy, rule.grace_seconds, rule.may_return, *fees, silos=silos, arms=arms)


def room_has_seats(name: str) -> bool:
    return isinstance(ROOM_DICT.get(name), LabelRoom | None)


def place_of_room(name: str) -> tuple[bool, str]:
    """Whether those who come to a room can raise their hands, and the address for questions: of its session, if any."""
    session = ROOM_DICT[name].get_session() if name in ROOM_DICT else None
    return (room_has_seats(name), "") if session is None else (has_seats(session), contact_of(session))


seats: dict[str, bool] = {}


def install() -> None:
    LabelRoom.get_participant_labels = known_labels
