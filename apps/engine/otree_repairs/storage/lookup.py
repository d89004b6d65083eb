"""A stored session is complete in itself: its rounds and its pages are its own, whatever the files of today say.

oTree 6.0.15 takes the number of rounds from the constant NUM_ROUNDS of the app of today, and the apps from the session
configs of today. A treatment file that became longer, shorter or was removed then broke the running sessions of its
app. Here the rounds are those that the session has in the database, the pages those that were written down when it was
created (`session.pages`), and every app of the platform is loaded.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import otree.lookup
from otree import settings
from otree.common import get_constants, get_models_module, get_pages_module
from otree.database import dbq
from otree.lookup import PageLookup
from otree.models import Session as Sessions

from engine.people import Session

APPS = Path(__file__).parents[3]


@lru_cache(maxsize=32)
def page_lookups(session_code: str) -> dict[int, PageLookup]:
    """What oTree's function of this name gives: all pages of a session by their places in it, from 1."""
    session = dbq(Sessions).filter_by(code=session_code).one()
    found: list[PageLookup] = []
    for app in session.config["app_sequence"]:
        model = get_models_module(app).Subsession
        rounds = model.objects_filter(session=session).order_by(model.round_number)
        name_in_url = get_constants(app).get_normalized("name_in_url")
        for number, key in rounds.with_entities(model.round_number, model.id):
            for page in pages_of(session, app, number):
                found.append(PageLookup(app, page, number, key, name_in_url, session.id))
    return dict(enumerate(found, 1))


def pages_of(session: Session, app: str, round_number: int) -> list[Any]:
    """The page classes of one round, as written down at creation; without that, all pages of the app."""
    sequence = get_pages_module(app).page_sequence
    written = session._vars.get("pages", {}).get(app)  # reading session.vars would write it
    if written is None:
        return list(sequence)
    classes = {page.__name__: page for page in sequence}
    try:
        return [classes[name] for name in written[round_number - 1]]
    except KeyError as error:
        raise RuntimeError(
            f"session {session.code} has the page {error} in round {round_number} of {app}, which this version of the "
            "platform does not have: start the version with which the session was created"
        ) from None


def count_pages(session: Session) -> int:
    """How many pages a session has, from what is written down and stored; not remembered."""
    return len(page_lookups.__wrapped__(session.code))


def apps_of_platform() -> list[str]:
    """Every folder of apps/ that oTree can play, whether a treatment of today uses it or not.

    >>> {"welcome", "closing"} <= set(apps_of_platform())
    True
    """
    return sorted(folder.parent.name for folder in APPS.glob("*/pages.py") if folder.parent.name != "engine")


def repair_lookup() -> None:
    """Called when the models are loaded: oTree goes through its list of apps at that moment, and finds all of them."""
    otree.lookup._get_session_lookups = page_lookups
    settings.OTREE_APPS += [app for app in apps_of_platform() if app not in settings.OTREE_APPS]
