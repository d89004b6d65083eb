"""Pictures of all pages that participants and experimenters see: python run.py screenshots [--out FOLDER] [--overview].

Short sessions are played on a server of their own by the people of the browser tests; a page is photographed when it
is opened. Nothing is compared here that the tests do not compare.
"""

import argparse
import re
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import run
from tests.browser import overview
from tests.browser.hands import LAB_SCREEN, Enlarged, Mouse, Touch
from tests.browser.session import Session, edited, write_treatments
from tests.browser.subject import Subject, play_through
from tests.lab import Lab, seat_link

ALL = 'questionnaires = ["demographics", "cognitive_reflection", "holt_laury", "eckel_grossman", "strategy"]'
QUICK = {"rounds": "2", "practice_rounds": "0", "quiz": "false", "matching": '"partner"'}
FILES = {
    "production_serial": edited("production_serial", ALL, session={"rounds": "3", "matching": '"partner"'}),
    "production_pairwise": edited("production_pairwise", session=QUICK),
    "production_vcg": edited("production_vcg", session={**QUICK, "rounds": "1", "quiz": "true", "language": '"de"'}),
    "park_agv": edited("park_agv", session={**QUICK, "rounds": "1", "quiz": "true", "language": '"ja"'}),
    "cason_pivotal": edited("cason_pivotal", session=QUICK, screen={"colours": "true"}),
    "chen_serial": edited("chen_serial", session={**QUICK, "feedback": '"average"', "seconds": "90"})
    + '\n[screen]\ninput = "slider"\nconfirmation = true\n'
    + '\n[beliefs]\nrounds = "all"\nrule = "quadratic"\npoints = 20\n',
    "silence": edited(
        "production_proportional",
        session={**QUICK, "quiz": "true", "quiz_attempts": "1", "quiz_failure": '"leave"', "partner_left": '"void"'},
    ),
}
SESSIONS = {  # name: (people, who is photographed with which hands, pages; None: all)
    "production_serial": (6, {0: Mouse}, None),
    "production_pairwise": (3, {0: Mouse, 1: Touch}, ("Instructions", "Decide", "Feedback")),
    "production_vcg": (3, {0: Mouse, 1: Enlarged}, ("Quiz", "Decide", "Feedback", "Receipt")),
    "park_agv": (3, {0: Mouse, 2: Touch}, ("Consent", "Instructions", "Quiz", "Decide", "Feedback")),
    "cason_pivotal": (2, {0: Mouse, 1: Touch}, ("Instructions", "Decide", "Feedback")),
    "chen_serial": (2, {0: Mouse}, ("Belief", "Decide", "Feedback", "Receipt")),
    "silence": (3, {0: Mouse}, ("Quiz", "QuizLeft", "Receipt")),
}  # fmt: skip
ADMIN = ("", "demo", "rooms", "room_without_session/lab", "sessions", "create_session", "export", "server_check")
SECTIONS = ("monitor", "data", "rounds", "pages", "payments", "seating", "theory")


class Camera:
    def __init__(self, folder):
        self.folder, self.taken = folder, []

    def take(self, what, name):
        """A numbered picture of a page or an element, once for each name."""
        if name in self.taken:
            return
        self.taken.append(name)
        options = {}
        if hasattr(what, "goto"):
            what.evaluate("window.scrollTo(0, 0)")  # else the clock would be in the middle
            options["full_page"] = True
        what.screenshot(path=self.folder / f"{len(self.taken):03d}-{name}.png", animations="disabled", **options)


class Photographed(Subject):
    """Somebody whose pages are photographed: `pages` by name, None for all."""

    def __init__(self, *arguments, camera, pages, **habits):
        super().__init__(*arguments, **habits)
        self.camera, self.pages = camera, pages

    def check(self, axe, state=""):
        super().check(axe, state)
        place = "practice" if self.counted and self.place.practice else ""
        if self.pages is None or self.name in self.pages:
            who = self.hands.__class__.__name__.lower().replace("mouse", "")
            parts = (self.session.design.name, re.sub(r"(?<!^)(?=[A-Z])", "-", self.name).lower(), place, state, who)
            self.camera.take(self.page, "-".join(part for part in parts if part))


