"""The custom export: one tidy row a decision, only rounds in force. The columns are described in docs/codebook.md."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import otree

from engine.aids import custom_export_what_if
from engine.people import Earnings, Participant, Player, Session
from engine.quiz.export import custom_export_quiz
from engine.record import custom_export_record
from engine.session.in_force import treatment_of
from engine.session.outcomes import outcome_of
from engine.session.plan import order_of
from engine.session.study import arm_of, study_name
from engine.words.money import coins, currency_in
from mechanisms.session.record import PROTOCOL, RECORD
from mechanisms.treatments import Treatment
from mechanisms.version import VERSION

__all__ = ["custom_export", "custom_export_quiz", "custom_export_record", "custom_export_what_if"]

COLUMNS = [entry.name for entry in RECORD]


def custom_export(players: Sequence[Player]) -> Iterator[list[object]]:
    """Of whole groups: all players of a session, or of one of its rounds."""
    yield list(COLUMNS)
    groups: dict[int, list[tuple[int, int]]] = defaultdict(list)  # (position, number) of each member
    for player in players:
        groups[vars(player)["group_id"]].append((vars(player)["id_in_group"], player.participant.id_in_session))
    part_of, columns_of = cache(treatment_of), cache(part_columns)
    person_of, paid_to = cache(person_columns), cache(earnings_of)
    for player in players:
        stored = vars(player)  # its columns: each read of an attribute of oTree's costs a call
        if stored["part"] is None:
            continue
        session, participant = player.session, player.participant
        treatment = part_of(session, stored["part"])
        row = {
            **columns_of(session, stored["part"], treatment),
            **person_of(session, participant),
            **seat(player, treatment, sorted(groups[stored["group_id"]])),
            **decision(player, treatment),
            **result(player, treatment),
            **payment(player, paid_to(participant)),
            "ending": outcome_of(participant),
        }
        yield [row[column] for column in COLUMNS]


custom_export.by_round = True  # type: ignore[attr-defined]  # see otree_repairs.exports


def part_columns(session: Session, part: int, treatment: Treatment) -> dict[str, Any]:
    """What is the same in all rows of a part of a session."""
    names = ";".join(definition["name"] for definition in session.parts)
    currency = currency_in(session.config)
    return {
        "session_code": session.code, "parts": names, "pay_parts": session.pay_parts, "part": part,
        "study": study_name(session), "arm": arm_of(session, part),
        "currency": currency, "currency_decimals": coins(currency), **treatment_columns(treatment),
    }  # fmt: skip


def person_columns(session: Session, participant: Participant) -> dict[str, Any]:
    return {
        "order": ";".join(map(str, order_of(participant))),
        "participant_code": participant.code,
        "participant_id": participant.id_in_session,
        "participant_label": participant.label,
        "is_bot": int(bool(participant._is_bot)),
        "is_demo": int(bool(session.is_demo)),
    }


def earnings_of(participant: Participant) -> Earnings | None:
    return participant.vars.get("earnings")


def treatment_columns(treatment: Treatment) -> dict[str, Any]:
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
        "rounding": treatment.rounding,
        "platform_version": VERSION,
        "otree_version": otree.__version__,
        "definition": json.dumps(definition, separators=(",", ":")),
    }


def seat(player: Player, treatment: Treatment, members: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """`members` : (position, number of the participant) of the group, in their order."""
    stored = vars(player)
    alone = stored["practice"] and treatment.protocol.practice_against == "computer"
    others = [] if alone else [number for position, number in members if position != stored["id_in_group"]]
    return {
        "app": player.get_folder_name(),
        "practice": int(stored["practice"]),
        "round_number": stored["round_number"],
        "round": stored["part_round"],
        "group": player.group.id_in_subsession,
        "partners": ";".join(map(str, others)),
        "rematched": stored["rematched"],
        "silo": stored["silo"],
        "place": stored["place"],
    }


def decision(player: Player, treatment: Treatment) -> dict[str, Any]:
    stored = vars(player)
    position = treatment.positions[stored["id_in_group"] - 1]
    return {
        "position": stored["id_in_group"],
        "role": position.role,
        "sequence": stored["sequence"],
        "move": move_of(stored["sequence"], stored["id_in_group"]),
        **{name: stored[name] for name in ("stage", "requests", "requests_by", "requests_at", "requests_seconds")},
        "type": exact(stored["type_value"]),
        "type_label": None if stored["type_value"] is None else position.label(stored["type_value"]),
        "message": exact(stored["message"]),
        "computer_messages": stored["computer_messages"],
        "decided_by": stored["decided_by"],
        "after_return": flag(stored["after_return"]),
        "void": flag(player.group.field_maybe_none("void")),
        "timed_out": int(bool(stored["timed_out"])),
        "decided_at": stored["decided_at"],
        "seconds_taken": exact(stored["seconds_taken"]),
        "belief": exact(stored["belief"]),
        "quiz_attempts": stored["quiz_attempts"],
        "quiz_failed": flag(stored["quiz_failed"]),
        "understanding_before": exact(stored["understanding_before"]),
        "understanding_after": exact(stored["understanding_after"]),
    }


def result(player: Player, treatment: Treatment) -> dict[str, Any]:
    stored = vars(player)
    units, guess = stored["points_units"], stored["belief_units"]
    compensation = stored["compensation_units"]
    return {
        "outcome": stored["own_outcome"] or player.group.field_maybe_none("outcome"),
        **{name: exact(stored[name]) for name in ("quantity", "value", "cost_share", "transfer")},
        "payments_received": stored["payments_received"],
        "points_units": units,
        "points": None if units is None else str(treatment.points_value(units)),
        "compensation": None if compensation is None else str(treatment.points_value(compensation)),
        "belief_points": None if guess is None else str(treatment.points_value(guess)),
    }


def payment(player: Player, earnings: Earnings | None) -> dict[str, Any]:
    """Blank until the participant's earnings are settled; practice is never paid."""
    if earnings is None:
        return {"is_paid_round": None, "own_draw": None, "part_earnings": None, "total_payment": None, "fee_paid": None}
    [part] = [part for part in earnings["parts"] if part["part"] == player.part]
    counts = earnings["paid_part"] in (None, player.part) and part["paid_round"] in (None, player.part_round)
    return {
        "is_paid_round": int(counts and not player.practice),
        "own_draw": flag(earnings.get("own_draw")),
        "part_earnings": part["money"],
        "total_payment": earnings["total"],
        "fee_paid": earnings["show_up_fee"],
    }


def move_of(sequence: str | None, position: int) -> int | None:
    """Whether the position, from 1, reports first (1), second (2), …; None where all report at the same time."""
    return None if sequence is None else sequence.split(";").index(str(position)) + 1


def exact(number: float | None) -> str | None:
    """Text from which the same float can be read back."""
    return None if number is None else repr(number)


def flag(value: bool | None) -> int | None:
    return None if value is None else int(value)
