"""What is open to somebody, on the decision page and on paper, against the independent judge."""

import re
from itertools import product

import numpy as np
import pytest
from engine.aids import aids, answer
from engine.aids.opportunities import AIDS, lines, price_text, printed_menus, printed_prices, ranges
from engine.bots.oracle import expected
from engine.instructions.screen import told_aids
from engine.paper.points_sheets import price_size
from engine.words.language import use
from engine.words.rendering import render

from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from tests.apps.aid_games import TREATMENTS, person, profiles
from tests.shared import first_of_each, kind_of_game, mostly_thorough

pytestmark = pytest.mark.usefixtures("stored")


def named(html):
    """The exact values of the numbers of a page, some of which are said in words."""
    return dict(re.findall(r'data-name="([^"]+)" data-value="([^"]*)"', html))


def described(treatment):
    """In the style that fits it; None where none does."""
    style = "menu" if treatment.messages_are == "reports" else "opportunity"
    try:
        return Treatment.from_definition({**treatment.definition, "description": {"style": style}})
    except TreatmentError:
        return None


DESCRIBED = {name: found for name, treatment in TREATMENTS.items() if (found := described(treatment))}


OF_EACH_KIND = first_of_each(DESCRIBED, lambda name: kind_of_game(DESCRIBED[name]))


