"""The page of treatments: each has its family, its picture and a button."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from engine.admin.creation_form import part_names
from engine.demo.catalogue import PICTURES, catalogue, demo_page, family_of
from engine.demo.catalogue import entry as session_entry
from engine.session import designs as session_designs
from engine.session import study
from engine.session.designs import check_participants, designs
from engine.session.setup import check_places

from mechanisms.studies import Study
from mechanisms.treatments import TreatmentError


def test_every_treatment_stands_once_with_what_is_said_of_it():
    families = catalogue()
    listed = [entry for family in families for entry in family["treatments"]]
    assert sorted(entry["name"] for entry in listed) == sorted(design.name for design in designs())
    for entry in listed:
        assert all(entry.values()), entry
        assert ET.parse(PICTURES / f"{entry['picture']}.svg").getroot().tag.endswith("svg")
    page = demo_page('<input name="csrftoken" value="7">')
    for design in designs():
        assert page.count(f'action="/demo/{design.name}/alone"') == page.count(f'href="/demo/{design.name}"') == 1
    assert page.count('value="7"') == len(listed)


def test_the_same_title_comes_with_the_name_of_the_file(monkeypatch):
    first, second, *rest = designs()
    twice = (first, replace(second, title=first.title), *rest)
    monkeypatch.setattr(session_designs, "designs", lambda: twice)
    named = [session_designs.session_config(design) for design in twice[:3]]
    assert [config["display_name"] for config in named] == [
        f"{first.title} ({first.name})", f"{first.title} ({second.name})", rest[0].title,
    ]  # fmt: skip
    assert [session_entry(design)["title"] for design in twice[:3]] == [config["display_name"] for config in named]
    assert [session_designs.own_title(config) for config in named] == [first.title, first.title, rest[0].title]


def test_families_follow_the_form_of_play():
    of = {entry["name"]: family["name"] for family in catalogue() for entry in family["treatments"]}
    assert of["chen_serial"] == of["production_proportional"] == "demand"
    assert (of["production_vcg"], of["park_agv"], of["cason_groves"]) == (
        "production",
        "public_project",
        "single_peaked",
    )
    assert of["production_counterbalanced"] == "parts"


@pytest.fixture
def of_arms(monkeypatch):
    """A study of two arms, on silos of six and as many spare places in each."""
    pilot = Study.from_definition({
        "name": "pilot", "setting": "online", "arrival": {"silo": 6, "spare": 6}, "consent": {"contact": "a@b"},
        "arms": [{"treatment": f"production_{rule}", "participants": 12} for rule in ("serial", "vcg")],
        "payments": {"show_up_fee": 2},
    })  # fmt: skip
    monkeypatch.setattr(study, "studies", lambda: {"pilot": pilot})
    monkeypatch.setattr("engine.admin.creation_form.studies", lambda: {"pilot": pilot})
    return pilot, study.study_design(pilot, designs())


def test_of_arms_it_says_what_one_person_plays(of_arms):
    _, design = of_arms
    alone = next(session_entry(other) for other in designs() if other.name == "production_serial")
    said = session_entry(design)
    assert (family_of(design).name, said["rounds"], said["minutes"]) == ("arms", alone["rounds"], alone["minutes"])
    assert part_names(design) == ["Arm production_serial", "Arm production_vcg"]
    assert said["people"] == "36 people, or 24 and more in steps of 12"


def test_only_numbers_that_creation_accepts_are_said(of_arms):
    pilot, design = of_arms
    able, said = [], set()
    for count in range(1, 61):
        try:
            check_participants(design, count)
            for treatment in design.treatments:
                check_places(pilot, treatment, count // 2, 2)
            able.append(count)
        except (TreatmentError, ValueError) as error:
            said |= set(str(error).rpartition("use ")[2].removesuffix(" or more").split(" or "))
    assert able == [24, 36, 48, 60]
    assert said == {str(count) for count in able}
