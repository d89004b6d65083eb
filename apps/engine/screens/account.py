"""The result of a round in words and numbers: read from what was stored when the group was complete."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from sqlalchemy import func

from engine.aids.explained import NOTHING_PAID, Explained, explained
from engine.people import Player
from engine.words.crowds import counted, is_crowd, of_the_others
from engine.words.language import _, has_prices
from engine.words.names import message_text, player_names, type_name
from engine.words.numbers import (
    amount,
    amount_decimals,
    enough_decimals,
    outcome_text,
    plain,
    points_text,
    rounded_to,
    tagged,
    units_text,
)
from mechanisms.environments import Allocation, PublicProject
from mechanisms.treatments import Treatment
from mechanisms.writing import exact

TIED = 1e-9
"""A difference between sums of values that is none."""
Line = tuple[str, str, str, float]
"""Sign, label, name on the page, amount."""


@dataclass(frozen=True)
class Member:
    """One of a group as its players see it: a participant or, in practice, the computer."""

    position: int
    type_value: float
    message: float
    quantity: float | None
    decided_by: str
    is_me: bool


def members_of(player: Player) -> list[Member]:
    """Everybody of the player's group in a round that was played, in position order."""
    if player.alone():
        return _against_computer(player)
    return [_member(other, other.id_in_group == player.id_in_group) for other in player.group.get_players()]


def _member(player: Player, is_me: bool) -> Member:
    return Member(
        position=player.position,
        type_value=player.type_value,
        message=player.message,
        quantity=player.field_maybe_none("quantity"),
        decided_by=player.field_maybe_none("decided_by") or "participant",
        is_me=is_me,
    )


def _against_computer(player: Player) -> list[Member]:
    """The group as it was played with the computer's messages; what the computer got is not stored, but follows."""
    types = [other.type_value for other in player.group.get_players()]
    texts = player.computer_messages.split(";")  # nothing in the own place
    messages = [float(text) if text else player.message for text in texts]
    play = player.treatment.play(np.array(types), np.array(messages))
    return [
        Member(
            position=i,
            type_value=types[i],
            message=message,
            quantity=None if play.quantities is None else float(play.quantities[i]),
            decided_by=(player.field_maybe_none("decided_by") if i == player.position else None) or "participant",
            is_me=i == player.position,
        )
        for i, message in enumerate(messages)
    ]


def feedback_of(player: Player) -> str:
    """The feedback setting, as far as it can be followed: where somebody was deleted, one is told of oneself."""
    feedback = player.treatment.protocol.feedback
    if feedback != "all" or player.alone() or not player.session.declined:  # who is deleted takes part no longer
        return feedback
    known = all(member.field_maybe_none("message") is not None for member in player.group.get_players())
    return feedback if known else "own"


def account(player: Player, feedback: str) -> dict[str, object]:
    """Variables of the feedback page, as far as the feedback (of `feedback_of`) allows."""
    treatment = player.treatment
    everybody = feedback == "all"
    members = members_of(player) if everybody else [_member(player, True)]
    in_order = in_order_of_reports(treatment, members) if everybody else members
    produced = treatment.environment == "production"
    lines = [*amount_lines(treatment, player), *to_points(treatment, player)]
    numbers = [number for _sign, _label, _name, number in lines]
    decimals, told = enough_decimals(numbers, amount_decimals(treatment, player.position), least=2), Markup("")
    if everybody:
        told, decimals = steps(player, members, least=decimals)
    average = population_average(player) if feedback == "average" and not player.alone() else None
    return {
        "rows": crowd_rows(treatment, members) if is_crowd(treatment) else [member_row(treatment, m) for m in in_order],
        "average": "" if average is None else tagged("average-message", repr(average), amount(average, 2)),
        "show_quantity": produced and treatment.messages_are == "reports",
        "show_types": treatment.information == "complete" and len(members) > 1 and not is_crowd(treatment),
        "outcome": "" if produced or not player.outcome else outcome(player),
        "gets": gets_object(player),
        "tied": tie_sentence(treatment, members) if everybody else "",
        "lines": account_lines(lines, decimals),
        "rounded": rounded_to(numbers, decimals),
        "steps": told,
        "pays_transfer": player.transfer < -NOTHING_PAID,
        "points": tagged("points", player.points_units, points_text(treatment, player.points_units)),
    }


def in_order_of_reports(treatment: Treatment, members: list[Member]) -> list[Member]:
    order = treatment.sequence or range(treatment.group_size)
    return [next(member for member in members if member.position == i) for i in order]


def winners_of(player: Player) -> tuple[int, ...] | None:
    """The positions that have got an object; None where none are allocated, or where it is not known any more."""
    environment = player.treatment.played.environment
    if not isinstance(environment, Allocation) or not player.outcome:
        return None
    return environment.winners[environment.outcomes.index(player.outcome)]


def outcome(player: Player) -> Markup:
    """What was chosen; among those who get an object the reader is "you"."""
    treatment, winners = player.treatment, winners_of(player)
    text = outcome_text(treatment, player.outcome)
    if winners is not None:
        names = player_names(treatment)
        called = [_("You ({name})", name=names[i]) if i == player.position else names[i] for i in winners]
        text = Markup(_(", ")).join(called)
    return tagged("outcome", player.outcome, text)


def gets_object(player: Player) -> Markup:
    """Whether the reader has got an object; empty where none are allocated."""
    if (winners := winners_of(player)) is None:
        return Markup("")
    if player.position in winners:
        return _("You get the object.") if len(winners) == 1 else _("You get an object.")
    return _("You do not get the object.") if len(winners) == 1 else _("You get no object.")


