"""What the payoff aids ask the server by oTree's live pages, and what they are told."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from engine.aids.calculator import calculate
from engine.aids.graph import curve
from engine.aids.opportunities import opportunities
from engine.aids.shown import NOTHING_SEEN, Seen, known_types, shown_aids
from engine.aids.table_cell import look_up
from engine.aids.what_if import QueryError, read_messages, store
from engine.people import Player
from engine.words.language import _, speaking_of, use

OWN_OPEN = ("graph", "menu", "opportunity")
"""Kinds of queries in which the own message is left open."""
ANSWERS: dict[str, Callable[..., tuple[Markup, int | None]]] = {
    "table": look_up,
    "calculator": calculate,
    "graph": curve,
    "menu": opportunities,
    "opportunity": opportunities,
}
"""One function a kind: of the treatment, the position, the own type, everybody's types if they are known and the
messages, to HTML and the own points in smallest units (None where there is no single number)."""


def answer(player: Player, data: object, seen: Seen = NOTHING_SEEN) -> dict[str, object]:
    """The answer to one query: HTML to show, or one sentence about what is missing. Answered queries are stored.

    `data` is {"kind": one of ANSWERS, "messages": one for each position as entered, "query": any}.
    Whatever else arrives is answered by a sentence, too: it comes from a browser.
    """
    kind = data.get("kind") if isinstance(data, dict) else None
    query = data.get("query") if isinstance(data, dict) else None
    kind = kind if isinstance(kind, str) else ""
    echo = {"kind": kind, "query": query if isinstance(query, int) else 0}
    try:
        html, units = _answer(player, kind, data, seen)
    except QueryError as error:
        return {**echo, "error": str(error)}
    return {**echo, "html": html, "points": units}


def answer_live(player: Player, data: object, seen: Seen = NOTHING_SEEN) -> dict[int, dict[str, Any]]:
    """The live method of pages with aids: the answer, to this player only."""
    with use(player.session.config["language"]), speaking_of(player.treatment):
        return {player.id_in_group: answer(player, data, seen)}


def _answer(player: Player, kind: str, data: object, seen: Seen) -> tuple[str, int | None]:
    treatment, position = player.treatment, player.position
    if kind not in shown_aids(treatment):
        raise QueryError(_("Please choose one of the aids on this page."))
    messages = read_messages(treatment, position, data, position if kind in OWN_OPEN else None, seen)
    from_least = {"least": seen.least} if kind == "graph" else {}
    html, units = ANSWERS[kind](treatment, position, player.type_value, known_types(player), messages, **from_least)
    store(player, kind, messages, units)
    return str(html), units
