"""Reports one after another: whose turn it is, who waits for it, and what is told to the pages on which one waits.

A player's turn has come as soon as everybody who moves before in the group has decided. Nobody waits for those who have
decided already: they may have closed their browsers. Each report is public in the group from the moment when it is
made, and nothing is told of a player before that, not even whether the page was seen.
"""

from collections.abc import Sequence
from typing import Any, cast

import otree.channels.utils as channels
import otree.common
import otree.tasks
from otree.channels import consumers
from otree.common import get_models_module
from otree.database import db, dbq
from otree.lookup import get_page_lookup
from otree.models import Participant as Participants

from engine.people import Participant, Player, ShownPage
from engine.session.attendance import presence
from engine.session.attendance.browsers import go_on
from engine.session.left import left, let_computer_decide, rule
from mechanisms.treatments import Treatment

SECONDS_UNTIL_VISITED = 10
"""So much later the next mover's page is looked at if no browser has done so: from then on its clock runs."""


def sequence_of(text: str | None) -> tuple[int, ...] | None:
    """Positions from 0 in the order in which they report.

    >>> sequence_of("2;1;3"), sequence_of(None)
    ((1, 0, 2), None)
    """
    return None if not text else tuple(int(position) - 1 for position in text.split(";"))


def in_turn(player: Player) -> list[Player]:
    """The members of the group in the order in which they report."""
    members, sequence = player.group.get_players(), sequence_of(player.field_maybe_none("sequence"))
    return [members[i] for i in sequence or ()]


def has_decided(player: Player) -> bool:
    return player.field_maybe_none("message") is not None


def awaited(player: Player) -> list[Player]:
    """Who reports before this player and has not yet done so. In the place of somebody who does not take part the
    computer reports at once, where the treatment says so."""
    waiting: list[Player] = []
    for other in in_turn(player):
        if other.id == player.id:
            break
        if has_decided(other):
            continue
        if not waiting and left(other.session, [other]) and rule(other.session, other.part) == "computer":
            let_computer_decide([other])
        else:
            waiting.append(other)
    return waiting


def player_at(person: Participant, place: Any) -> Player:
    """The player of a person in the round of a page."""
    model = get_models_module(place.app_name).Player
    return cast(Player, model.objects_get(participant=person, round_number=place.round_number))


class WaitsForTurn:
    """Before WaitPage in the bases of the page on which one waits for one's turn; its group never waits for all."""

    @classmethod
    def awaited(cls, player: Player) -> list[Player]:
        """For whom a player waits on this page."""
        return awaited(player)

    @classmethod
    def awaited_by(cls, person: Participant, place: Any, people: Sequence[Participant]) -> list[Participant]:
        """See presence.missing_for."""
        player = player_at(person, place)
        if player.group.is_void():
            return []
        missing = {other.participant.id for other in cls.awaited(player)}
        return [other for other in people if other.id in missing]

    def inner_dispatch_group(self) -> Any:
        """oTree lets a group go on together; here each member goes on in turn."""
        page = cast(Any, self)
        if page._is_displayed():
            if self.awaited(page.player):
                return page._get_wait_page()
            page._mark_page_completions([page.participant])
        return page._response_when_ready()


class TellsReports:
    """Before WaitPage in the bases of pages that show the reports so far: they are loaded again with each new one."""

    def socket_url(self) -> str:
        page = cast(Any, self)
        plain = str(super().socket_url())  # type: ignore[misc]
        return f"{plain}&said={said(page.player)}" if tells_reports(page.player.treatment) else plain


def tells_reports(treatment: Treatment) -> bool:
    """Whether something is public of a round that is not over; where all decide at once nothing is."""
    return treatment.sequence is not None or treatment.stages is not None


def said(player: Player) -> int:
    """How many reports of the group are public, or how many of it were served."""
    return sum(map(has_decided, player.group.get_players()))


def announce(page: ShownPage, first: int, last: int) -> None:
    """A report was made on this page: who waits on the pages `first` to `last` of the round, by their places in the
    sequence of pages, looks again; and the next mover's clock begins to run, whether the browser is there or not."""
    for index in range(first, last + 1):
        group = channels.group_wait_page_name(page.player.session_id, index, page.player.group_id)
        channels.sync_group_send(group=group, data={"status": "ready"})
    later = [player for player in in_turn(page.player) if not has_decided(player)]
    if later and otree.common.USE_TIMEOUT_WORKER and not cast(Any, page.participant).is_browser_bot:
        people = [player.participant.id for player in later]
        otree.tasks.ensure_pages_visited(participant_pks=people, delay=SECONDS_UNTIL_VISITED, page_index=first)


def look_again(people: Sequence[Participant]) -> None:
    """Who waits for a turn that has come, because somebody else is out or was passed over, goes on."""
    for person in people:
        if not person.is_on_wait_page or person.status in presence.AWAY or not presence.on_wait_page(person):
            continue
        place = presence.lookup(person)
        if not issubclass(place.page_class, WaitsForTurn) or place.page_class.awaited_by(person, place, people):
            continue
        person._visit_current_page()
        db._db.flush()
        go_on(person)


async def look_for_reports(consumer: Any, page_index: int, participant_id: int) -> None:
    """A report may have been made between the page and its websocket: then the page is loaded again. What the page told
    is written by the browser, so by anybody: it is answered only where the number is public."""
    told = consumer.websocket.query_params.get("said")
    person = None if told is None else dbq(Participants).filter_by(id=participant_id).first()
    if person is None or not 0 < page_index <= person._max_page_index:
        return
    place = get_page_lookup(person._session_code, page_index)
    if not issubclass(place.page_class, TellsReports):
        return
    player = player_at(person, place)
    if not tells_reports(player.treatment):
        return
    if person._index_in_pages != page_index or str(said(player)) != told:
        await consumer.websocket.send_json({"status": "ready"})


def install() -> None:
    plain_connect = consumers.WSGroupWaitPage.post_connect

    async def post_connect(self: Any, page_index: int, participant_id: int, **others: int) -> None:
        await plain_connect(self, page_index=page_index, participant_id=participant_id, **others)
        await look_for_reports(self, page_index, participant_id)

    consumers.WSGroupWaitPage.post_connect = post_connect
    presence.PASSED.append(look_again)
