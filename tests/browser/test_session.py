"""Whole sessions of every mechanism, several people at once: every number on their screens is what `mechanisms` gives.

Each session is also played in one of the languages, and by people with a phone, an enlarged page or only a keyboard.
"""

import pytest

from tests.browser.hands import Enlarged, Keyboard, Mouse, Touch
from tests.browser.session import Session, edited, write_treatments
from tests.browser.subject import Subject, play_through
from tests.lab import Lab
from tests.shared import mostly_thorough

SHORT = {"rounds": "2", "matching": '"partner"'}
PRACTICE = ("production_serial", "park_agv")  # a round of it
ALL = 'questionnaires = ["demographics", "cognitive_reflection", "holt_laury", "eckel_grossman", "strategy"]'
SESSIONS = {
    "production_serial": ("en", [Mouse, Mouse, Enlarged], ALL),
    "chen_proportional": ("en", [Mouse, Mouse], ""),
    "production_vcg": ("de", [Mouse, Mouse, Mouse], ""),
    "cason_groves": ("en", [Mouse, Keyboard], ""),
    "park_agv": ("ja", [Mouse, Mouse, Mouse], ALL),
    "production_pairwise": ("de", [Touch, Mouse, Mouse], ""),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("sessions"))
    files = {
        name: edited(
            name, first, session={**SHORT, "language": f'"{language}"', "practice_rounds": f"{name in PRACTICE:d}"}
        )
        for name, (language, _hands, first) in SESSIONS.items()
    }
    write_treatments(lab, files)
    return lab


FURTHER = ("chen_proportional", "production_vcg")


@pytest.mark.parametrize("name", mostly_thorough(SESSIONS, *(name for name in SESSIONS if name not in FURTHER)))
def test_from_the_welcome_to_the_receipt(lab, address, seats, name):
    language, hands, _first = SESSIONS[name]
    session = Session(lab, address, name, len(hands))
    pages = seats(session.links, [kind.screen for kind in hands])
    subjects = [
        Subject(session, person, page, hands[person], careless=person == 0) for person, page in enumerate(pages)
    ]
    axe = set()
    play_through(subjects, axe)
    assert {"WaitForAll", "WaitForGroup"} <= {page for page, *_state in axe}
    assert {subject.language for subject in subjects} == {language}
    for subject in subjects:
        assert subject.seen.count("Decide") == subject.seen.count("Feedback") == 2 + (name in PRACTICE)
        assert {"Consent", "Instructions", "Quiz", "Questionnaire1", "Receipt"} <= set(subject.seen)
    points = [unit for person in range(len(hands)) for unit in session.points(person, 1)[0]]
    assert len(set(points)) > 2  # else a mix-up of people or rounds would not show
