"""What somebody guesses of the others in a large group, in one field: their total, one request for each, or how many
request what.

Under a rule whose cost shares depend on the others' total alone, the total is asked. Otherwise one number means that
each of the others sends it, and "10 x 4, 19 x 6" that ten send 4 and nineteen 6; in the order of positions, which
matters to rules that ask who demands what.
"""

import re
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from engine.words.crowds import counted, is_crowd, of_the_others
from engine.words.language import _
from engine.words.names import message_text, player_names
from engine.words.numbers import allowed_messages, on_grid, parse_message, plain, unclear
from mechanisms.crowds.crowd import crowd_of
from mechanisms.crowds.facing import adding_up
from mechanisms.played.play import DemandGame
from mechanisms.treatments import Treatment

PIECE = re.compile(r"\s*([0-9]{1,4})\s*[x\u00d7*]\s*(\S+?)\s*")
MOST_TYPED = 1000
"""Signs of an entry that are read."""


class GuessError(ValueError):
    """A guess that cannot be read; the text is the sentence for the participant."""


def asks_for_total(treatment: Treatment) -> bool:
    return isinstance(treatment.played, DemandGame) and treatment.played.others == "total"


def others_name(treatment: Treatment) -> Markup:
    """The label of the field."""
    count = treatment.group_size - 1
    if asks_for_total(treatment):
        return _("The {n} others together", n=count)
    half, grid = count // 2, treatment.positions[0].messages
    low, high = plain(float(grid[len(grid) // 3])), plain(float(grid[-1]))
    example = f"{half} \u00d7 {low}; {count - half} \u00d7 {high}"
    return _("Each of the {n} others, or for example {example}", n=count, example=example)


def guesses_told(treatment: Treatment, messages: list[float | None]) -> list[tuple[str, str]]:
    """(who, what) of a guess as an answer repeats it; the own place of `messages` is open. Of a large group numbers."""
    guessed = [(i, message) for i, message in enumerate(messages) if message is not None]
    if not is_crowd(treatment):
        names = player_names(treatment)
        return [(names[i], message_text(treatment, i, message)) for i, message in guessed]
    if asks_for_total(treatment):
        return [(others_name(treatment), plain(sum(message for _i, message in guessed)))]
    lines = counted((message, message_text(treatment, i, message)) for i, message in guessed)
    return [(of_the_others(count), text) for (_message, text), count in sorted(lines)]


def others_messages(treatment: Treatment, position: int, typed: object) -> list[float]:
    """The messages of the others, in the order of their positions; GuessError with one sentence if they cannot be."""
    text = typed.strip()[:MOST_TYPED] if isinstance(typed, str) else ""
    others = [place.messages for i, place in enumerate(treatment.positions) if i != position]
    if asks_for_total(treatment):
        return _with_total(treatment, position, text)
    if re.search(r"[x\u00d7*]", text):
        return _listed(others, text)
    return [_allowed(text, grid) for grid in others]


def as_entered(treatment: Treatment, position: int, messages: Sequence[float]) -> list[str]:
    """What the fields of the aids hold when somebody at a position tries out these messages of all."""
    if not is_crowd(treatment):
        return [repr(message) for message in messages]
    others = [message for i, message in enumerate(messages) if i != position]
    said = repr(round(sum(others), 9)) if asks_for_total(treatment) else "; ".join(f"1 x {m!r}" for m in others)
    return [repr(messages[position]), said]


def _allowed(text: str, grid: np.ndarray) -> float:
    message = parse_message(text, grid)
    if message is None:
        doubtful = unclear(text, on_grid(grid))
        raise GuessError(doubtful or _("Please choose {allowed} for the others.", allowed=allowed_messages(grid)))
    return message


def _with_total(treatment: Treatment, position: int, text: str) -> list[float]:
    """Some profile of the others with this total: which one does not matter."""
    assert isinstance(treatment.played, DemandGame)
    crowd = crowd_of(treatment.played)
    places = [crowd.kind(i, 0.0).places for i in range(crowd.n) if i != position]
    low, high = sum(own[0] for own in places), sum(own[-1] for own in places)
    least = float(crowd.quantities[0]) * len(places)
    totals = least + crowd.step * np.arange(low, high + 1)
    total = parse_message(text, totals.round(9))
    if total is None:
        doubtful = unclear(text, on_grid(totals))
        lowest, highest = plain(float(totals[0])), plain(float(totals[-1]))
        raise GuessError(
            doubtful or _("Please choose a total of the others from {low} to {high}.", low=lowest, high=highest)
        )
    try:
        found = adding_up(places, int(np.rint((total - least) / crowd.step)) if crowd.step else 0)
    except StopIteration:
        raise GuessError(_("The others cannot request this total. Please choose another one.")) from None
    return crowd.quantities[found].tolist()


def _listed(others: list[np.ndarray], text: str) -> list[float]:
    """Of "10 x 4, 19 x 6" each message as often as it is said."""
    said: list[tuple[int, str]] = []
    for piece in re.split(r"[;\n]|,\s", text):
        found = PIECE.fullmatch(piece)
        if found is None:
            raise GuessError(_("Please write how many of the others choose what, for example {example}.",
                               example="10 \u00d7 4; 19 \u00d7 6"))  # fmt: skip
        said.append((int(found[1]), found[2]))
    if sum(count for count, _text in said) != len(others):
        raise GuessError(_("Please say it of all {n} others.", n=len(others)))
    texts = [text for count, text in said for _k in range(count)]
    return [_allowed(text, grid) for text, grid in zip(texts, others, strict=True)]
