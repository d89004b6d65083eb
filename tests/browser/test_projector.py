"""The projector's page follows the class without being touched."""

from tests.apps.people import People
from tests.browser.checks import check_axe


def test_the_class_is_followed_from_the_first_who_joins_to_the_first_result(address, seats):
    people = People(address, "chen_serial", 4, rounds=2, matching="partner")
    [page] = seats([f"{address}/Projector/{people.code}"])
    page.wait_for_selector(".count:has-text('0 of 4 have joined')")
    check_axe(page)
    people.open(1, 2)
    page.wait_for_selector(".count:has-text('2 of 4 have joined')")
    page.click(".start")
    page.wait_for_selector(".count:has-text('2 of 2 have joined')")
    for k in (1, 2):
        people.send(k, consent="True")
    for k in (1, 2):
        people.page(k)
        people.send(k, read="1")
    for k, message in ((1, "4"), (2, "6")):
        people.page(k)
        people.send(k, message=message)
    page.wait_for_selector("svg.audience")
    assert "Round 1 of 2" in page.inner_text("main")
    check_axe(page)
