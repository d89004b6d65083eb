"""Estimates in words and as rows."""

import numpy as np

from analysis.inference.results import Estimate, number, of_arms, p_value, table, with_note


def test_words():
    assert of_arms((("A", 1), ("B", 0)), "session") == "1 (A) and 0 (B) session"
    assert of_arms((("", 6),), "matching silo") == "6 matching silos"
    assert number(-0.12345) == "−0.123"
    assert number(np.inf) == "no upper limit"
    assert (p_value(0.00001), p_value(0.0312)) == ("p < 0.0001", "p = 0.031")


def test_a_refusal_has_no_numbers():
    refused = Estimate("hit: B − A", "t", "numpy 2", "session", (("A", 1), ("B", 1)), (("A", 9), ("B", 9)))
    said = with_note(refused, "No test is possible.").sentence()
    assert (
        said == "hit: B − A: t; N = 1 (A) and 1 (B) sessions, 9 (A) and 9 (B) decisions; numpy 2. No test is possible."
    )
    row = table([refused]).iloc[0]
    assert np.isnan(row["p"])
    assert (row["n_units"], row["n_decisions"], row["n_units_by_arm"]) == (2, 18, "1 (A) and 1 (B)")
    assert table([]).columns.tolist() == table([refused]).columns.tolist()
