"""Reports one after another: what has been reported so far in the own group, and what follows for the reader."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from engine.people import Player
from engine.screens.account import not_own
from engine.session.turns import awaited, has_decided, in_turn
from engine.words.language import _, ngettext
from engine.words.names import message_text, player_names
from engine.words.numbers import amount, amount_decimals, enough_decimals, tagged
from engine.words.sentences import once, order_names
from mechanisms.played.play import DirectGame
from mechanisms.session.draws import computer_messages
from mechanisms.treatments import Treatment

NOTHING_PAID = 1e-9

Report = tuple[int, float, str]
"""Position from 0, message, and what brought it about."""


def public_reports(player: Player) -> list[Report]:
    """Those that the player may see now, in the order in which they were made: public ones, or the computer's."""
    if player.alone():
        return _by_the_computer(player)
    return [
        (other.position, float(other.message), other.field_maybe_none("decided_by") or "participant")
        for other in in_turn(player)
        if has_decided(other)
    ]


def _by_the_computer(player: Player) -> list[Report]:
    """In practice against the computer: what it reports before the player's turn, and the player's own report."""
    treatment = player.treatment
    drawn = computer_messages(
        treatment, player.session.code, player.round_number, player.participant.id_in_session, player.position
    )
    found: list[Report] = []
    for i in treatment.sequence or ():
        message = drawn[i]
        if message is None:
            break
        found.append((i, message, "participant"))
    return found


def reports_so_far(player: Player) -> dict[str, object] | None:
    """Variables of engine/reports.html; None where all report at the same time."""
    treatment = player.treatment
    if treatment.sequence is None:
        return None
    made = public_reports(player)
    by_position = {position: (message, cause) for position, message, cause in made}
    unbroken = [
        report for i, report in zip(treatment.sequence, made, strict=False) if i == report[0]
    ]  # none was deleted
    names, effects = player_names(treatment), effects_on(treatment, player.position, unbroken)
    rows, turn = [], True
    for i in treatment.sequence:
        me = i == player.position
        told = {"name": _("You ({name})", name=names[i]) if me else names[i], "me": me, "late": "", "effect": ""}
        if i in by_position:
            message, cause = by_position[i]
            text = tagged(f"said-{i + 1}", repr(message), message_text(treatment, i, message))
            told |= {"report": text, "late": not_own(treatment, cause), "effect": effects.get(i, "")}
        else:
            told |= {"report": (_("reports now") if not me else _("your turn")) if turn else _("reports later")}
            turn = False
        rows.append(told)
    return {
        "rows": rows,
        "compensation": treatment.shows_compensation,
        "order": order_of_rows(treatment),
    }


def order_of_rows(treatment: Treatment) -> Markup:
    """Above a table in whose rows are the reports, in the order in which they are made; empty if all report at once."""
    if treatment.sequence is None:
        return Markup("")
    if once(treatment):
        return _("The order of the reports:")
    return (
        _("The order of the reports, drawn for this round:")
        if treatment.order_is_drawn
        else _("The order of the reports, as in every round:")
    )


def order_sentence(treatment: Treatment) -> Markup:
    if treatment.sequence is None:
        return Markup("")
    order = order_names(treatment)
    if once(treatment):
        return _("The order of the reports: {order}.", order=order)
    if treatment.order_is_drawn:
        return _("The order of the reports, drawn for this round: {order}.", order=order)
    return _("The order of the reports, as in every round: {order}.", order=order)


def effects_on(treatment: Treatment, me: int, made: Sequence[Report]) -> dict[int, Markup]:
    """What each report makes the reader pay or receive, by who made it; empty where this is not shown."""
    game = treatment.played
    if not treatment.shows_compensation or not isinstance(game, DirectGame):
        return {}
    at, received = np.zeros(treatment.group_size, dtype=np.int64), dict[int, float]()
    for position, message, _cause in made:
        at[position] = int(np.searchsorted(treatment.positions[position].messages, message))
        revisions = game.all_revisions[position][:, *at]  # later reports change nothing of it
        received[position] = float(revisions.sum() - revisions[me] if position == me else -revisions[me])
    decimals = enough_decimals([*received.values()], amount_decimals(treatment, me), least=2)
    return {
        i: _own(x, decimals, me, treatment.group_size - 1) if i == me else _others(-x, decimals, i)
        for i, x in received.items()
    }


def _own(received: float, decimals: int, me: int, others: int) -> Markup:
    shown = tagged(f"effect-{me + 1}", repr(received), amount(abs(received), decimals))
    if abs(received) <= NOTHING_PAID:
        return tagged(f"effect-{me + 1}", repr(received), _("You neither pay nor receive anything."))
    if received < -NOTHING_PAID:
        return ngettext("You pay the other player {amount}.", "You pay the others {amount}.", others, amount=shown)
    return ngettext("The other player pays you {amount}.", "The others pay you {amount}.", others, amount=shown)


def _others(paid: float, decimals: int, position: int) -> Markup:
    shown = tagged(f"effect-{position + 1}", repr(-paid), amount(abs(paid), decimals))
    if abs(paid) <= NOTHING_PAID:
        return tagged(f"effect-{position + 1}", repr(-paid), _("You neither pay nor receive anything."))
    if paid > NOTHING_PAID:
        return _("You pay {amount}.", amount=shown)
    return _("You receive {amount}.", amount=shown)


def turn_text(player: Player) -> Markup:
    """For whom one waits."""
    names = player_names(player.treatment)
    missing = [other for other in in_turn(player) if not has_decided(other)]
    before = awaited(player)
    if not missing:
        return _("Waiting for the other participants.")
    now = names[missing[0].position]
    if not before:
        return _("Now {name} reports.", name=now)
    if len(before) == 1:
        return _("Now {name} reports. After that it is your turn.", name=now)
    return ngettext(
        "Now {name} reports. Before your turn there is {n} more player.",
        "Now {name} reports. Before your turn there are {n} more players.",
        len(before) - 1,
        name=now,
    )
