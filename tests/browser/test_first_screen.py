"""The decision is in the first screen: nobody scrolls to find it, on a laboratory screen or on a telephone."""

import pytest

from mechanisms.treatments import load_session_designs
from tests.browser.hands import PHONE, STILL
from tests.lab import ROOT, create_session, visit
from tests.shared import first_of_each, kind_of_play, mostly_thorough

DESIGNS = {design.name: design for design in load_session_designs(ROOT / "treatments")}
SCREENS = {
    "laboratory": {"viewport": {"width": 1280, "height": 720}, **STILL},
    "telephone": {**PHONE, "viewport": {"width": 390, "height": 844}},
}
QUICK = {"quiz": False, "practice_rounds": 0, "rounds": 2}
LOWER_EDGES = """() => Object.fromEntries([
    ["choice", document.querySelector(".choices, #id_message")],
    ["button", document.querySelector("#confirm, #continue")],
    ["situation", document.querySelector(".situation h2, #account")],
].filter(([name, element]) => element).map(([name, element]) => [name, element.getBoundingClientRect().bottom]))"""
TOO_WIDE = """() => [...document.querySelectorAll("main .scroll")].filter((e) => e.offsetParent).map((e) => {
    // A browser that shows no scroll bars here has some in a laboratory.
    if (e.scrollHeight > e.clientHeight) e.style.maxWidth = `${e.offsetWidth - 15}px`;
    return [e.firstElementChild.className, e.scrollWidth, e.clientWidth];
}).filter(([name, width, room]) => width > room)"""
COVERED = """() => [...document.querySelectorAll(".news")].map(
    (news) => news.getBoundingClientRect().bottom - document.querySelector(".decision").getBoundingClientRect().top,
).filter((covered) => covered > 0)"""  # of what others have reported or requested so far
TARGETS = """() => [...document.querySelectorAll(
    "button, select, summary, .plain label, .choices label, input[type=text]",
)].filter((e) => e.checkVisibility() && !e.closest("dialog") && e.getBoundingClientRect().width > 1)
    .map((e) => [e.id || e.innerText, e.getBoundingClientRect().height]).filter(([name, height]) => height < 43.9)"""
OWN = "own"  # the language of the file
CASES = [(name, language) for name in DESIGNS for language in (OWN, "de", "ja")]
LONGEST = [(design.name, "de") for design in first_of_each(DESIGNS.values(), kind_of_play)]
ANSWERS = {"Consent": {"consent": "True"}, "Instructions": {"read": "1"}, "Feedback": {"read": "1"}}


def advance(pages, name, answers=ANSWERS, one_by_one=False):
    """Everybody goes on until all have the page `name` open; where one sees it after another, until the first has."""
    for _step in range(12):
        pages = [visit(page)[0] for page in pages]  # who waits for others may go on
        there = [f"/{name}/" in page for page in pages]
        if all(there) or (one_by_one and there[0]):
            return pages
        known = [(page, answers.get(page.split("/")[-2].rstrip("0123456789"))) for page in pages]
        pages = [
            visit(page, **fields)[0] if fields and ((one_by_one and k) or not there[k]) else page
            for k, (page, fields) in enumerate(known)
        ]
    raise AssertionError(f"nobody comes to {name}: {pages}")


@pytest.fixture(scope="module")
def windows(chromium):
    return {screen: chromium.new_context(**options).new_page() for screen, options in SCREENS.items()}


@pytest.mark.parametrize(("name", "language"), mostly_thorough(CASES, *LONGEST, *((name, OWN) for name in DESIGNS)))
def test_choice_and_button_end_above_the_fold(windows, address, name, language):
    """Nothing is cut off at the side of a laboratory screen, and what is to be touched is 44 px high."""
    design = DESIGNS[name]
    several = len(design.treatments) > 1
    prefixes = [f"part{k}_" for k, _ in enumerate(design.treatments, 1)] if several else [""]
    changes = {prefix + key: value for prefix in prefixes for key, value in QUICK.items()}
    changes |= {"language": language} if language != OWN else {}
    groups = 2 if design.treatments[0].protocol.matching == "perfect_stranger" else 1  # of each order of the parts
    people = groups * design.treatments[0].group_size * len(design.orders)
    _code, pages = create_session(address, name, people, **changes)
    grid = design.treatments[0].positions[0].messages
    low = {"message": f"{max(float(position.messages[0]) for position in design.treatments[0].positions):g}"}
    assert low["message"] in {f"{message:g}" for message in grid}
    in_turn = any(treatment.sequence is not None for treatment in design.treatments)
    for place in ("Decide", "Feedback", "Decide"):
        one_by_one = in_turn and place == "Decide"
        answers = {**ANSWERS, "Decide": low, "StageDecide": low} if one_by_one or place == "Feedback" else ANSWERS
        pages = advance(pages, place, answers, one_by_one)
        for screen, window in windows.items():
            window.goto(pages[0])
            window.wait_for_selector("#confirm, #continue")
            height = SCREENS[screen]["viewport"]["height"]
            edges = window.evaluate(LOWER_EDGES)
            assert len(edges) >= 2
            assert all(0 < edge <= height for edge in edges.values()), (name, place, screen, edges)
            assert window.evaluate(TARGETS) == [], (name, place, screen)
            assert window.evaluate(COVERED) == [], (name, place, screen)
            assert screen != "laboratory" or window.evaluate(TOO_WIDE) == [], (name, place)
