"""Proper scoring: a brute-force search over guesses finds that the mean of the belief is best, whatever the belief."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.session.scoring import ScoringRule, average, belief_draw, scoring_rule
from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from tests.shared import examples

LOWEST, HIGHEST = Fraction(2), Fraction(10)
GUESSES = [LOWEST + Fraction(k, 10) for k in range(81)]

weights = st.lists(st.integers(0, 20), min_size=9, max_size=9).filter(any)


SHARES = {
    (guess, k): ScoringRule("quadratic", LOWEST, HIGHEST, 1000).share(guess, LOWEST + k)
    for guess in GUESSES
    for k in range(9)
}


@examples(30)
@given(weights)
def test_the_mean_of_the_belief_maximises_the_expected_share(belief):
    expected = {guess: sum(w * SHARES[guess, k] for k, w in enumerate(belief)) for guess in GUESSES}
    mean = sum(w * (LOWEST + k) for k, w in enumerate(belief)) / sum(belief)
    nearest = min(abs(guess - mean) for guess in GUESSES)
    best = max(expected.values())
    assert {g for g, e in expected.items() if e == best} == {g for g in GUESSES if abs(g - mean) == nearest}


@pytest.mark.parametrize("guess", GUESSES[::9])
@pytest.mark.parametrize("truth", [LOWEST, Fraction(16, 3), HIGHEST])
def test_binarized_pays_all_or_nothing_with_the_quadratic_share_as_probability(guess, truth):
    """So the ranking of guesses is that of the shares, whatever the two prizes are worth to somebody."""
    rule = ScoringRule("binarized", LOWEST, HIGHEST, 7)
    paid = [rule.units(guess, truth, k / 128) for k in range(128)]
    assert set(paid) <= {0, 7}
    assert abs(Fraction(paid.count(7), 128) - rule.share(guess, truth)) < Fraction(1, 128)


def test_quadratic_points_are_rounded_half_up_to_the_smallest_unit():
    rule = ScoringRule("quadratic", Fraction(0), Fraction(4), 8)
    assert [rule.units(Fraction(g), Fraction(0)) for g in range(5)] == [8, 8, 6, 4, 0]  # 8, 7.5, 6, 3.5, 0
    assert rule.units(Fraction("0.1"), Fraction("0.1")) == 8


def test_binarized_wins_exactly_below_its_probability():
    rule = ScoringRule("binarized", Fraction(0), Fraction(4), 5)  # off by 1 of 4: 15/16 = 0.9375
    assert rule.units(Fraction(1), Fraction(0), 0.9375) == 0
    assert rule.units(Fraction(1), Fraction(0), float(np.nextafter(0.9375, 0))) == 5
    assert [rule.units(Fraction(2), Fraction(2), u) for u in (0.0, 0.999)] == [5, 5]
    assert rule.units(Fraction(4), Fraction(0), 0.0) == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("linear", Fraction(0), Fraction(1), 1), 'kind = \'linear\' must be "quadratic" or "binarized"'),
        (("quadratic", Fraction(1), Fraction(1), 1), "highest = 1 must be more than lowest = 1"),
    ],
)
def test_wrong_rules(arguments, sentence):
    with pytest.raises(ValueError, match=sentence.replace("'", ".")):
        ScoringRule(*arguments)


@pytest.mark.parametrize(("guess", "truth", "name"), [(-1, 0, "guess"), (0, 5, "truth")])
def test_numbers_outside_the_range(guess, truth, name):
    with pytest.raises(ValueError, match=f"{name} = .* must be from 0 to 4"):
        ScoringRule("quadratic", Fraction(0), Fraction(4), 1).units(Fraction(guess), Fraction(truth))


def with_beliefs(name, **spec):
    return Treatment.from_definition({**load_treatment(f"treatments/{name}.toml").definition, "beliefs": spec})


def test_the_rule_of_a_treatment_has_the_range_of_the_others():
    treatment = with_beliefs("cason_pivotal", points="11", rule="binarized")  # roles with different grids
    assert scoring_rule(treatment, 0) == ScoringRule("binarized", Fraction(-4), Fraction(20), 11)
    assert scoring_rule(treatment, 1) == ScoringRule("binarized", Fraction(-22), Fraction(2), 11)


def test_what_cannot_be_paid_or_asked_is_refused():
    with pytest.raises(TreatmentError, match=r"beliefs.points = 10.5: must have at most 0 decimals"):
        with_beliefs("cason_pivotal", points="10.5")
    with pytest.raises(TreatmentError, match=r"beliefs.rounds names 11: there are 10 rounds"):
        with_beliefs("cason_pivotal", points="10", rounds=[1, 11])
    with pytest.raises(TreatmentError, match=r"beliefs.rounds = .*once"):
        with_beliefs("cason_pivotal", points="10", rounds=[1, 1])


def test_no_rule_where_nothing_is_to_guess():
    definition = with_beliefs("cason_pivotal", points="10").definition
    one = {"lowest": 8, "highest": 8, "step": 1}
    roles = [definition["roles"][0], {**definition["roles"][1], "messages": one}]
    treatment = Treatment.from_definition({**definition, "roles": roles})
    assert scoring_rule(treatment, 0) is None
    assert scoring_rule(treatment, 1) is not None


def test_averages_are_exact():
    assert average([0.1, 0.2, 0.3]) == Fraction(1, 5)
    assert average([1, 2, 2]) == Fraction(5, 3)


def test_draws_differ_by_session_round_and_participant():
    treatment = load_treatment("treatments/park_vcg.toml")
    draws = {
        belief_draw(treatment, code, k, i) for code in ("abcd1234", "efgh5678") for k in (1, 2, 3) for i in (1, 2, 3)
    }
    assert len(draws) == 18
    assert belief_draw(treatment, "abcd1234", 1, 1) == belief_draw(treatment, "abcd1234", 1, 1)
    assert 0.3 < np.mean([belief_draw(treatment, "abcd1234", k, 1) for k in range(1, 200)]) < 0.7
