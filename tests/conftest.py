"""For all tests: slowness is no reason to fail (timings live in tests/bench), and neither is chance.

Hypothesis draws the same examples in every run. HYPOTHESIS_PROFILE=explore draws new ones, five times as many.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.lab import Lab

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.register_profile("explore", deadline=None, max_examples=500, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """One copy of the project for all tests that only read it."""
    lab = Lab(tmp_path_factory.mktemp("lab"), warm=True)
    yield lab
    lab.close()


@pytest.fixture
def own_lab(tmp_path):
    """A copy of the project that a test may change."""
    return Lab(tmp_path)
