"""One report with pictures for all tests that only read it."""

import pytest

from tests.analysis import simulate
from tests.analysis.report.reports import Page, report
from tests.shared import made_once


@pytest.fixture(scope="session")
def two(tmp_path_factory):
    """Treatment P with truth-tellers, treatment S at random, both by bots."""

    def make(folder):
        sessions = [
            simulate.session(simulate.treatment("cason_pivotal"), "pivot123", simulate.truth),
            simulate.session(simulate.treatment("cason_groves", seconds=30), "grove123", timeouts=0.1),
        ]
        report(folder / "exports", *sessions, pictures="files", further=True)

    path = made_once(tmp_path_factory, "two", make) / "exports report" / "report.html"
    return path, Page(path.read_text(encoding="utf-8"))
