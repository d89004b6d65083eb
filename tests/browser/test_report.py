"""The report of the shipped examples in a browser: no table is wider than the page, at 1100 pixels and on A4."""

import pytest

from analysis import read_exports
from analysis.audit import audit
from analysis.report import page as report_page
from tests.house import ROOT
from tests.shared import thorough

A4 = round((210 - 2 * 18) / 25.4 * 96)
"""Pixels between the margins of the printed page."""
WIDER = """() => [...document.querySelectorAll('table')].filter(
    table => table.getBoundingClientRect().right > document.documentElement.clientWidth + 1
          || table.parentElement.scrollWidth > table.parentElement.clientWidth + 1
).map(table => table.closest('figure').querySelector('figcaption').textContent)"""


@pytest.fixture(scope="module", params=["cason", pytest.param("production", marks=thorough)])
def report(request, tmp_path_factory):
    exports = read_exports(ROOT / "examples" / "data" / request.param)
    out = tmp_path_factory.mktemp("report") / request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_page, "write_figures", lambda page, folder: None)
        return report_page.write_report(exports, audit(exports.decisions), out, behaviour=False)


@pytest.mark.parametrize(("media", "width"), [("screen", 1100), ("print", A4)])
def test_no_table_is_wider_than_the_page(chromium, report, media, width):
    page = chromium.new_page(viewport={"width": width, "height": 1000})
    page.goto(report.as_uri())
    page.emulate_media(media=media)
    assert page.evaluate("document.querySelectorAll('table').length") > 20
    assert page.evaluate(WIDER) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()
