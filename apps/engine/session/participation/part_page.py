"""What all pages of a part have in common, from the instructions to the last result: one can leave the study there, and
who has left, or whose group has ended, comes to none of them."""

from typing import Any, cast

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from engine.otree_repairs.pages.frame import Framed, says_no
from engine.people import Group, Participant, Player, Session, ShownPage
from engine.record import note_page, sent
from engine.session.earnings import draws, fee_text
from engine.session.left import note_held
from engine.session.outcomes import outcome_of
from engine.session.participation.dropouts import can_withdraw
from engine.session.participation.taken_out import can_say_no, leave
from engine.stored_study import study_of
from engine.words.rendering import render
from engine.words.sentences import own_draw_sentence


def leaving_form(session: Session, name: str, person: Participant | None = None) -> Markup:
    """`name` : of the button in what is sent; `person` : who can have earned something before."""
    deleted, fee = study_of(session).spec.consent.withdrawn_data == "deleted", fee_text(session, outcome="withdrew")
    drawn = own_draw_sentence() if person is not None and draws(person) else ""
    return render(
        "engine/leave.html", fee=fee, deleted=deleted, name=name, earned=person is not None, own_draw=drawn
    )  # fmt: skip


class CanBeLeft(Framed):
    """Before Page or WaitPage in the bases: once one has agreed, one leaves where one is."""

    participant: Participant
    _form_data: FormData

    def can_leave(self) -> bool:
        return can_withdraw(self.participant)

    def is_left_by(self, form: FormData) -> bool:
        """A *No* holds in a laboratory, too, where the pages have no button to leave."""
        return super().is_left_by(form) or (says_no(form) and can_say_no(self.participant))

    def inner_dispatch(self, request: Request) -> Any:
        if request.method == "POST" and self.is_left_by(self._form_data):
            leave(self.participant)
            self.participant._visit_current_page()
            return cast(ShownPage, self)._redirect_to_page_the_user_should_be_on()
        return super().inner_dispatch(request)  # type: ignore[misc]


class PartPage(CanBeLeft):
    """Before Page or WaitPage in the bases, and behind Noticed."""

    player: Player
    group: Group
    cause: str

    def _is_displayed(self) -> bool:
        """Nothing for somebody whose part in the study has ended."""
        return not outcome_of(self.participant) and bool(super()._is_displayed())  # type: ignore[misc]

    def is_played(self) -> bool:
        """Whether the group plays this round. Who has left passes over rounds to which nobody has come yet."""
        if self.player.alone():
            return True
        void, person = self.group.is_void(), self.participant
        if void and not outcome_of(person) and person.id_in_session not in self.session.declined:
            self.group.stay_void()
            note_held(self.player)
        return not void

    def leave_form(self) -> Markup:
        return leaving_form(self.session, "withdraw", self.participant) if self.can_leave() else Markup("")

    def post(self) -> Response:
        """What is sent from a page that is void by now, because somebody has left, is noted and decides nothing."""
        page = cast(ShownPage, self)
        if (self.session.declined or outcome_of(self.participant)) and not self._is_displayed():
            if entry := sent(page):
                note_page(page, "refused", self.cause, entry)
            return page.get()
        return super().post()
