"""Lists of alternatives, chances of types, messages that are allowed."""

from engine.words.names import alternatives, message_text, prior_sentence, type_name
from engine.words.numbers import allowed_messages

from mechanisms.treatments import Treatment, load_treatment
from tests.apps.engine.screens.pages import TREATMENTS


def test_alternatives_and_priors():
    assert alternatives(["<"]) == "&lt;"
    assert prior_sentence(TREATMENTS["park_vcg"], 0) == "L (8) with chance 1/2 or H (20) with chance 1/2"
    assert allowed_messages([0, 1, 2, 3]) == "a whole number from 0 to 3"
    assert allowed_messages([0, 0.5, 1, 1.5]) == "a number from 0 to 1.5 in steps of 0.5"
    assert allowed_messages([8, 20]) == "one of the numbers 8; 20"


def test_what_an_object_is_worth_is_an_amount_first_and_a_bid_an_amount_alone():
    definition = load_treatment("treatments/auction_second_price.toml").definition
    values = definition["types"]["values"]
    labels = [f"level {k}" for k in range(len(values))]
    treatment = Treatment.from_definition(definition | {"types": definition["types"] | {"labels": labels}})
    lowest = float(values[0])
    assert type_name(treatment, 0, lowest) == f"{lowest:g} (level 0)"
    assert message_text(treatment, 0, lowest) == f"{lowest:g}"
    assert message_text(TREATMENTS["park_vcg"], 0, 8.0) == "L (8)"
