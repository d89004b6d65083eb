"""Somebody declines: nobody starts until the experimenter has decided, and nobody is left waiting afterwards."""

from mechanisms.session.draws import draw_without
from mechanisms.treatments import load_treatment
from tests.browser.checks import check_axe, check_page
from tests.lab import ROOT, create_session

PEOPLE, DECLINES = 6, 5
CHANGES = {"rounds": 1, "practice_rounds": 0, "quiz": False, "partner_left": "void"}


def body(page):
    return page.inner_text("main")


def test_a_seat_that_declines_is_passed_over(address, seats):
    treatment = load_treatment(ROOT / "treatments" / "production_serial.toml")
    treatment = treatment.with_protocol(**CHANGES, participants=PEOPLE)
    code, links = create_session(address, treatment.name, PEOPLE, **CHANGES)
    *pages, admin = seats([*links, f"{address}/SessionMonitor/{code}"])
    for k, page in enumerate(pages):
        page.check("#consent-no" if k == DECLINES else "#consent-yes")
        page.click("#confirm")
    pages[DECLINES].wait_for_selector("main:has-text('raise your hand')")
    check_page(pages[DECLINES])
    check_axe(pages[DECLINES])
    pages[DECLINES].click("button[name=back_button]")  # a second thought, or another person on this seat
    pages[DECLINES].wait_for_selector("#consent-no")
    pages[DECLINES].check("#consent-no")
    pages[DECLINES].click("#confirm")
    pages[0].wait_for_url("**/WaitForAll/*")
    admin.wait_for_selector("#advance_users")
    admin.wait_for_function("monitorSocket.readyState === WebSocket.OPEN")
    admin.click("#advance_users")
    pages[DECLINES].wait_for_selector("[data-name=total]")
    assert "5.00 EUR" in body(pages[DECLINES])
    complete, void = draw_without(treatment, PEOPLE, (DECLINES,)).groups[0].tolist()  # groups are drawn anew
    for member in {*range(PEOPLE)} - {DECLINES}:
        pages[member].click("#continue")  # the instructions
    for member in complete:
        pages[member].wait_for_selector("#situation")
        pages[member].click("label[for=message-3]")
        pages[member].click("#confirm")
    for member in complete:
        pages[member].wait_for_selector("[data-name=points]")
    for member in set(void) - {DECLINES}:
        pages[member].wait_for_selector("#not-played")
        check_page(pages[member], treatment=treatment)
        check_axe(pages[member])
        pages[member].click("#continue")
        for _questionnaire in treatment.questionnaires:
            pages[member].click("#confirm")
        pages[member].wait_for_selector("[data-name=total]")
        assert "0 points" in body(pages[member])