class NeverAsked(set):
    """axe has seen everything: its rules are for the tests."""

    def __contains__(self, kind):
        return True


def play(lab, address, browser, camera, name):
    people, photographed, pages = SESSIONS[name]
    session, subjects = Session(lab, address, name, people), []
    for person, link in enumerate(session.links):
        hands = photographed.get(person, Mouse)
        page = browser.new_context(**hands.screen).new_page()
        page.goto(f"{link}?participant_label=lab{person + 4:02d}")
        habits = {"careless": 1 if person == 0 else 0, "inquiring": person in photographed}
        kind, more = (Photographed, {"camera": camera, "pages": pages}) if person in photographed else (Subject, {})
        subjects.append(kind(session, person, page, hands, **habits, **more))
    everywhere = NeverAsked()
    if name == "production_serial":
        play_through(subjects, everywhere, until=lambda: subjects[0].seen.count("Feedback") == 2)
        for subject in subjects[:4]:  # some have decided, others have not
            subject.step(everywhere)
        photograph_dialog(subjects[5].page, camera)
        photograph_session(browser, address, session.code, camera, "during")
        play_through(subjects, everywhere)
        photograph_session(browser, address, session.code, camera, "after")
    else:
        play_through(subjects, everywhere)
    for subject in subjects:
        subject.page.context.close()


def photograph_dialog(page, camera):
    if page.locator("[data-opens]").count():
        page.click("[data-opens]")
        camera.take(page, "instructions-dialog")
        page.click("[data-closes]")


def photograph_session(browser, address, code, camera, when):
    page = browser.new_context(**LAB_SCREEN).new_page()
    page.goto(f"{address}/AdminReport/{code}")
    camera.take(page, f"admin-report-{when}")
    for section in SECTIONS:
        camera.take(page.locator(f"#{section}"), f"admin-{section}-{when}")
    for view in ("SessionMonitor", "SessionPayments", "SessionData", "SessionDescription", "SessionStartLinks"):
        page.goto(f"{address}/{view}/{code}")
        camera.take(page, f"admin-{view.lower()}")
    page.goto(f"{address}/Projector/{code}")
    camera.take(page, f"projector-{when}")
    page.context.close()


def photograph_laboratory(browser, address, camera):
    """What is there before a session, and what participants see outside of one."""
    page = browser.new_context(**LAB_SCREEN).new_page()
    for place in ADMIN:
        page.goto(f"{address}/{place}")
        camera.take(page, f"laboratory-{place.replace('/', '-') or 'start'}")
    page.goto(seat_link(address, "lab01").replace("welcome_page_ok=1&", ""))
    camera.take(page, "outside-room")
    page.goto(seat_link(address, "lab01"))
    camera.take(page, "outside-room-waiting")
    page.goto(f"{address}/p/nobody/welcome/Consent/1")
    camera.take(page, "outside-no-such-page")
    page.context.close()


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="run.py screenshots", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("screenshots"), help="folder; pictures in it are replaced")
    parser.add_argument("--overview", action="store_true", help="draw the README's picture anew from them")
    asked = parser.parse_args(arguments)
    folder = asked.out
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    camera = Camera(folder)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        lab = Lab(scratch)
        write_treatments(lab, FILES)
        browser = playwright.chromium.launch(executable_path=run.find_browser(), args=["--no-sandbox"])
        with lab.server() as address:
            photograph_laboratory(browser, address, camera)
            for name in SESSIONS:
                print(name, flush=True)
                play(lab, address, browser, camera, name)
        if asked.overview:
            overview.draw(browser, folder)
        browser.close()
    print(f"{len(camera.taken)} pictures are in {folder}")


if __name__ == "__main__":
    main()
