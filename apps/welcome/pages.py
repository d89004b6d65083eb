"""Nobody starts before everybody has agreed.

Somebody who declines stays on a page that asks to call the experimenter. Either another person takes the seat (the page
leads back to the information), or the experimenter passes over the seat with "Move on": then the others start. Where
the treatment gives the page a time limit, who has not answered when it is over is passed over at once.
"""

from typing import Any

from engine.demo.alone import is_alone, is_short
from engine.otree_repairs.pages.frame import Framed, says_to_leave
from engine.people import Participant
from engine.record import note_page
from engine.screens.promises import promises
from engine.session.attendance.presence import Noticed, WaitsForOthers, begin, browser_is_there, cause_of, is_clock
from engine.session.earnings import fee_text, settle_participant
from engine.session.in_force import treatment_of
from engine.session.outcomes import end_with, outcome_of
from engine.session.participation import arrival, screening
from engine.session.participation.part_page import CanBeLeft, leaving_form
from engine.session.participation.taken_out import at_the_end
from engine.session.plan import order_of
from engine.session.rounds import rematch
from engine.stored_study import study_of
from engine.words.language import _, current
from engine.words.markdown import in_language, words_in
from engine.words.place import hands
from engine.words.rendering import render
from engine.words.sentences import absent_sentence, missing_sentences, redrawn_sentence
from markupsafe import Markup
from otree.api import Page, WaitPage
from starlette.responses import Response

from mechanisms.treatments.schema import ProtocolSpec


class SeatPage(Noticed, Framed, Page):
    asks = False  # for something that is for nothing where all groups are complete

    def get(self) -> Response:
        if self.asks and asked_by_browser(self) and arrival.comes_too_late(self.participant):
            return turn_away(self)
        return super().get()

    def protocol(self) -> ProtocolSpec:
        return treatment_of(self.session, 1).protocol

    def wants_to_leave(self) -> bool:
        """The person has pressed a button that says so."""
        return self.cause == "participant" and says_to_leave(self._form_data)


def leave(page: "SeatPage", outcome: str = "no_consent") -> None:
    """The seat does not take part; the others start without it."""
    note_page(page, "excluded", page.cause)
    end_with(page.participant, outcome, page.cause)
    page.session.declined = [*page.session.declined, page.participant.id_in_session]
    settle_participant(page.participant)


def turn_away(page: "SeatPage", outcome: str = "overbooked") -> Response:
    """All groups are complete, or none can be formed: nothing is asked any more, and the person is at the end."""
    page.cause = "server"
    leave(page, outcome)
    page._record_page_completion_time()
    page.participant._index_in_pages = at_the_end(page.participant)
    return page._redirect_to_page_the_user_should_be_on()


class Device(SeatPage):
    """Where the study needs a kind of device or a width of the window; the page's script sends it when they fit."""

    clock = "consent"
    asks = True
    leaves = False

    def is_displayed(self) -> bool:
        return screening.checks_of(self.participant).looks_at_device and not is_alone(self.session)

    def device(self) -> str:
        return screening.device_of(self.request.headers.get("user-agent", ""))

    def post(self) -> Response:
        if cause_of(self) == "participant" and not says_to_leave(self._form_data):
            width = screening.width_in(str(self._form_data.get("width") or ""))
            if not screening.suits(screening.checks_of(self.participant), self.device(), width):
                return self._redirect_to_page_the_user_should_be_on()
        return super().post()

    def title(self) -> Markup:
        return _("Your device")

    def content(self) -> Markup:
        spec = screening.checks_of(self.participant)
        return render("welcome/device.html", spec=spec, fits=self.device() in spec.devices)

    def before_next_page(self) -> None:
        self.leaves = self.wants_to_leave()
        if self.leaves:
            leave(self, "screened_out")
        elif self.cause == "participant":
            note_page(self, "device", self.cause, self.device())

    def app_after_this_page(self, upcoming_apps: list[str]) -> str | None:
        return upcoming_apps[-1] if self.leaves else None


