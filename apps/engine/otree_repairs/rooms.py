"""A repair of oTree 6.0.15: a room's labels are those of the start (engine.room_files).

And where a session takes place: a room with labels is a laboratory with seats and an experimenter, one without is not.
Who is in a session outside of rooms has the link from somebody who handed it out.
"""

from typing import Any

from otree.room import ROOM_DICT, LabelRoom

from engine.room_files import labels_of, read


def known_labels(room: Any) -> list[str]:
    file = room.participant_label_file
    if file not in read:
        read[file] = labels_of(file)
    return list(read[file])


def has_seats(session: Any) -> bool:
    """Whether people of a session can raise their hands. A session stays where it was created."""
    if session.code not in seats:
        seats[session.code] = isinstance(session.get_room(), LabelRoom | None)
    return seats[session.code]


def room_has_seats(name: str) -> bool:
    return isinstance(ROOM_DICT.get(name), LabelRoom | None)


seats: dict[str, bool] = {}


def install() -> None:
    LabelRoom.get_participant_labels = known_labels
