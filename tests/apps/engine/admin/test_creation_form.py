"""The form "Create session": what it offers, and that what is chosen there is what is played and paid."""

import csv
import io
import re
from types import SimpleNamespace

import pytest
from engine.admin import creation_form
from engine.admin.creation_form import FIRST, GROUPS, limits, options
from engine.session.designs import OVERRIDABLE, designs
from engine.words import money
from otree import settings
from otree.session import SESSION_CONFIGS_DICT

from tests.lab import call, create_session, visit


class Form:
    room_name = SimpleNamespace(data="")


@pytest.fixture(scope="module")
def fieldsets():
    html = str(creation_form.form(Form))
    return dict(re.findall(r'<fieldset data-treatment="(\w+)".*?>(.*?)</fieldset>', html, re.S))


def test_every_value_of_a_treatment_is_in_the_form_once():
    assert sorted([*FIRST, *(key for keys in GROUPS.values() for key in keys)]) == sorted(OVERRIDABLE)


def test_all_that_otree_reads_has_a_field_with_its_value(fieldsets):
    assert set(fieldsets) == set(SESSION_CONFIGS_DICT)
    for name, config in SESSION_CONFIGS_DICT.items():
        named = re.findall(r'name="([\w.]+)"', fieldsets[name])
        assert sorted(named) == sorted(["num_participants", *map(config.html_field_name, config.editable_fields())])


def test_people_come_in_multiples_and_robots_last(fieldsets):
    for design in designs():
        own = fieldsets[design.name]
        people = re.search(r'name="num_participants" .*?value="(\d+)" min="(\d+)" step="(\d+)"', own)
        assert int(people[1]) == design.participants
        assert people[2] == people[3]
        assert design.participants % int(people[2]) == 0
        assert own.index("num_participants") < own.index(f"{design.name}.language") < own.index("bot_strategy")
        assert "</select>" not in own.partition("bot_strategy")[2].partition("</select>")[2]


def test_choices_are_those_of_the_schema(fieldsets):
    chosen = re.search(r'<select name="chen_serial.matching".*?</select>', fieldsets["chen_serial"], re.S)[0]
    assert re.findall(r'value="(\w+)"', chosen) == ["partner", "stranger", "perfect_stranger"]
    assert re.findall(r'value="(\w+)" selected', chosen) == ["partner"]
    assert "truthful" not in re.search(r'"chen_serial.computer".*?</select>', fieldsets["chen_serial"], re.S)[0]
    assert "truthful" in re.search(r'"park_vcg.computer".*?</select>', fieldsets["park_vcg"], re.S)[0]
    assert options("language") == ("de", "en", "ja")
    assert limits("seconds_consent") == (-1, 86_400)


def test_the_hint_of_each_time_limit_is_its_own():
    """As `ProtocolSpec.time_limit` has it."""
    pages = ("consent", "instructions", "quiz", "guess", "result")
    said = {page: creation_form.WORDS[f"seconds_{page}"][1] for page in pages}
    assert {page for page in pages if "900" in said[page]} == {"consent", "instructions", "quiz"}
    assert "twice" in said["result"]
    assert not any("above" in hint for hint in said.values())


@pytest.mark.parametrize(("laboratory", "decimals", "offered"), [("EUR", 2, True), ("JPY", 0, False)])
def test_currencies_that_otree_can_keep_are_offered(monkeypatch, laboratory, decimals, offered):
    monkeypatch.setattr(settings, "REAL_WORLD_CURRENCY_CODE", laboratory)
    monkeypatch.setattr(settings, "REAL_WORLD_CURRENCY_DECIMAL_PLACES", decimals)
    creation_form.payable.cache_clear()
    try:
        assert ("CHF" in creation_form.payable()) is offered
        assert creation_form.payable()[0] == laboratory
    finally:
        creation_form.payable.cache_clear()
    assert (money.problem("CHF") == "") is offered


def test_language_and_currency_of_a_session_are_its_own(address):
    """A session in francs and German beside the laboratory's in euro: page, payments and data."""
    code, links = create_session(address, "chen_serial", 2, currency="CHF", language="de", quiz=False)
    other, _ = create_session(address, "chen_serial", 2)
    page = visit(links[0])[1]
    assert '<html lang="de">' in page
    assert "5,00 CHF" in page
    assert "EUR" not in page
    report = visit(f"{address}/AdminReport/{code}")[1]
    assert "Amounts in CHF" in report
    assert "Amounts in EUR" in visit(f"{address}/AdminReport/{other}")[1]
    for session, currency in ((code, "CHF"), (other, "EUR")):
        text = visit(f"{address}/api/export_app_custom?app=demand&session_code={session}")[1]
        rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
        assert {(row["currency"], row["currency_decimals"]) for row in rows} == {(currency, "2")}


@pytest.mark.parametrize(("currency", "said"), [("Euro", "like EUR or JPY"), ("KWD", "OTREE_CURRENCY=KWD")])
def test_currencies_in_which_it_cannot_be_paid_are_refused(address, currency, said):
    order = {"session_config_name": "chen_serial", "num_participants": 2,
             "modified_session_config_fields": {"currency": currency}}  # fmt: skip
    with pytest.raises(Exception, match="400") as refused:
        call(f"{address}/api/sessions", order)
    text = refused.value.read().decode()
    refused.value.close()
    assert f"currency = '{currency}'" in text
    assert said in text
