"""The custom export: one tidy row a decision, only rounds in force. The columns are described in docs/codebook.md."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import otree
from otree import settings

from engine import PLATFORM_VERSION
from engine.in_force import treatment_of
from engine.names import type_label

FIXED_COLUMNS = (
    "session_code parts app treatment identity mechanism environment participant_code participant_id participant_label "
    "is_bot round group position role partners type type_label message timed_out decided_at seconds_taken "
    "outcome quantity value cost_share transfer payments_received points_units points "
    "is_paid_round part_earnings total_payment currency currency_decimals"
).split()
PROTOCOL_COLUMNS = [
    "participants", "rounds", "matching", "fixed_roles", "feedback", "seconds", "pay", "exchange_rate",
    "show_up_fee", "seed",
]  # fmt: skip
LAST_COLUMNS = "rounding platform_version otree_version definition".split()
COLUMNS = [*FIXED_COLUMNS, "group_size", "information", *PROTOCOL_COLUMNS, *LAST_COLUMNS]


def custom_export(players: list[Any]) -> Iterator[list[Any]]:
    yield list(COLUMNS)
    groups: dict[int, list[Any]] = defaultdict(list)
    for player in players:
        groups[player.group_id].append(player)
    session_columns: dict[int, dict[str, Any]] = {}
    for player in players:
        app = player.get_folder_name()
        treatment = treatment_of(player.session, app)
        if player.round_number > treatment.protocol.rounds:
            continue
        if player.session_id not in session_columns:
            session_columns[player.session_id] = treatment_columns(treatment)
        members = sorted(groups[player.group_id], key=lambda member: member.id_in_group)
        row = {
            **session_columns[player.session_id],
            **who(player, app, members),
            **decision(player, treatment),
            **result(player, treatment),
            **payment(player, app),
        }
        yield [row[column] for column in COLUMNS]


def treatment_columns(treatment: Any) -> dict[str, Any]:
    """What is the same in all rows of a part: the treatment and the protocol that were in force."""
    definition, protocol = treatment.definition, treatment.protocol
    return {
        "treatment": treatment.name,
        "identity": treatment.identity,
        "mechanism": treatment.mechanism,
        "environment": treatment.environment,
        "group_size": treatment.group_size,
        "information": treatment.information,
        **{key: getattr(protocol, key) for key in PROTOCOL_COLUMNS},
        "currency": settings.REAL_WORLD_CURRENCY_CODE,
        "currency_decimals": settings.REAL_WORLD_CURRENCY_DECIMAL_PLACES,
        "rounding": treatment.rounding,
        "platform_version": PLATFORM_VERSION,
        "otree_version": otree.__version__,
        "definition": json.dumps(definition, separators=(",", ":")),
    }


def who(player: Any, app: str, members: list[Any]) -> dict[str, Any]:
    participant = player.participant
    others = [member.participant.id_in_session for member in members if member is not player]
    return {
        "session_code": player.session.code,
        "parts": ";".join(player.session.treatments),
        "app": app,
        "participant_code": participant.code,
        "participant_id": participant.id_in_session,
        "participant_label": participant.label,
        "is_bot": int(bool(participant._is_bot)),
        "round": player.round_number,
        "group": player.group.id_in_subsession,
        "partners": ";".join(map(str, others)),
    }


def decision(player: Any, treatment: Any) -> dict[str, Any]:
    return {
        "position": player.id_in_group,
        "role": treatment.positions[player.position].role,
        "type": exact(player.type_value),
        "type_label": type_label(treatment, player.position, player.type_value),
        "message": exact(player.field_maybe_none("message")),
        "timed_out": int(bool(player.field_maybe_none("timed_out"))),
        "decided_at": player.field_maybe_none("decided_at"),
        "seconds_taken": exact(player.field_maybe_none("seconds_taken")),
    }


def result(player: Any, treatment: Any) -> dict[str, Any]:
    units = player.field_maybe_none("points_units")
    return {
        "outcome": player.group.field_maybe_none("outcome"),
        **{name: exact(player.field_maybe_none(name)) for name in ("quantity", "value", "cost_share", "transfer")},
        "payments_received": player.field_maybe_none("payments_received"),
        "points_units": units,
        "points": None if units is None else str(treatment.points_value(units)),
    }


def payment(player: Any, app: str) -> dict[str, Any]:
    """Blank until the participant's earnings are settled."""
    earnings = player.participant.vars.get("earnings")
    if earnings is None:
        return {"is_paid_round": None, "part_earnings": None, "total_payment": None}
    [part] = [part for part in earnings["parts"] if part["app"] == app]
    return {
        "is_paid_round": int(part["paid_round"] in (None, player.round_number)),
        "part_earnings": part["money"],
        "total_payment": earnings["total"],
    }


def exact(number: float | None) -> str | None:
    """Text from which the same float can be read back."""
    return None if number is None else repr(number)
