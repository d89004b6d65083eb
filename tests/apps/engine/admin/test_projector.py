"""The page for the projector: joining, the start, results when all have played, and nobody named."""

import re
from html import unescape
from types import SimpleNamespace
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import numpy as np
import pytest
from engine.admin.audience import MOST_BARS, bins, chosen, joined
from engine.admin.projector import qr

from mechanisms.treatments import Treatment, load_treatment
from tests.apps.people import APP, People
from tests.lab import PATIENCE, Lab, call, visit


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("projector")).server() as address:
        yield address


def page_of(people):
    return unescape(visit(f"{people.address}/Projector/{people.code}")[1])


def start(people):
    browser = build_opener(HTTPCookieProcessor())
    address = f"{people.address}/Projector/{people.code}"
    token = re.search(r'name="csrftoken" value="(\d+)"', browser.open(address, timeout=PATIENCE).read().decode())[1]
    browser.open(address, urlencode({"csrftoken": token, "act": "start"}).encode(), timeout=PATIENCE).close()


def test_a_seat_of_the_computer_is_nobody():
    def person(seat="", visited=True, page="Decide", app="demand"):
        return SimpleNamespace(seat=seat, visited=visited, page=page, app=app, declined=False)

    alone = SimpleNamespace(people=[person(), person("computer"), person(visited=False, page="", app="")])
    assert joined(alone) == {"seats": 2, "here": 1, "ready": 1, "begun": True}
    nobody = SimpleNamespace(people=[person("computer"), person("computer", page="Receipt", app="closing")])
    assert joined(nobody) == {"seats": 0, "here": 0, "ready": 0, "begun": True}


def test_a_class_joins_starts_with_who_is_here_and_sees_its_rounds(address):
    people = People(address, "chen_serial", 6, rounds=2, matching="stranger")
    link = call(f"{address}/api/sessions/{people.code}")["session_wide_url"]
    page = page_of(people)
    assert link.partition("//")[2] in page
    assert "<b>0</b> of 6 have joined" in page
    assert 'form="start"' not in page
    people.open(1)
    start(people)
    page = page_of(people)
    assert "<b>1</b> of 6 have joined" in page
    assert "Too few are here to start: a group needs 2." in page
    assert 'form="start"' not in page
    people.open(2, 3)
    assert "1 of them would have no whole group" in page_of(people)
    people.open(4)
    for k in (1, 2, 3):
        people.send(k, consent="True")
    page = page_of(people)
    assert "<b>4</b> of 6 have joined" in page
    assert "<b>3</b> are ready" in page
    assert "Start with the 4 who are here" in page
    assert "no whole group" not in page
    start(people)
    assert "<b>4</b> of 4 have joined" in page_of(people), "who is here and has not agreed yet is waited for"
    people.send(4, consent="True")
    for k in (1, 2, 3, 4):
        if people.page(k) == "Instructions":
            people.send(k, read="1")
    assert "The experiment has begun" in page_of(people)
    for k, message in ((1, "4"), (2, "6"), (3, "6")):
        assert people.page(k) == "Decide"
        people.send(k, message=message)
    assert "Round 1 of 2" not in page_of(people), "not before all have played"
    people.page(4)
    people.send(4, message="12")
    for k in (1, 2, 3, 4):
        people.page(k)
    page = page_of(people)
    assert "Round 1 of 2" in page
    assert "What 4 people chose" in page
    assert "Mean choice <b>7</b>" in page
    [drawn] = re.findall(r'<svg class="audience".*?</svg>', page, re.S)
    numbers = re.findall(r'<text x="[\d.]+" y="([\d.]+)" [^>]*>(\d+)</text>', drawn)
    below = max(float(y) for y, _number in numbers)
    assert sorted(int(number) for y, number in numbers if float(y) < below) == [1, 1, 2]
    private = [row["participant_code"] for row in people.rows(APP)] + [link.rsplit("/", 1)[1] for link in people.links]
    assert not any(code in page for code in private)


def test_nobody_is_taken_out_while_nobody_is_here(address):
    people = People(address, "chen_serial", 2)
    start(people)
    assert "of 2 have joined" in page_of(people)


@pytest.mark.parametrize("name", ["chen_serial", "cason_pivotal", "park_vcg"])
def test_each_message_has_one_bar(name):
    treatment = load_treatment(f"treatments/{name}.toml")
    edges = bins(treatment)
    assert len(edges) <= MOST_BARS
    values = np.unique(np.concatenate([place.messages for place in treatment.positions]))
    assert all(sum(low <= value <= high for low, high in edges) == 1 for value in values)


def test_the_picture_is_made_here():
    assert qr("http://lab:8000/join/abc").startswith("<svg")
    assert "http" not in qr("http://lab:8000/join/abc").replace("http://www.w3.org", "")


def test_players_have_the_names_of_the_treatment():
    definition = load_treatment("treatments/production_serial.toml").definition
    rows = [SimpleNamespace(message=4.0, id_in_group=1), SimpleNamespace(message=6.0, id_in_group=2)]
    told = chosen(Treatment.from_definition({**definition, "words": {"player": "farm"}}), rows)
    assert "Player 2" in chosen(Treatment.from_definition(definition), rows)
    assert "Farm 2" in told
    assert "Player" not in told
