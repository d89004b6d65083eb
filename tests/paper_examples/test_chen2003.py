"""The two games after Chen (2003): equilibria and what dominance says."""

import pytest

from mechanisms.treatments import load_treatment


@pytest.mark.parametrize(("name", "equilibrium"), [("serial", [4, 6]), ("proportional", [4, 8])])
def test_the_equilibrium_is_unique(name, equilibrium):
    game = load_treatment(f"treatments/chen_{name}.toml")
    assert game.nash_equilibria([16.1, 20.1]).tolist() == [equilibrium]
    for position, own in enumerate([16.1, 20.1]):
        assert game.dominant_messages(position, own).size == 0


def test_payoffs_by_hand():
    # serial (4, 6): shares 64/2 = 32 and 32 + 100 - 64 = 68; average cost (4, 8): 4 * 12 = 48 and 8 * 12 = 96
    assert load_treatment("treatments/chen_serial.toml").play([16.1, 20.1], [4, 6]).points.tolist() == [324, 526]
    assert load_treatment("treatments/chen_proportional.toml").play([16.1, 20.1], [4, 8]).points.tolist() == [164, 648]
