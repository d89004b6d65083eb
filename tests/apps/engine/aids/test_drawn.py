"""The figure of a result tells the numbers of the steps, of every kind of game, for two and for more players."""

import re

import pytest
from engine.aids.drawn import DRAWINGS, MOST_PLAYERS, drawn
from engine.aids.explained import explained
from engine.words.language import has_prices, use
from engine.words.numbers import amount

from mechanisms.explanations import (
    AveragePayments,
    ConstantPayments,
    EquilibriumSteps,
    ExpectedEffects,
    FirstReport,
    OthersPayoffs,
    PairwisePayments,
    PivotalComparison,
    explain,
)
from tests.apps.aid_games import TREATMENTS, profiles

pytestmark = pytest.mark.usefixtures("stored")


def write(number):
    return amount(float(number), 2)


def told(figure):
    """The words and numbers of a figure, in reading order."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", str(figure))


def numbers_of(steps, n):
    """What must stand in the figure, beside the labels."""
    if isinstance(steps, EquilibriumSteps):
        return numbers_of(steps.shared, n)
    if isinstance(steps, PivotalComparison):
        return [*steps.others, *steps.others_without]
    if isinstance(steps, OthersPayoffs):
        return [] if n == 2 else [*steps.reported, *steps.others]
    if isinstance(steps, (ExpectedEffects, PairwisePayments, AveragePayments, FirstReport, ConstantPayments)):
        net = steps.payments - steps.payments.T
        return [net[i, j] for i in range(n) for j in range(n) if net[i, j] > 1e-9]
    return [*steps.cost_shares] if hasattr(steps, "stages") or hasattr(steps, "steps") else [sum(steps.cost_shares)]


@pytest.mark.parametrize("name", TREATMENTS)
def test_the_figure_tells_the_numbers_of_the_steps(name):
    treatment = TREATMENTS[name]
    n = treatment.group_size
    labels = [f"P{i + 1}" for i in range(n)]
    for types, messages in profiles(treatment, 3):
        steps = explain(treatment, types, messages)
        words = told(drawn(treatment, steps, "figure", labels, write))
        drawable = type(steps) in DRAWINGS or hasattr(steps, "cost_shares")
        if not drawable or has_prices(treatment) or n > MOST_PLAYERS or (isinstance(steps, OthersPayoffs) and n == 2):
            assert words == []
            continue
        assert set(labels) <= set(words)
        for number in numbers_of(steps, n):
            assert write(number) in words, (number, words)


def test_a_legend_has_one_word_for_the_others():
    """Japanese had another one for one other player, in sentences that have one form for one and several."""
    treatment = TREATMENTS["park_vcg"]
    [(types, messages)] = profiles(treatment, 1)
    with use("ja"):
        words = told(drawn(treatment, explain(treatment, types, messages), "figure", ["A", "B", "C"], write))
    assert {"ほかの人が得られる最大の額", "ほかの人が得る額"} <= set(words)
    assert "相手" not in " ".join(words)


@pytest.mark.parametrize("name", ["production_serial", "production_pairwise"])
def test_the_drawing_stands_above_the_steps_only_where_it_has_a_name(name):
    treatment = TREATMENTS[name]
    types, messages = next(iter(profiles(treatment, 1)))
    plain = explained(treatment, types, messages, 0).text
    with_figure = explained(treatment, types, messages, 0, figure="steps-figure").text
    assert "steps-figure" not in plain
    assert with_figure.endswith(plain)
    assert 'id="steps-figure-title"' in with_figure
    assert "You (Player 1)" in " ".join(told(with_figure))
