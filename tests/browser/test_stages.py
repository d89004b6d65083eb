"""Requests in stages in real browsers: pages go on by themselves, and nothing travels before a stage is over."""

import re

import pytest

from mechanisms.session.draws import draw_session
from mechanisms.treatments import load_treatment
from tests.browser.checks import check_axe, check_page
from tests.browser.session import edited, write_treatments
from tests.lab import Lab, create_session

NAME = "production_staged"
SHOWN = {shown: f"staged_{shown}" for shown in ("served", "requests")}
CHANGES = {"rounds": 1, "practice_rounds": 0, "quiz": False, "matching": "partner"}
SERVED = """() => [...document.querySelectorAll("[data-name^=served-]")].map(
    (element) => [Number(element.dataset.name.slice(7)), Number(element.dataset.value)])"""
SCREENS = ({"width": 1280, "height": 720}, {"width": 390, "height": 844})
EDGES = """() => ["#confirm", ".news"].map((part) => document.querySelector(part).getBoundingClientRect().bottom)
    .concat(document.querySelector(".decision").getBoundingClientRect().top, document.documentElement.scrollWidth)"""
REQUESTS = [{1: 5, 2: 4, 3: 4}, {1: 6, 3: 6}, {3: 7}]
"""By stage and position, from 1: in the first one positions 2 and 3 tie, in the second one 1 and 3."""
ENDS = [{2: 4}, {2: 4, 1: 6}, {2: 4, 1: 6, 3: 7}]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("stages"))
    write_treatments(lab, {name: edited(NAME, play={"shown": f'"{shown}"'}) for shown, name in SHOWN.items()})
    return lab


@pytest.mark.parametrize("shown", SHOWN)
def test_who_is_left_goes_on_when_a_stage_is_over(lab, address, seats, shown):
    path = lab.folder / "treatments" / f"{SHOWN[shown]}.toml"
    treatment = load_treatment(path).with_protocol(**CHANGES, participants=3)
    [group] = draw_session(treatment, 3).groups[0].tolist()
    _code, links = create_session(address, SHOWN[shown], 3, **CHANGES)
    pages, frames = seats(links), []
    for page in pages:
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
        page.check("#consent-yes")
        page.click("#confirm")
    for page in pages:
        page.click("#continue")
    people, served = {position: pages[person] for position, person in enumerate(group, 1)}, {}
    for asked, end in zip(REQUESTS, ENDS, strict=True):
        for k, (position, quantity) in enumerate(asked.items()):
            mover = people[position]
            mover.wait_for_selector("#confirm")
            assert dict(mover.evaluate(SERVED)) == served
            if k == 0:
                check_page(mover, treatment=treatment)
                check_axe(mover)
                for screen in SCREENS:
                    mover.set_viewport_size(screen)
                    confirm, said, decision, width = mover.evaluate(EDGES)
                    assert confirm <= screen["height"], screen
                    assert said <= decision, screen
                    assert width <= screen["width"], screen
            mover.click(f"label[for=message-{quantity - max([0, *served.values()])}]")
            mover.click("#confirm")
        served = end
        for position in set(asked) - set(end):
            people[position].wait_for_url("**/StageDecide*/*")
    for page in pages:
        page.wait_for_selector("[data-name=points]")
        assert dict(page.evaluate(SERVED)) == ENDS[-1]
    others = pages[group[0]].locator("[data-name^=asked-]").count()
    assert others == (0 if shown == "served" else sum(map(len, REQUESTS)))
    assert not [frame for frame in frames if re.search(r"\b[4-7]\b|served|asked|message", frame)]
