"""Keys of a treatment file, values to try, and the treatments that they make."""

import pytest

from mechanisms.certificate.variations import asked, changed, paths_of, vary
from mechanisms.treatments import TreatmentError, load_treatment

PIVOTAL, PARK = (load_treatment(f"treatments/{name}.toml") for name in ("cason_pivotal", "park_vcg"))


def test_keys_are_found_by_their_ends_and_in_lists():
    assert paths_of(PARK.definition, "scale") == [("points", "scale")]
    assert paths_of(PARK.definition, "types.values") == [("types", "values")]
    assert paths_of(PIVOTAL.definition, "roles.2.messages.step") == [("roles", 2, "messages", "step")]
    assert paths_of(PIVOTAL.definition, "roles.*.messages.step") == [("roles", k, "messages", "step") for k in (1, 2)]
    assert paths_of(PIVOTAL.definition, "shift") == [("points", "shift")]  # not that of the roles


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("messages.step", "it is the end of several keys: use one of roles.1.messages.step, roles.2.messages.step"),
        ("title", "no key of this treatment"),
        ("roles.3.messages.step", "no key of this treatment"),
    ],
)
def test_keys_that_cannot_be_meant(key, words):
    with pytest.raises(TreatmentError, match=words):
        paths_of(PIVOTAL.definition, key)


def test_all_of_a_list_change_together_and_the_original_stays():
    before = PIVOTAL.identity
    coarse = changed(PIVOTAL.definition, {"roles.*.messages.step": 2})
    assert [role["messages"]["step"] for role in coarse["roles"]] == [2, 2]
    assert PIVOTAL.identity == before
    found = dict(vary(PARK, {"types.values": [[8, 20], [8, 30]]}))
    assert found["types.values=[8, 30]"].positions[0].types.tolist() == [8, 30]
    assert found["types.values=[8, 20]"].identity == PARK.identity


def test_what_cannot_be_is_an_error_among_the_others():
    found = dict(vary(PIVOTAL, {"roles.*.messages.step": [2, 5]}))
    assert isinstance(found["roles.*.messages.step=5"], TreatmentError)
    assert found["roles.*.messages.step=2"].positions[0].messages.size == 13


@pytest.mark.parametrize("text", ["rounding", "rounding=", "=1"])
def test_values_that_are_not_given(text):
    with pytest.raises(TreatmentError, match="write KEY=V1,V2"):
        asked([text])


def test_a_key_stands_once():
    with pytest.raises(TreatmentError, match="stands twice"):
        asked(["rounding=0", "rounding=1"])
