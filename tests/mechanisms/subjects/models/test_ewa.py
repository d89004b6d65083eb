"""EWA against a second computation with loops."""

from analysis.behaviour import EWA
from tests.mechanisms.subjects.models.against_oracle import same


def test_ewa(game):
    _, choices, oracle = game
    same(choices, EWA, [0.02, 0.8, 0.4, 0.3], oracle.ewa(0.02, 0.8, 0.4, 0.3))
