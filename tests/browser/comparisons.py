"""What the pages of a round show, compared with what `mechanisms` gives for the messages that were sent.

Each function looks at the page that `subject`, a tests.browser.subject.Subject, has open;
`subject.shown` are its exact numbers by name.
"""

import re

import numpy as np
import pytest
from babel.numbers import get_decimal_symbol

from mechanisms.environments import Production
from mechanisms.explanations import explain
from tests.browser.checks import MINUS, check_number

CLOSE = 1e-9


def check_situation(subject):
    """The decision page: role, type, values, costs, the table for two players, the own past rounds."""
    page, shown, place = subject.page, subject.shown, subject.place
    treatment, own_type = place.treatment, place.own_type
    sign = get_decimal_symbol(subject.language)
    written = f"{own_type:g}".replace("-", MINUS).replace(".", sign)
    assert page.inner_text("[data-name=type]").rstrip(")").endswith(written)
    environment = treatment.played.environment
    if isinstance(environment, Production):
        for quantity in environment.quantities:
            worth = environment.value.value(np.array(own_type), quantity)
            assert float(shown[f"own-value-{quantity:g}"]) == pytest.approx(worth, abs=CLOSE)
        totals = [float(name.removeprefix("total-cost-")) for name in shown if name.startswith("total-cost-")]
        assert min(totals) == treatment.group_size * environment.quantities[0]
        assert max(totals) == treatment.group_size * environment.quantities[-1]
        for total in totals:
            cost = environment.cost.total_cost(np.array(total))
            assert float(shown[f"total-cost-{total:g}"]) == pytest.approx(cost, abs=CLOSE)
    check_table(subject)
    check_history(subject)


def check_table(subject):
    """Every cell of the table for two players, and both points where both types are known."""
    place, cells = subject.place, subject.page.locator("#payoff-table tbody td")
    if not cells.count():
        return
    treatment, me = place.treatment, place.position
    rows = [treatment.own_points(i, float(place.types[i])) for i in (me, 1 - me)]
    own, other = ((units if me == 0 else units.T).ravel().tolist() for units in rows)
    texts = subject.page.eval_on_selector_all(
        "#payoff-table tbody td", "cells => cells.map((cell) => [...cell.childNodes].map((node) => node.textContent))"
    )
    assert len(texts) == len(own)
    both = treatment.information == "complete"
    for text, *units in zip(texts, own, *([other] if both else []), strict=True):
        for written, points in zip(text, units, strict=True):
            check_number("points", str(points), written.strip(), subject.language, treatment)


def check_history(subject):
    session, place = subject.session, subject.place
    earlier = [
        p for p in session.places[subject.person]
        if (p.part, p.practice) == (place.part, place.practice) and p.round < place.round
    ]  # fmt: skip
    found = {name for name in subject.shown if re.fullmatch(r"history-message-\d+", name)}
    assert found == {f"history-message-{p.round}" for p in earlier if not session.is_void(p)}
    for past in earlier:
        if session.is_void(past):
            continue
        messages = session.messages(subject.person, past)
        assert float(subject.shown[f"history-message-{past.round}"]) == messages[past.position]
        feedback = past.treatment.protocol.feedback
        points = subject.shown.get(f"history-points-{past.round}")
        assert (points is None) == (feedback == "none")
        if points is not None:
            assert int(points) == session.play(subject.person, past).points[past.position]
        for i in range(len(messages)):
            told = subject.shown.get(f"history-message-{past.round}-{i + 1}")
            assert (told is None) == (feedback != "all" or i == past.position)
            assert told is None or float(told) == messages[i]


def check_amounts(shown, play, position, prefix=""):
    for name, amounts in (("value", play.values), ("cost_share", play.cost_shares), ("transfer", play.transfers)):
        if prefix + name in shown:
            assert float(shown[prefix + name]) == pytest.approx(amounts[position], abs=CLOSE)
        else:  # a line that the mechanism does not have
            assert abs(amounts[position]) < CLOSE
    assert int(shown[f"{prefix}points"]) == play.points[position]


