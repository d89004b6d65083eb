"""A model of behaviour in the seat of somebody who is gone."""

import numpy as np
import pytest

from mechanisms.session.draws import draw_session
from mechanisms.subjects.absent import check_computer, model_message
from mechanisms.subjects.models.logit_equilibrium import LogitEquilibrium
from mechanisms.subjects.sessions import empty_sessions
from mechanisms.treatments import TreatmentError, load_treatment
from tests.shared import thorough


def game(name, model, **protocol):
    return load_treatment(f"treatments/{name}.toml").with_protocol(computer="model", computer_model=model, **protocol)


def first_message(treatment, participant, position, types):
    return model_message(
        treatment, "abcd1234", 1, participant, np.array([position]), np.array([types]), np.full((1, len(types)), np.nan)
    )


def test_equilibrium_in_every_seat_under_private_types():
    """Truth is dominant there: each type sends itself."""
    park = game("park_vcg", "equilibrium")
    for position, place in enumerate(park.positions):
        types = [p.types[0] for p in park.positions]
        for own in place.types:
            types[position] = own
            assert first_message(park, 1, position, types) == own


@thorough
def test_frequencies_are_those_of_the_model():
    """Each seat draws for itself; the shares are the choice probabilities of the estimated model."""
    chen = game("chen_proportional", "qre(lambda=0.05)")
    said = np.array([first_message(chen, k, 0, [16.1, 20.1]) for k in range(1, 3001)])
    model = LogitEquilibrium(empty_sessions(chen, 1))
    probability = np.exp(model.log_table(np.array([0.05])).logs)[0]
    share = np.array([(said == message).mean() for message in chen.positions[0].messages])
    assert (np.abs(share - probability) < 4 * np.sqrt(probability * (1 - probability) / len(said))).all()


def test_a_seat_of_a_mixture_is_the_same_person_for_the_whole_session():
    chen = game("chen_proportional", "0.5*fixed(messages=3) + 0.5*fixed(messages=9)")
    types, nobody = np.array([[16.1, 20.1]] * 2), np.full((2, 2), np.nan)
    seats = [
        {model_message(chen, "abcd1234", r, k, np.zeros(r, int), types[:r], nobody[:r]) for r in (1, 2)}
        for k in range(1, 21)
    ]
    assert all(len(seat) == 1 for seat in seats)
    assert set().union(*seats) == {3.0, 9.0}


def test_what_was_played_in_changing_positions_is_what_is_replied_to():
    """A round without decisions is passed over, and the seat may sit elsewhere in each round."""
    chen = game("chen_proportional", "reply(lambda=1000)", fixed_roles=False)
    types = np.array([[16.1, 20.1]] * 3)
    said = np.array([[2.0, 9.0], [np.nan, np.nan], [np.nan, np.nan]])
    own = np.array([0, 1, 0])
    points = [chen.play(types[0], [m, 9.0]).points[0] for m in chen.positions[0].messages]
    assert model_message(chen, "abcd1234", 3, 1, own, types, said) == chen.positions[0].messages[np.argmax(points)]


@pytest.mark.parametrize(
    ("name", "model", "told"),
    [
        ("chen_serial", "truthful", "session.computer_model = 'truthful'"),
        ("park_vcg", "nobody", "'nobody' is no model: use one of truthful,"),
        ("park_vcg", "qre", "lambda is missing"),
    ],
)
def test_a_model_that_cannot_sit_there_is_refused(name, model, told):
    with pytest.raises(TreatmentError, match=told.replace("(", r"\\(")):
        check_computer(game(name, model))


def test_the_key_belongs_to_its_rule():
    park = load_treatment("treatments/park_vcg.toml")
    for protocol in ({"computer": "model"}, {"computer_model": "uniform"}):
        with pytest.raises(TreatmentError, match="computer_model"):
            park.with_protocol(**protocol)


def test_it_takes_every_shipped_game():
    for name in ("production_serial", "park_pairwise", "goods_moulin_shenker"):
        treatment = game(name, "uniform")
        draws = draw_session(treatment, treatment.protocol.participants)
        members = draws.groups[0, 0]
        place = treatment.positions[1]
        assert first_message(treatment, 2, 1, draws.types[0, members]) in place.messages
