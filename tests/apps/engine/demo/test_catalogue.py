"""The page of treatments: each has its family, its picture and a button."""

import xml.etree.ElementTree as ET

from engine.demo.catalogue import PICTURES, catalogue, demo_page
from engine.session.designs import designs


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


def test_families_follow_the_form_of_play():
    of = {entry["name"]: family["name"] for family in catalogue() for entry in family["treatments"]}
    assert of["chen_serial"] == of["production_proportional"] == "demand"
    assert (of["production_vcg"], of["park_agv"], of["cason_groves"]) == (
        "production",
        "public_project",
        "single_peaked",
    )
    assert of["production_counterbalanced"] == "parts"
