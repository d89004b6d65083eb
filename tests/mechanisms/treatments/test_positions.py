"""Positions: names of types, and messages that say numbers with as many digits as tell them apart."""

import pytest

from mechanisms.certificate.theory import Theory
from mechanisms.treatments import load_treatment
from tests.mechanisms.treatments.cases import edited


def test_labels_and_names():
    player = load_treatment("treatments/production_serial.toml").positions[0]
    assert [player.label(value) for value in (*player.types.tolist(), 5)] == ["low", "middle", "high", ""]
    negative = load_treatment("treatments/cason_pivotal.toml").positions[0]
    assert (negative.label(-6), negative.name(-6)) == ("", "−6")


def test_types_that_are_close_have_different_names(tmp_path):
    labels = ('labels = ["low", "middle", "high"]', "")
    path = edited(tmp_path, ("values = [13, 16, 19]", "values = [1000, 1000.000001, 1001]"), labels)
    player = load_treatment(path).positions[0]
    assert player.type_labels == ("1000", "1000.000001", "1001")
    assert [player.name(value) for value in player.types.tolist()] == ["1000", "1000.000001", "1001"]


def test_a_message_off_the_grid_is_written_in_full():
    treatment = load_treatment("treatments/production_serial.toml")
    with pytest.raises(ValueError, match=r"contains 1\.0000001; allowed are 0, 1, …, 8"):
        treatment.play([13, 13, 13], [1.0000001, 0, 0])


def test_a_certificate_tells_close_types_apart(tmp_path):
    labels = ('labels = ["low", "middle", "high"]', "")  # the file says them in other languages, which is no harm
    path = edited(tmp_path, ("values = [13, 16, 19]", "values = [13, 16.0000001, 16.0000002]"), labels)
    assert Theory(load_treatment(path)).types((1, 2, 0)) == "types (16.0000001, 16.0000002, 13)"
