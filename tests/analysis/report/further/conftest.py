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
