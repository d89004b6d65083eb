"""People at home in real browsers: the device that is needed, questions of attention, the waiting page, the way out."""

import pytest

from tests.apps.guests import link_of
from tests.browser.checks import check_axe, check_page
from tests.browser.hands import LAB_SCREEN, PHONE
from tests.browser.session import edited, write_treatments
from tests.lab import Lab, create_session

STUDY = """
setting = "online"
language = "{language}"
[consent]
contact = "lab@example.org"
[platform]
name = "prolific"
[platform.codes]
complete = "CDONE"
other = "COTHER"
[checks]
devices = ["computer"]
min_width = 900
attention = 3
[arrival]
still_there_seconds = 10
answer_seconds = 600
[[arms]]
treatment = "chen_serial"
participants = 4
"""
PHONES = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
FEW = {"quiz": False, "practice_rounds": 0, "rounds": 1}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("athome"))
    write_treatments(lab, {"chen_serial": edited("chen_serial")})
    for language in ("en", "de", "ja"):
        (lab.folder / "studies" / f"home_{language}.toml").write_text(STUDY.format(language=language), "utf-8")
    return lab


def looked_at(page, language):
    check_page(page, language)
    check_axe(page)


def bottom(page, selector):
    box = page.locator(selector).bounding_box()
    return box["y"] + box["height"]


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_from_the_link_to_the_first_decision(address, seats, language):
    code, _ = create_session(address, f"home_{language}", 4, **FEW)
    link = link_of(address, code)
    narrow = {**LAB_SCREEN, "viewport": {"width": 640, "height": 700}}
    phone, first, second = seats(
        [f"{link}?PROLIFIC_PID=p{k}" for k in range(3)], [{**PHONE, "user_agent": PHONES}, narrow, LAB_SCREEN]
    )
    phone.wait_for_url("**/Device/**")
    looked_at(phone, language)
    assert phone.locator("#confirm").count() == 0
    first.wait_for_selector("#width:has-text('640')")
    looked_at(first, language)
    first.set_viewport_size({"width": 1000, "height": 700})  # the page continues by itself
    for page in (first, second):
        page.wait_for_url("**/Consent/**")
        assert bottom(page, "#confirm") <= page.viewport_size["height"]  # the choice stays in sight
        page.click("label[for=consent-yes]")
        page.click("#confirm")
        page.wait_for_url("**/Attention/**")
        looked_at(page, language)
        for name, answer in (("attention_1", "sometimes"), ("attention_2", "seven"), ("attention_3", "none")):
            page.click(f"label[for='{name}-{answer}']")
        page.click("#confirm")
        if page is first:
            page.wait_for_url("**/Arrival/**")
            looked_at(page, language)
            page.wait_for_selector("#here", timeout=30_000)  # after ten seconds without an act
            looked_at(page, language)
            assert page.title() == page.inner_text("[data-poll] [role=alert]")  # also who looks at another tab reads it
            page.click("#here")
            page.wait_for_selector("#here", state="detached")
    for page in (first, second):
        page.wait_for_url("**/Instructions/**", timeout=30_000)  # the group is complete: the page has asked
    phone.click("#leave")
    phone.wait_for_url("**/Receipt/**")
    looked_at(phone, language)
    assert "COTHER" in phone.inner_text("main")
