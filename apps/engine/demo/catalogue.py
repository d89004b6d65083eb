"""What the demonstration page says of each treatment: family, sentence, picture, length, number of people."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from engine.session.designs import apart, designs, listed_title, people_of
from engine.session.study import are_arms
from engine.words.rendering import render
from mechanisms.treatments import SessionDesign

PICTURES = Path(__file__).parents[3] / "_static" / "demo"
MINUTES_ONCE, MINUTES_A_ROUND = 8, 1
"""Of instructions and quiz, and of a round: what people take who meet a game for the first time."""


@dataclass(frozen=True)
class Family:
    """`picture` : a file of PICTURES, without its ending."""

    name: str
    title: str
    sentence: str
    picture: str


ARMS = Family("arms", "Studies with arms", "Everybody plays one of several treatments, drawn by chance.", "parts")
SEVERAL = Family("parts", "Several parts", "The same people play one treatment after the other.", "parts")
FAMILIES = (
    Family("demand", "Sharing a cost",
           "Each asks for units; what they cost together is shared by a rule that everybody knows.", "shares"),
    Family("production", "Sharing a cost by reports",
           "Each reports what units are worth; the efficient number is produced, and transfers set incentives.",
           "transfers"),
    Family("choice_function", "Reports instead of requests",
           "Each reports what units are worth; the computer requests the units that are best for each by the reports.",
           "shares"),
    Family("public_project", "A public project",
           "One of several outcomes is chosen for all; transfers make people say what it is worth to them.", "park"),
    Family("allocation", "Auctions",
           "Each bids for an object; who bids most gets it, and the payments follow by a rule that everybody knows.",
           "transfers"),
    Family("single_peaked", "A place on a line",
           "Everybody has a best place; the mean of the reports is chosen.", "peaks"),
    ARMS,
    SEVERAL,
)  # fmt: skip


def family_of(design: SessionDesign) -> Family:
    if len(design.treatments) > 1:
        return ARMS if are_arms(design.orders) else SEVERAL
    [treatment] = design.treatments
    if treatment.rule.demand_rule is not None:
        name = "choice_function"
    else:
        name = "demand" if treatment.messages_are == "demands" else treatment.environment
    return next(family for family in FAMILIES if family.name == name)


def catalogue() -> list[dict[str, Any]]:
    """The families that have treatments, each with its own, as templates want them."""
    entries = [(family_of(design), entry(design)) for design in designs()]
    return [
        {**vars(family), "treatments": own}
        for family in FAMILIES
        if (own := [made for its, made in entries if its is family])
    ]


def entry(design: SessionDesign) -> dict[str, Any]:
    """Rounds and minutes are those of one person."""
    protocols = [treatment.protocol for treatment in design.treatments]
    rounds = [protocol.rounds + protocol.practice_rounds for protocol in protocols]
    played = dict.fromkeys(tuple(sorted(order)) for order in design.orders)
    minutes = max(sum(MINUTES_ONCE + MINUTES_A_ROUND * rounds[part - 1] for part in parts) for parts in played)
    each = dict.fromkeys(" + ".join(str(protocols[part - 1].rounds) for part in parts) for parts in played)
    paid = " or ".join(each)
    sizes = sorted({treatment.group_size for treatment in design.treatments})
    return {
        "name": design.name,
        "title": listed_title(design),
        "sentence": design.description,
        "picture": picture_of(design),
        "rounds": f"{paid} round" if paid == "1" else f"{paid} rounds",
        "minutes": f"about {round_up(minutes)} minutes",
        "groups": "groups of " + " and ".join(map(str, sizes)),
        "people": f"{design.participants} people, or {others(design)}",
    }


def others(design: SessionDesign) -> str:
    """With how many people it can be played, too."""
    least, step = people_of(design)
    if least == step:
        return f"another multiple of {step}"
    return f"{'' if design.participants == least else f'{least} and '}more in steps of {step}"


def round_up(minutes: int, step: int = 5) -> int:
    """
    >>> round_up(21), round_up(20)
    (25, 20)
    """
    return -(-minutes // step) * step


def picture_of(design: SessionDesign) -> str:
    """That of the mechanism if there is one mechanism and it has a picture, else that of the family."""
    mechanism, *more = (treatment.mechanism for treatment in design.treatments)
    own = not more and (PICTURES / f"{mechanism}.svg").exists()
    return mechanism if own else family_of(design).picture


def demo_page(token: str) -> Markup:
    """`token` : the hidden field against forms of other sites, as oTree makes it."""
    return render("engine/demo/catalogue.html", families=catalogue(), apart=apart(), token=Markup(token))
