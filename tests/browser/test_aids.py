"""Payoff aids and the field of the decision in a real browser: mouse, keyboard, phone, and axe's rules."""

import csv
import io
import itertools
import re
import urllib.request

import pytest

from mechanisms.treatments import load_treatment
from tests.apps.other_games import PROTOCOL
from tests.browser.checks import check_axe
from tests.lab import Lab, create_session
from tests.shared import mostly_thorough

TWO = """
title = "Two players who know each other's type"
[group]
size = 2
information = "complete"
[environment]
kind = "production"
quantities = { lowest = 0, highest = 24, step = 1 }
value = { kind = "linear" }
cost = { kind = "power", coefficient = 0.5, exponent = 2 }
[mechanism]
name = "serial"
[types]
values = [12]
[points]
rounding = 1
"""
HUNDRED = """
title = "Two players, 101 messages"
[group]
size = 2
information = "own"
[environment]
kind = "production"
quantities = { lowest = 0, highest = 50, step = 0.5 }
value = { kind = "linear" }
cost = { kind = "power", coefficient = 0.1, exponent = 2 }
[mechanism]
name = "proportional"
[types]
values = [9]
"""
THREE = """
title = "Three players"
[group]
size = 3
[environment]
kind = "production"
quantities = { lowest = 0, highest = 8, step = 1 }
value = { kind = "quadratic", curvature = 2 }
cost = { kind = "power", coefficient = 0.5, exponent = 2 }
[mechanism]
name = "MECHANISM"
cost_shares = "SHARES"
[types]
values = [13, 16, 19]
probabilities = ["1/3", "1/3", "1/3"]
labels = ["low", "middle", "high"]
[points]
scale = 10
"""
LEVEL = """
title = "Groves on a level"
[group]
size = 2
information = "own"
[environment]
kind = "single_peaked"
[mechanism]
name = "groves"
[types]
values = [5]
[messages]
lowest = -2
highest = 8
step = 0.5
[points]
rounding = 2
"""
SCREEN = "\n[screen]\ninstructions = false\n"
GAMES = {
    "aids_two": (TWO, 2, "graph = true\ncolours = true\nconfirmation = true"),
    "aids_hundred": (HUNDRED, 2, 'input = "slider"\nconfirmation = true'),
    "aids_serial": (THREE.replace("MECHANISM", "serial").replace('cost_shares = "SHARES"', ""), 3, "graph = true"),
    "aids_level": (LEVEL, 2, 'warn_dominated = true\ninput = "slider"\ntable = false'),
    "aids_pairwise": (THREE.replace("MECHANISM", "pairwise").replace("SHARES", "proportional"), 3, "graph = true"),
    "aids_vcg": (THREE.replace("MECHANISM", "vcg").replace("SHARES", "serial"), 3, "graph = true"),
    "aids_clock": (TWO, 2, "confirmation = true"),
    "aids_agv": (THREE.replace("MECHANISM", "agv").replace("SHARES", "equal"), 3, "graph = true"),
}  # fmt: skip


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("aids"))
    lab.clear()
    for name, (text, participants, screen) in GAMES.items():
        more = "seconds = 600" if name == "aids_clock" else ""
        toml = text + PROTOCOL.format(participants=participants, more=more) + SCREEN + screen
        (lab.folder / "treatments" / f"{name}.toml").write_text(toml, encoding="utf-8")
    return lab


def deciding(address, seats, name, width=1280, before=lambda page: None):
    """The decision page of the first participant, with whom something may be done `before`."""
    _, links = create_session(address, name, GAMES[name][1])
    pages = seats(links)
    before(pages[0])
    for page in pages:
        page.set_viewport_size({"width": width, "height": 900})
        page.check("#consent-yes")
        page.click("#confirm")
    pages[0].wait_for_selector("#decision")
    pages[0].wait_for_load_state("load")
    return pages[0]


def exact(page, selector):
    return page.locator(selector).first.get_attribute("data-value")


IN_SIGHT = """() => {
    const graph = document.querySelector(".graph svg").getBoundingClientRect();
    return graph.top >= 0 && graph.bottom <= document.querySelector(".decision").getBoundingClientRect().top + 1;
}"""


