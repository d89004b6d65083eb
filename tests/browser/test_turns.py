"""Reports one after another in real browsers: pages go on by themselves, and nothing travels before it is public."""

import re

from mechanisms.session.draws import draw_session
from mechanisms.treatments import load_treatment
from tests.browser.checks import check_axe, check_page
from tests.lab import ROOT, create_session

NAME = "park_pairwise_sequential"
CHANGES = {"rounds": 1, "practice_rounds": 0, "quiz": False, "matching": "partner"}


SAID = """() => [...document.querySelectorAll("[data-name^=said-]")].map(
    (element) => [element.dataset.name.slice(5), element.dataset.value])"""


def said(page):
    """The reports on the page, by position from 1."""
    return {int(position): float(message) for position, message in page.evaluate(SAID)}


def test_who_waits_sees_each_report_when_it_is_made(address, seats):
    treatment = load_treatment(ROOT / "treatments" / f"{NAME}.toml").with_protocol(**CHANGES, participants=3)
    draws = draw_session(treatment, 3)
    [group], [sequence] = draws.groups[0].tolist(), draws.sequences[0].tolist()
    played = treatment.in_sequence(sequence)
    _code, links = create_session(address, NAME, 3, **CHANGES)
    pages, sockets = seats(links), []
    for page in pages:
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sockets.append(str(frame))))
        page.check("#consent-yes")
        page.click("#confirm")
    for page in pages:
        page.click("#continue")
    reported = {}
    for place, i in enumerate(sequence):
        mover, others = pages[group[i]], [pages[member] for member in group if member != group[i]]
        mover.wait_for_url("**/Decide/*")
        assert said(mover) == reported
        for other in others:
            other.wait_for_function(f"document.querySelectorAll('[data-name^=said-]').length === {place}")
            assert said(other) == reported
        check_page(mover, treatment=played)
        check_axe(mover)
        check_page(others[0], treatment=played)
        check_axe(others[0])
        message = [8, 20, 20][place]
        mover.click(f"label[for=message-{[8, 20].index(message)}]")
        mover.click("#confirm")
        reported[i + 1] = float(message)
    for page in pages:
        page.wait_for_selector("[data-name=points]")
    assert not [frame for frame in sockets if re.search(r"\b(8|20)\b|said|message", frame)]
