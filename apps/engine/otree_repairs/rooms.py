"""A repair of oTree 6.0.15: a room's labels are those of the start (engine.room_files)."""

from typing import Any

from otree.room import LabelRoom

from engine.room_files import labels_of, read


def known_labels(room: Any) -> list[str]:
    file = room.participant_label_file
    if file not in read:
        read[file] = labels_of(file)
    return list(read[file])


def install() -> None:
    LabelRoom.get_participant_labels = known_labels
