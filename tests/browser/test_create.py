"""The form "Create session" in a browser: a treatment is chosen, values are changed, and the session has them."""

from tests.browser.checks import check_axe
from tests.lab import call


def test_a_session_is_created_with_what_was_chosen(address, seats):
    [page] = seats([f"{address}/create_session"])
    page.select_option("#session_config", "chen_serial")
    page.fill("#chen_serial-people", "6e0")  # a number for browsers alone
    page.fill("#chen_serial-rounds", "3")
    page.select_option("#chen_serial-matching", "stranger")
    page.select_option("#chen_serial-currency", "CHF")
    page.select_option("#chen_serial-language", "ja")
    page.click("[data-treatment=chen_serial] summary:text('Course of the session')")
    page.uncheck("#chen_serial-quiz")
    check_axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.getElementById('btn-create-session').getBoundingClientRect().bottom <= 844")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#btn-create-session")
    page.wait_for_url("**/SessionStartLinks/*")
    made = call(f"{address}/api/sessions/{page.url.rsplit('/', 1)[1]}")
    config = made["config"]
    assert len(made["participants"]) == 6
    kept = ("name", "rounds", "matching", "currency", "language", "quiz", "feedback")
    assert [config[key] for key in kept] == ["chen_serial", 3, "stranger", "CHF", "ja", False, "all"]


def test_what_is_wrong_is_said_and_the_room_leads_to_the_experimenters_page(address, seats):
    [page] = seats([f"{address}/room_without_session/lab"])
    close_room(page)  # other files use it, too
    page.select_option("#session_config", "cason_pivotal")
    page.fill("#cason_pivotal-people", "6")
    page.select_option("#cason_pivotal-matching", "perfect_stranger")
    page.fill("#cason_pivotal-rounds", "9")
    page.click("#btn-create-session")
    page.wait_for_selector("#create-session-error:not([hidden])")
    assert "asked for 9" in page.inner_text("#create-session-error")
    page.fill("#cason_pivotal-rounds", "2")
    assert page.is_hidden("#create-session-error")
    page.click("#btn-create-session")
    page.wait_for_url("**/room_with_session/lab")
    page.click("text=Monitor, data, payments and report")
    page.wait_for_selector("#lab-report")
    page.go_back()
    close_room(page)


def close_room(page):
    if "/room_with_session/" in page.url:
        page.click("#close-room")
        page.wait_for_url("**/room_without_session/lab")
