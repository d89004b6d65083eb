"""The custom export: one tidy row a decision, only rounds in force. The columns are described in docs/codebook.md."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import otree
from otree import settings

from engine import PLATFORM_VERSION
from engine.aids import custom_export_what_if
from engine.quiz.export import custom_export_quiz
from engine.record import custom_export_record
from engine.session.guesses import belief_units_of
from engine.session.plan import order_of
from mechanisms.session.record import PROTOCOL, RECORD

__all__ = ["custom_export", "custom_export_quiz", "custom_export_record", "custom_export_what_if"]

COLUMNS = [entry.name for entry in RECORD]


def custom_export(players: list[Any]) -> Iterator[list[Any]]:
    yield list(COLUMNS)
    groups: dict[int, list[Any]] = defaultdict(list)
    for player in players:
        groups[player.group_id].append(player)
    part_columns: dict[tuple[int, int], dict[str, Any]] = {}
    for player in players:
        if player.field_maybe_none("part") is None:
            continue
        treatment, of_part = player.treatment, (player.session_id, player.part)
        if of_part not in part_columns:
            part_columns[of_part] = treatment_columns(treatment)
        members = sorted(groups[player.group_id], key=lambda member: member.id_in_group)
        row = {
            **part_columns[of_part],
            **who(player, members),
            **decision(player, treatment),
            **result(player, treatment),
            **payment(player),
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
        **{entry.name: getattr(protocol, entry.name) for entry in PROTOCOL},
        "currency": settings.REAL_WORLD_CURRENCY_CODE,
        "currency_decimals": settings.REAL_WORLD_CURRENCY_DECIMAL_PLACES,
        "rounding": treatment.rounding,
        "platform_version": PLATFORM_VERSION,
        "otree_version": otree.__version__,
        "definition": json.dumps(definition, separators=(",", ":")),
    }


def who(player: Any, members: list[Any]) -> dict[str, Any]:
    participant, session = player.participant, player.session
    others = [member.participant.id_in_session for member in members if member is not player and not player.alone()]
    return {
        "session_code": session.code,
        "app": player.get_folder_name(),
        "parts": ";".join(definition["name"] for definition in session.parts),
        "order": ";".join(map(str, order_of(participant))),
        "pay_parts": session.pay_parts,
        "part": player.part,
        "practice": int(player.practice),
        "participant_code": participant.code,
        "participant_id": participant.id_in_session,
        "participant_label": participant.label,
        "is_bot": int(bool(participant._is_bot)),
        "round_number": player.round_number,
        "round": player.part_round,
        "group": player.group.id_in_subsession,
        "partners": ";".join(map(str, others)),
    }


def decision(player: Any, treatment: Any) -> dict[str, Any]:
    return {
        "position": player.id_in_group,
        "role": treatment.positions[player.position].role,
        "type": exact(player.type_value),
        "type_label": treatment.positions[player.position].label(player.type_value),
        "message": exact(player.field_maybe_none("message")),
        "computer_messages": player.field_maybe_none("computer_messages"),
        "decided_by": player.field_maybe_none("decided_by"),
        "timed_out": int(bool(player.field_maybe_none("timed_out"))),
        "decided_at": player.field_maybe_none("decided_at"),
        "seconds_taken": exact(player.field_maybe_none("seconds_taken")),
        "belief": exact(player.field_maybe_none("belief")),
        "quiz_attempts": player.field_maybe_none("quiz_attempts"),
        "quiz_failed": flag(player.field_maybe_none("quiz_failed")),
    }


def result(player: Any, treatment: Any) -> dict[str, Any]:
    units, guess = player.field_maybe_none("points_units"), belief_units_of(player)
    compensation = player.field_maybe_none("compensation_units")
    return {
        "outcome": player.outcome,
        **{name: exact(player.field_maybe_none(name)) for name in ("quantity", "value", "cost_share", "transfer")},
        "payments_received": player.field_maybe_none("payments_received"),
        "points_units": units,
        "points": None if units is None else str(treatment.points_value(units)),
        "compensation": None if compensation is None else str(treatment.points_value(compensation)),
        "belief_points": None if guess is None else str(treatment.points_value(guess)),
    }


def payment(player: Any) -> dict[str, Any]:
    """Blank until the participant's earnings are settled; practice is never paid."""
    earnings = player.participant.vars.get("earnings")
    if earnings is None:
        return {"is_paid_round": None, "part_earnings": None, "total_payment": None}
    [part] = [part for part in earnings["parts"] if part["part"] == player.part]
    counts = earnings["paid_part"] in (None, player.part) and part["paid_round"] in (None, player.part_round)
    return {
        "is_paid_round": int(counts and not player.practice),
        "part_earnings": part["money"],
        "total_payment": earnings["total"],
    }


def exact(number: float | None) -> str | None:
    """Text from which the same float can be read back."""
    return None if number is None else repr(number)


def flag(value: bool | None) -> int | None:
    return None if value is None else int(value)