@pytest.mark.parametrize("name", mostly_thorough(DESCRIBED, *OF_EACH_KIND))
def test_the_page_shows_the_opportunity_set(name, stored):
    treatment = DESCRIBED[name]
    for types, messages in profiles(treatment, 2):
        for position in (0, treatment.group_size - 1):
            entered = ["" if i == position else f"{m:g}" for i, m in enumerate(messages)]
            kind = AIDS[treatment.style]
            reply = answer(person(treatment, position, types), {"kind": kind, "messages": entered})
            shown = named(reply["html"])
            results = {}
            for own in treatment.positions[position].messages.tolist():
                profile = [own if i == position else m for i, m in enumerate(messages)]
                play = expected(treatment.definition, types, profile)
                price = float(play["cost_shares"][position]) - float(play["transfers"][position])
                results.setdefault((play["points"][position], round(price + 1e-9, 5)), own)
            found = {
                (int(shown[f"open-points-{k}"]), round(float(shown[f"open-price-{k}"]) + 1e-9, 5))
                for k in range(1, len(shown) // 2 + 1)
            }
            assert found == set(results)
            assert stored[-1]["kind"] == kind
            assert stored[-1]["points_units"] is None


def test_there_is_an_aid_for_each_style_and_none_for_the_traditional_one():
    pivotal = load_treatment("treatments/cason_pivotal.toml")
    menu = Treatment.from_definition({**pivotal.definition, "description": {"style": "menu"}})
    assert 'data-ask="menu"' in aids(person(menu, 0, [-6, 8]))
    assert 'data-ask="menu"' not in aids(person(pivotal, 0, [-6, 8]))
    refused = answer(person(pivotal, 0, [-6, 8]), {"kind": "menu", "messages": ["", "8"]})
    assert "error" in refused


def test_units_of_continuous_demands_have_as_many_decimals_as_elsewhere():
    shown = [line.result for line in lines(TREATMENTS["proportional_direct"], 0, 6.0, [4.0]).lines]
    assert shown[:4] == ["2.667", "4", "5.333", "6.667"]


def test_prices_are_said_without_a_sign():
    with use("de"):
        assert [price_text(price, 2) for price in (1.5, -2, 0, 1e-12)] == [
            "Sie zahlen 1,50",
            "Sie erhalten 2,00",
            "nichts",
            "nichts",
        ]


def test_reports_that_follow_each_other_are_said_together():
    pivotal = load_treatment("treatments/cason_pivotal.toml")
    assert ranges(pivotal, 0, (-22.0, -21.0, -20.0, -5.0, 0.0, 1.0)) == "−22 to −20; −5; 0; 1"


def test_paper_has_every_menu_once():
    pivotal = load_treatment("treatments/cason_pivotal.toml")
    menu = Treatment.from_definition({**pivotal.definition, "description": {"style": "menu"}})
    assert printed_menus(pivotal, 0, -6) == []
    sheets = printed_menus(menu, 0, -6)
    others = [float(number) for text, _lines in sheets for number in re.findall(r"−?\d+", text.replace("−", "-"))]
    assert (min(others), max(others)) == (-4, 20) or len(sheets) > 1
    for text, found in sheets:
        first = float(re.match(r"−?\d+", text)[0].replace("−", "-"))
        reply = answer(person(menu, 0, [-6, 8]), {"kind": "menu", "messages": ["", f"{first:g}"]})
        told = {name: value for name, value in named(reply["html"]).items() if "points" in name}
        assert [named(str(line.points)) for line in found.lines] == [{name: value} for name, value in told.items()]


def test_paper_has_as_many_menus_as_there_are_different_ones_however_many_messages_have_them():
    """Three bid 0 to 10: 121 combinations of the others' bids, and their highest one, and whose it is, decide."""
    auction = load_treatment("treatments/auction_second_price.toml")
    menu = Treatment.from_definition({**auction.definition, "description": {"style": "menu"}})
    grids = [menu.positions[i].messages.tolist() for i in (0, 2)]
    different = {lines(menu, 1, 5, list(others)) for others in product(*grids)}
    sheets = printed_menus(menu, 1, 5)
    assert {found for _text, found in sheets} == different
    assert len(sheets) == len(different) == 21
    with use("ja"):
        japanese = [text for text, _lines in printed_menus(menu, 1, 5)]
    for texts, said in (([text for text, _lines in sheets], "Player 1: 0 to 4; Player 3: 5"),
                        (japanese, "プレイヤー1：0から4まで、プレイヤー3：5")):  # fmt: skip
        assert said in texts
    told = [pair for text, _lines in sheets for pair in pairs(text)]
    assert sorted(told) == sorted(product(*grids))


def pairs(text):
    """The messages of two others in "Player 1: 0 to 4; Player 3: 5 / Player 1: 5; Player 3: 0 to 5"."""
    for box in text.split(" / "):
        one, other = re.fullmatch(r"Player \d: (.*); Player \d: (.*)", box).groups()
        yield from product(meant(one), meant(other))


def test_paper_has_the_prices_alone_where_there_are_many_menus_of_requests():
    """Three request 0 to 8: 45 different menus, and of each the price of every number of units in one row."""
    serial = load_treatment("treatments/production_serial.toml")
    described = Treatment.from_definition({**serial.definition, "description": {"style": "opportunity"}})
    assert printed_prices(serial, 0, 13) is None
    assert printed_menus(described, 0, 13) == []
    table = printed_prices(described, 0, 13)
    assert len(table.rows) == 45
    assert table.heads == tuple(f"You: {own}" for own in range(9))
    told = [(pair, prices) for text, prices in table.rows for pair in pairs(text)]
    grid = described.positions[0].messages.tolist()
    assert sorted(pair for pair, _prices in told) == sorted(product(grid, grid))
    for k, (pair, prices) in enumerate(told):
        own = k % len(grid)
        share = expected(described.definition, [13, 13, 13], [own, *map(int, pair)])["cost_shares"][0]
        assert float(named(prices[own])[f"price-{own}"]) == pytest.approx(float(share))
    paper = Treatment.from_definition({**described.definition, "screen": {"calculator": False, "graph": False}})
    assert told_aids(paper, 0) == ["opportunity"]
    sheet = {"prices": table, "price_size": price_size(table, wide=False)}
    html = render("engine/handouts/prices.html", sheet=sheet, n=3)
    assert "Rows: what the others request. Columns: what you request. Cells: what you pay." in html
    assert len(named(html)) == 9
    assert html.count("<tr>") == 46


def meant(text):
    """The numbers of "0 to 4", "0 or 1" and "3"."""
    first, *last = map(float, re.findall(r"\d+", text))
    return np.arange(first, (last or [first])[-1] + 1).tolist()


def test_who_else_gets_the_object_is_nothing_that_one_gets():
    """In an auction there are two results at most: an object at a price, or none."""
    auction = load_treatment("treatments/auction_second_price.toml")
    menu = Treatment.from_definition({**auction.definition, "description": {"style": "menu"}})
    reply = answer(person(menu, 1, [5, 5, 5]), {"kind": "menu", "messages": ["3", "", "7"]})
    rows = re.findall(r'<th scope="row">(.*?)</th>.*?data-value="(.*?)"', reply["html"])
    assert rows == [("You get no object.", "0.0"), ("You get an object.", "7.0")]


def test_amounts_have_all_their_decimals_or_are_said_to_be_rounded():
    exact = lines(TREATMENTS["two_incremental_direct"], 0, 2.0, [4.0])
    assert {line.value for line in exact.lines} >= {"2.4375"}
    assert exact.rounded == ""
    thirds = lines(TREATMENTS["park_symmetric"], 0, 8.0, [8.0, 8.0])
    assert {line.value for line in thirds.lines} == {"8.00"}
    assert thirds.rounded == "Rounded to 2 decimals."
