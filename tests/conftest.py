"""For all tests: how long an example takes is no reason to fail; timings live in tests/bench."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
