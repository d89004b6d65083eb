"""The experimenter's page in a browser: it follows the session without being touched, and can be held."""

import re

from tests.lab import create_session, visit


def test_the_report_follows_the_session(address, seats):
    code, links = create_session(address, "chen_serial", 2, quiz=False, practice_rounds=0)
    [page] = seats([f"{address}/AdminReport/{code}"])
    state = '#people tr[data-person="1"] .lab-state'
    assert page.inner_text(state) == "not arrived"
    page.focus("nav a[href='#payments']")
    page.evaluate("window.scrollTo(0, 300)")
    visit(f"{links[0]}?participant_label=lab05")
    page.wait_for_selector(
        '#people tr[data-person="1"] .lab-state[data-state="awaited"], #people .lab-state[data-state="active"]'
    )
    assert page.inner_text('#people tr[data-person="1"] th').strip() == "lab05"
    assert "active" in page.inner_text('[data-seat="lab05"]')
    assert page.evaluate("[window.scrollY, document.activeElement.hash]") == [300, "#payments"]
    page.clock.install()
    page.reload()
    page.click("#refresh-pause")
    assert page.inner_text("#refresh-status").startswith("Paused")
    visit(f"{links[1]}?participant_label=lab06")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)  # many refreshes
    assert page.inner_text('#people tr[data-person="2"] .lab-state') == "not arrived"
    assert asked == []
    page.click("#refresh-pause")
    page.clock.run_for(60_000)
    page.wait_for_selector('[data-seat="lab06"][data-state="active"]')
    assert asked
    assert re.fullmatch(r"Shown at \d\d:\d\d:\d\d", page.inner_text("#refresh-status"))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390  # its tables scroll, the page does not


def test_only_the_sheet_is_printed(address, seats):
    code, _ = create_session(address, "chen_serial", 2)
    [page] = seats([f"{address}/AdminReport/{code}"])
    page.emulate_media(media="print")
    page.evaluate("""window.print = () => { window.printed = ["top_menu", "monitor", "seating", "payments"]
        .filter((id) => document.getElementById(id).checkVisibility()); }""")
    page.evaluate("document.querySelector('[data-print=payments]').click()")
    assert page.evaluate("window.printed") == ["payments"]
    page.evaluate("document.querySelector('[data-print=seating]').click()")
    assert page.evaluate("window.printed") == ["seating"]


def test_a_seat_that_nobody_uses_is_moved_on(address, seats):
    """The decision is drawn and flagged; the browser that was left alone follows, and so does the group."""
    code, links = create_session(address, "chen_serial", 2, quiz=False, practice_rounds=0, rounds=1)
    urls = [visit(link)[0] for link in links]
    urls = [visit(url, consent="True")[0] for url in urls]
    while not all("/Decide/" in url for url in urls):
        urls = [visit(url)[0] if "/Decide/" in url or "/Wait" in url else visit(url, read="1")[0] for url in urls]
    stays, _ = visit(urls[0], message="4")
    left, waits, admin = seats([urls[1], stays, f"{address}/AdminReport/{code}"])
    admin.on("dialog", lambda dialog: dialog.accept())
    assert "holds up 1" in admin.inner_text('#people tr[data-person="2"]')
    assert not admin.query_selector('#people tr[data-person="1"] [data-advance]:not([data-seat-for])')
    admin.click('#people tr[data-person="2"] [data-advance]:not([data-seat-for])')
    for page in (left, waits):
        page.wait_for_url("**/Feedback/*")
    admin.wait_for_selector('[data-round="part-1-round-1"] [data-key="timed_out"]:text("1")')
    assert "1 × not decided by the person" in admin.inner_text('#people tr[data-person="2"]')
