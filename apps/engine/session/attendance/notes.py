"""The experimenter writes to seats; a message stands above the page there until it is read or answered.

What was written and answered is in the record ("message", "message_read", "answer"); participant.vars has the latest.
"""

from collections.abc import Sequence

import otree.channels.utils as channels
from otree.views.abstract import WaitPage

from engine.people import Participant
from engine.record import note_person
from engine.session.attendance.browsers import waiting_group
from engine.words.language import use
from engine.words.note import KEPT, MOST_SIGNS, note_html


def write_to(people: Sequence[Participant], text: str, answer: bool) -> None:
    """`answer` : whether it can be answered. A message takes the place of the one before."""
    for person in people:
        before = person.vars.get(KEPT) or {"number": 0}
        person.vars[KEPT] = {
            "number": before["number"] + 1, "text": text[:MOST_SIGNS], "answer": answer, "state": "open", "reply": "",
        }  # fmt: skip
        note_person(person, "message", "experimenter", text[:MOST_SIGNS])
        show(person)


def show(person: Participant) -> None:
    """In the browser that is open there: a page keeps what was typed; one on which is waited is loaded again."""
    page = person._get_page_instance() if person._index_in_pages else None
    if page is None:
        return
    if isinstance(page, WaitPage):
        channels.sync_group_send(group=waiting_group(page), data={"status": "message"})
        return
    with use(person.session.config["language"]):
        html = note_html(person.code, person.vars)
    channels.sync_group_send(group=channels.auto_advance_group(person.code), data={"note": str(html)})


def put_away(person: Participant, number: str, reply: str) -> bool:
    """What was pressed at the seat; False if that message is no longer there, or an answer is missing."""
    note = person.vars.get(KEPT)
    if not note or str(note["number"]) != number or note["state"] != "open":
        return False
    reply = " ".join(reply.split())[:MOST_SIGNS]
    if note["answer"] and not reply:
        return False
    state = "answered" if note["answer"] else "read"
    person.vars[KEPT] = {**note, "state": state, "reply": reply if note["answer"] else ""}
    note_person(person, "answer" if note["answer"] else "message_read", "participant", reply or None)
    return True
