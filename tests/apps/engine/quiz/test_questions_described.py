"""The question about the description has the right answer of the game, and stands only where there is one."""

import pytest
from engine.quiz.questions_game import MOST, questions

from mechanisms.treatments import Treatment, load_treatment


@pytest.mark.parametrize(
    ("name", "style", "right"),
    [
        ("cason_pivotal", "menu", "which"),
        ("park_vcg", "menu", "which"),
        ("chen_serial", "opportunity", "never"),
        ("chen_proportional", "opportunity", "can"),
        ("production_serial", "opportunity", "never"),
    ],
)
def test_right_answers(name, style, right):
    plain = load_treatment(f"treatments/{name}.toml")
    treatment = Treatment.from_definition({**plain.definition, "description": {"style": style}})
    own_type = float(treatment.positions[0].types[0])
    asked = {question.name: question for question in questions(treatment, 0, own_type)}
    assert asked["described"].right == right
    assert right in dict(asked["described"].choices)
    assert len(asked) <= MOST
    assert "described" not in {question.name for question in questions(plain, 0, own_type)}
