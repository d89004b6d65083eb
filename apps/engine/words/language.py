"""The language of the participants' pages: gettext catalogs in _locale/, English in the source.

Every sentence that a participant can read passes through `_` or `ngettext`, in Python and in the templates alike:

    _("You have {seconds} seconds.", seconds=30)

The sentence may contain HTML; values are escaped unless they are Markup. The language is that of the page that is being
made (`use`). It is part of the treatment's protocol: a function cached by treatment speaks its language, whoever
asks first (`in_its_words`).
"""

import gettext as standard
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

from engine.words.context import holding
from engine.words.own_words import bare, own_words
from mechanisms.treatments import Treatment
from mechanisms.treatments.schema_words import WordsSpec

P = ParamSpec("P")
R = TypeVar("R")
FOLDER = Path(__file__).parents[3] / "_locale"
SOURCE = "en"

WORDINGS = FOLDER / "wordings"
"""Catalogs of sentences that some treatments say in other words, English ones too: wordings/NAME/LANGUAGE.po. Those of
`own`, and of NAME_own before NAME, are for treatments with own words: in them what is a verb elsewhere is a noun."""

_language: ContextVar[str] = ContextVar("language", default=SOURCE)
_wordings: ContextVar[tuple[str, ...]] = ContextVar("wordings", default=())
_words: ContextVar[WordsSpec | None] = ContextVar("words", default=None)


def languages() -> list[str]:
    """English and every folder of _locale/."""
    return sorted({SOURCE, *(path.parts[-3] for path in FOLDER.glob("*/LC_MESSAGES/lab.po"))})


def current() -> str:
    return _language.get()


def use(language: str) -> AbstractContextManager[None]:
    """Everything inside is said in this language.

    >>> with use("de"):
    ...     current()
    'de'
    """
    return holding(_language, language)


def wordings_of(treatment: Treatment) -> tuple[str, ...]:
    """The wordings of a treatment, the first one that has a sentence counts: where objects are allocated, reports are
    bids; where nobody but their winners pays, transfers are prices; in stages what counts in the end is what
    everybody was served; and where a level is chosen, types are ideal levels."""
    if treatment.stages is not None:
        return ("staged",)
    if treatment.environment == "single_peaked":
        return ("levels",)
    if treatment.environment != "allocation":
        return ()
    return ("prices", "auction") if has_prices(treatment) else ("auction",)


def has_prices(treatment: Treatment) -> bool:
    """Whether transfers are prices: only who gets an object pays, and nobody receives anything."""
    return treatment.environment == "allocation" and treatment.mechanism == "vcg"


@contextmanager
def speaking_of(treatment: Treatment) -> Iterator[None]:
    """Everything inside is said in the words of this treatment."""
    own = treatment.words if treatment.words and treatment.words.slots else None  # names alone change no sentence
    with holding(_wordings, wordings_of(treatment)), holding(_words, own):
        yield


def in_its_words(function: Callable[Concatenate[Treatment, P], R]) -> Callable[Concatenate[Treatment, P], R]:
    """For functions of a treatment that make texts, in its language: what they make can be cached by treatment, also if
    the experimenter's page asks first, which is English."""

    @wraps(function)
    def said(treatment: Treatment, *args: P.args, **kwargs: P.kwargs) -> R:
        with use(treatment.protocol.language), speaking_of(treatment):
            return function(treatment, *args, **kwargs)

    return said


@lru_cache
def catalog(language: str, wordings: tuple[str, ...] = (), marked: bool = False) -> standard.NullTranslations:
    """The sentences of a language, those of the wordings before the common ones; `marked` with what own words need."""
    if wordings:
        path = WORDINGS / wordings[0] / f"{language}.po"
        if not path.exists():
            return catalog(language, wordings[1:], marked)
        first = _compiled(path, language, marked)
        first.add_fallback(catalog(language, wordings[1:], marked))
        return first
    if language == SOURCE:
        return standard.NullTranslations()
    return _compiled(FOLDER / language / "LC_MESSAGES" / "lab.po", language, marked)


def _compiled(path: Path, language: str, marked: bool) -> standard.GNUTranslations:
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    if not marked:
        for message in messages:
            text = message.string
            message.string = bare(text) if isinstance(text, str) else tuple(map(bare, text or ()))
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return standard.GNUTranslations(compiled)


def _said(say: Callable[[standard.NullTranslations], str]) -> Markup:
    """A sentence of the catalog that is in force, in the words of the treatment."""
    language, wordings = current(), _wordings.get()
    own = own_words(_words.get(), language)
    if own is None:
        return Markup(say(catalog(language, wordings)))
    nouns = tuple(name for wording in wordings for name in (f"{wording}_own", wording))
    return Markup(own(say(catalog(language, (*nouns, "own"), marked=True))))


def _(message: str, **values: object) -> Markup:
    """The sentence in the current language, its {names} filled in.

    >>> _("You have <b>{n}</b> units.", n="<3")
    Markup('You have <b>&lt;3</b> units.')
    """
    return _said(lambda catalog: catalog.gettext(message)).format(**values)


def ngettext(singular: str, plural: str, n: int, **values: object) -> Markup:
    """`_` with a number: the singular for one. The number is {n}.

    >>> ngettext("{n} round", "{n} rounds", 3)
    Markup('3 rounds')
    """
    return _said(lambda catalog: catalog.ngettext(singular, plural, n)).format(n=n, **values)


def named(treatment: Treatment, name: str) -> str:
    """A player, a type or an outcome of a treatment file as the current language calls it.

    >>> from mechanisms.treatments import load_treatment
    >>> with use("de"):
    ...     named(load_treatment("treatments/production_serial.toml"), "low")
    'niedrig'
    """
    return name if treatment.words is None else treatment.words.name(name, current())
