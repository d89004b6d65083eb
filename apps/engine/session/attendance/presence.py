"""Who is there, who is not, and how the others go on.

A seat is (participant.status)

""           occupied;
"late"       a clock has run out, in a browser that is still open;
"idle"       two clocks in a row have run out in an open browser: nobody sits there;
"absent"     a clock has run out and no browser has answered it;
"computer"   taken by the computer, because the experimenter said so.

A seat that is idle or absent is passed over: as soon as all that others wait for are such seats, these go on by
themselves, page by page, and what has to be decided there is drawn or computed as the treatment states. It is occupied
again with the first act of the person: a page that is sent, or the own link that is opened; for an absent seat it is
enough that a page is looked at. In an online study the browser alone decides: with an open page a seat is late, however
many clocks run out, because nobody there can ask where the person is.

A seat of the computer goes on at once, to the end of the session or until it is given back.

A decision and all that is noted here say what brought them about (`cause`, see engine.record).
"""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

import otree.constants
from otree.common import ADMIN_SECRET_CODE, get_models_module
from otree.database import db, dbq
from otree.lookup import get_page_lookup
from otree.models import Participant as Participants
from otree.views.abstract import WaitPage
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from engine.people import Participant, Session, ShownPage
from engine.record import note_page, note_person, sent
from engine.session.attendance.browsers import go_on
from engine.session.attendance.open_pages import open_pages
from engine.stored_study import study_of
from mechanisms.treatments.schema import ProtocolSpec

AWAY = ("idle", "absent", "computer")
GONE_SECONDS = 4
"""A browser that is there sends its page when time is over; so much later nobody has."""
RESULT_SECONDS = 15
"""The result of somebody whose time ran out, where the treatment does not say seconds_result."""
CAUSE = "lab_cause"
MISSED = "missed_clocks"
"""In participant.vars, online: how many clocks in a row have run out there."""
NOBODY_YET = "nobody_yet"
"""In participant.vars: the seat has begun, because time runs or it was taken out, and nobody has come to it."""
MOST_STEPS = 10_000

WATCHED = {"lab_away": "looked_away", "lab_pastes": "pasted"}
"""What the script of a page outside a laboratory has counted, and the event that notes it."""
SEEN = re.compile(r"[0-9]{1,4}( times, [0-9]{1,6} s)?")

away_in: dict[int, bool] = {}
"""By session, in this server process: whether somebody may be away. One query a session, none for a page."""


def somebody_away(session_id: int) -> bool:
    if session_id not in away_in:
        people = dbq(Participants.id).filter(Participants.session_id == session_id, Participants.status.in_(AWAY))
        away_in[session_id] = people.first() is not None
    return away_in[session_id]


WENT: list[Callable[[Participant], None]] = []
CAME_BACK: list[Callable[[Participant], None]] = []
"""Called when a seat begins to be away, and when its person is there again."""
PASSED: list[Callable[[Sequence[Participant]], None]] = []
"""Called when those who are away have gone as far as they can."""
HELD_BACK: list[Callable[[Participant], bool]] = []
"""Whether a seat that is away must not be passed over yet."""


def set_status(participant: Participant, status: str, cause: str) -> None:
    """Change it, and note what matters to others."""
    before, participant.status = participant.status or "", status
    if status in AWAY:
        away_in[participant.session_id] = True
    if before in AWAY and status not in AWAY:
        note_person(participant, "returned", cause, before)
        for call in CAME_BACK:
            call(participant)
    elif status in AWAY and before not in AWAY:
        note_person(participant, "seat_taken" if status == "computer" else "absent", cause, status)
        for call in WENT:
            call(participant)


# --- what a request says about the person ---


def is_clock(request: Request) -> bool:
    """The server itself asks, for somebody whose time is over: no browser has sent this."""
    return request.scope.get("client") is None


def browser_is_there(page: ShownPage) -> bool:
    """It has sent this page, or holds one open."""
    request = getattr(page, "request", None)
    return bool(open_pages[page.participant.code]) or not (request is None or is_clock(request))


def cause_of(page: ShownPage) -> str:
    """What brings about that this page is sent (page.timeout_happened is not known yet)."""
    form = page._form_data
    if form.get(otree.constants.admin_secret_code) == ADMIN_SECRET_CODE:
        return str(form.get(CAUSE) or "moved_on")
    return "clock" if form.get(otree.constants.timeout_happened) and page._is_past_timeout() else "participant"


