"""For all tests: how long an example takes is no reason to fail; timings live in tests/bench."""

import pytest
from hypothesis import settings

from tests.lab import Lab

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """One copy of the project for all tests that only read it."""
    return Lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture
def own_lab(tmp_path):
    """A copy of the project that a test may change."""
    return Lab(tmp_path)
