"""The same people in several treatments: it is said, with the orders, in the abstract, in the design and in Table 1."""

import json
from itertools import permutations

import pandas as pd
import pytest

from analysis.games import PERSON
from analysis.report.comparisons import ARM
from analysis.report.descriptions import protocol
from analysis.report.sections import _protocol
from analysis.report.sequences import sequences_sentence, sequences_words
from tests.analysis import simulate


def played(*orders, names="AB"):
    """One participant for each order, who plays the treatment of each part in one round."""
    rows = [(("s", k), name, part, order) for k, order in enumerate(orders) for part, name in enumerate(names, 1)]
    columns = [*PERSON, ARM, "part", "order"]
    return pd.DataFrame([(*who, name, part, order) for who, name, part, order in rows], columns=columns)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (played("1", "1", names="A"), ""),
        (played("1;2", "1;2"), "everybody plays A, then B, in this order"),
        (played("1;2;3", names="ABA"), "everybody plays A, then B, then A, in this order"),
        (played("1;2", "2;1", "2;1"), "everybody plays both, 2 participants B first and 1 A first"),
        (
            played("1;2;3", "3;2;1", "2;1;3", "1;2;3", names="ABA"),
            "everybody plays A, A and B, in 2 orders: A, B, A (3 participants) or B, A, A (1 participant)",
        ),
        (played(*map(";".join, permutations("123")), names="ABC"), "everybody plays A, B and C, in 6 orders"),
    ],
)
def test_who_plays_what_in_what_order(rows, words):
    assert sequences_words(rows) == words
    assert sequences_sentence(rows) == (f"E{words[1:]}." if words else "")


def test_sessions_of_several_treatments():
    rows = pd.concat([played("1", names="A"), played("1", "1", "1", names="B")])  # participant 0 and 1, 2 of session s
    rows["participant_id"] = range(len(rows))
    assert sequences_words(rows) == "each participant plays one treatment, and each session has both"
    more = pd.concat([rows, rows.iloc[:1].assign(session_code="t")])
    assert sequences_words(more) == "each participant plays one treatment, and 1 of 2 sessions have several"
    assert sequences_words(more.iloc[[0, -1]]) == ""


def test_the_protocol_of_parts():
    treatment = simulate.treatment("cason_groves", participants=20)
    rows = pd.DataFrame({"order": ["1;2", "2;1"], "parts": "a;b", "pay_parts": "one", "session_code": "s"})
    told = _protocol(rows.assign(definition=json.dumps(treatment.definition), currency="EUR"))
    assert told["Participants"] == "20 of each of 2 orders of the treatments"
    assert ", if this part is the one of 2 that is drawn to be paid; " in told["Paid"]
    alone = dict(protocol(treatment))
    assert alone["Participants"] == "20"
    assert "drawn to be paid" not in alone["Paid"]