def tie_sentence(treatment: Treatment, members: Sequence[Member]) -> Markup:
    """How a tie was broken that decided about what was chosen from a list; empty without one."""
    environment, first = treatment.played.environment, treatment.ties == "first"
    if not isinstance(environment, PublicProject):
        return Markup("")
    reports = [(member.position, member.message) for member in members]
    sums = sum(environment.payoffs[i][np.searchsorted(environment.messages[i], report)] for i, report in reports)
    if np.sum(sums >= np.max(sums) - TIED) == 1:
        return Markup("")
    if isinstance(environment, Allocation):
        return (
            _("Of equal bids that of the player who is first in the list counts as higher.")
            if first
            else _("Of equal bids that of the player who is last in the list counts as higher.")
        )
    return (
        _("By the reports several outcomes are equally good: the one that is first in the list is chosen.")
        if first
        else _("By the reports several outcomes are equally good: the one that is last in the list is chosen.")
    )


def population_average(player: Player) -> float | None:
    """The mean message of all participants who played the same round of the same part together; units of a message.

    None before anybody has decided. The page must not be shown before everybody has.
    """
    model: Any = type(player)
    together = model.objects_filter(
        subsession=player.subsession, part=player.part, part_round=player.part_round, practice=player.practice
    )
    mean = together.with_entities(func.avg(model.message)).scalar()
    return None if mean is None else float(mean)


def member_row(treatment: Treatment, member: Member) -> dict[str, str]:
    """One line of the table of messages. Numbers carry the position, e.g. message-2."""
    position, quantity = member.position, member.quantity
    name = player_names(treatment)[position]
    return {
        "name": _("You ({name})", name=name) if member.is_me else name,
        "css": "me" if member.is_me else "",
        "type": type_name(treatment, position, member.type_value),
        "message": tagged(
            f"message-{position + 1}", repr(member.message), message_text(treatment, position, member.message)
        ),
        "quantity": ""
        if quantity is None
        else tagged(f"quantity-{position + 1}", repr(quantity), units_text(quantity)),
        "late": not_own(treatment, member.decided_by),
    }


def crowd_rows(treatment: Treatment, members: Sequence[Member]) -> list[dict[str, str]]:
    """The own line, and below it how many of the others sent which message, the lowest first."""
    own = [member_row(treatment, member) for member in members if member.is_me]
    others = sorted((m for m in members if not m.is_me), key=lambda member: member.message)
    lines = counted((m.message, message_text(treatment, m.position, m.message)) for m in others)
    return own + [
        {
            "name": tagged(f"others-{exact(message)}", count, of_the_others(count)),
            "css": "",
            "message": text,
            "quantity": "",
            "type": "",
            "late": "",
        }
        for (message, text), count in lines
    ]


def not_own(treatment: Treatment, cause: str) -> str:
    """Why a message is not its player's decision; "" if it is."""
    if cause == "participant":
        return ""
    if cause == "computer":  # which has the seat, of somebody who has left or where one plays alone
        drawn = treatment.protocol.computer == "random"
        return _("drawn at random by the computer") if drawn else _("decided by the computer")
    if treatment.protocol.computer != "random":
        return _("decided by the computer, the player had not decided")
    return _("drawn at random, time was over") if cause == "clock" else _("drawn at random, the player was not there")


def account_lines(lines: list[Line], decimals: int) -> list[tuple[str, str, Markup]]:
    """(sign, label, number); whether a transfer is paid is said by the words and the sign before it."""
    return [
        (sign, label, tagged(name, repr(number), amount(abs(number) if name == "transfer" else number, decimals)))
        for sign, label, name, number in lines
    ]


def amount_lines(treatment: Treatment, player: Player) -> list[Line]:
    """Value, less the cost share, plus the transfer, as far as the mechanism has them."""
    lines: list[Line] = [("", _("Your value"), "value", player.value)]
    if treatment.environment == "production":
        lines.append(("\u2212", _("Your cost share"), "cost_share", player.cost_share))
    if treatment.rule.has_transfers:
        pays = player.transfer < -NOTHING_PAID
        sign, label = ("\u2212", _("Transfer that you pay")) if pays else ("+", _("Your transfer"))
        sign = "\u2212" if has_prices(treatment) else sign
        lines.append((sign, label, "transfer", player.transfer))
    return lines


def to_points(treatment: Treatment, player: Player) -> list[Line]:
    """The sum and its multiple where points have a scale, and the points that are fixed, so that the lines add up."""
    place = treatment.positions[player.position]
    scale, shift, lines = float(place.scale), float(place.shift), list[Line]()
    if scale != 1:
        total = player.value - player.cost_share + player.transfer
        lines += [
            ("", _("= sum"), "sum", total),
            ("", _("{scale} \u00d7 sum", scale=plain(scale)), "scaled", scale * total),
        ]
    if shift:
        lines.append(("+" if shift > 0 else "\u2212", _("Fixed points"), "fixed", abs(shift)))
    return lines


def steps(player: Player, members: list[Member], least: int) -> Explained:
    """How the result came about. It follows from the messages alone: the types of the others play no part in it."""
    treatment = player.treatment
    types = [player.type_value if m.is_me else float(treatment.positions[m.position].types[0]) for m in members]
    messages = [member.message for member in members]
    return explained(treatment, types, messages, player.position, figure="steps-figure", least=least)
