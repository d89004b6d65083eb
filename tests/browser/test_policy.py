"""oTree's tabs under the Content-Security-Policy: they work, and a label that is a script does not."""

import sqlite3

import pytest

from tests.lab import create_session, visit

ATTACK = "<img src=x onerror=\"document.title='XSS'\"><script>document.title='XSS'</script>"

INSERT = """text => new Promise((failed) => {
    document.body.insertAdjacentHTML("beforeend", text);
    document.querySelector("img[src=x]").addEventListener("error", failed);  // after what the attribute says
}).then(() => true)"""


@pytest.mark.parametrize(
    "place", ["SessionPayments", "SessionMonitor", "SessionData", "SessionSplitScreen", "AdminReport"]
)
def test_a_script_in_a_label_is_text(chromium, lab, address, place):
    code, links = create_session(address, "park_vcg", 3)
    visit(links[0])
    with sqlite3.connect(lab.folder / "db.sqlite3", timeout=30) as database:  # as if it had come in
        database.execute("update otree_participant set label = ? where code = ?", (ATTACK, links[0][-8:]))
    database.close()
    said = []
    page = chromium.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}/{place}/{code}")
    page.wait_for_load_state("networkidle")  # tables that come afterwards, and the image that would not
    if place in ("SessionPayments", "SessionMonitor"):
        page.wait_for_selector("text=onerror")
    assert "XSS" not in page.title()
    assert [line for line in said if "Content Security Policy" in line or "Error" in line] == []
    page.close()


def test_the_policy_alone_stops_a_script(chromium, address):
    code, _ = create_session(address, "park_vcg", 3)
    page = chromium.new_page()
    page.goto(f"{address}/SessionMonitor/{code}")
    page.evaluate(INSERT, ATTACK)
    assert page.title() != "XSS"
    page.close()