class Consent(SeatPage):
    clock = "consent"
    asks = True
    form_model = "player"
    form_fields = ["consent"]
    problems: tuple[str, ...] = ()

    def is_displayed(self) -> bool:
        return not is_short(self.session)

    def title(self) -> Markup:
        return _("Welcome")

    def content(self) -> Markup:
        return render(
            "welcome/consent.html", left=self.left(), problems=self.problems, **promises(self.participant),
            **self.told(),
        )  # fmt: skip

    def told(self) -> dict[str, object]:
        """What the study says, beside what follows from treatment and payments."""
        consent = study_of(self.session).spec.consent
        return {
            "text": in_language(consent.text, current()),
            "withdrawal": in_language(consent.withdrawal, current()),
            "institution": words_in(consent.institution, current()),
            "approval": consent.approval,
            "retention": words_in(consent.retention, current()),
        }

    def left(self) -> list[Markup]:
        """What happens if somebody does not take part, or leaves later; the parts may have rules of their own."""
        parts = [treatment_of(self.session, number) for number in order_of(self.participant)]
        if all(treatment.group_size == 1 for treatment in parts):
            return []
        told = {(*missing_sentences(treatment), absent_sentence(treatment, first=True)) for treatment in parts}
        own = _(
            "If somebody of your group does not take part or leaves, the instructions of each part say what happens."
        )
        return list(*told) if len(told) == 1 else [redrawn_sentence(), own]

    def before_next_page(self) -> None:
        self.player.absent = self.timeout_happened
        if self.timeout_happened:  # what was chosen and not sent is no consent
            self.player.consent = None
        answer = self.player.field_maybe_none("consent")
        note_page(self, "consent", self.cause, None if answer is None else int(answer))
        if self.over():
            leave(self)

    def over(self) -> bool:
        """Time was over, and nobody has agreed."""
        return self.cause in ("clock", "absent") and not self.player.field_maybe_none("consent")

    def app_after_this_page(self, upcoming_apps: list[str]) -> str | None:
        return upcoming_apps[-1] if self.over() else None

    def form_invalid(self, form: Any) -> Response:
        self.problems = (_("Please choose one of the two answers."),)
        form.consent.errors = list(self.problems)
        return super().form_invalid(form)


class Declined(SeatPage):
    clock = "consent"  # after which the others start
    allow_back_button = True

    def is_displayed(self) -> bool:
        taken = self.participant.status == "computer" or is_short(self.session)
        return not taken and not self.player.field_maybe_none("consent")

    def title(self) -> Markup:
        return _("You do not take part")

    def content(self) -> Markup:
        return render("welcome/declined.html", can_leave=study_of(self.session).online)

    def error_message(self, values: dict[str, Any]) -> Markup | None:
        if study_of(self.session).online:
            return None
        return (
            _("Please raise your hand. An experimenter will come to you.") if hands() else _("You can close this page.")
        )

    def before_next_page(self) -> None:
        """Only the experimenter gets here, or the clock; in an online study the person, too."""
        leave(self)

    def app_after_this_page(self, upcoming_apps: list[str]) -> str:
        return upcoming_apps[-1]


class Attention(SeatPage):
    """Before somebody waits for others: questions whose text says which answer is to be chosen."""

    clock = "consent"
    asks = True
    form_model = "player"
    leaves = False

    def is_displayed(self) -> bool:
        taken = outcome_of(self.participant) or is_alone(self.session)
        return bool(screening.checks_of(self.participant).attention) and not taken

    def get_form_fields(self) -> list[str]:
        return list(screening.ATTENTION[: screening.checks_of(self.participant).attention])

    def title(self) -> Markup:
        return _("Before we start")

    def content(self) -> Markup:
        items = screening.items(screening.checks_of(self.participant).attention)
        asked = [{"field": item.name, "label": item.text, "item": item, "answer": "", "problem": ""} for item in items]
        return render(
            "closing/questionnaire.html", introduction=_("Please read and answer."), incomplete=False, asked=asked
        )

    def can_leave(self) -> bool:
        return study_of(self.session).online

    def leave_form(self) -> Markup:
        return leaving_form(self.session, "leave") if self.can_leave() else Markup("")

    def before_next_page(self) -> None:
        self.leaves = self.wants_to_leave()
        if self.leaves:
            leave(self, "withdrew")
        elif self.cause == "participant" or (self.cause == "clock" and browser_is_there(self)):
            self.judge()  # when time is over, too: what stands in the fields, or nothing
        elif self.cause in ("clock", "absent"):
            self.leaves = True
            leave(self, "dropped_out")

    def judge(self) -> None:
        spec = screening.checks_of(self.participant)
        answers = {name: self.player.field_maybe_none(name) or "" for name in self.get_form_fields()}
        wrong = screening.wrong_answers(answers)
        self.participant.vars[screening.WRONG] = wrong
        note_page(self, "attention", self.cause, wrong)
        self.leaves = spec.attention_failure == "leave" and wrong >= spec.attention_wrong
        if self.leaves:
            leave(self, "screened_out")

    def app_after_this_page(self, upcoming_apps: list[str]) -> str | None:
        return upcoming_apps[-1] if self.leaves else None


