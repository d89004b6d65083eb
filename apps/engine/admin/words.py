"""What the pages and the places in a session are called on the experimenter's page."""

import re

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
    return outcome.replace("_", " ")


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


def round_words(part: int | None, part_round: int | None, practice: bool, parts: int) -> str:
    """Part and round in words; the part only where there are several.

    >>> round_words(2, 3, False, 2), round_words(1, 1, True, 1), round_words(None, None, False, 1)
    ('part 2, round 3', 'practice 1', '')
    """
    if part is None:
        return ""
    words = f"practice {part_round}" if practice else f"round {part_round}"
    return f"part {part}, {words}" if parts > 1 else words


def clock(seconds: int) -> str:
    """Seconds as an experimenter reads them.

    >>> clock(7), clock(75), clock(3700)
    ('7 s', '1 min 15 s', '61 min')
    """
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest:02d} s" if minutes < 10 else f"{minutes} min"
