"""Pages of oTree itself that a participant can see: of a room, for a wrong address, without a seat."""

import pytest

from tests.browser.checks import check_axe, check_page
from tests.browser.hands import LAB_SCREEN, PHONE
from tests.lab import Lab, call, create_session, seat_link


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Of its own: nobody has made a session in its room."""
    return Lab(tmp_path_factory.mktemp("outside"))


@pytest.fixture
def windows(chromium):
    """On a lab screen and on a phone. Unlike in `seats`, an answer 404 is no complaint."""
    contexts = [chromium.new_context(**screen) for screen in (LAB_SCREEN, PHONE)]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def see(page, title):
    check_page(page)
    check_axe(page)
    assert page.inner_text("h1") == title


def test_a_room_from_its_door_to_the_first_page_of_a_session(address, windows):
    for page, label in zip(windows, ("lab01", "lab40"), strict=True):
        page.goto(f"{address}/room/lab?participant_label={label}")
        see(page, "This address has no seat")
        page.goto(seat_link(address, label).replace("welcome_page_ok=1&", ""))
        see(page, "Welcome")
        page.fill("#participant_label", "nobody")
        page.click("#start")
        page.wait_for_selector("#room-error:visible")
        see(page, "Welcome")
        page.fill("#participant_label", label)
        page.click("#start")
        page.wait_for_selector("text=Waiting for the session to start")
        see(page, "Please wait")
    call(f"{address}/api/sessions", {"session_config_name": "park_vcg", "num_participants": 3, "room_name": "lab"})
    for page in windows:
        page.wait_for_selector("#consent-yes")
        see(page, "Welcome")


def test_wrong_addresses(address, windows):
    for page in windows:
        for wrong in ("/p/nobody/welcome/Consent/1", "/InitializeParticipant/nobody", "/join/nobody"):
            assert page.goto(address + wrong).status == 404
            see(page, "There is no such page")


def test_no_free_seat(chromium, address, windows):
    code, links = create_session(address, "park_vcg", 3)
    wide = call(f"{address}/api/sessions/{code}")["session_wide_url"]
    for _person in links:
        browser = chromium.new_context()  # one and the same browser would be the same person
        page = browser.new_page()
        page.goto(wide)
        assert page.inner_text("h1") == "Welcome"
        browser.close()
    for page in windows:
        assert page.goto(wide).status == 404
        see(page, "No free seat")
