"""What is told to browsers that are open, through oTree's websockets."""

from collections.abc import Callable, Iterable

import otree.channels.utils as channels
from markupsafe import Markup
from otree.views.abstract import WaitPage

from engine.people import Participant, Player, ShownPage


def go_on(person: Participant) -> None:
    """The page of somebody who has been moved on loads the one that is now theirs."""
    channels.sync_group_send(group=channels.auto_advance_group(person.code), data={"auto_advanced": True})


def leave_void_pages(people: Iterable[Participant]) -> None:
    """Somebody has left: who sits at a page of a round that cannot be played any more need not answer it."""
    for person in people:
        playing = person.visited and person._current_app_name == person.session.config["app_sequence"][1]
        if playing and not person.is_on_wait_page and not person._get_page_instance()._is_displayed():
            go_on(person)


def tell_who_waits(page: ShownPage, text: Callable[[Player], Markup]) -> None:
    """A decision was made on this page, and WaitForGroup is the next one: who waits there reads for whom now. Only the
    sentence is sent, and it is made only where a browser waits: no page is loaded again."""
    group = channels.group_wait_page_name(page.player.session_id, page._index_in_pages + 1, page.player.group_id)
    if group in channels.channel_layer._subs:
        channels.sync_group_send(group=group, data={"awaited": str(text(page.player))})


def waiting_group(page: WaitPage) -> str:
    """To whom oTree tells that a page on which is waited can go on."""
    if page.wait_for_all_groups:
        return str(channels.subsession_wait_page_name(page._session_pk, page._index_in_pages))
    return str(channels.group_wait_page_name(page._session_pk, page._index_in_pages, page.player.group_id))
