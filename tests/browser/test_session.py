"""People in real browsers: every number on the screen is what `mechanisms` gives."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest

from mechanisms.draws import draw_session
from mechanisms.treatments import load_treatment
from tests.lab import ROOT, create_session

ROUNDS, PEOPLE = 2, 3
MESSAGES = np.array([[[13.0, 19, 16], [19, 13, 19]][r] for r in range(ROUNDS)])  # by round and position


def number(text):
    return float(text.replace("\u2212", "-").split(" ")[0])


def points_text(treatment, units):
    return treatment.format_points(units).replace("-", "\u2212")


def on_screen(page):
    """Exact values by name, after checking that the text that people read is the same number, rounded."""
    shown = {}
    for span in page.query_selector_all("[data-value]"):
        name = span.get_attribute("data-name") or f"calculator-{span.get_attribute('data-field')}"
        text, value = span.inner_text(), span.get_attribute("data-value")
        shown[name] = value
        if name.startswith(("message", "calculator-outcome", "points", "calculator-points")):
            continue  # words, or compared as points below
        decimals = len(text.split(" ")[0].partition(".")[2])
        assert abs(number(text) - float(value)) <= 0.5 * 10**-decimals + 1e-9, name
    return shown


def check_decision(page, treatment, position, own_type):
    shown = on_screen(page)
    assert page.inner_text("[data-name=me]") == treatment.positions[position].role
    assert page.inner_text("[data-name=type]").endswith(f"({own_type:g})")
    economy = treatment.played.environment
    for quantity in economy.quantities:
        assert float(shown[f"own-value-{quantity:g}"]) == economy.value.value(np.array(own_type), quantity)
    for total in range(int(PEOPLE * economy.quantities[-1]) + 1):
        assert float(shown[f"total-cost-{total}"]) == economy.cost.total_cost(np.array(float(total)))


def check_amounts(shown, play, position, prefix=""):
    for name, amounts in (("value", play.values), ("cost_share", play.cost_shares), ("transfer", play.transfers)):
        assert float(shown[prefix + name]) == pytest.approx(amounts[position], abs=1e-9)
    assert int(shown[f"{prefix}points"]) == play.points[position]


def use_calculator(page, treatment, position, own_type):
    """Other guesses than what is played; the others' types are none of the calculator's business."""
    guess = treatment.positions[0].messages[[2, 0, 1]]
    for i, message in enumerate(guess):
        page.select_option(f"#guess-{i}", repr(float(message)))
    page.click("#calculate")
    page.wait_for_selector("[data-field=points][data-value]")
    types = np.full(PEOPLE, treatment.positions[0].types[0])
    types[position] = own_type
    play = treatment.play(types, guess)
    shown = on_screen(page)
    check_amounts(shown, play, position, "calculator-")
    assert float(shown["calculator-quantity"]) == play.quantities[position]
    assert shown["calculator-outcome"] == treatment.outcome_label(play.outcome)
    assert page.inner_text("[data-field=points]") == points_text(treatment, play.points[position])


def decide(page, treatment, position, message):
    page.click("#confirm")  # nothing is chosen yet
    assert page.inner_text("#message-error").startswith("Please choose one of the numbers")
    k = int(np.searchsorted(treatment.positions[position].messages, message))
    page.click(f"label[for=message-{k}]")
    page.click("#confirm")


def check_feedback(page, treatment, position, play, messages):
    page.wait_for_selector("#continue")
    shown = on_screen(page)
    check_amounts(shown, play, position)
    assert page.inner_text("[data-name=points]") == points_text(treatment, play.points[position])
    for j in range(PEOPLE):
        assert float(shown[f"message-{j + 1}"]) == messages[j]
        assert float(shown[f"quantity-{j + 1}"]) == play.quantities[j]
        for i in range(PEOPLE):
            if i != j:
                assert float(shown[f"payment-{j + 1}-{i + 1}"]) == pytest.approx(play.payments[i, j], abs=1e-9)


def test_a_group_of_three_plays_two_rounds_to_the_receipt(address, seats):
    treatment = load_treatment(ROOT / "treatments" / "production_pairwise.toml")
    treatment = treatment.with_protocol(rounds=ROUNDS, participants=PEOPLE)
    draws = draw_session(treatment, PEOPLE)
    _, links = create_session(address, treatment.name, PEOPLE, rounds=ROUNDS)
    pages = seats(links)
    for page in pages:
        page.check("#consent-yes")
        page.click("#confirm")
    points = np.zeros((ROUNDS, PEOPLE), dtype=int)  # by participant
    for r in range(ROUNDS):
        members = draws.groups[r, 0]
        types = draws.types[r, members]
        play = treatment.play(types, MESSAGES[r])
        points[r, members] = play.points
        for i, member in enumerate(members):
            pages[member].wait_for_selector("#situation")
            check_decision(pages[member], treatment, i, types[i])
            if (r, i) == (0, 1):
                use_calculator(pages[member], treatment, i, types[i])
            decide(pages[member], treatment, i, MESSAGES[r, i])
        for i, member in enumerate(members):
            check_feedback(pages[member], treatment, i, play, MESSAGES[r])
            pages[member].click("#continue")
    assert len(np.unique(points)) > ROUNDS  # else a mix-up of people or rounds would not show
    for member, page in enumerate(pages):
        page.fill("#id_age", "30")
        page.click("#confirm")
        check_receipt(page, treatment, points[:, member])


def check_receipt(page, treatment, points):
    page.wait_for_selector("[data-name=total]")
    shown = on_screen(page)
    assert [int(shown[f"points-1-{r}"]) for r in range(1, ROUNDS + 1)] == points.tolist()
    assert int(shown["points-1"]) == points.sum()
    money = treatment.money(int(points.sum()))
    assert Decimal(shown["money-1"]) == money
    assert Decimal(shown["show_up_fee"]) == treatment.protocol.show_up_fee
    total = max(Decimal(0), money + treatment.protocol.show_up_fee).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(shown["total"]) == total
    assert page.inner_text("[data-name=total]") == f"{total} EUR"


def test_the_table_for_two_players(address, seats):
    treatment = load_treatment(ROOT / "treatments" / "cason_pivotal.toml").with_protocol(rounds=1, participants=2)
    _, links = create_session(address, treatment.name, 2, rounds=1)
    pages = seats(links)
    for page in pages:
        page.check("#consent-yes")
        page.click("#confirm")
    for position, member in enumerate(draw_session(treatment, 2).groups[0, 0]):
        page = pages[member]
        page.wait_for_selector("#payoff-table")
        cells = page.eval_on_selector_all("#payoff-table td", "cells => cells.map(cell => cell.textContent)")
        own = treatment.own_points(position, treatment.positions[position].types[0])
        rows = own if position == 0 else own.T
        assert [number(cell) for cell in cells] == rows.ravel().tolist()
        page.set_viewport_size({"width": 360, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360  # the table scrolls, not the page
