"""Where people sit: in a laboratory they raise their hands; online they write to an address; alone they ask nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from markupsafe import Markup, escape

from engine.words.context import holding
from engine.words.language import _

_hands: ContextVar[bool] = ContextVar("hands", default=True)
_contact: ContextVar[str | None] = ContextVar("contact", default="")


def hands() -> bool:
    """Whether an experimenter is in the room of those who read the page that is being made."""
    return _hands.get()


def contact() -> str | None:
    """The address of those who run the study, for people elsewhere; "" if the study states none; None where nobody runs
    one, because somebody plays alone."""
    return _contact.get()


@contextmanager
def raising_hands(seen: bool, contact: str | None = "") -> Iterator[None]:
    """Everything inside is said to people in a laboratory, or to people elsewhere, who have an address.

    >>> with raising_hands(False):
    ...     call_for_help()
    Markup('Please write to the experimenter.')
    >>> with raising_hands(False, "+49 30 1234"):
    ...     call_for_help()
    Markup('Please contact us: +49 30 1234.')
    """
    with holding(_hands, seen), holding(_contact, contact):
        yield


def contact_link() -> Markup:
    """The address, as a link where it is one of e-mail.

    >>> with raising_hands(False, "lab@example.org"):
    ...     contact_link()
    Markup('<a href="mailto:lab@example.org">lab@example.org</a>')
    """
    stated = contact() or ""
    address = escape(stated)
    plain = "@" in stated and not any(sign.isspace() for sign in stated)
    return Markup('<a href="mailto:{0}">{0}</a>').format(address) if plain else Markup(address)


def call_for_help() -> Markup:
    if hands():
        return _("Please raise your hand.")
    if contact() is None:
        return Markup("")
    return (
        _("Please contact us: {contact}.", contact=contact_link())
        if contact()
        else _("Please write to the experimenter.")
    )


def for_questions() -> Markup:
    """Whom to ask, and that nobody talks where others sit beside."""
    if hands():
        return _("If you have a question, please raise your hand. Please do not talk to other participants.")
    if contact() is None:
        return Markup("")
    if contact():
        return _("If you have a question, please contact us: {contact}.", contact=contact_link())
    return _("If you have a question, please write to the experimenter.")
