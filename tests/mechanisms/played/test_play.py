"""The game as played against the independent oracle, for random treatments of every kind."""

import numpy as np
import pytest
from engine.bots.oracle import expected
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.treatments import Treatment, load_treatment
from tests.shared import examples
from tests.strategies import definitions


@examples(150)
@given(definitions(), st.data())
def test_play_equals_the_oracle(definition, data):
    treatment = Treatment.from_definition(definition)
    types = [data.draw(st.sampled_from(list(position.types))) for position in treatment.positions]
    messages = [data.draw(st.sampled_from(list(position.messages))) for position in treatment.positions]
    play = treatment.play(types, messages)
    judge = expected(treatment.definition, types, messages)
    assert play.points.tolist() == list(judge["points"])
    for ours, theirs in [
        (play.values, "values"),
        (play.cost_shares, "cost_shares"),
        (play.transfers, "transfers"),
        (play.utilities, "utilities"),
    ]:
        np.testing.assert_allclose(ours, [float(x) for x in judge[theirs]], atol=1e-7)
    if play.payments is not None:
        np.testing.assert_allclose(play.payments, np.array(judge["payments"], dtype=float), atol=1e-7)


@examples(40)
@given(definitions().filter(lambda d: d["group"]["size"] == 2), st.data())
def test_game_tensor_is_play_at_every_profile(definition, data):
    treatment = Treatment.from_definition(definition)
    types = [data.draw(st.sampled_from(list(position.types))) for position in treatment.positions]
    game = treatment.game(types)
    for a, first in enumerate(treatment.positions[0].messages):
        for b, second in enumerate(treatment.positions[1].messages):
            assert game.payoffs[:, a, b].tolist() == treatment.play(types, [first, second]).points.tolist()
    own = treatment.own_points(1, types[1])
    np.testing.assert_array_equal(own, game.payoffs[1])


def test_leading_axes_broadcast():
    treatment = load_treatment("treatments/production_pairwise.toml")
    messages = np.array([[[13, 16, 19], [19, 19, 13]], [[16, 16, 16], [13, 13, 13]]])
    play = treatment.play([13, 16, 19], messages)
    assert play.points.shape == (2, 2, 3)
    assert play.payments.shape == (2, 2, 3, 3)
    assert play.points[1, 0].tolist() == treatment.play([13, 16, 19], [16, 16, 16]).points.tolist()


@pytest.mark.parametrize(
    ("types", "messages", "named"),
    [
        ([13, 16, 18], [0, 0, 0], r"types\[..., 2\] contains 18; allowed are 13, 16, 19"),
        ([13, 16, 19], [0, 9, 0], r"messages\[..., 1\] contains 9; allowed are 0, 1, …, 8"),
        ([13, 16, 19], [0, 0.5, 0], "contains 0.5"),
        ([13, 16], [0, 0, 0], r"types has shape \(2,\)"),
        ([13, 16, 19], 3, r"messages has shape \(\)"),
        ([13, 16, 19], [0, np.nan, 0], "nan"),
    ],
)
def test_bad_types_and_messages_are_named(types, messages, named):
    with pytest.raises(ValueError, match=named):
        load_treatment("treatments/production_serial.toml").play(types, messages)


def test_a_game_too_large_says_so():
    definition = load_treatment("treatments/production_serial.toml").definition
    grid = {"lowest": "0", "highest": "8", "step": "0.01"}
    definition = {**definition, "messages": grid, "environment": {**definition["environment"], "quantities": grid}}
    with pytest.raises(ValueError, match="too large: the game has"):
        Treatment.from_definition(definition).game([13, 16, 19])
