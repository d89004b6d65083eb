"""A person who goes through a session in a browser, whatever page comes next, and compares what is shown.

`Subject.step` does what the page that is open asks for. Every page is checked as checks.py says, every number of the
game is compared with session.py, which computes it again by `mechanisms`.
"""

import re
from decimal import Decimal

import numpy as np
from babel.numbers import get_decimal_symbol
from engine.quiz.questions_game import questions
from engine.words.language import use
from playwright.sync_api import Error

from tests.browser.checks import NOTHING, check_axe, check_page
from tests.browser.comparisons import check_feedback, check_situation, use_aids
from tests.browser.hands import Mouse

PATIENCE = 90_000  # milliseconds; only a session that hangs needs it
PAGES_OF_A_ROUND = ("Instructions", "Quiz", "Belief", "Decide", "Feedback")


def message_of(person, place):
    """What a person sends unless a test says otherwise: another message in every position and round."""
    grid = place.treatment.positions[place.position].messages
    return float(grid[(3 * place.position + 5 * place.counted + person + 1) % len(grid)])


class Subject:
    """Person number `person` (from 0) of a session, in one browser window.

    Habits: `careless`, how often the quiz is answered wrong before it is answered right; `late`, oTree's
    rounds in which time runs out; `inquiring`, whether the aids are used in the first round; `message`, what is sent.
    """

    def __init__(self, session, person, page, hands=Mouse, careless=0, late=(), inquiring=True, message=message_of):
        self.session, self.person, self.page, self.hands = session, person, page, hands(page)
        self.careless, self.late, self.inquiring, self.message = careless, late, inquiring, message
        self.language = session.design.language
        self.counted = 0  # oTree's round, of the pages of a round
        self.in_round = False
        self.seen = []  # names of the pages, in their order
        self.warnings = 0  # objections to a dominated message
        self.finished = False
        self.page.set_default_timeout(PATIENCE)

    # --- one page after the other ---

    @property
    def name(self):
        """The class of the page that is open: .../p/CODE/APP/NAME/NUMBER."""
        return self.page.url.split("/")[-2]

    @property
    def waits(self):
        return self.name.startswith("Wait")

    @property
    def place(self):
        return self.session.places[self.person][self.counted - 1]

    def step(self, axe):
        """Do what the page asks for; False while it asks to wait. `axe`: names of pages that axe has already seen."""
        if self.waits or self.finished:
            return False
        self.page.wait_for_load_state("load")
        if self.name == "Decide" and self.lets_others_decide():
            return False
        self.seen.append(name := self.name)
        if name in PAGES_OF_A_ROUND and not self.in_round:
            self.counted, self.in_round = self.counted + 1, True
        self.check(axe)
        getattr(self, re.sub(r"\d", "", name).lower())()
        if self.waits:
            self.seen.append(self.name)
            self.check_waiting(axe)
        return True

    def lets_others_decide(self):
        """Whose time is to run out comes last: the clocks of all run, and steps are taken in turn."""
        counted = self.counted + (not self.in_round)
        others = {*self.session.places[self.person][counted - 1].members} - {self.person}
        return counted in self.late and any((other, counted) not in self.session.sent for other in others)

    def check_waiting(self, axe):
        """A wait page may be left at any moment: then what was seen of it does not count."""
        address = self.page.url
        try:
            self.check(axe)
        except (Error, AssertionError) as error:
            if "context was destroyed" in str(error):  # told before the page's address is the new one
                return
            try:
                self.page.wait_for_url(lambda url: url != address, timeout=5000)
            except Error:
                raise error from None

    def check(self, axe, state=""):
        treatment = self.session.treatments[0] if not self.counted else self.place.treatment
        self.shown = check_page(self.page, self.language, treatment)
        practice = bool(self.counted and self.place.practice)  # which differs by a note alone
        kind = self.name, state, practice or id(self.hands.screen)  # with keys alone the page is that of the mouse
        if kind not in axe:
            check_axe(self.page)
            axe.add(kind)
        self.axe = axe

    def go_on(self, selector="#confirm"):
        with self.page.expect_navigation():
            self.hands.press(selector)

    def written(self, number):
        """As a person of the page's language types it."""
        return f"{number:.10g}".replace(".", get_decimal_symbol(self.language))

    # --- the pages ---

    def consent(self):
        self.hands.choose("consent-yes")
        self.go_on()

    def instructions(self):
        assert len(self.page.inner_text(".instruction-text")) > 1000
        self.go_on("#continue")

    def quiz(self):
        asked = self.questions(0)
        for attempt in range(self.careless):
            self.answer(asked, right=False)
            self.check(self.axe, "wrong")
            marked = self.page.locator(".question.wrong").all_inner_texts()
            assert len(marked) == len(asked), (asked, marked)
            if self.place.treatment.protocol.quiz_attempts == attempt + 1:
                self.go_on()
                return
            asked = self.questions(attempt + 1)
        self.answer(asked, right=True)

    def questions(self, attempt):
        """Each attempt asks with other numbers."""
        place, design = self.place, self.session.design
        with use(self.language):
            return questions(
                place.treatment, place.position, place.own_type, attempt, len(design.treatments), design.pay
            )

    def answer(self, asked, right):
        for k, question in enumerate(asked, 1):
            if question.kind == "choice":
                keys = [key for key, _text in question.choices]
                key = question.right if right else next(key for key in keys if key != question.right)
                self.hands.choose(f"quiz_{k}" + (f"-{key}" if key != keys[0] else ""))
            else:
                self.hands.write(f"#quiz_{k}", self.written(float(question.right) + (0 if right else 1)))
        self.go_on()

    def quizleft(self):
        self.session.gone.add(self.person)
        self.go_on()

    def belief(self):
        treatment, place = self.place.treatment, self.place
        others = [p.messages for i, p in enumerate(treatment.positions) if i != place.position]
        lowest, highest = np.mean([m[0] for m in others]), np.mean([m[-1] for m in others])
        guess = round(float(lowest + (highest - lowest) * (3 + 2 * place.counted + self.person) / 20), 2)
        self.session.guesses[self.person, place.counted] = guess
        self.hands.write("#id_belief", self.written(guess))
        self.go_on()

    def decide(self):
        place = self.place
        check_situation(self)
        if place.counted == 1 and self.inquiring:
            self.look_up_instructions()
            use_aids(self)
        if place.counted in self.late:
            self.session.sent[self.person, place.counted] = self.session.late_message(self.person, place)
            seconds = self.place.treatment.protocol.seconds
            with self.page.expect_navigation(timeout=PATIENCE + 1000 * seconds):  # the page's own clock sends it
                pass
            return
        message = self.message(self.person, place)
        self.session.sent[self.person, place.counted] = message
        self.enter(message)
        self.send()

    def look_up_instructions(self):
        if not self.page.locator("[data-opens]").count():
            return
        self.hands.press("[data-opens=instructions]")
        self.page.wait_for_selector("dialog#instructions[open]")
        self.check(self.axe, "instructions")
        self.hands.press("[data-closes=instructions]")
        assert self.page.locator("dialog[open]").count() == 0

    def enter(self, message):
        grid = self.place.treatment.positions[self.place.position].messages
        index = int(np.searchsorted(grid, message))
        if self.page.locator(".choices").count():
            self.hands.choose(f"message-{index}")
        elif self.page.locator(".slider").count():
            self.hands.slide(".slider input", index, len(grid) - 1)
            assert self.page.input_value("#id_message") == self.written(message)
        else:
            self.hands.write("#id_message", self.written(message))

    def send(self):
        if self.page.locator("#confirmation").count():
            self.hands.press("#confirm")
            self.go_on("#confirmation-yes")
        else:
            self.go_on()
        if self.name == "Decide":  # another message is never worse: sent once more, it is a decision
            assert self.page.locator("#message-error").count() == 1
            self.warnings += 1
            self.check(self.axe, "warned")
            self.go_on()

    def feedback(self):
        check_feedback(self)
        self.in_round = False
        self.go_on("#continue")

    def questionnaire(self):
        for button in self.page.locator("fieldset").all():
            self.hands.choose(button.locator("input").last.get_attribute("id"))
        for field in self.page.locator("#form input[type=text], #form textarea").all():
            number = field.get_attribute("inputmode") in ("decimal", "numeric")
            self.hands.write(f"#{field.get_attribute('id')}", "30" if number else "Ökonomie, 経済学")
        address = self.page.url
        self.go_on()
        assert self.page.url != address, f"the answers were refused: {self.page.inner_text('#form')}"

    def receipt(self):
        assert {name: Decimal(value) for name, value in self.shown.items()} == self.session.receipt(self.person)
        rounds = self.page.locator("[data-name^=points-]").all()
        empty = {cell.get_attribute("data-name") for cell in rounds if cell.inner_text() == NOTHING}
        assert empty == self.session.not_played(self.person)
        self.finished = True


def play_through(subjects, axe=None, until=lambda: False):
    """Everybody goes on page by page, as far as the others let them, to the receipt or `until` something is true."""
    axe = set() if axe is None else axe
    patience = PATIENCE // 50
    while not all(subject.finished for subject in subjects) and not until():
        moved = [subject.step(axe) for subject in subjects]
        if any(moved):
            patience = PATIENCE // 50
            continue
        patience -= 1
        assert patience, f"nobody can go on: {[subject.page.url for subject in subjects]}"
        subjects[0].page.wait_for_timeout(50)
