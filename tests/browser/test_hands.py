"""Messages and live view in browsers: what was typed stays, an answer comes back, a screen is followed."""

from tests.apps.people import People
from tests.browser.checks import check_axe


def test_a_message_comes_to_the_page_and_is_answered(address, seats):
    people = People(address, "chen_serial", 2, rounds=1)
    people.start(1, 2)
    people.page(2)
    admin, subject = seats([f"{address}/AdminReport/{people.code}", people.at[2]])
    subject.click("label[for='message-5']")
    admin.check("#people tr[data-person='2'] [data-choose]")
    assert admin.inner_text("#seats-count") == "1 seat chosen"
    admin.click("#seats summary")
    admin.fill("#seats-text", "Is all well?")
    admin.check("#seats-answer")
    check_axe(admin)
    admin.click("[data-act=message]")
    subject.wait_for_selector("#note")
    assert subject.inner_text("#note .message") == "Is all well?"
    check_axe(subject)
    subject.fill("#note-reply", "yes")
    subject.click("#note button")
    subject.wait_for_selector("#note", state="detached")
    assert subject.is_checked("#message-5")
    admin.wait_for_selector("#people tr[data-person='2']:has-text('answered: “yes”')")
    assert admin.inner_text("#seats-count") == "1 seat chosen", "it stays chosen while the table is made anew"


def test_a_screen_is_followed(address, seats):
    people = People(address, "chen_serial", 2, rounds=1)
    people.start(1, 2)
    people.page(1)
    code = people.links[0].rsplit("/", 1)[1]
    [page] = seats([f"{address}/SeatScreens/{people.code}/{code}"])
    screen = page.frame_locator("iframe")
    screen.locator("#form").wait_for()
    assert people.page(1) == "Decide"
    people.send(1, message="4")
    screen.locator("main[data-wait]").wait_for()
    check_axe(page)
