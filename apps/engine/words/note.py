"""What the experimenter has written to a seat, as it stands above the page there."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from engine.words.rendering import render

KEPT = "note"
"""In participant.vars: number, text, answer (whether it may be answered), state ("open", "read", "answered"), reply."""
MOST_SIGNS = 500
"""Of a message and of an answer: the record keeps them whole."""


def note_html(code: str, kept: Mapping[str, Any]) -> Markup:
    """The message of a participant's vars in the current language; nothing if there is none, or it was put away.

    >>> note_html("abc", {})
    Markup('')
    """
    note = kept.get(KEPT)
    if not note or note["state"] != "open":
        return Markup("")
    return render("engine/note.html", **note, address=f"/p/{code}/note", most=MOST_SIGNS)
