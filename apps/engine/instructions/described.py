"""What the style of a description says of a game, found on the game as played; and the example of what is open."""

from functools import lru_cache

from markupsafe import Markup

from engine.aids.opportunities import AIDS, opportunity_table
from engine.instructions.example import example
from engine.instructions.worth import own_positions
from mechanisms.descriptions import larger_requests_do_not_matter, opportunity_sets, truths
from mechanisms.treatments import Treatment


@lru_cache(maxsize=256)
def style_facts(treatment: Treatment, position: int) -> dict[str, object]:
    """Variables of engine/described/style.html."""
    facts: dict[str, object] = {
        "style": treatment.style,
        "menu_varies": False,
        "reports_get_best": False,
        "larger_do_not_matter": False,
    }
    if treatment.style == "menu":
        facts["menu_varies"] = any(menu_varies(treatment, i) for i in own_positions(treatment, position))
        facts["reports_get_best"] = truths(treatment).reports_get_best
    if treatment.style == "opportunity":
        facts["larger_do_not_matter"] = own_share_is_safe(treatment, position)
    return facts


@lru_cache(maxsize=256)
def menu_varies(treatment: Treatment, position: int) -> bool:
    return opportunity_sets(treatment, position).vary


def own_share_is_safe(treatment: Treatment, position: int) -> bool:
    """Whether nobody who requests more than the reader can change what the reader pays, in any of the own positions."""
    return all(larger_requests_do_not_matter(treatment, i) for i in own_positions(treatment, position))


def open_in_example(treatment: Treatment, position: int) -> Markup:
    """What is open to the reader against the others' messages of the worked example."""
    if treatment.style not in AIDS:
        return Markup("")
    shown = example(treatment, position)
    others = [message for i, message in enumerate(shown.messages) if i != position]
    return opportunity_table(treatment, position, shown.types[position], others, prefix="example-")