def clock_ran_out(page: ShownPage) -> None:
    """The page was sent because time was over there."""
    person, request = page.participant, getattr(page, "request", None)
    late = time.time() - (person._timeout_expiration_time or time.time())
    gone = request is None or is_clock(request) or late >= GONE_SECONDS
    if person.status == "computer":
        return
    if study_of(person.session).online:
        person.vars[MISSED] = person.vars.get(MISSED, 0) + 1 if person.status else 1
        set_status(person, "late" if browser_is_there(page) else "absent", "clock")
    else:
        set_status(person, "absent" if gone else "idle" if person.status in ("late", "idle") else "late", "clock")


def time_limit(person: Participant, protocol: ProtocolSpec, clock: str) -> int | None:
    """Seconds of a page, or None. Who was late before has read enough of a result when the others go on; at home only
    who has let the time of several pages pass."""
    seconds = protocol.time_limit(clock)
    late = person.status and not (person.status == "late" and person.vars.get(MISSED) == 1)
    if clock == "result" and protocol.seconds and protocol.seconds_result < 0 and late:
        seconds = RESULT_SECONDS
    return seconds or None


def looked_at(page: ShownPage, request: Request) -> None:
    """Somebody who was gone looks at a page again."""
    if page.participant.status == "absent" and request.method == "GET" and not is_clock(request):
        set_status(page.participant, "", "participant")


def begin(participant: Participant) -> None:
    """The first page of a seat to which nobody has come; others can still come to it (`visited` stays False)."""
    participant.vars[NOBODY_YET] = True
    participant._index_in_pages, participant._last_page_timestamp = 1, int(time.time())


def comes(participant: Participant) -> None:
    """To a seat that has begun already: what oTree does on a first visit, and the time of the page begins now."""
    index, participant._index_in_pages = participant._index_in_pages, 0
    participant.initialize(None)
    participant._index_in_pages, participant._timeout_page_index = index, None


def opened(participant: Participant) -> None:
    """The own link was opened: for the first time, or again."""
    if participant.vars.pop(NOBODY_YET, False):
        comes(participant)
    note_person(participant, "opened", "participant", participant.label or "")
    if participant.status in ("late", "idle", "absent"):
        set_status(participant, "", "participant")


def take_seat(participant: Participant) -> None:
    """The computer plays from here to the end of the session."""
    take_seats([participant])
    pass_over(participant.session)


def take_seats(people: Sequence[Participant]) -> None:
    """They go on with the next `pass_over`."""
    for participant in people:
        set_status(participant, "computer", "experimenter")
        if participant._index_in_pages == 0:
            participant.initialize(None)
        participant._visit_current_page()


def give_back(participant: Participant) -> None:
    """The person plays again."""
    set_status(participant, "", "experimenter")


# --- going on without those who are away ---


def pass_over(session: Session) -> None:
    """Seats that are away go on, as far as others wait for them; seats of the computer as far as they can."""
    if not somebody_away(session.id):
        return
    for _step in range(MOST_STEPS):
        people = session.get_participants()
        going = [person for person in to_go_on(people) if step(person)]
        if not going:
            for call in PASSED:
                call(people)
            return


def to_go_on(people: Sequence[Participant]) -> list[Participant]:
    """Those who are away and must take a step, so that somebody who waits can go on."""
    found: dict[int, Participant] = {p.id: p for p in people if p.status == "computer" and not is_over(p)}
    waiting = [p for p in people if p.is_on_wait_page and p.status not in AWAY] + list(found.values())
    while waiting:
        person = waiting.pop()
        if not on_wait_page(person):
            continue
        missing = missing_for(person, people)
        if not all(other.status in AWAY for other in missing):
            continue
        new = [other for other in missing if other.id not in found]
        found.update((other.id, other) for other in new)
        waiting += new
    return [p for p in found.values() if p.status in AWAY and not any(held(p) for held in HELD_BACK)]


def is_over(person: Participant) -> bool:
    return bool(person._index_in_pages >= person._max_page_index)


def lookup(person: Participant) -> Any:
    return get_page_lookup(person._session_code, person._index_in_pages)


def on_wait_page(person: Participant) -> bool:
    return 0 < person._index_in_pages <= person._max_page_index and issubclass(lookup(person).page_class, WaitPage)


