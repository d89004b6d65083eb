"""For all tests: slowness is no reason to fail (timings live in tests/bench), and neither is chance.

Hypothesis draws the same examples in every run. HYPOTHESIS_PROFILE=explore draws new ones, five times as many as
`--thorough`, which tries more of them and of everything than a plain run: see docs/tests.md.
"""

import gc
import os

import pytest
from _pytest.doctest import DoctestItem
from hypothesis import HealthCheck, settings

from tests import more_treatments
from tests.lab import SEARCHED_AFTER, Lab
from tests.pasted import paste

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
for profile, examples in (("plain", 25), ("thorough", 100)):
    settings.register_profile(
        profile, deadline=None, derandomize=True, max_examples=examples, suppress_health_check=SLOW
    )
settings.register_profile("explore", deadline=None, max_examples=500, suppress_health_check=SLOW)

LONGEST = (
    "tests/apps/test_online.py",
    "tests/apps/engine/otree_repairs/test_kills.py",
    "tests/test_first_experiment.py",
    "tests/analysis/behaviour/test_recovery.py",
    "tests/apps/test_sessions.py",
    "tests/apps/test_claims.py",
    "tests/apps/engine/session",
    "tests/apps/engine/words/test_translations.py",
    "tests/apps/engine/otree_repairs",
    "tests/examples",
    "tests/analysis/report",
    "tests/analysis/behaviour",
    "tests/analysis/inference",
    "tests/apps/engine/admin",
    "tests/apps/engine/quiz",
    "tests/apps/test_other_games.py",
    "tests/commands",
    "tests/analysis",
    "tests/mechanisms",
    "tests/browser/test_session.py",
    "tests/browser/test_protocols.py",
    "tests/browser/test_aids.py",
    "tests/browser/test_first_screen.py",
)
"""They begin first, in this order, so that no process is left alone with a long file at the end."""


def pytest_addoption(parser):
    parser.addoption("--thorough", action="store_true", help="what is repeated on more cases, too")


def pytest_configure(config):
    plain = "thorough" if config.getoption("thorough") else "plain"
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", plain))
    gc.disable()  # while modules and tests are collected: nothing of them is ever garbage


def pytest_collection_finish():
    """What is there stays to the end: without it each search for garbage goes over all of it, a fifth of the time.
    Searched is after as many new objects as `SEARCHED_AFTER` says, and not after 700: another tenth."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(SEARCHED_AFTER)


def pytest_collection_modifyitems(config, items):
    def place(item):
        return next((k for k, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST))

    items.sort(key=place)
    for item in items:
        if isinstance(item, DoctestItem):
            paste(item)
    named = [name for name in config.args if name.partition("::")[0].endswith(".py")]
    if config.getoption("thorough") or named:  # a file that is named is run as a whole
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("thorough")]


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """One copy of the project for all tests that only read it."""
    lab = Lab(tmp_path_factory.mktemp("lab"), warm=True)
    for name, text in more_treatments.texts().items():
        (lab.folder / "treatments" / f"{name}.toml").write_text(text, "utf-8")
    if lab.warm:
        lab.ready()
    yield lab
    lab.close()


@pytest.fixture
def own_lab(tmp_path):
    """A copy of the project that a test may change."""
    return Lab(tmp_path)
