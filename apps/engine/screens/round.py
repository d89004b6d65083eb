"""The variables of the templates: texts that are ready to print. No payoff is computed here."""

from collections.abc import Sequence

from markupsafe import Markup

from engine.aids import Seen, aids
from engine.demo.alone import is_alone, is_short
from engine.instructions.advice import advice, brief_advice
from engine.instructions.described import style_facts
from engine.instructions.screen import instructions
from engine.people import Player
from engine.screens.account import account, feedback_of
from engine.screens.history import history
from engine.screens.message_input import message_input
from engine.screens.private import others_facts, value_facts
from engine.screens.reports import order_of_rows, order_sentence, public_reports, reports_so_far
from engine.screens.stages import stages_so_far
from engine.session.plan import order_of
from engine.session.stages import requests_of, standing_of
from engine.words.language import _, ngettext
from engine.words.leaving import leaving
from engine.words.names import player_names, type_name
from engine.words.numbers import bold
from engine.words.place import contact, hands
from engine.words.sentences import (
    drawn_sentence,
    late_sentence,
    matching_sentence,
    nobody_else_sentence,
    once,
    pay_sentence,
    points_formula,
    rule_variables,
)
from mechanisms.treatments import Treatment


def round_title(player: Player) -> Markup:
    """Which round this is: the parts are counted in the order in which this participant plays them."""
    protocol, order = player.treatment.protocol, order_of(player.participant)
    counted = {
        "round": player.part_round,
        "rounds": protocol.practice_rounds if player.practice else protocol.rounds,
        "part": order.index(player.part) + 1,
        "parts": len(order),
    }
    if player.practice and len(order) > 1:
        return _("Part {part} of {parts}, practice round {round} of {rounds} (not paid)", **counted)
    if player.practice:
        return _("Practice round {round} of {rounds} (not paid)", **counted)
    if len(order) > 1:
        return _("Part {part} of {parts}, round {round} of {rounds}", **counted)
    return _("Round {round} of {rounds}", **counted)


def common(player: Player) -> dict[str, object]:
    """What every page of a round says."""
    treatment = player.treatment
    return {
        "practice": player.practice,
        "computer": player.alone(),
        "instructions": instructions_text(player),
        **rule_variables(treatment),
    }


def instructions_text(player: Player) -> Markup:
    """For the dialog that every page of a part can open; empty where the treatment wants no instructions.

    They do not change with the order of reports that is drawn for the round.
    """
    treatment, session = player.treatment.stated, player.session
    if not treatment.screen.instructions:
        return Markup("")
    return instructions(
        treatment, player.position, len(order_of(player.participant)), session.pay_parts, hands(), contact(),
        leaving(),
    )  # fmt: skip


def instructions_screen(player: Player) -> dict[str, object]:
    return {"instructions": instructions_text(player)}


def decide_screen(player: Player, problems: Sequence[str] = (), typed: str = "") -> dict[str, object]:
    """The decision page; `problems` and `typed`: what was wrong with the message that was sent, and this message."""
    treatment, position, own_type = player.treatment, player.position, player.type_value
    complete, paid = treatment.information == "complete", (len(order_of(player.participant)), player.session.pay_parts)
    types = [other.type_value for other in player.group.get_players()] if complete else []
    return {
        **common(player),
        **value_facts(treatment, position, own_type),
        **style_facts(treatment, position, known=True),
        "advice": advice(treatment, position, known=True, own_type=float(own_type)),
        "brief_advice": brief_advice(treatment, position, float(own_type)),
        "me": bold("me", player_names(treatment)[position]),
        "my_type": bold("type", type_name(treatment, position, own_type)),
        "type_varies": len(treatment.positions[position].types) > 1 and not once(treatment),
        "others": others_facts(treatment, position, types),
        "information": treatment.information,
        "matching": matching_sentence(treatment),
        "formula": points_formula(treatment, position),
        "pay": pay_sentence(treatment, *paid),
        "drawn": "" if player.practice else drawn_sentence(treatment, *paid),
        "late": late_sentence(treatment),
        "rule_open": is_first(player) and (not treatment.screen.instructions or is_short(player.session)),
        "plays_alone": is_alone(player.session) and player.part_round == 1,
        "reports": reports_so_far(player),
        "stages": stages_so_far(player),
        "history": history(player) if treatment.screen.history else None,
        "aids": aids(player, seen_before(player)),
        "message_input": message_input(player, problems, typed),
    }


def seen_before(player: Player) -> Seen:
    """What others have reported in public before the player's turn, or were served in stages before this one."""
    if player.treatment.stages is not None:
        now = standing_of(player)
        return Seen(dict(now.served), now.floor)
    if player.treatment.sequence is None:
        return Seen()
    return Seen({i: message for i, message, _cause in public_reports(player) if i != player.position})


def is_first(player: Player) -> bool:
    """Whether this is the first decision of a part: later ones have read the rule."""
    return player.part_round == 1 and not requests_of(player)


def waiting_text(player: Player) -> Markup:
    """Who has not yet decided when the wait page is opened; it is loaded again as soon as it can continue."""
    members = player.group.get_players()
    if player.group.is_void():
        return _(
            "Your group cannot play this round: one of its members is missing. It goes on as soon as the others are "
            "here."
        )
    missing = sum(member.field_maybe_none("message") is None for member in members)
    if missing == 0:
        return _("Waiting for the other participants.")
    return ngettext(
        "Waiting for {n} of the {size} members of your group to decide.",
        "Waiting for {n} of the {size} members of your group to decide.",
        missing,
        size=len(members),
    )


def feedback_title(player: Player) -> Markup:
    over = player.treatment.protocol.feedback == "none"
    return _("{round}: over", round=round_title(player)) if over else _("{round}: result", round=round_title(player))


def feedback_screen(player: Player) -> dict[str, object]:
    treatment = player.treatment
    played = player.field_maybe_none("points_units") is not None
    feedback = feedback_of(player) if played else "none"
    compensated = treatment.protocol.partner_left == "compensate" and not player.practice
    shown = {**common(player), "played": played, "feedback": feedback, "compensated": compensated}
    shown["otherwise"] = nobody_else_sentence(treatment)
    shown["away"] = bool(leaving().policy)  # why a round was not played: online nobody has declined
    if feedback != "none":
        told = account(player, feedback)
        shown |= {
            **told,
            "reported_in": order_of_rows(treatment) if feedback == "all" else order_sentence(treatment),
            "stages": stages_so_far(player) if feedback == "all" else None,
            "messages_title": messages_title(treatment, feedback),
            "formula": points_formula(treatment, player.position, bool(told["pays_transfer"])),
        }
    return shown


def messages_title(treatment: Treatment, feedback: str) -> Markup:
    everybody, demands = feedback == "all", treatment.messages_are == "demands"
    if everybody:
        return _("All requests") if demands else _("All reports")
    return _("Your request") if demands else _("Your report")