def missing_for(person: Participant, people: Sequence[Participant]) -> list[Participant]:
    """Those who have not come to the wait page on which this person is."""
    place = lookup(person)
    if (awaited := getattr(place.page_class, "awaited_by", None)) is not None:
        return cast(list[Participant], awaited(person, place, people))
    others = people
    if not place.page_class.wait_for_all_groups:
        model = get_models_module(place.app_name).Player
        group = dbq(model.group_id).filter_by(participant_id=person.id, round_number=place.round_number).scalar()
        members = {key for [key] in dbq(model.participant_id).filter_by(group_id=group)}
        others = [other for other in people if other.id in members]
    return [other for other in others if other._index_in_pages < person._index_in_pages]


def step(person: Participant) -> bool:
    """One page on; whether that was possible."""
    before = person._index_in_pages
    if before == 0:
        return False
    if not on_wait_page(person) and person._get_page_instance()._is_displayed():
        submit(person, person.status if person.status == "computer" else "absent")
    person._visit_current_page()
    db._db.flush()
    if person._index_in_pages == before:
        return False
    go_on(person)
    return True


def submit(person: Participant, cause: str) -> None:
    """Send the page of somebody who is not there."""
    page = person._get_page_instance()
    page._form_data = FormData(
        {otree.constants.admin_secret_code: ADMIN_SECRET_CODE, otree.constants.timeout_happened: "1", CAUSE: cause}
    )
    page.post()


class Noticed:
    """Before Page in the bases of every page with a form: notices who sends it, and passes over who is away."""

    cause = "participant"
    clock = ""  # the treatment's key of its time limit is seconds_<clock>; "" without one
    sent_back = "refused"  # the event, when the page is shown again with what is wrong

    def inner_dispatch(self, request: Request) -> Response:
        looked_at(cast(ShownPage, self), request)
        return super().inner_dispatch(request)  # type: ignore[misc]

    def get_timeout_seconds(self) -> int | None:
        page = cast(ShownPage, self)
        if not self.clock:
            return None
        return time_limit(page.participant, page.protocol(), self.clock)

    def protocol(self) -> ProtocolSpec:
        """The protocol in force on this page."""
        page = cast(ShownPage, self)
        return page.player.treatment.protocol

    def get(self) -> Response:
        """Who was shown this page, and is led on without sending it, was there until now: the next page begins here."""
        page = cast(ShownPage, self)
        if page.participant._timeout_page_index == page._index_in_pages and not page._is_displayed():
            page._record_page_completion_time()
        return super().get()  # type: ignore[misc]

    def post(self) -> Response:
        page = cast(ShownPage, self)
        before, session = page._index_in_pages, page.session
        self.cause = cause_of(page)
        if self.cause == "participant" and page.participant.status:
            set_status(page.participant, "", self.cause)
        if self.cause == "clock" and (typed := sent(page)):
            note_page(page, "not_sent", self.cause, typed)
        for name, event in WATCHED.items():
            if (seen := str(page._form_data.get(name) or "")) and SEEN.fullmatch(seen):
                note_page(page, event, self.cause, seen)
        answer = super().post()  # type: ignore[misc]
        moved = page.participant._index_in_pages != before
        if moved:
            if self.cause == "clock":
                clock_ran_out(page)
            if self.cause not in ("participant", "clock"):
                note_page(page, "passed", self.cause)
            if somebody_away(session.id) and self.cause in ("participant", "clock", "moved_on"):
                pass_over(session)
        return answer

    def form_invalid(self, form: Any) -> Response:
        page = cast(ShownPage, self)
        if self.sent_back:
            note_page(page, self.sent_back, self.cause, sent(page))
        return super().form_invalid(form)  # type: ignore[misc]


class WaitsForOthers:
    """Before WaitPage in the bases of every wait page: nobody waits for a seat that is away."""

    def inner_dispatch(self, request: Request) -> Response:
        looked_at(cast(ShownPage, self), request)
        return super().inner_dispatch(request)  # type: ignore[misc]

    def _get_wait_page(self) -> Response:
        page = cast(ShownPage, self)
        answer = super()._get_wait_page()  # type: ignore[misc]
        person = page.participant
        if person.status in AWAY or not somebody_away(person.session_id):
            return answer
        db._db.flush()
        pass_over(person.session)
        if person._index_in_pages != page._index_in_pages:
            return page._redirect_to_page_the_user_should_be_on()
        return answer if missing_for(person, person.session.get_participants()) else page.get()

    def _response_when_ready(self) -> Response:
        page = cast(ShownPage, self)
        answer = super()._response_when_ready()  # type: ignore[misc]
        if page.participant.status not in AWAY and somebody_away(page.participant.session_id):
            pass_over(page.participant.session)
        return answer
