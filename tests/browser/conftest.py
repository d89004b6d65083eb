import os

import pytest
from playwright.sync_api import sync_playwright

import run
from tests.browser.hands import LAB_SCREEN
from tests.lab import Lab

os.environ["OTREE_IN_MEMORY"] = "1"  # the tests import pieces of the apps, which must not make a database here


@pytest.fixture(scope="session")
def shipped(tmp_path_factory):
    """A copy of the project, with a server for all files that play the shipped treatments. Rooms stay as one file has
    left them: a second file that needs an empty one has a copy of its own."""
    lab = Lab(tmp_path_factory.mktemp("server"))
    with lab.server() as lab.address:
        yield lab


@pytest.fixture(scope="module")
def lab(shipped):
    """Modules with treatments of their own have a fixture of this name, too."""
    return shipped


@pytest.fixture(scope="module")
def address(lab):
    """A production server with a database in a folder of its own."""
    if hasattr(lab, "address"):
        yield lab.address
        return
    with lab.server() as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium, or else the one that Playwright has installed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=run.find_browser(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def seats(chromium, address):
    """seats(links, screens): one browser window a participant; `screens` are those of tests/browser/hands.py.

    Errors on the console, requests elsewhere and answers that are no success fail the test.
    """
    complaints, windows = [], []

    def complain(bad, what):
        if bad:
            complaints.append(what)

    def watch(page):
        page.on("console", lambda message: complain(message.type in ("error", "warning"), message.text))
        page.on("pageerror", lambda error: complain(True, str(error)))
        page.on("request", lambda request: complain(not request.url.startswith((address, "data:")), request.url))
        page.on("response", lambda answer: complain(answer.status >= 400, f"{answer.status} {answer.url}"))

    def open_windows(links, screens=()):
        for k, link in enumerate(links):
            screen = screens[k] if k < len(screens) else LAB_SCREEN
            windows.append(chromium.new_context(**screen).new_page())
            watch(windows[-1])
            windows[-1].goto(link)
        return windows

    yield open_windows
    for window in windows:
        window.context.close()
    assert complaints == []
