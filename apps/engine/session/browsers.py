"""What is told to browsers that are open, through oTree's websockets."""

import otree.channels.utils as channels
from otree.views.abstract import WaitPage

from engine.people import Participant


def go_on(person: Participant) -> None:
    """The page of somebody who has been moved on loads the one that is now theirs."""
    channels.sync_group_send(group=channels.auto_advance_group(person.code), data={"auto_advanced": True})


def waiting_group(page: WaitPage) -> str:
    """To whom oTree tells that a page on which is waited can go on."""
    if page.wait_for_all_groups:
        return str(channels.subsession_wait_page_name(page._session_pk, page._index_in_pages))
    return str(channels.group_wait_page_name(page._session_pk, page._index_in_pages, page.player.group_id))
