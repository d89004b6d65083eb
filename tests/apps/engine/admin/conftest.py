"""One server for all sessions that the experimenter's page is asked about."""

import pytest

from tests.lab import Lab


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("admin")).server() as address:
        yield address
