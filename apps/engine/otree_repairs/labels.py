"""A repair of oTree 6.0.15: what a label can be is said here, and checked wherever one comes in.

oTree takes any text as participant_label, from every address, and writes it into the experimenter's pages as it is: a
label `<img onerror=…>` ran there with the experimenter's login. Labels of addresses and of JSON are checked before the
request takes the lock, those of websockets at the handshake, and all of them once more where they are stored; and the
tabs that show them escape what comes from people.
"""

from collections.abc import Collection
from html import escape
from typing import Any

import otree.export
from otree.models import Participant
from otree.views.participant import MTurkStart

from engine.identities import is_label
from engine.otree_repairs.requests.bodies import MORE_CHECKS, RefusedError

NAMES = ("participant_label",)
OF_MECHANICAL_TURK = ("workerId", "assignmentId")
"""What oTree's own start of a task stores; elsewhere the study's entrance looks at them."""
NO_LABEL = 404
"""The status of an address whose label cannot be one; as oTree's for a label that is not in the room."""


class LabelError(RefusedError):
    """A label that is none."""

    page = "label"

    def __init__(self, name: str, label: object) -> None:
        super().__init__(
            NO_LABEL, f"{name} {ascii(label)[:70]} has other signs than letters, digits and _ . @ -, or too many"
        )


def check(pairs: Any, names: Collection[str] = NAMES) -> None:
    """LabelError if one of the (name, value) pairs is a label and none; an empty one is not there."""
    for name, value in pairs:
        if name in names and value != "" and not is_label(value):
            raise LabelError(name, value)


def set_label(participant: Any, label: str | None) -> None:
    check([("participant_label", label or "")])
    if label:
        participant.label = label


# --- what comes from people is text in the experimenter's tabs ---


def as_text(value: Any) -> Any:
    """Strings, at every depth, as HTML that shows them; oTree's scripts put them into the page as HTML.

    >>> as_text([{"label": "<b>"}, 7, None])
    [{'label': '&lt;b&gt;'}, 7, None]
    """
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, dict):
        return {name: as_text(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(inner) for inner in value]
    return value


def monitor_rows(participants: Any) -> Any:
    """The notes are JSON, which the script reads before it shows them: they are names of seats, made by oTree."""
    rows = plain_monitor_rows(participants)
    return [
        {name: value if name == "_monitor_note_json" else as_text(value) for name, value in row.items()} for row in rows
    ]


def data_rows(session: Any) -> Any:
    return (as_text(table) for table in plain_data_rows(session))


def start_task(self: Any, request: Any) -> Any:
    check(request.query_params.items(), OF_MECHANICAL_TURK)
    return plain_start_task(self, request)


plain_start_task = MTurkStart.get
plain_monitor_rows, plain_data_rows = otree.export.get_rows_for_monitor, otree.export.get_rows_for_data_tab


def install() -> None:
    MORE_CHECKS.append(check)
    Participant.set_label, MTurkStart.get = set_label, start_task
    otree.export.get_rows_for_monitor, otree.export.get_rows_for_data_tab = monitor_rows, data_rows
