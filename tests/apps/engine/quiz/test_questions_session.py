"""Questions on information: what the others know."""

import pytest

from mechanisms.treatments import Treatment
from tests.apps.aid_games import TREATMENTS
from tests.apps.engine.quiz.cases import quiz


@pytest.mark.parametrize("information", ["complete", "private", "own"])
def test_what_the_others_know(information):
    definition = TREATMENTS["park_vcg"].definition
    treatment = Treatment.from_definition({**definition, "group": {"size": 3, "information": information}})
    right = {"complete": "exactly", "private": "chances", "own": "nothing"}[information]
    assert quiz(treatment, 0)["information"].right == right


def test_a_type_without_a_draw_is_known():
    definition = TREATMENTS["cason_groves"].definition
    treatment = Treatment.from_definition({**definition, "group": {"size": 2, "information": "private"}})
    assert quiz(treatment, 0)["information"].right == "exactly"
