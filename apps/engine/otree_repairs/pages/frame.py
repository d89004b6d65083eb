"""The frame of every participant's page: its language, its title, its content.

A page gives `title()` and `content()`, HTML that words.rendering makes; oTree's template only puts them into place.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from otree import settings
from otree.database import db
from otree.lookup import get_page_lookup
from otree.models import Participant as Participants
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request

from engine.otree_repairs.pages.rooms import contact_of, has_seats, leaving_of
from engine.people import Session
from engine.words.entries import written
from engine.words.language import _, current, speaking_of, use
from engine.words.leaving import when_leaving
from engine.words.money import currency_in, paid_in
from engine.words.note import note_html
from engine.words.place import raising_hands


@contextmanager
def said_to(session: Session) -> Iterator[None]:
    """Everything inside is said to people of this session: in its language and currency, as they sit, and may leave."""
    config = session.config
    place = (
        raising_hands(False, None) if config.get("alone") else raising_hands(has_seats(session), contact_of(session))
    )
    # The last comes after the others: it writes an amount of money, in that language.
    with place, use(config["language"]), paid_in(currency_in(config)), when_leaving(leaving_of(session)):
        yield


def says_to_leave(form: FormData) -> bool:
    """*Leave the study* was pressed: the button has the one name before a group is formed, and the other one later; or
    *No* was said, on a page of consent that is over."""
    return bool(form.get("leave") or form.get("withdraw")) or says_no(form)


def says_no(form: FormData) -> bool:
    """To taking part."""
    return form.get("consent") == "False"


class Framed:
    """Before Page or WaitPage in the bases of every page that a participant sees."""

    template_name = "engine/Page.html"
    scope: Any
    receive: Any
    send: Any

    async def dispatch(self) -> None:
        """Whoever leaves the study does so from any page: another tab says it, too, or one whose time has passed."""
        page = await self._left_from_older_page() if self.scope["method"] == "POST" else None
        if page is None:
            await super().dispatch()  # type: ignore[misc]
        else:
            response = await run_in_threadpool(page.inner_dispatch, page.request)
            await response(self.scope, self.receive, self.send)

    async def _left_from_older_page(self) -> Any:
        """The page on which the person is now, with what was sent from another one, if both can be left; else None.

        oTree leads to it and drops what was sent, as is right for everything else.
        """
        request = Request(self.scope, receive=self.receive)
        person = db.get_or_404(Participants, code=request.path_params["participant_code"])
        if request.url.path == person._url_i_should_be_on() or not 0 < person._index_in_pages <= person._max_page_index:
            return None
        with suppress(ClientDisconnect):
            if says_to_leave(form := await request.form()):
                place = get_page_lookup(person._session_code, person._index_in_pages)
                page = place.page_class(self.scope, self.receive, self.send)
                page.set_attributes(person)
                page.request, page._form_data = request, form
                return page if page.is_left_by(form) else None
        return None

    def can_leave(self) -> bool:
        """Whether the study can be left on this page, by its button."""
        return False

    def is_left_by(self, form: FormData) -> bool:
        """Whether taking part ends here by what was sent, maybe from an older page."""
        return says_to_leave(form) and self.can_leave()

    def title(self) -> Markup:
        raise NotImplementedError

    def content(self) -> Markup:
        raise NotImplementedError

    def words(self) -> AbstractContextManager[None]:
        """In the words of the treatment that is played on the page, where there is one."""
        player = getattr(self, "player", None)
        if player is None or not hasattr(type(player), "treatment") or player.field_maybe_none("part") is None:
            return nullcontext()
        return speaking_of(player.treatment)

    def leave_form(self) -> Markup:
        """A form below the page with which somebody can stop; none on most pages."""
        return Markup("")

    def get_template_name(self) -> str:
        """oTree would look for a template named after the page's class."""
        return self.template_name

    @property
    def session(self) -> Session:
        """oTree's own property asks the database at every use. A wait page without a person falls back to it."""
        participant = getattr(self, "participant", None)
        return super().session if participant is None else participant.session  # type: ignore[misc]

    def get(self) -> Any:
        """As it is said to the participant, also where somebody else's page moves the seat on: the experimenter's."""
        with said_to(self.session), self.words():
            return super().get()  # type: ignore[misc]

    def post(self) -> Any:
        with said_to(self.session), self.words():
            return super().post()  # type: ignore[misc]

    def get_form(self, instance: Any, formdata: FormData | None = None) -> Any:
        """A field that was not sent is blank. oTree would take what the player has answered there before."""
        if formdata is not None:
            stored = [name for name in self._get_form_fields() if instance.field_maybe_none(name) is not None]  # type: ignore[attr-defined]
            blank = [(name, "") for name in stored if name not in formdata]
            formdata = FormData([*formdata.multi_items(), *blank])
        return super().get_form(instance, formdata)  # type: ignore[misc]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """What the frame asks for, and no more: oTree's own fetches group, subsession and constants for each page."""
        if settings.DEBUG:  # its debug tables want all of it
            return super().get_context_data(**context)  # type: ignore[misc]
        live = bool(getattr(self, "live_method", None))
        return {"view": self, "has_live_method": live, **context, **self.vars_for_template()}

    def note(self) -> Markup:
        """What the experimenter has written to this seat; not read as vars, which would be noted for a change."""
        participant = getattr(self, "participant", None)
        return Markup("") if participant is None else note_html(participant.code, participant._vars)

    def vars_for_template(self) -> dict[str, Any]:
        return {
            "page_title": self.title(),
            "page_content": self.content(),
            "language": current(),
            "timer_text": _("Time left:"),
            "leave_form": self.leave_form(),
            "watches": not has_seats(self.session),
            "experimenters_note": self.note(),
        }


class NumberEntry:
    """Before Framed in the bases of a page whose one field is a number that people type.

    It is read as they write it (`engine.words.entries`), once: oTree's own field would refuse what it does not know, so
    that it gets what was understood in the writing of programs.
    """

    form_fields: list[str]
    session: Session
    typed = ""
    entered: float | None = None
    _form_data: FormData

    def number(self, raw: object) -> float | None:
        """What was typed, if it is a possible entry."""
        raise NotImplementedError

    def inner_dispatch(self, request: Request) -> Any:
        if request.method == "POST":
            [field] = self.form_fields
            self.typed = str(self._form_data.get(field, ""))
            entries = self._form_data.multi_items()
            self._form_data = FormData([(k, self._readable(v) if k == field else v) for k, v in entries])
        return super().inner_dispatch(request)  # type: ignore[misc]

    def _readable(self, raw: object) -> str:
        with use(self.session.config["language"]), self.words():  # type: ignore[attr-defined]
            self.entered = self.number(raw)
        return str(raw) if self.entered is None else written(Decimal(repr(self.entered)))
