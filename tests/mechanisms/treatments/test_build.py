"""Games are built: what is unsaid, and what is too large."""

import pytest

from mechanisms.treatments import TreatmentError, load_treatment
from tests.mechanisms.treatments.cases import edited


def test_ties_unsaid_are_ties_to_the_first(tmp_path):
    first = load_treatment("treatments/cason_pivotal.toml")
    unsaid = load_treatment(edited(tmp_path, ('ties = "first"', ""), base="cason_pivotal"))
    last = load_treatment(edited(tmp_path, ('ties = "first"', 'ties = "last"'), base="cason_pivotal"))
    assert unsaid.identity == first.identity != last.identity
    outcomes = [t.outcome_label(t.play([-6, 8], [-7, 7]).outcome) for t in (first, unsaid, last)]
    assert outcomes == ["built", "built", "not built"]


def test_what_is_too_large_is_refused_before_memory_is_used(tmp_path):
    path = edited(tmp_path, ("highest = 8", "highest = 8000"), base="production_vcg")
    with pytest.raises(
        TreatmentError, match=r"group.size = 3: too large to compute: .*fewer reports, outcomes or agents"
    ):
        load_treatment(path)
