"""The park of Safronov (2018), section 3.1: Table 1, Table 3, coalition figures for VCG, AGV, pairwise compensation."""

import numpy as np
import pytest

from mechanisms.treatments import load_treatment

L, H = 8, 20
REPORTS = (L, H)


@pytest.fixture(params=["vcg", "agv", "pairwise"])
def park(request):
    return load_treatment(f"treatments/park_{request.param}.toml")


def coalition(name, types, reports):
    """Expected total utility of agents 1 and 3 with the given types and reports, agent 2 telling the truth."""
    treatment = load_treatment(f"treatments/park_{name}.toml")
    plays = [treatment.play([types[0], t2, types[1]], [reports[0], t2, reports[1]]) for t2 in REPORTS]
    return np.mean([play.utilities[[0, 2]].sum() for play in plays])


TABLE_1 = {  # (theta_1, theta_3): payoffs at theta_2 = L and at theta_2 = H
    (L, L): ((8, 0, 8), (0, 20, 0)),
    (L, H): ((8, 0, 20), (8, 0, 20)),
    (H, L): ((20, 0, 8), (20, 0, 8)),
    (H, H): ((20, 0, 20), (20, 0, 20)),
}


@pytest.mark.parametrize(("near", "payoffs"), TABLE_1.items(), ids=str)
def test_table_1_efficient_payoffs(park, near, payoffs):
    for theta_2, expected in zip(REPORTS, payoffs, strict=True):
        types = [near[0], theta_2, near[1]]
        assert park.play(types, types).values.tolist() == list(expected)


TABLE_3 = {  # x_12, x_13, x_21, x_23, x_31, x_32 at theta_2 = L and at theta_2 = H
    (L, L): ((2.5, -1, 2, 2, 0, 0), (2.5, -1, -2, -2, -4, 10)),
    (L, H): ((2.5, -1, 2, 2, 0, 0), (2.5, -1, -2, -2, 4, -10)),
    (H, L): ((-2.5, 1, 0, 0, 0, 0), (-2.5, 1, 0, 0, 0, 0)),
    (H, H): ((-2.5, 1, 0, 0, 0, 0), (-2.5, 1, 0, 0, 0, 0)),
}


@pytest.mark.parametrize(("near", "transfers"), TABLE_3.items(), ids=str)
def test_table_3_pairwise_transfers(near, transfers):
    park = load_treatment("treatments/park_pairwise.toml")
    for theta_2, expected in zip(REPORTS, transfers, strict=True):
        types = [near[0], theta_2, near[1]]
        payments = park.play(types, types).payments
        assert payments[~np.eye(3, dtype=bool)].tolist() == list(expected)


def test_section_3_1_vcg_coalition_gets_the_park_for_nothing():
    assert coalition("vcg", (L, L), (H, H)) == 16
    assert coalition("vcg", (L, L), (L, L)) < 16
    park = load_treatment("treatments/park_vcg.toml")
    for theta_2 in REPORTS:
        assert park.play([L, theta_2, L], [H, theta_2, H]).transfers[[0, 2]].tolist() == [0, 0]


def test_footnote_2_that_lie_is_an_inefficient_equilibrium():
    """Agents 1 and 3 of type L report H, agent 2 reports L: a Nash equilibrium of the game in points."""
    park = load_treatment("treatments/park_vcg.toml")
    assert [H, L, H] in park.nash_equilibria([L, H, L]).tolist()
    play = park.play([L, H, L], [H, L, H])
    assert park.surplus(play) < park.efficient_surplus([L, H, L])


def test_section_3_1_agv_coalition_gains():
    assert coalition("agv", (L, L), (L, L)) == -1
    assert coalition("agv", (L, L), (L, H)) == 5.5


def test_section_3_1_pairwise_coalition_loses_by_lying():
    assert coalition("pairwise", (L, L), (L, L)) == 15.5
    assert coalition("pairwise", (L, L), (H, L)) == 13.5
    assert coalition("pairwise", (L, L), (H, H)) == 13.5
    assert coalition("pairwise", (L, L), (L, H)) == 13.5


def test_section_3_1_agent_2_is_guaranteed_2_5():
    park = load_treatment("treatments/park_pairwise.toml")
    assert [park.play([L, t2, L], [L, t2, L]).utilities[1] for t2 in REPORTS] == [1.5, 3.5]
    for report_1 in REPORTS:
        for report_3 in REPORTS:
            assert np.mean([park.play([L, t2, L], [report_1, t2, report_3]).utilities[1] for t2 in REPORTS]) == 2.5


def test_section_3_1_ex_ante_payoffs():
    park = load_treatment("treatments/park_pairwise.toml")
    everybody = np.stack(np.meshgrid(REPORTS, REPORTS, REPORTS), axis=-1).reshape(-1, 3)
    assert park.play(everybody, everybody).values.mean(axis=0).tolist() == [13, 2.5, 13]
