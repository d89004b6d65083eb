"""Files are read: the shipped ones load, counterbalanced orders, what is no treatment."""

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from mechanisms.treatments import TreatmentError, load_session_design, load_session_designs, load_treatment
from mechanisms.treatments.loading import balanced_orders
from tests.mechanisms.treatments.cases import SHIPPED


def test_every_shipped_file_is_a_session_design():
    designs = load_session_designs("treatments")
    assert sorted(design.name for design in designs) == SHIPPED
    played = {design.treatments[0].mechanism for design in designs}
    assert played >= {"serial", "proportional", "vcg", "groves", "agv", "pairwise"}
    parts = {design.name: design for design in designs if len(design.treatments) > 1}
    then, both = parts["production_serial_then_vcg"], parts["production_counterbalanced"]
    assert [t.name for t in then.treatments] == ["production_serial", "production_vcg"]
    assert (then.show_up_fee, then.orders, then.pay) == (Decimal(5), ((1, 2),), "all")
    assert (both.orders, both.pay, [t.protocol.participants for t in both.treatments]) == (
        ((1, 2), (2, 1)),
        "one",
        [6, 6],
    )


@pytest.mark.parametrize("parts", range(1, 8))
def test_balanced_orders(parts):
    """Every part equally often in every place, and directly after each other part (Williams 1949)."""
    orders = balanced_orders(parts)
    for place in zip(*orders, strict=True):
        assert set(Counter(place).values()) == {len(orders) // parts}
    follow = Counter(pair for order in orders for pair in pairwise(order))
    assert len(follow) == parts * (parts - 1)
    assert len(set(follow.values())) <= 1


def test_a_session_of_several_parts_is_no_treatment():
    with pytest.raises(TreatmentError, match="a session of several parts, which load_session_designs reads"):
        load_treatment("treatments/production_serial_then_vcg.toml")


@pytest.mark.parametrize("load", [load_treatment, load_session_design])
def test_a_study_is_no_treatment(load, tmp_path):
    said = "describe_auction.toml: this is a study, no treatment: name what its arms play, auction_second_price$"
    with pytest.raises(TreatmentError, match=said):
        load("studies/describe_auction.toml")
    hypotheses = tmp_path / "without_arms.toml"
    hypotheses.write_text('[[hypotheses]]\noutcome = "truthful"\n', "utf-8")
    with pytest.raises(TreatmentError, match=r"this is a study, no treatment: name a treatment$"):
        load(hypotheses)


def test_a_byte_order_mark_is_passed_over_and_hidden_files_are_no_treatments(tmp_path):
    text = Path("treatments/park_agv.toml").read_bytes()
    (tmp_path / "park_agv.toml").write_bytes(b"\xef\xbb\xbf" + text)
    (tmp_path / "._park_agv.toml").write_bytes(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        \xff\xfe")
    assert [design.name for design in load_session_designs(tmp_path)] == ["park_agv"]
    with pytest.raises(TreatmentError, match=r"macOS leaves beside park_agv.toml: name that file"):
        load_treatment(tmp_path / "._park_agv.toml")
    assert load_treatment(tmp_path / "park_agv.toml").title == load_treatment("treatments/park_agv.toml").title


def test_missing_files_and_foreign_bytes(tmp_path):
    with pytest.raises(TreatmentError, match=r"nothing.toml: cannot be read"):
        load_treatment(tmp_path / "nothing.toml")
    with pytest.raises(TreatmentError, match="no treatment files"):
        load_session_designs(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'title = "M\xfcnchen"')
    with pytest.raises(TreatmentError, match=r"latin.toml: byte 10 is not UTF-8"):
        load_treatment(tmp_path / "latin.toml")
