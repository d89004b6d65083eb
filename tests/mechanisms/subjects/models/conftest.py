"""Histories with types drawn anew, roles that change, timeouts, people who left and other feedback."""

import numpy as np
import pytest

from tests.analysis import simulate
from tests.analysis.behaviour.oracle import Oracle
from tests.analysis.behaviour.small import coarse_production, coarse_serial, only, played
from tests.shared import mostly_thorough

TREATMENTS = {
    "private, strangers, roles change": lambda: coarse_production(rounds=6, fixed_roles=False, participants=6),
    "private, reports": lambda: simulate.treatment("park_vcg", rounds=6),
    "complete, partners": lambda: coarse_serial(rounds=6),
}


@pytest.fixture(
    scope="session", params=mostly_thorough(TREATMENTS, "private, strangers, roles change", "complete, partners")
)
def game(request, tmp_path_factory):
    """A table of decisions with gaps, its arrays and the oracle."""
    treatment = TREATMENTS[request.param]()
    table = played(tmp_path_factory.mktemp("exports"), treatment, timeouts=0.15)
    left = (table["session_code"] == "sess0001") & (table["participant_id"] == 2) & (table["round"] >= 4)
    table.loc[left, "message"] = np.nan
    return table, only(table), Oracle(table, treatment)
