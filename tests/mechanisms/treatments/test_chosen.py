"""Files with social choice functions: what they give, against the judge; what is refused, in a line with a witness."""

import numpy as np
import pytest
from engine.bots.oracle import expected
from hypothesis import assume, given
from hypothesis import strategies as st

from mechanisms.treatments import Treatment, TreatmentError, chosen, load_treatment
from tests.shared import examples
from tests.strategies import choice_functions

GIVEN = load_treatment("treatments/serial_direct.toml").definition


def with_(mechanism, **tables):
    return {**GIVEN, "mechanism": mechanism, **tables}


@examples(25)
@given(choice_functions(), st.data())
def test_play_equals_the_judge(definition, data):
    try:
        treatment = Treatment.from_definition(definition)
    except TreatmentError:
        assume(False)
    types = [data.draw(st.sampled_from(list(place.types))) for place in treatment.positions]
    reports = [data.draw(st.sampled_from(list(place.messages))) for place in treatment.positions]
    play, judge = treatment.play(types, reports), expected(treatment.definition, types, reports)
    np.testing.assert_allclose(play.quantities, [float(q) for q in judge["quantities"]], atol=1e-7)
    np.testing.assert_allclose(play.cost_shares, [float(x) for x in judge["cost_shares"]], atol=1e-6)
    assert play.points.tolist() == judge["points"]
    assert not play.transfers.any()
    surplus, best = treatment.surplus(play), treatment.efficient_surplus(types)
    assert surplus <= best + 1e-6 * (1 + abs(best))


def test_with_reports_that_are_true_it_is_the_equilibrium_of_the_demand_game():
    grid = {"lowest": "0", "highest": "12", "step": "1"}
    economy = {**GIVEN["environment"], "quantities": grid}
    types = {"values": ["4.1", "6.1", "8.1"], "probabilities": ["1/3"] * 3}
    tables = {"environment": economy, "types": types, "messages": None}
    tables = {**{key: part for key, part in GIVEN.items() if key != "messages"}, **tables}
    tables.pop("messages")
    direct = Treatment.from_definition({**tables, "mechanism": {"name": "serial_direct"}})
    demands = Treatment.from_definition({**tables, "mechanism": {"name": "serial"}})
    for pair in ([4.1, 4.1], [8.1, 4.1], [6.1, 8.1]):
        assert demands.nash_equilibria(pair).tolist() == [direct.play(pair, pair).quantities.tolist()]


@pytest.mark.parametrize(
    ("mechanism", "tables", "line"),
    [
        (
            {"name": "serial_direct"},
            {},
            r"mechanism.name = 'serial_direct': with the reports \(5; 5\) the demand game has 3 equilibria, \(2; 3\), ",
        ),
        ({"name": "axial_direct", "demands": "continuous"}, {}, r"'axial' has no path of straight pieces"),
        (
            {"name": "serial_direct", "demands": "continuous"},
            {"environment": {**GIVEN["environment"], "quantities": {"lowest": "1", "highest": "9", "step": "1"}}},
            r"environment.quantities.lowest must be 0, not 1",
        ),
        (
            {"name": "serial_direct", "demands": "continuous"},
            {"environment": {**GIVEN["environment"], "cost": {"kind": "power", "coefficient": "4", "exponent": "1"}}},
            r"mechanism.demands = 'continuous': with the reports \(4; 4\) the demand 0 of player 1 is not the only",
        ),
        ({"name": "serial_direct", "cost_shares": "equal"}, {}, r"mechanism.cost_shares = 'equal' has no meaning here"),
        ({"name": "vcg", "demands": "grid", "cost_shares": "equal"}, {}, r"mechanism.demands = 'grid' has no meaning"),
        ({"name": "fixed_path_direct"}, {}, r"mechanism.path is missing"),
    ],
)
def test_what_is_refused(mechanism, tables, line):
    with pytest.raises(TreatmentError, match=line) as caught:
        Treatment.from_definition(with_(mechanism, **tables))
    assert "\n" not in str(caught.value)


def test_a_game_without_an_equilibrium_is_refused():
    """Whoever wants more than the other makes both want another amount: matching pennies in a table of costs."""
    values = [["0", "0"], ["0", "0"]]
    cost = {"kind": "goods_table", "values": values}
    economy = {"kind": "production", "quantities": {"lowest": "0", "highest": "1", "step": "1"},
               "value": {"kind": "linear"}, "cost": cost}  # fmt: skip
    with pytest.raises(TreatmentError, match=r"equilibria, \(0; 0\), \(0; 1\), \(1; 0\), \(1; 1\); it must have"):
        Treatment.from_definition(
            {**with_({"name": "equal_direct"}, environment=economy), "messages": None, "types": {"values": ["0"]}}
        )


def test_too_many_reports_are_refused(monkeypatch):
    monkeypatch.setattr(chosen, "MAX_CONTINUOUS", 100)
    with pytest.raises(TreatmentError, match="121 profiles of reports are more than 100"):
        Treatment.from_definition({**GIVEN, "points": {"scale": "3"}})
