"""Before somebody waits for a group: is the device as the study needs it, and are the questions read?"""

import re
from collections.abc import Mapping

from markupsafe import Markup

from engine.people import Participant
from engine.questionnaires.scales import Item
from engine.stored_study import study_of
from engine.words.language import _
from mechanisms.studies.schema_people import CheckSpec

ATTENTION = ("attention_1", "attention_2", "attention_3")
RIGHT = {"attention_1": "sometimes", "attention_2": "seven", "attention_3": "none"}
WRONG = "attention_wrong"
"""In participant.vars: how many answers were wrong; nothing where nothing was asked."""


def checks_of(participant: Participant) -> CheckSpec:
    """Of the study; a robot has no device, and reads nothing."""
    spec = study_of(participant.session).spec.checks
    return CheckSpec() if spec is None or participant._is_bot else spec


def device_of(user_agent: str) -> str:
    """Which kind of device a browser says that it runs on.

    A tablet of Apple's says that it is a computer, unless its owner has changed that; its width tells.

    >>> device_of("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36")
    'phone'
    >>> device_of("Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 Chrome/126.0 Safari/537.36")
    'tablet'
    >>> device_of("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
    'computer'
    """
    if re.search("iPad|Tablet|Silk/|Android(?!.*Mobile)", user_agent):
        return "tablet"
    return "phone" if re.search("iPhone|iPod|Mobi", user_agent) else "computer"


def suits(spec: CheckSpec, device: str, width: int | None) -> bool:
    """`width` : of the window, None if it is not known yet.

    >>> spec = CheckSpec(devices=("computer",), min_width=900)
    >>> suits(spec, "computer", 1280), suits(spec, "computer", 800), suits(spec, "phone", 1280)
    (True, False, False)
    """
    return device in spec.devices and (not spec.min_width or (width is not None and width >= spec.min_width))


def width_in(sent: str) -> int | None:
    """The width of a window as the page's script sends it.

    >>> width_in("1280"), width_in(""), width_in("wide")
    (1280, None, None)
    """
    return int(sent) if re.fullmatch("[0-9]{1,5}", sent) else None


def items(count: int) -> tuple[Item, ...]:
    """Questions whose text says which answer is to be chosen."""
    how_often = (
        ("never", _("Never")), ("rarely", _("Rarely")), ("sometimes", _("Sometimes")), ("often", _("Often")),
        ("always", _("Always")),
    )  # fmt: skip
    numbers = tuple((name, Markup(n)) for name, n in (("three", "3"), ("five", "5"), ("seven", "7"), ("nine", "9")))
    colours = (("blue", _("Blue")), ("green", _("Green")), ("red", _("Red")), ("none", _("None of these")))
    every = (
        Item("attention_1", _(
            "How often do you read the news? People do so more or less often. We only want to know whether you read "
            "our questions: please choose “Sometimes”, whatever is true for you.",
        ), "choice", how_often),
        Item("attention_2", _(
            "Below are four numbers. Please choose the largest but one, the seven.",
        ), "choice", numbers),
        Item("attention_3", _(
            "Which colour do you like best? This question, too, only shows that you read it: please do not choose a "
            "colour, but the last answer.",
        ), "choice", colours),
    )  # fmt: skip
    return every[:count]


def wrong_answers(answers: Mapping[str, str]) -> int:
    """An answer that was left out is wrong, too.

    >>> wrong_answers({"attention_1": "sometimes", "attention_2": "nine"})
    1
    """
    return sum(RIGHT[name] != answer for name, answer in answers.items())
