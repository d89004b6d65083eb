"""HTML from the templates of `_templates/`: minijinja, with automatic escaping and the functions of the language.

oTree's own template engine draws only the frame of a page (`_templates/engine/Page.html`); everything that is said
inside comes from here, so that a page on the screen and a handout on paper are made of the same pieces.
"""

import re
from functools import lru_cache
from pathlib import Path

import minijinja
from markupsafe import Markup

from engine.words.language import _, current, ngettext
from engine.words.place import call_for_help, contact, contact_link, for_questions, hands

WITHOUT_SPACES = ("ja",)
"""Languages in which no space stands between two sentences; templates put one there."""
AFTER_A_SENTENCE = re.compile(r"(?<=。)\s+")
FOLDER = Path(__file__).parents[3] / "_templates"


@lru_cache
def environment() -> minijinja.Environment:
    return minijinja.Environment(
        loader=lambda name: (FOLDER / name).read_text(encoding="utf-8"),
        auto_escape_callback=lambda name: True,
        undefined_behavior="strict",
        trim_blocks=True,
        lstrip_blocks=True,
        globals={
            "_": _,
            "ngettext": ngettext,
            "language": current,
            "hands": hands,
            "call_for_help": call_for_help,
            "contact": contact,
            "contact_link": contact_link,
            "for_questions": for_questions,
        },
    )


def render(template: str, **variables: object) -> Markup:
    """The HTML of one template, e.g. render("engine/payments.html", …). A variable that is missing is an error."""
    html = environment().render_template(template, **variables)
    if current() in WITHOUT_SPACES and "<textarea" not in html:  # what somebody has written stays as it is
        html = AFTER_A_SENTENCE.sub("", html)
    return Markup(html)
