"""How people decided, in their own words."""

from engine.questionnaires.scales import Item, Scale, no_score
from engine.words.language import _

SCALE = Scale(
    name="strategy",
    item_names=("how_decided", "comments"),
    title=lambda: _("Your decisions"),
    introduction=lambda: _("You can write as much or as little as you like, or nothing."),
    items=lambda: (
        Item("how_decided", _("How did you decide?"), "text", long=True),
        Item(
            "comments",
            _(
                "Was anything unclear, or is there anything else that you want to tell us?",
            ),
            "text",
            long=True,
        ),
    ),
    score=no_score,
    example={"how_decided": "tried", "comments": ""},
    refused=(("how_decided", "x" * 5001),),
)
