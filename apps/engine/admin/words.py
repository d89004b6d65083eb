"""What the pages and the places in a session are called on the experimenter's page."""

import re

from engine.people import Session
from engine.session.in_force import treatment_of
from engine.session.study import are_arms, arm_of
from mechanisms.session.record import DELETED

PAGES = {
    "": "not arrived",
    "Consent": "information and consent",
    "Declined": "declined, asks for you",
    "Arrival": "waits until a group can be formed",
    "WaitForAll": "waits until all have agreed",
    "Instructions": "instructions",
    "Quiz": "quiz",
    "UnderstandingBefore": "questions before play",
    "UnderstandingAfter": "questions after play",
    "QuizLeft": "left after the quiz",
    "Belief": "guess",
    "Decide": "decision",
    "WaitForGroup": "waits for the group",
    "WaitForPopulation": "waits for everybody",
    "Feedback": "result",
    "WaitForPoints": "waits for the points of others",
    "Receipt": "receipt",
}


def outcome_words(outcome: str) -> str:
    """How taking part in a study has ended.

    >>> outcome_words("no_consent")
    'no consent'
    """
    return "deleted at request" if outcome == DELETED else outcome.replace("_", " ")


def page_words(page: str) -> str:
    """The page in words; one that is not listed by the name of its class.

    >>> page_words("Decide"), page_words("Questionnaire2")
    ('decision', 'questionnaire 2')
    >>> page_words("StageDecide3"), page_words("WaitForStage3")
    ('decision, stage 3', 'waits for stage 3')
    """
    if found := re.fullmatch(r"(StageDecide|WaitForStage)([0-9]+)", page):
        return f"{'decision,' if found[1] == 'StageDecide' else 'waits for'} stage {found[2]}"
    return PAGES.get(page) or re.sub(r"(?<!^)(?=[A-Z])|(?<=[a-z])(?=[0-9])", " ", page).lower()


def part_words(session: Session, part: int) -> str:
    """What the experimenter calls a part: its number, or the arm that it is; "" where there is but one."""
    if are_arms(session.orders):
        return f"arm {arm_of(session, part)}"
    return f"part {part}" if len(session.parts) > 1 else ""


def part_title(session: Session, part: int) -> str:
    """As a heading: part, or arm, and the title of its treatment."""
    words, title = part_words(session, part), treatment_of(session, part).title
    return f"{words[0].upper()}{words[1:]}: {title}" if words else title


def round_words(part: str, part_round: int | None, practice: bool) -> str:
    """Part (`part_words`) and round in words.

    >>> round_words("part 2", 3, False), round_words("", 1, True), round_words("", None, False)
    ('part 2, round 3', 'practice 1', '')
    """
    if part_round is None:
        return ""
    words = f"practice {part_round}" if practice else f"round {part_round}"
    return f"{part}, {words}" if part else words


def clock(seconds: int) -> str:
    """Seconds as an experimenter reads them.

    >>> clock(7), clock(75), clock(3700)
    ('7 s', '1 min 15 s', '61 min')
    """
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest:02d} s" if minutes < 10 else f"{minutes} min"
