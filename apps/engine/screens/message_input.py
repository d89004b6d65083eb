"""How a message is entered: buttons, typing or a slider on the treatment's grid, with no default that would anchor."""

import logging
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from markupsafe import Markup

from engine.aids.what_if import store
from engine.people import Player
from engine.session.stages import allowed_now
from engine.words.grids import keyboard_of, message_choices, value_to_send
from engine.words.language import _, ngettext
from engine.words.names import message_text
from engine.words.numbers import allowed_messages, on_grid, parse_message, plain, possible_numbers, unclear
from engine.words.rendering import render
from mechanisms.certificate import theory_of
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import exact, step_of

FEW = 12
"""Messages that are offered as buttons unless the treatment says how they are entered; more are typed."""

logger = logging.getLogger(__name__)


def message_input(player: Player, errors: Sequence[str] = (), typed: str = "") -> Markup:
    """The field, its errors, the clock's rule and the button.

    `typed` is what was sent and refused; it stays. If it is an allowed message, it was refused because there is an
    `objection`, and sending it once more is a decision.
    """
    treatment, position = player.treatment, player.position
    grid = allowed_now(player).tolist()
    parsed = parse_message(typed, grid)
    step = step_of(grid)
    return render(
        "engine/message.html",
        demands=treatment.messages_are == "demands",
        kind=input_kind(treatment, position),
        errors=list(errors),
        typed=typed,
        allowed_typed="" if parsed is None else value_to_send(parsed),
        asked="" if parsed is None or not errors else exact(parsed),
        allowed=allowed_messages(grid),
        choices=message_choices(treatment, position)[-len(grid) :],  # in later stages the smallest are no more allowed
        lowest=exact(grid[0]),
        highest=exact(grid[-1]),
        lowest_text=plain(grid[0]),
        highest_text=plain(grid[-1]),
        keyboard=keyboard_of(treatment, position),
        step="any" if step is None else exact(step),
        confirmation=treatment.screen.confirmation,
        numbers=f"[{', '.join(possible_numbers(grid))}]",
    )


def input_kind(treatment: Treatment, position: int) -> str:
    """buttons, typing or slider. A slider needs messages that are equally far apart."""
    grid, wanted = treatment.positions[position].messages.tolist(), treatment.screen.input
    if wanted in ("buttons", "typing") or (wanted == "slider" and step_of(grid) is not None):
        return str(wanted)
    return "buttons" if len(grid) <= FEW else "typing"


def refusal(player: Player, raw: object, asked: object) -> Markup | None:
    """Why what was sent is not accepted, in one sentence; None if it is.

    `raw` is the field `message` as sent, `asked` the field of this name (None if there is none); see `objection`.
    """
    message = parse_message(raw, allowed_now(player))
    return not_allowed(player, raw) if message is None else objection(player, message, asked)


def not_allowed(player: Player, typed: object) -> Markup:
    """What can be chosen, or that the entry can mean two numbers."""
    grid = allowed_now(player).tolist()
    return unclear(typed, on_grid(grid)) or _("Please choose {allowed}.", allowed=allowed_messages(grid))


def objection(player: Player, message: float, asked: object) -> Markup | None:
    """What speaks against a message, if the treatment warns: another one is never worse and sometimes better.

    `asked` is the field of this name in what was sent: the message about which the participant has been asked already.
    The warning is stored with the what-if queries, as kind "warning".
    """
    treatment, position = player.treatment, player.position
    if not treatment.screen.warn_dominated or asked == exact(message):
        return None
    if not is_dominated(treatment, position, player.type_value, message):
        return None
    own_place = [message if i == position else None for i in range(treatment.group_size)]
    store(player, "warning", own_place, None)
    text = message_text(treatment, position, message)
    if treatment.messages_are == "demands":
        return ngettext(
            "There is another request that never brings you fewer points than {choice}, and sometimes more, whatever "
            "the other player requests. To send {choice} all the same, confirm once more.",
            "There is another request that never brings you fewer points than {choice}, and sometimes more, whatever "
            "the others request. To send {choice} all the same, confirm once more.",
            treatment.group_size - 1, choice=text,
        )  # fmt: skip
    return ngettext(
        "There is another report that never brings you fewer points than {choice}, and sometimes more, whatever "
        "the other player reports. To send {choice} all the same, confirm once more.",
        "There is another report that never brings you fewer points than {choice}, and sometimes more, whatever "
        "the others report. To send {choice} all the same, confirm once more.",
        treatment.group_size - 1, choice=text,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def is_dominated(treatment: Treatment, position: int, own_type: float, message: float) -> bool:
    """Whether another message weakly dominates this one, in points; False where the game is too large to tell."""
    place = treatment.positions[position]
    t, index = int(np.searchsorted(place.types, own_type)), int(np.searchsorted(place.messages, message))
    try:
        return theory_of(treatment).dominators(position, t, index).size > 0
    except TooLargeError:
        logger.warning("%s is too large to tell which messages are dominated: nobody is warned", treatment.name)
        return False
