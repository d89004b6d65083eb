import pytest

from tests.lab import Lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """One copy of the project for all tests that only read it."""
    return Lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture
def own_lab(tmp_path):
    """A copy of the project that a test may change."""
    return Lab(tmp_path)