class Arrival(SeatPage):
    """Online: until enough people are there for a group. The page asks the server every few seconds (arrival.js)."""

    queue: arrival.Queue  # as this request has found it

    def is_displayed(self) -> bool:
        person = self.participant
        return not (arrival.meets_all(person) or arrival.is_placed(person) or outcome_of(person))

    def get_timeout_seconds(self) -> int:
        return arrival.spec_of(self.session).wait_seconds

    def get(self) -> Response:
        if self.is_displayed():
            if is_there := asked_by_browser(self):
                arrival.look(self.participant)
            self.queue = arrival.queue_of(self.participant)
            if is_there and self.queue.is_full:
                return turn_away(self)
            if is_there and self.queue.is_hopeless:
                return turn_away(self, "waited_too_long")
            if is_there:
                arrival.form(self.participant, self.queue)
        return super().get()

    def post(self) -> Response:
        """The one button says that somebody is there; only the clock and the experimenter move the page on."""
        if cause_of(self) == "participant" and not says_to_leave(self._form_data):
            arrival.look(self.participant, acts=True)
            return self._redirect_to_page_the_user_should_be_on()
        return super().post()

    def title(self) -> Markup:
        """Read in the browser's tab, too, by somebody who looks at another one."""
        return _("Are you still there?") if arrival.must_answer(self.participant) else _("Waiting for your group")

    def can_leave(self) -> bool:
        return True

    def leave_form(self) -> Markup:
        return leaving_form(self.session, "leave")

    def content(self) -> Markup:
        wait = arrival.spec_of(self.session).wait_seconds
        fee = fee_text(self.session, outcome="waited_too_long")
        return render(
            "welcome/arrival.html", seconds=arrival.POLL_SECONDS, wait=wait, most=f"{wait // 60}:{wait % 60:02d}",
            fee=fee, **arrival.progress(self.participant, self.queue),
        )  # fmt: skip

    def before_next_page(self) -> None:
        leave(self, self.ending())

    def ending(self) -> str:
        person = self.participant
        if self.cause == "clock" and is_clock(self.request) and not arrival.is_there(person):
            return "dropped_out"
        if arrival.queue_of(person).is_full:
            return "overbooked"
        return "withdrew" if self.wants_to_leave() else "waited_too_long"

    def app_after_this_page(self, upcoming_apps: list[str]) -> str:
        return upcoming_apps[-1]


def asked_by_browser(page: SeatPage) -> bool:
    """Not by the server itself, which looks at the page for somebody whose time was over on the one before."""
    request = getattr(page, "request", None)
    return request is not None and not is_clock(request)


class WaitForAll(WaitsForOthers, CanBeLeft, WaitPage):
    template_name = "engine/WaitPage.html"
    wait_for_all_groups = True

    def is_displayed(self) -> bool:
        return arrival.meets_all(self.participant)

    def set_attributes(self, participant: Participant) -> None:
        """oTree passes over a page that is not displayed without looking who is still to come only if told so."""
        super().set_attributes(participant)
        self.group_by_arrival_time = not arrival.meets_all(participant)

    def title(self) -> Markup:
        return _("Please wait")

    def get(self) -> Response:
        if self.is_displayed():
            start_clocks(self)
        return super().get()

    def after_all_players_arrive(self):  # type: ignore[no-untyped-def]  # oTree compares this signature as text
        session = self.subsession.session
        if session.declined:
            rematch(session)

    def content(self) -> Markup:
        return render("engine/wait.html", awaited=_("The experiment starts when all participants are ready."))


def start_clocks(page: "WaitForAll") -> None:
    """Somebody waits for the others: from now on time runs for those, too, who have not opened their link."""
    if treatment_of(page.session, 1).protocol.time_limit("consent"):
        for person in page.session.pp_set.filter_by(visited=False, _index_in_pages=0):
            begin(person)
            person._visit_current_page()


page_sequence = [Device, Consent, Declined, Attention, Arrival, WaitForAll]
