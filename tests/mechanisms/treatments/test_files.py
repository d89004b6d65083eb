"""A treatment that is written as a file and read again is the same treatment."""

import pytest

from mechanisms.treatments import load_session_designs, load_treatment
from mechanisms.treatments.files import as_toml

SHIPPED = [design.treatments[0] for design in load_session_designs("treatments") if len(design.treatments) == 1]


@pytest.mark.parametrize("treatment", SHIPPED, ids=lambda t: t.name)
def test_what_is_written_is_read_as_the_same(tmp_path, treatment):
    path = tmp_path / f"{treatment.name}.toml"
    path.write_text(as_toml(treatment, "Line one\n\n[[not a table]]"), encoding="utf-8")
    again = load_treatment(path)
    assert again.definition == treatment.definition
    assert again.identity == treatment.identity


def test_texts_keep_their_signs(tmp_path):
    odd = 'say "yes" \\ no\tand\nthen = [1] # é'
    treatment = load_treatment("treatments/cason_pivotal.toml")
    definition = treatment.definition | {"title": odd, "description": {"text": odd, "style": "menu"}}
    changed = type(treatment).from_definition(definition)
    path = tmp_path / "cason_pivotal.toml"
    path.write_text(as_toml(changed), encoding="utf-8")
    assert load_treatment(path).definition == changed.definition
