import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.lab import Lab


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A production server with a database in a folder of its own."""
    with Lab(tmp_path_factory.mktemp("server")).server() as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    """The system's Chromium, or else the one that Playwright has installed."""
    system = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def seats(chromium, address):
    """seats(links): one browser window a participant. Errors on the console and requests elsewhere fail the test."""
    complaints, windows = [], []

    def complain(bad, what):
        if bad:
            complaints.append(what)

    def watch(page):
        page.on("console", lambda message: complain(message.type in ("error", "warning"), message.text))
        page.on("pageerror", lambda error: complain(True, str(error)))
        page.on("request", lambda request: complain(not request.url.startswith((address, "data:")), request.url))
        page.on("response", lambda answer: complain(answer.status >= 400, f"{answer.status} {answer.url}"))

    def open_windows(links):
        for link in links:
            windows.append(chromium.new_context(viewport={"width": 1280, "height": 900}).new_page())
            watch(windows[-1])
            windows[-1].goto(link)
        return windows

    yield open_windows
    for window in windows:
        window.context.close()
    assert complaints == []
