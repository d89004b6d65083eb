"""A repair of oTree 6.0.15: a room's labels are those of the start (engine.room_files).

And where a session takes place: a room with labels is a laboratory with seats and an experimenter, one without is not.
Who is in a session outside of rooms has the link from somebody who handed it out.
"""

from decimal import Decimal
from typing import Any

from otree.room import ROOM_DICT, LabelRoom

from engine.room_files import labels_of, read
from engine.words.leaving import Leaving
from engine.words.money import coins, currency_in
from engine.words.numbers import money_text
from mechanisms.studies.schema_people import DropoutSpec
from mechanisms.writing import half_up

GRACE = DropoutSpec().grace_seconds


def known_labels(room: Any) -> list[str]:
    file = room.participant_label_file
    if file not in read:
        read[file] = labels_of(file)
    return list(read[file])


def has_seats(session: Any) -> bool:
    """Whether people of a session can raise their hands: as its study says, else by its room, where it stays."""
    study = session._vars.get("study")
    if study is not None:
        return bool(study.get("setting", "laboratory") == "laboratory")
    if session.code not in seats:
        seats[session.code] = isinstance(session.get_room(), LabelRoom | None)
    return seats[session.code]


def contact_of(session: Any) -> str:
    """The address for questions that the session's study states, or ""."""
    return str(((session._vars.get("study") or {}).get("consent") or {}).get("contact", ""))


def leaving_of(session: Any) -> Leaving:
    """What the session's study says about people who leave; nothing in a laboratory."""
    study = session._vars.get("study")
    if study is None or has_seats(session):
        return Leaving()
    rule, fixed = study.get("dropouts") or {}, (study.get("payments") or {}).get("fixed") or {}
    # oTree's money as text has a sign; as a number it is one
    amount = Decimal(fixed["partner_left"] if "partner_left" in fixed else session.config["participation_fee"])
    currency = currency_in(session.config)
    fee = money_text(half_up(amount, coins(currency)), currency)
    return Leaving(
        rule.get("policy", "computer"), rule.get("grace_seconds", GRACE), rule.get("may_return", True), str(fee)
    )


def room_has_seats(name: str) -> bool:
    return isinstance(ROOM_DICT.get(name), LabelRoom | None)


def place_of_room(name: str) -> tuple[bool, str]:
    """Whether those who come to a room can raise their hands, and the address for questions: of its session, if any."""
    session = ROOM_DICT[name].get_session() if name in ROOM_DICT else None
    return (room_has_seats(name), "") if session is None else (has_seats(session), contact_of(session))


seats: dict[str, bool] = {}


def install() -> None:
    LabelRoom.get_participant_labels = known_labels
