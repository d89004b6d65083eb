"""How taking part ends: once, in sessions of a study, with what the study pays for it."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from engine.session import outcomes

from mechanisms.studies import Study


class Somebody(SimpleNamespace):
    @property
    def _vars(self):
        return vars(self)


@pytest.fixture
def noted(monkeypatch):
    rows = []
    monkeypatch.setattr(outcomes, "note_person", lambda person, *what: rows.append(what))
    monkeypatch.setattr(outcomes, "has_study", lambda session: session == "of a study")
    return rows


def test_the_first_outcome_stays(noted):
    person = Somebody(session="of a study")
    assert outcomes.outcome_of(person) == ""
    outcomes.end_with(person, "withdrew", "participant")
    outcomes.end_with(person, "complete", "server")
    assert outcomes.outcome_of(person) == "withdrew"
    assert noted == [("outcome", "participant", "withdrew")]


def test_a_treatment_alone_notes_no_outcome(noted):
    person = Somebody(session="of no study")
    outcomes.end_with(person, "withdrew", "participant")
    assert (outcomes.outcome_of(person), noted) == ("", [])


@pytest.mark.parametrize(
    ("outcome", "fee"),
    [("", "5"), ("complete", "5"), ("quiz_failed", "2.50"), ("no_consent", "5")],
)
def test_what_a_laboratory_pays_apart_from_play(monkeypatch, outcome, fee):
    """The study states an amount for some endings; whoever still plays, or has to the end, has the show-up fee."""
    fixed = {"quiz_failed": Decimal("2.50"), "complete": Decimal(9)}
    spec = SimpleNamespace(payments=SimpleNamespace(fixed=fixed))
    monkeypatch.setattr(outcomes, "study_of", lambda session: SimpleNamespace(online=False, spec=spec))
    assert outcomes.fee_for(None, outcome, Decimal(5)) == Decimal(fee)


def test_without_a_platform_nothing_is_taken_along(monkeypatch):
    monkeypatch.setattr(outcomes, "study_of", lambda session: Study.from_definition({"name": "none"}))
    assert outcomes.completion(None, "complete", 3) == outcomes.Completion("complete", "", "", "")


def test_who_still_plays_gets_no_code_and_who_ends_that_of_the_ending(monkeypatch):
    platform = SimpleNamespace(name="prolific", code=str.upper, way_back=lambda outcome, who: f"{outcome}/{who}")
    monkeypatch.setattr(outcomes, "study_of", lambda session: SimpleNamespace(spec=SimpleNamespace(platform=platform)))
    monkeypatch.setattr(outcomes, "identifier_of", lambda session, participant: f"{session}-{participant}")
    session = SimpleNamespace(id=7)
    assert outcomes.completion(session, "", 3) == outcomes.Completion("", "", "", "")
    told = outcomes.completion(session, "complete", 3)
    assert told == outcomes.Completion("complete", "COMPLETE", "complete/7-3", "Prolific")
    assert outcomes.completion(session, "overbooked", identifier="5f8a").address == "overbooked/5f8a"
