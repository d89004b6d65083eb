"""Each family of treatments has its page of notes for a class, and what it says of theory was computed."""

import re
from pathlib import Path

import pytest
from engine.demo.catalogue import FAMILIES, family_of
from engine.session.designs import designs

TEACHING = Path("docs/teaching")
PAGES = {path.stem: path.read_text("utf-8") for path in TEACHING.glob("*.md") if path.stem != "README"}
SECTIONS = dict(re.findall(r"^## `(\w+)`(.*?)(?=^## |\Z)", Path("docs/treatments.md").read_text("utf-8"), re.M | re.S))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_each_family_has_its_page_with_all_its_treatments(family):
    file = family.title.lower().replace(" ", "-")
    page = PAGES[file]
    assert page.startswith(f"# {family.title}\n")
    own = [design.name for design in designs() if family_of(design) is family]
    assert own
    assert all(f"`{name}`" in page for name in own)
    assert f"[{family.title}]({file}.md)" in (TEACHING / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_what_is_said_of_theory_is_in_the_certificates(name):
    said = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGES[name], re.M)
    assert said
    for treatment, found in said:
        assert found in SECTIONS[treatment], f"{treatment}: {found}"