def check_width(page):
    """The page itself never scrolls sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def ask_everybody(page, messages, button="#calculate"):
    if page.locator("details.aid:not([open]) > #aid-title").count():  # the table is in use
        page.click("#aid-title")
    for position, message in enumerate(messages):
        field = page.locator(f"#guess-{position}")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(f"{message:g}")
        else:
            field.fill(f"{message:g}")
    page.click(button)


def test_the_table_by_mouse_and_keyboard(address, seats, lab):
    treatment = load_treatment(lab.folder / "treatments" / "aids_two.toml")
    page = deciding(address, seats, "aids_two")
    own, other = (treatment.own_points(i, 12.0) for i in (0, 1))
    page.locator("#payoff-table tbody tr").nth(3).locator("td").nth(7).click()
    page.wait_for_selector("[data-name=table-points]")
    assert int(exact(page, "[data-name=table-points]")) == own[3, 7]
    assert int(exact(page, "[data-name=table-other-points]")) == other[3, 7]
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert int(exact(page, "[data-name=table-points]")) == own[3, 7]  # moving alone asks nothing
    page.keyboard.press("Enter")
    page.wait_for_selector(f"[data-name=table-points][data-value='{own[4, 9]}']")
    assert page.locator("#payoff-table [aria-selected]").count() == 1
    assert page.locator("#payoff-table tr.here").count() == 1
    assert page.locator("#payoff-table td.here").count() == 25
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    page.keyboard.press(" ")
    page.wait_for_selector(f"[data-name=table-points][data-value='{own[14, 24]}']")
    focused = page.evaluate("document.activeElement.getBoundingClientRect().left")
    heading = page.locator("#payoff-table tbody th").nth(14).evaluate("th => th.getBoundingClientRect().right")
    assert focused >= heading - 1  # the current cell is not behind the heading that stays in sight
    page.keyboard.press("Home")
    page.keyboard.press("Enter")  # the row alone
    assert page.inner_text("#table-answer") == ""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#payoff-table')") is None
    page.fill("#id_message", "6")
    assert page.inner_text("#payoff-table tr.mine th") == "6"
    check_axe(page)
    check_width(page)


def test_a_light_page_for_101_messages_and_a_slider_without_a_value(address, seats):
    page = deciding(address, seats, "aids_hundred")
    assert len(page.request.get(page.url).body()) <= 150_000
    slider, field = page.locator(".slider input"), page.locator("#id_message")
    assert page.locator(".slider.untouched").count() == 1
    assert slider.get_attribute("aria-valuetext") == "not chosen yet"
    assert field.input_value() == ""
    page.click("#confirm")  # the server says what is missing
    page.wait_for_selector("#message-error")
    assert page.locator(".slider.untouched").count() == 1
    check_axe(page)
    page.locator(".slider input").click()  # exactly in the middle, where nothing moves
    assert field.input_value() == "25"
    assert page.locator(".slider.untouched").count() == 0
    page.keyboard.press("ArrowRight")
    assert field.input_value() == "25.5"
    assert slider.get_attribute("aria-valuetext") == "25.5"
    field.fill("77")  # typed, and not on the grid
    assert page.locator(".slider.untouched").count() == 1
    for refused in ("nan", "77", "1_0", "7,5"):  # the server says why, and nobody is asked whether to send it
        field.fill(refused)
        page.evaluate("document.getElementById('message-error').id = 'old'")
        page.click("#confirm")
        page.wait_for_selector("#message-error")
        assert page.locator("#confirmation[open]").count() == 0
    field.fill(" \uff17\uff0e\uff15")  # asked about as it will be read
    page.click("#confirm")
    assert page.inner_text("#confirmation-question") == "Your request: 7.5. Send it?"
    assert page.locator("#message-error").count() == 0
    page.click("#confirmation-no")
    field.fill("7.5")
    assert slider.input_value() == "7.5"
    page.click("#confirm")
    assert page.inner_text("#confirmation-question") == "Your request: 7.5. Send it?"
    check_axe(page)
    page.click("#confirmation-no")
    assert page.locator("#id_message").is_visible()
    page.click("#confirm")
    page.click("#confirmation-yes")
    page.wait_for_selector("#_otree-title:has-text('wait')")


@pytest.mark.parametrize(
    ("name", "width"),
    mostly_thorough(
        itertools.product(("aids_serial", "aids_pairwise", "aids_vcg", "aids_agv"), (1280, 360)),
        *(("aids_serial", 1280), ("aids_pairwise", 360), ("aids_vcg", 1280), ("aids_agv", 360)),
    ),
)
def test_the_calculator_and_the_graph(address, seats, lab, name, width):
    treatment = load_treatment(lab.folder / "treatments" / f"{name}.toml")
    page = deciding(address, seats, name, width)
    grid = treatment.positions[0].messages.tolist()
    page.click("#calculate")
    page.wait_for_selector("#what-if-error:has-text('Please choose')")
    messages = [grid[1], grid[2], grid[0]]
    ask_everybody(page, messages)
    page.wait_for_selector("[data-name=calculator-points]")
    own_type = float(re.search(r"\(([\d.]+)\)", page.inner_text("[data-name=type]"))[1])
    types = [float(place.types[0]) for place in treatment.positions]
    types[0] = own_type
    assert int(exact(page, "[data-name=calculator-points]")) == treatment.play(types, messages).points[0]
    assert page.inner_text("#what-if-error") == ""
    page.evaluate("scrollTo(0, 0)")
    page.click("#draw")
    page.wait_for_selector(".graph circle")
    page.wait_for_function(IN_SIGHT)  # what was asked for is not below the window, nor below the decision
    assert page.evaluate("document.activeElement.id") == "draw"  # the answer follows for the keyboard, too
    assert page.locator(".graph circle").count() == len(grid)
    page.click(".graph summary")
    for message in grid:
        points = treatment.play(types, [message, *messages[1:]]).points[0]
        assert int(exact(page, f"[data-name='graph-points-{message:g}']")) == points
    page.click("label[for=message-2]")
    assert page.locator(f".graph circle.mine[data-message='{grid[2]:g}']").count() == 1
    check_axe(page)
    check_width(page)
    page.select_option("#guess-0", f"{grid[0]:g}")
    assert page.inner_text("#calculator-answer") == ""  # it was about another message
    assert page.locator(".graph circle").count() == len(grid)  # this was not
    page.select_option("#guess-1", f"{grid[0]:g}")
    assert page.locator(".graph circle").count() == 0


def test_a_dominated_report_is_asked_about_once_more_where_the_treatment_warns(address, seats, lab):
    treatment = load_treatment(lab.folder / "treatments" / "aids_level.toml")
    [dominant] = treatment.dominant_messages(0, 5.0)
    page = deciding(address, seats, "aids_level")
    page.fill("#id_message", "-1.5")
    page.click("#confirm")
    page.wait_for_selector("#message-error:has-text('never brings you fewer points than \u22121.5')")
    assert page.input_value("#id_message") == "-1.5"
    check_axe(page)
    page.fill("#id_message", "0")
    page.click("#confirm")
    page.wait_for_selector("#message-error:has-text('fewer points than 0')")
    slider = page.locator(".slider input")
    slider.focus()
    page.keyboard.press("Home")
    assert page.input_value("#id_message") == "-2"
    assert slider.get_attribute("aria-valuetext") == "\u22122"
    page.fill("#id_message", f"{dominant:g}")
    page.click("#confirm")
    page.wait_for_selector("#_otree-title:has-text('wait')")


def test_every_query_is_in_the_data(address, seats):
    code, links = create_session(address, "aids_two", 2)
    pages = seats(links)
    for page in pages:
        page.check("#consent-yes")
        page.click("#confirm")
    page = pages[1]
    page.wait_for_selector("#decision")
    page.locator("#payoff-table tbody tr").nth(2).locator("td").nth(5).click()
    page.wait_for_selector("[data-name=table-points]")
    ask_everybody(page, [3, 4])
    page.wait_for_selector("[data-name=calculator-points]")
    page.click("#draw")
    page.wait_for_selector(".graph circle")
    points = [exact(page, f"[data-name={name}-points]") for name in ("table", "calculator")]
    rows = stored_queries(address, code)
    assert [(row["kind"], row["messages"]) for row in rows] == [
        ("table", "5;2"),
        ("calculator", "3;4"),
        ("graph", "3;"),
    ]
    assert [row["points"] for row in rows] == [*(f"{int(p) / 10:.1f}" for p in points), ""]
    assert {row["participant_id"] for row in rows} == {"2"}
    assert [row["asked_at"] for row in rows] == sorted(row["asked_at"] for row in rows)


def test_nothing_is_lost_or_sent_while_the_page_still_loads(address, seats):
    """Before the scripts are there, what would need them cannot be used: no query is lost, nothing sent unasked."""
    _, links = create_session(address, "aids_two", 2)
    pages = seats(links)
    held = []
    page = pages[0]
    for script in ("**/aids.js", "**/message.js"):
        page.route(script, lambda route: held.append(route))
    for window in pages:
        window.check("#consent-yes")
        window.click("#confirm", no_wait_after=True)
    page.wait_for_selector("#decision")
    cell = page.locator("#payoff-table tbody tr").nth(2).locator("td").nth(5)
    page.fill("#id_message", "7")
    page.press("#id_message", "Enter")
    assert cell.evaluate("cell => cell.closest('[inert]') !== null")
    assert page.locator("#confirm").is_disabled()
    assert page.locator("#calculate").is_disabled()
    assert {route.request.url.split("/")[-1] for route in held} == {"aids.js", "message.js"}
    for route in held:
        route.continue_()
    cell.click()
    page.wait_for_selector("[data-name=table-points]")
    page.click("#confirm")
    assert page.inner_text("#confirmation-question") == "Your request: 7. Send it?"


def test_a_decision_on_its_way_is_not_sent_again_when_time_runs_out(address, seats):
    """A second request would break off the first one, and say that time was over."""
    page = deciding(address, seats, "aids_clock", before=lambda page: page.clock.install())
    page.evaluate("""() => {  // nothing arrives: what would be sent is only counted
        window.sent = [];
        const form = document.getElementById("form");
        form.addEventListener("submit", (event) => { event.preventDefault(); window.sent.push("by hand"); });
        form.submit = () => window.sent.push("by the clock");
    }""")
    page.fill("#id_message", "7")
    page.click("#confirm")
    page.click("#confirmation-yes")
    page.clock.fast_forward(601_000)
    page.clock.run_for(1_000)
    assert page.evaluate("window.sent") == ["by hand"]


def test_at_zero_the_page_is_sent_as_it_is(address, seats):
    page = deciding(address, seats, "aids_clock", before=lambda page: page.clock.install())
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.clock.fast_forward(601_000)
    assert "timeout_happened=1" in sent.value.post_data


def stored_queries(address, code):
    place = f"{address}/api/export_app_custom?app=demand&function_name=custom_export_what_if&session_code={code}"
    with urllib.request.urlopen(place, timeout=30) as reply:
        return list(csv.DictReader(io.StringIO(reply.read().decode("utf-8-sig"))))
