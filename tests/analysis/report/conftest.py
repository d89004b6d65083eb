"""One report with pictures for all tests that only read it."""

import pytest

from tests.analysis import simulate
from tests.analysis.report.reports import report


@pytest.fixture(scope="session")
def two(tmp_path_factory):
    """Treatment P with truth-tellers, treatment S at random, both by bots."""
    sessions = [
        simulate.session(simulate.treatment("cason_pivotal"), "pivot123", simulate.truth),
        simulate.session(simulate.treatment("cason_groves", seconds=30), "grove123", timeouts=0.1),
    ]
    return report(tmp_path_factory.mktemp("two") / "exports", *sessions, pictures=True)
