"""Which tests a hypothesis can name: what fits is kept as it was said, what does not is refused in one line."""

import pytest

from mechanisms.studies import TESTS, Study, StudyError
from tests.lab import ROOT

TWO, THREE = ("a", "b"), ("a", "b", "c")


def spec(**entries):
    return Study.from_definition({"name": "x", "hypotheses": [{"outcome": "earnings", **entries}]}).spec.hypotheses[0]


@pytest.mark.parametrize("name", TESTS)
def test_every_test_can_be_named_where_it_fits(name):
    test = TESTS[name]
    for count in test.arms:
        entries = {"arms": THREE[:count], "test": name, "alternative": test.alternatives[-1]}
        entries |= ({"margin": 2} if test.margin else {}) | ({"value": "0.5"} if count == 1 else {})
        assert spec(**entries).test_in_force == name


@pytest.mark.parametrize(
    ("entries", "name"),
    [
        ({}, "permutation"),
        ({"margin": 1}, "equivalence"),
        ({"margin": 1, "alternative": "less"}, "permutation"),
        ({"arms": THREE}, "any"),
        ({"arms": THREE, "alternative": "less"}, "trend"),
        ({"arms": ("a",), "value": "chance"}, "permutation"),
    ],
)
def test_what_is_tested_by_where_nothing_is_said(entries, name):
    assert spec(**entries).test_in_force == name


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ({"arms": ["a"]}, 'names one arm: name two, or what it is compared with, as in value = 50 or "chance"'),
        ({"arms": TWO, "value": 1}, "value = 1: belongs to a hypothesis on one arm"),
        ({"arms": ["a"], "value": "luck"}, 'value = "luck": must be a number in the unit of the tables, or "chance"'),
        ({"arms": ["a", "a"]}, "names 'a' twice"),
        ({"arms": TWO, "test": "guess"}, 'test = "guess": is none that there is: use one of permutation, ranks'),
        ({"arms": TWO, "test": "trend"}, "cannot be of 2 arms: use one of permutation"),
        ({"arms": THREE, "test": "t"}, "cannot be of 3 arms: use one of any, trend"),
        ({"arms": ["a"], "value": 1, "test": "mixed"}, "cannot be of one arm: use one of permutation, ranks, sign, t,"),
        ({"arms": THREE, "margin": 1}, "margin = 1: is not used by test = 'any'"),
        ({"test": "superiority", "alternative": "less"}, "margin is missing: test = 'superiority' needs one"),
        ({"test": "ranks", "margin": 1}, "is not used by test = 'ranks': leave it out, or use one of equivalence"),
        ({"test": "noninferiority", "margin": 1}, "alternative must be 'greater' or 'less' with test = 'noninf"),
        ({"test": "logit", "alternative": "less"}, "alternative = \"less\": must be 'two-sided' with test = 'logit'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(entries, complaint):
    with pytest.raises(StudyError) as caught:
        spec(**entries)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_page_on_registration_says_of_each_what_it_is():
    page = (ROOT / "docs" / "registration.md").read_text("utf-8")
    assert [name for name, test in TESTS.items() if f"| `{name}` | " not in page or test.words not in page] == []
