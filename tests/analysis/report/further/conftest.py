"""Two arms of one game, four sessions each: in arm_a nothing changes, in arm_b people learn."""

import pytest

from tests.analysis import simulate
from tests.analysis.report.further.made import arm, rising, sources_of


@pytest.fixture(scope="session")
def learned(tmp_path_factory):
    sessions = [
        simulate.session(arm(name), f"{name[-1]}{k}abcdef", rising(first + 0.02 * k, step), seed=10 * k + len(name))
        for name, first, step in (("arm_a", 0.5, 0.0), ("arm_b", 0.2, 0.09))
        for k in range(4)
    ]
    return sources_of(tmp_path_factory.mktemp("learned"), *sessions)


@pytest.fixture(scope="session")
def missing(tmp_path_factory):
    """The computer draws a fifth of the decisions in arm_b, and one in fifty in arm_a."""
    sessions = [
        simulate.session(
            arm(f"arm_{name}", rounds=4, seconds=30), f"{name}{k}abcdef", rising(share, 0.0), seed=k, timeouts=late
        )
        for name, share, late in (("a", 0.4, 0.02), ("b", 0.7, 0.2))
        for k in range(4)
    ]
    return sources_of(tmp_path_factory.mktemp("missing"), *sessions)