def check_feedback(subject):
    """The result of a round, as far as the feedback setting tells it, and nothing beyond."""
    session, shown, place, page = subject.session, subject.shown, subject.place, subject.page
    if session.is_void(place):
        assert page.locator("#not-played").count() == 1
        assert not any(name.startswith("message-") for name in shown)
        return
    feedback, person = place.treatment.protocol.feedback, subject.person
    if feedback == "none":
        assert page.locator("#round-over").count() == 1
        assert shown == {}
        return
    play, messages = session.play(person, place), session.messages(person, place)
    check_amounts(shown, play, place.position)
    told = range(len(messages)) if feedback == "all" else [place.position]
    assert {n for n in shown if n.startswith("message-")} == {f"message-{i + 1}" for i in told}
    for i in told:
        assert float(shown[f"message-{i + 1}"]) == messages[i]
        if f"quantity-{i + 1}" in shown:
            assert float(shown[f"quantity-{i + 1}"]) == play.quantities[i]
    assert ("average-message" in shown) == (feedback == "average" and not place.alone)
    if "average-message" in shown:
        assert float(shown["average-message"]) == pytest.approx(session.average_message(place), abs=CLOSE)
    if feedback == "all":
        check_explanation(subject, explain(place.treatment, place.types, messages), play)
    if (person, place.counted) in session.guesses:
        assert int(shown["belief-points"]) == session.belief_units(person, place)
        assert float(shown["belief"]) == session.guesses[person, place.counted]


def use_aids(subject):
    """Ask the calculator and the graph about other messages than those that are sent, and compare the answers."""
    page, place = subject.page, subject.place
    if not page.locator("#what-if").count():
        return
    treatment = place.treatment
    grids = [position.messages for position in treatment.positions]
    guess = [float(grid[(2 * i + 1) % len(grid)]) for i, grid in enumerate(grids)]
    types = np.array([float(position.types[0]) for position in treatment.positions])
    types[place.position] = place.own_type
    if page.locator("details.aid:not([open]) > #aid-title").count():
        subject.hands.press("#aid-title")
    for i, message in enumerate(guess):
        field = f"#guess-{i}"
        if page.evaluate("selector => document.querySelector(selector).tagName", field) == "SELECT":
            subject.hands.select(field, f"{message:g}")
        else:
            subject.hands.write(field, f"{message:g}")
    subject.hands.press("#calculate")
    page.wait_for_selector("[data-name=calculator-points]")
    play = treatment.play(types, guess)
    if page.locator("#draw").count():
        subject.hands.press("#draw")
        page.wait_for_selector(".graph circle")
    subject.check(subject.axe, "aids")
    check_amounts(subject.shown, play, place.position, "calculator-")
    check_explanation(subject, explain(treatment, types, guess), play)
    if page.locator("#draw").count():
        for message in grids[place.position].tolist():
            tried = [message if i == place.position else other for i, other in enumerate(guess)]
            points = treatment.play(types, tried).points[place.position]
            assert int(subject.shown[f"graph-points-{message:g}"]) == points


def check_explanation(subject, steps, play):
    """The steps end in the own cost share or transfer; the stages of the serial rule and who pays whom add up to it."""
    shown = {name: float(value) for name, value in subject.shown.items() if name.startswith("step-")}
    me = subject.place.position
    if subject.place.treatment.messages_are == "demands":
        assert shown["step-cost-share"] == pytest.approx(play.cost_shares[me], abs=CLOSE)
    else:
        assert shown["step-transfer"] == pytest.approx(play.transfers[me], abs=CLOSE)
    if subject.place.treatment.mechanism == "serial":
        mine = [shown[f"step-stage-{k}-mine"] for k in range(1, len(steps.stages) + 1)]
        assert sum(mine) == pytest.approx(play.cost_shares[me], abs=CLOSE)
        for k, stage in enumerate(steps.stages, 1):
            assert shown[f"step-stage-{k}-cost"] == pytest.approx(stage.cost, abs=CLOSE)
    if play.payments is not None:
        for i, j in np.argwhere(~np.eye(len(play.points), dtype=bool)):
            payer, receiver = (j, i) if play.payments[i, j] >= -CLOSE else (i, j)
            paid = pytest.approx(abs(play.payments[i, j]), abs=CLOSE)
            assert shown.get(f"step-payment-{payer + 1}-{receiver + 1}-for-{i + 1}", 0.0) == paid
    if subject.place.treatment.mechanism == "vcg":
        together = "together" if len(play.points) > 2 else 2 - me  # one other player stands for all of them
        assert shown[f"step-without-{together}"] == pytest.approx(steps.others_without[me], abs=CLOSE)
