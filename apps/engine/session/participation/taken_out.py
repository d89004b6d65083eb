"""The experimenter takes a seat out of the session for good; in a laboratory a *No* does that comes late, too.

It is as with somebody who declines or has failed the quiz: the seat goes to the end with what was earned until then
(and the show-up fee, if anybody ever came), and for the others the treatment's rule `partner_left` holds from here on.
"""

from otree.common import get_models_module
from otree.database import db
from otree.lookup import get_min_idx_for_app

from engine.otree_repairs.storage.stored_vars import mark_changed
from engine.people import Participant
from engine.record import note_person
from engine.session.attendance.browsers import go_on, leave_void_pages
from engine.session.attendance.presence import begin, pass_over
from engine.session.closing_rounds import close_rounds
from engine.session.earnings import settle_participant
from engine.session.outcomes import end_with
from engine.session.participation.dropouts import can_withdraw, left_for_good, withdraw
from engine.stored_study import study_of

TAKEN_OUT = "taken_out"  # in participant.vars


def can_be_taken_out(person: Participant) -> bool:
    return person.id_in_session not in person.session.declined and person._index_in_pages < at_the_end(person)


def at_the_end(person: Participant) -> int:
    return int(get_min_idx_for_app(person._session_code, person.session.config["app_sequence"][-1]))


def can_say_no(person: Participant) -> bool:
    """In a laboratory, after having agreed; online one withdraws."""
    return not study_of(person.session).online and can_be_taken_out(person) and "earnings" not in person.vars


def leave(person: Participant) -> None:
    """The person says so."""
    if can_withdraw(person):
        withdraw(person)
    else:
        take_out(person, "participant")


def take_out(person: Participant, by: str = "experimenter") -> None:
    session = person.session
    if not person.visited:
        get_models_module("welcome").Player.objects_get(participant=person).absent = True
    if person._index_in_pages == 0:
        begin(person)
    note_person(person, "excluded", by)
    if by == "experimenter":
        person.vars[TAKEN_OUT] = True
    session.declined = [*session.declined, person.id_in_session]
    agreed = (person._current_page_name or "") not in ("", "Consent", "Declined")
    gone = "dropped_out" if by == "experimenter" else "withdrew"
    end_with(person, gone if agreed else "no_consent", by)
    settle_participant(person)
    person.is_on_wait_page = False
    person._index_in_pages = at_the_end(person)
    mark_changed(db._db)  # groups may be drawn anew below, which reads everything again
    db._db.flush()
    look_again(person)
    left_for_good(person)
    for other in session.get_participants():
        if other.is_on_wait_page and other.id != person.id:
            look_again(other)
    pass_over(session)
    leave_void_pages(session.get_participants())
    close_rounds(session.get_participants())


def look_again(person: Participant) -> None:
    """As if the page were loaded there: who waited for somebody who is out goes on."""
    before = person._index_in_pages
    person._visit_current_page()
    db._db.flush()
    if person._index_in_pages != before or not person.is_on_wait_page:
        go_on(person)
