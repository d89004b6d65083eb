"""What advice may say, against the certificate and against loops over all lies, on random games of every kind."""

import pytest
from hypothesis import given

from mechanisms.certificate import Theory
from mechanisms.descriptions import best_whatever, counterexample, expected_points, most_telling, truths
from mechanisms.treatments import Treatment, load_treatment
from tests.mechanisms.descriptions.independent import Judge, row, small_games
from tests.shared import examples


@examples(40)
@given(small_games())
def test_truths_are_those_of_the_certificate(definition):
    treatment = Treatment.from_definition(definition)
    theory, found = Theory(treatment), truths(treatment)
    secure = row(theory, "secure implementation by Definition 4").verdict.holds
    if treatment.messages_are == "demands":
        assert (found.strategy_proof, found.bayesian, found.reports_get_best) == (False, False, False)
        assert found.secure == secure
        return
    assert found.strategy_proof == row(theory, "strategy-proofness").verdict.holds
    assert found.bayesian == row(theory, "Bayesian incentive compatibility").verdict.holds
    assert found.secure == (found.strategy_proof and secure)


@examples(40)
@given(small_games("reports"))
def test_examples_happen(definition):
    treatment = Treatment.from_definition(definition)
    judge = Judge(treatment)
    lies = list(judge.profitable_lies())
    for i in range(judge.n):
        for own_type in judge.types[i]:
            gains = [gain for who, true, _others, _lie, gain in lies if (who, true) == (i, own_type)]
            found = counterexample(treatment, i, own_type)
            assert (found is None) == (not gains)
            if found is not None:
                assert found.points[1] - found.points[0] == max(gains)
            for example in filter(None, (found, most_telling(treatment, i, own_type))):
                assert example.messages[0] == own_type
                points = tuple(judge.points(i, own_type, own, example.others) for own in example.messages)
                assert example.points == points


@pytest.mark.parametrize("name", ["cason_pivotal", "cason_groves", "production_vcg", "park_vcg", "serial_direct"])
def test_every_report_gets_its_best(name):
    assert truths(load_treatment(f"treatments/{name}.toml")).reports_get_best


def test_what_the_truth_brings_on_average():
    treatment = load_treatment("treatments/park_agv.toml")
    means = expected_points(treatment, 0, 8).tolist()
    own, priors = treatment.own_points(0, 8), [place.probabilities for place in treatment.positions]
    again = [
        sum(own[m, j, k] * priors[1][j] * priors[2][k] for j in range(2) for k in range(2)) for m in range(len(means))
    ]
    assert means == pytest.approx(again)
    assert max(means) == means[0]


def test_no_request_of_a_serial_game_is_best_whatever_the_others_request():
    assert best_whatever(load_treatment("treatments/chen_serial.toml"), 0, 16.1).tolist() == []
