"""Requests in stages: what a group has requested, who is served, and who waits for whom.

In a stage everybody who is left requests once, and nothing is told of a stage before all have. Then the smallest
request is served: its player has decided (`message`), and nobody waits for this player until the round is over.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any, cast

import otree.channels.utils as channels
import otree.common
import otree.tasks
from otree.lookup import get_page_lookup

from engine.people import Participant, Player, ShownPage
from engine.record import note
from engine.session.left import left, rule
from engine.session.turns import SECONDS_UNTIL_VISITED, WaitsForTurn, has_decided
from engine.words.moments import timestamp
from mechanisms.arrays import FloatArray
from mechanisms.session.draws import computer_messages
from mechanisms.session.in_stages import Standing, standing


def requests_of(player: Player) -> list[float]:
    """The player's requests in this round, stage by stage."""
    return [float(entry) for entry in (player.field_maybe_none("requests") or "").split(";") if entry]


def causes_of(player: Player) -> list[str]:
    """What brought each of the player's requests about, stage by stage."""
    return [cause for cause in (player.field_maybe_none("requests_by") or "").split(";") if cause]


def requests_of_group(player: Player) -> list[list[float]]:
    """By position. In practice against the computer it asks in each stage for what it has drawn."""
    if not player.alone():
        return [requests_of(member) for member in player.group.get_players()]
    treatment = player.treatment
    drawn = computer_messages(
        treatment, player.session.code, player.round_number, player.participant.id_in_session, player.position
    )
    return [requests_of(player) if m is None else [m] * treatment.group_size for m in drawn]


def standing_of(player: Player) -> Standing:
    """Where the player's group stands, or the player against the computer."""
    treatment = player.treatment
    lowest = float(treatment.positions[0].messages[0])
    return standing(requests_of_group(player), treatment.stages or (), lowest)


def allowed_now(player: Player) -> FloatArray:
    """What the player can choose now: the own grid, in stages from what was served last."""
    treatment = player.treatment
    grid = treatment.positions[player.position].messages
    return grid if treatment.stages is None else grid[grid >= standing_of(player).floor]


def request(player: Player, quantity: float, cause: str, moment: str, seconds: float | None = None) -> None:
    """Store a request; if it is the last one of the stage, somebody is served."""
    told = {"requests": repr(quantity), "requests_by": cause, "requests_at": moment, "requests_seconds": seconds}
    first = not requests_of(player)
    for name, entry in told.items():
        text = "" if entry is None else str(entry)
        setattr(player, name, text if first else f"{player.field_maybe_none(name) or ''};{text}")
    cast(Any, player).first_shown_at = None  # the next stage has a page of its own
    serve(player)


def serve(player: Player) -> None:
    """Whoever is served by now has decided; in practice against the computer only the player is somebody."""
    members = [player] if player.alone() else player.group.get_players()
    by_position = {member.position: member for member in members}
    for number, (position, quantity) in enumerate(standing_of(player).served, 1):
        member = by_position.get(position)
        if member is None or has_decided(member):
            continue
        seconds = last(member, "requests_seconds")
        member.message, member.stage = quantity, number
        member.decided_by, member.decided_at = last(member, "requests_by"), last(member, "requests_at")
        member.timed_out = member.decided_by == "clock"
        if seconds:
            member.seconds_taken = float(seconds)


def last(player: Player, name: str) -> str:
    return str(player.field_maybe_none(name)).split(";")[-1]


def let_computers_request(players: Sequence[Player]) -> None:
    """In the place of those who do not take part, where the treatment says so, as soon as a stage begins."""
    away = left(players[0].session, players)
    if not away or rule(players[0].session, players[0].part) != "computer":
        return
    while waiting := [p for p in away if not has_decided(p) and len(requests_of(p)) < standing_of(p).stage]:
        for player in waiting:
            quantity = player.drawn_message()
            request(player, quantity, "computer", timestamp())
            note(
                player.session.id, "decision", "computer", player.participant.id_in_session, repr(quantity),
                app=player.get_folder_name(), round_number=player.round_number,
            )  # fmt: skip


def awaited_at(player: Player, stage: int) -> list[Player]:
    """Who has still to request before a player can go on to a stage; nobody once the player is served."""
    members = player.group.get_players()
    let_computers_request(members)
    if has_decided(player):
        return []
    return [m for m in members if m.id != player.id and not has_decided(m) and len(requests_of(m)) < stage - 1]


class WaitsForStage(WaitsForTurn):
    """Before WaitPage in the bases of the pages on which one waits for the next stage."""

    stage = 2

    @classmethod
    def awaited(cls, player: Player) -> list[Player]:
        return awaited_at(player, cls.stage)


def announce_stage(page: ShownPage) -> None:
    """A request was made on this page: if it was the last one of its stage, all who wait in the group look again, and
    the clocks of the next stage begin to run, whether the browsers are there or not; who was served goes on, too."""
    player, here = page.player, page._index_in_pages
    now = standing_of(player)
    if len(now.served) < len(requests_of(player)):
        return
    for index in count(here + 1):
        group = channels.group_wait_page_name(player.session_id, index, player.group_id)
        channels.sync_group_send(group=group, data={"status": "ready"})
        if get_page_lookup(player.session.code, index).page_class.__name__ == "WaitForGroup":
            break
    if otree.common.USE_TIMEOUT_WORKER and not cast(Any, page.participant).is_browser_bot:
        members, (served, _quantity) = player.group.get_players(), now.served[-1]
        people: list[Participant] = [members[i].participant for i in (served, *now.left)]
        otree.tasks.ensure_pages_visited(
            participant_pks=[person.id for person in people], delay=SECONDS_UNTIL_VISITED, page_index=here + 1
        )
