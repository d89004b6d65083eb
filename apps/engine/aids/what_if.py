"""What participants try out: reading a query, storing it, exporting it. Search behaviour is data."""

from collections.abc import Iterator, Sequence
from typing import Any

from otree.common import get_models_module

from engine.aids.crowd_guess import GuessError, others_messages
from engine.aids.shown import NOTHING_SEEN, Seen
from engine.people import Player
from engine.words.crowds import is_crowd
from engine.words.language import _, ngettext
from engine.words.moments import timestamp
from engine.words.names import player_names
from engine.words.numbers import allowed_messages, on_grid, parse_message, unclear
from mechanisms.treatments import Treatment
from mechanisms.writing import exact

COLUMNS = "session_code participant_code participant_id part part_round practice asked_at kind messages points".split()


QueryError = GuessError
"""A query that cannot be answered; the text is the sentence for the participant."""


def read_messages(
    treatment: Treatment, position: int, data: object, skip: int | None = None, seen: Seen = NOTHING_SEEN
) -> list[float | None]:
    """One message of its grid for each position that fits what was `seen`, None for the position `skip`.

    Raises QueryError with one clear sentence about the first that is missing or not allowed.
    """
    entered = data.get("messages") if isinstance(data, dict) else None
    if is_crowd(treatment):
        return _of_a_crowd(treatment, position, entered, skip)
    n = treatment.group_size
    if not isinstance(entered, list) or len(entered) != n:
        raise QueryError(
            ngettext("Please choose a value for {n} player.", "Please choose a value for all {n} players.", n)
        )
    messages: list[float | None] = []
    for i, raw in enumerate(entered):
        if i == skip:
            messages.append(None)
            continue
        grid = seen.open_to(treatment, i)
        message = parse_message(raw, grid)
        if message is None:
            doubtful = unclear(raw, on_grid(grid))
            if doubtful:
                raise QueryError(doubtful)
            allowed = allowed_messages(grid)
            if i == position:
                raise QueryError(_("Please choose {allowed} for yourself.", allowed=allowed))
            name = player_names(treatment)[i]
            raise QueryError(_("Please choose {allowed} for {name}.", allowed=allowed, name=name))
        messages.append(message)
    return messages


def _of_a_crowd(treatment: Treatment, position: int, entered: object, skip: int | None) -> list[float | None]:
    """From the two fields of a large group: the own message, and what says those of all others."""
    if not isinstance(entered, list) or len(entered) != len(("own", "others")):
        raise QueryError(_("Please choose a value for yourself and for the others."))
    grid = treatment.positions[position].messages
    own = None if position == skip else parse_message(entered[0], grid)
    if own is None and position != skip:
        doubtful = unclear(entered[0], on_grid(grid))
        raise QueryError(doubtful or _("Please choose {allowed} for yourself.", allowed=allowed_messages(grid)))
    others: list[float | None] = list(others_messages(treatment, position, entered[1]))
    return [*others[:position], own, *others[position:]]


def store(player: Player, kind: str, messages: list[float | None], points_units: int | None) -> None:
    """One row of the app's model WhatIf."""
    get_models_module(player.get_folder_name()).WhatIf.create(
        player=player,
        asked_at=timestamp(),
        kind=kind,
        messages=";".join("" if message is None else exact(message) for message in messages),
        points_units=points_units,
    )


def custom_export_what_if(players: Sequence[Player]) -> Iterator[list[object]]:
    """One row a query, in the order of asking; the columns are described in docs/codebook.md."""
    yield list(COLUMNS)
    if not players:
        return
    model = get_models_module(players[0].get_folder_name()).WhatIf
    by_id = {player.id: player for player in players}
    for query in model.filter():
        player = by_id.get(query.player_id)
        if player is not None:
            yield _row(player, query)


def _row(player: Player, query: Any) -> list[object]:
    units = query.points_units
    return [
        player.session.code,
        player.participant.code,
        player.participant.id_in_session,
        player.part,
        player.part_round,
        int(bool(player.practice)),
        query.asked_at,
        query.kind,
        query.messages,
        None if units is None else str(player.treatment.points_value(units)),
    ]
