"""What a treatment is said not to have is blank in all data of it, and nothing else is."""

import pytest

from analysis.loading.exports import load_decisions
from analysis.measures.outcomes import with_outcomes
from analysis.measures.possible import REASONS, why_not
from analysis.predictions import predict
from analysis.simulation.writing import write_sessions
from mechanisms.subjects.population import Population
from tests.analysis.simulate import treatment


@pytest.mark.parametrize(
    ("name", "none"),
    [
        ("chen_serial", {"truthful", "dominant_played"}),
        ("cason_groves", {"efficiency"}),
        ("park_agv", {"dominant_played", "nash_played"}),
        ("park_vcg", set()),
    ],
)
def test_what_is_refused_is_blank_in_all_rows(tmp_path, name, none):
    played = treatment(name)
    written = write_sessions(played, Population.of("uniform"), 2, tmp_path)
    table = with_outcomes(predict(load_decisions(str(written.path))).decisions)
    assert {outcome for outcome in REASONS if table[outcome].isna().all()} == none
    assert {outcome for outcome in REASONS if why_not(played, outcome)} == none
    assert why_not(played, "earnings") == ""
