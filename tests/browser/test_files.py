"""Data, audit and report by pressing on the experimenter's page, without a terminal."""

import zipfile

import pytest

from tests.apps.engine.admin.played import play
from tests.lab import PATIENCE

WAIT = {"timeout": 1000 * PATIENCE}


@pytest.fixture(scope="module")
def played(address):
    return [play(address) for _ in range(2)]


def test_data_audit_and_stop_are_a_press_each(address, seats, played):
    [page] = seats([f"{address}/AdminReport/{played[0]}"])
    with page.expect_download() as download:
        page.click("#all-data")
    with zipfile.ZipFile(download.value.path()) as found:
        assert f"session-{played[0]}/decisions.csv" in found.namelist()
    page.click('[data-run="audit"] [data-act="start"]')
    page.wait_for_selector('[data-run="audit"][data-state="done"]', **WAIT)
    assert page.inner_text('[data-run="audit"] .lab-verdict') == "No mismatch"
    page.click('[data-run="report"] [data-act="start"]')
    page.click('[data-run="report"] [data-act="stop"]')
    page.wait_for_selector('[data-run="report"][data-state="stopped"]', **WAIT)
    assert "stopped by the experimenter" in page.inner_text('[data-run="report"]')


def test_several_sessions_are_chosen(address, seats, played):
    [page] = seats([f"{address}/AdminReport/{played[0]}"])
    page.click("#several summary")
    page.check(f'#several input[name="{played[1]}"]')
    page.click("#several button")
    page.wait_for_selector("#chosen-title")
    assert page.inner_text("#chosen-title") == "2 sessions"
    assert [row.inner_text().strip() for row in page.locator("#lab-report tbody th").all()] == played
    assert page.get_attribute("#all-data", "href") == f"/SessionFiles/{'-'.join(played)}"
