import json
import sys
from functools import cache

import pytest

from tests.lab import ROOT, Lab
from tests.shared import made_once

REQUESTS = ROOT / "tests" / "otree_requests.py"
SESSION = {"quiz": False, "practice_rounds": 0, "rounds": 5}
MENDED = ("listeners", "queries", "stored_vars")


@pytest.fixture(scope="session")
def requests_of(tmp_path_factory):
    """What tests/otree_requests.py found: 3 people play 3 of 5 rounds, with all repairs or without some."""

    @cache
    def played(without=()):
        def make(folder):
            lab = Lab(folder)  # of its own: in other copies a database may lie
            lab.own("_static")  # a probe changes a file of it
            order = {"config": "production_serial", "people": 3, "rounds": 3, "changes": SESSION, "without": without,
                     "out": str(folder / "requests.json")}  # fmt: skip
            done = lab.run(sys.executable, str(REQUESTS), json.dumps(order), OTREE_IN_MEMORY="1")
            assert done.returncode == 0, done.stderr

        folder = made_once(tmp_path_factory, f"requests-{'-'.join(without)}", make)
        return json.loads((folder / "requests.json").read_text("utf-8"))

    return played


@pytest.fixture(scope="session")
def probes(requests_of):
    return requests_of()["probes"]


@pytest.fixture(scope="session")
def counted(requests_of):
    """By kind of request, the most that one of them cost; or what it costs without repairs, as oTree is."""

    def most(name, repaired=True, pick=max):
        kinds = requests_of(() if repaired else MENDED)["kinds"]
        assert {"POST Decide 302", "GET WaitForGroup 302", "GET Feedback 200", "GET Decide 200"} <= set(kinds)
        return {kind: pick(costs.get(name, 0) for costs in all_costs) for kind, all_costs in kinds.items()}

    return most
