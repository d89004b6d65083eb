"""What a design must have, on games where it is known."""

import math

import pytest

from analysis.planning.power import PlanError
from analysis.planning.search.requirements import Requirement, first_unmet, numbers_of
from mechanisms.certificate.theory import Theory
from mechanisms.treatments import load_treatment

PIVOTAL, GROVES = (load_treatment(f"treatments/{name}.toml") for name in ("cason_pivotal", "cason_groves"))


def unmet(treatment, *texts, seconds=60):
    theory = Theory(treatment)
    return first_unmet([Requirement.of(text) for text in texts], theory, numbers_of(treatment, theory, seconds))


def test_rows_of_the_certificate():
    every = "unique-dominant", "unique-nash", "not-negative", "strategy-proofness"
    assert unmet(GROVES, *every) == ("", "")
    assert unmet(PIVOTAL, "not-negative", "unique-dominant") == ("unique-dominant", "Player 1 has 2; Player 2 has 2")
    assert unmet(PIVOTAL, "unique-nash")[1].startswith("there are 327")


def test_limits_of_numbers():
    numbers = numbers_of(PIVOTAL, Theory(PIVOTAL), 90)
    assert (numbers["equilibria"], numbers["messages"], numbers["rounds"]) == (327, 25, 10)
    assert numbers["equilibria_share"] == pytest.approx(327 / 625)
    assert numbers["minutes"] == 15
    assert numbers_of(PIVOTAL.with_protocol(seconds=30), Theory(PIVOTAL), 90)["minutes"] == 5
    assert unmet(PIVOTAL, "equilibria>=327", "minutes <= 10") == ("", "")
    assert unmet(PIVOTAL, "minutes<=10", seconds=61)[0] == "minutes<=10"
    assert unmet(PIVOTAL, "equilibria<=326") == ("equilibria<=326", "equilibria is 327")


def test_what_is_not_known_meets_no_limit():
    theory = Theory(PIVOTAL)
    numbers = numbers_of(PIVOTAL, theory, 60) | {"equilibria": math.nan}
    assert all(Requirement.of(f"equilibria{sign}1").unmet(theory, numbers) for sign in ("<=", ">="))


@pytest.mark.parametrize("text", ["unique", "minutes<45", "hours<=1", "minutes<=long", "", "minutes<=--1"])
def test_what_is_no_requirement(text):
    with pytest.raises(PlanError, match="use unique-dominant"):
        Requirement.of(text)
