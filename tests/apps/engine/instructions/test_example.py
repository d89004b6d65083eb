"""The example of the instructions is the game as played, and no advice."""

import re
from decimal import Decimal

import pytest
from engine.bots.oracle import expected
from engine.instructions.example import example
from engine.instructions.screen import instructions
from engine.words.language import languages, use

from mechanisms.explanations import explain
from tests.apps.aid_games import TREATMENTS
from tests.apps.engine.instructions.reading import CASES, numbers
from tests.shared import some_of


@pytest.mark.parametrize(("name", "position"), some_of(CASES, 40))
def test_the_example_is_the_game_as_played(name, position):
    treatment, html = TREATMENTS[name], str(instructions(TREATMENTS[name], position))
    shown, found = example(treatment, position), numbers(html)
    play = treatment.play(shown.types, shown.messages)
    told = [position] if treatment.information == "own" else range(treatment.group_size)
    amounts = re.compile(r"example-(step-)?(value|transfer|price|cost[-_]share|sum)(-\d+)?$")
    writings = {len(text.partition(".")[2]) for tag, (_number, text) in found.items() if amounts.match(tag)}
    assert len(writings) == 1, writings
    for i in range(treatment.group_size):
        assert float(found[f"example-message-{i + 1}"][0]) == shown.messages[i]
        assert (f"example-points-{i + 1}" in found) == (i in told)
    assert ("in this order: Player 1 → Player 2 → Player 3." in html) == (name == "park_pairwise_sequential")
    judged = expected(treatment.definition, list(shown.types), list(shown.messages))
    for i in told:
        assert int(found[f"example-points-{i + 1}"][0]) == play.points[i]
        assert judged["points"][i] == play.points[i]
        assert Decimal(found[f"example-points-{i + 1}"][1]) == treatment.points_value(play.points[i])
        for part, amounts in {
            "value": play.values,
            "transfer": play.transfers,
            "price": -play.transfers,
            "cost_share": play.cost_shares,
        }.items():
            if f"example-{part}-{i + 1}" in found:
                assert float(found[f"example-{part}-{i + 1}"][0]) == amounts[i]
    steps = explain(treatment, shown.types, shown.messages)
    own = steps.transfers if treatment.rule.has_transfers else steps.cost_shares
    step = "example-step-transfer" if treatment.rule.has_transfers else "example-step-cost-share"
    assert float(found[step][0]) == pytest.approx(own[position])


def test_the_example_goes_through_the_stages():
    """Who is left requests, the smallest request is served and pays what the judge says; in each language."""
    staged = TREATMENTS["production_staged"]
    for language in languages():
        treatment = staged.with_protocol(language=language)
        with use(language):
            html, shown = str(instructions(treatment, 1)), example(treatment, 1)
        [table] = re.findall(r'<table class="messages said">(.*?)</table>', html, re.DOTALL)
        judged = expected(treatment.definition, list(shown.types), list(shown.messages))
        order = sorted(range(3), key=lambda i: shown.messages[i])  # equal ones in the order of the file, 1 2 3
        found = numbers(table)
        assert [float(found[f"example-served-{k}"][0]) for k in (1, 2, 3)] == sorted(shown.messages)
        paid = [float(found[f"example-stage-paid-{k}"][0]) for k in (1, 2, 3)]
        assert paid == pytest.approx([float(judged["cost_shares"][i]) for i in order])
        assert [row.count("<br>") for row in table.split("</tr>")[1:4]] == [2, 1, 0]
        assert str(instructions(TREATMENTS["production_serial"], 1)).count('class="messages said"') == 0


def test_the_example_is_no_advice():
    """Some reports of an example are the type and some are not, where both are possible."""
    for name, position in CASES:
        treatment, shown = TREATMENTS[name], example(TREATMENTS[name], position)
        choice = min(len(place.messages) for place in treatment.positions) > 1
        if treatment.messages_are == "reports" and choice:
            assert shown.types != shown.messages
