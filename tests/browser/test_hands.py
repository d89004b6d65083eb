"""Messages and live view in browsers: what was typed stays, an answer comes back, a screen is followed."""

from tests.apps.people import People
from tests.browser.checks import check_axe


def test_a_message_comes_to_the_page_and_is_answered(address, seats):
    people = People(address, "production_serial", 3, rounds=1)
    people.start(1, 2, 3)
    for k in (1, 2, 3):
        people.page(k)
    admin, subject = seats([f"{address}/AdminReport/{people.code}", people.at[2]])
    check_what_was_asked_stays(subject)
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
    subject.click("#note button")
    subject.wait_for_selector("#note-problem:has-text('Please write an answer.')")
    subject.fill("#note-reply", "yes")
    subject.click("#note button")
    subject.wait_for_selector("#note", state="detached")
    assert subject.is_checked("#message-5")
    admin.wait_for_selector("#people tr[data-person='2']:has-text('answered: “yes”')")
    assert admin.inner_text("#seats-count") == "1 seat chosen", "it stays chosen while the table is made anew"
    subject.click("#confirm")
    subject.wait_for_selector("#awaited:has-text('Waiting for 2 of the 3')")
    subject.wait_for_timeout(300)  # until it listens
    people.send(1, message="3")
    subject.wait_for_selector("#awaited:has-text('Waiting for 1 of the 3')")


def check_what_was_asked_stays(page):
    """The entry is refused, and what the calculator has shown is still there."""
    for k, message in enumerate("344"):
        field = page.locator(f"#guess-{k}")
        field.select_option(message) if field.evaluate("field => field.tagName") == "SELECT" else field.fill(message)
    page.click("#calculate")
    page.wait_for_selector("#calculator-answer *")
    shown = page.inner_text("#calculator-answer")
    page.click("#confirm")
    page.wait_for_selector("#message-error:not(:empty)")
    page.wait_for_function("() => [0, 1, 2].map(k => document.getElementById(`guess-${k}`).value).join('') === '344'")
    assert page.inner_text("#calculator-answer") == shown


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
