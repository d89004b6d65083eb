"""What results say of themselves: short, true, escaped, never an address."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import mechanisms as m
from mechanisms.shown import LONGEST_LINE, Shown, Words, brief, html_table
from tests.mechanisms.tags import Tags

GAME = m.NormalFormGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], messages=[["C", "<D>"], ["C", "D"]])


def results():
    treatment = m.load_treatment("treatments/park_vcg.toml")
    chen = m.load_treatment("treatments/chen_serial.toml")
    cost = m.PowerCost(0.5, 2)
    problem = m.SocialChoiceProblem([[[8, 0], [20, 0]], [[0, 8], [0, 20]]], [[0.5, 0.5]] * 2)
    yield from (GAME, treatment, chen, cost, problem, treatment.bayesian_game(), m.certify(chen))
    yield from (m.logit_equilibria(GAME, [0, 1]), m.iterated_elimination(GAME), m.rationalizable_messages(GAME))
    yield from (m.best_reply_play(GAME), m.strong_equilibrium(GAME, (1, 1)), treatment.positions[0])
    yield from (m.draw_session(treatment, 6), chen.play([16.1, 20.1], [4, 6]), m.TabulatedCost(tuple(range(99))))
    yield from (
        m.CallableCost(lambda q: q.sum(axis=-1), np.ones_like, 2),
        m.QuadraticFormCost(np.eye(2)),
        m.QuadraticValue(2),
    )
    yield from (m.serial_equilibrium(m.demand_equilibria.LinearUtilities([4, 6]), cost), chen.played)
    yield m.staged_serial(lambda stage, left, served: [1.0] * len(left), 2, cost)[0]
    yield m.load_session_designs("treatments")[0]
    yield m.explain(chen, [16.1, 20.1], [4, 6])


@pytest.mark.parametrize("result", list(results()), ids=lambda result: type(result).__name__)
def test_says_what_it_is(result):
    said = repr(result)
    assert said.startswith(type(result).__name__ + "(")
    assert not re.search(r"0x[0-9a-f]{6}|<[\w.]+ object", said)
    assert len(said) <= LONGEST_LINE + 50
    assert said.count("\n") <= 2
    tags = Tags(result._repr_html_())
    assert {"table", "td"} <= tags.names <= {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert type(result).__name__ in tags.text


def test_numbers_of_a_game():
    assert repr(GAME) == "NormalFormGame(players=2, messages=2 × 2, payoffs=int64 from 0 to 5)"
    large = m.NormalFormGame(np.zeros((2, 40, 3)))
    assert repr(large) == "NormalFormGame(players=2, messages=40 × 3, payoffs=float64 from 0 to 0)"
    shown = GAME._repr_html_()
    assert "<th></th><th>C</th><th>D</th>" in shown
    assert "<td>&lt;D&gt;</td><td>5, 0</td><td>1, 1</td>" in shown
    assert "40" in large._repr_html_()
    assert large._repr_html_().count("<tr>") == 3


def test_treatment_and_certificate():
    chen = m.load_treatment("treatments/chen_serial.toml")
    said = repr(chen)
    for word in ("chen_serial", chen.title, "serial in production", "12 × 12 demands", chen.identity):
        assert word in said
    certificate = m.certify(chen)
    counts = [
        int(number) for number in re.findall(r"(\d+) (?:holds|fails|not applicable|too large)", repr(certificate))
    ]
    assert sum(counts) == len(certificate.rows)
    text = Tags(certificate._repr_html_()).text
    assert all(row.concept in text for row in certificate.rows)
    assert "1 of 144 message profiles: Player A demands 4 and Player B demands 6" in text


def test_escaped():
    treatment = m.load_treatment("treatments/chen_serial.toml")
    bad = m.Treatment.from_definition({**treatment.definition, "title": "<script>alert(1)</script>"})
    assert "<script>" not in bad._repr_html_()
    assert "&lt;script&gt;" in bad._repr_html_()
    assert html_table("<b>", ["<i>"], [["a&b"]]) == (
        "<table><caption>&lt;b&gt;</caption><thead><tr><th>&lt;i&gt;</th></tr></thead>"
        "<tbody><tr><td>a&amp;b</td></tr></tbody></table>"
    )


def test_long_things_are_cut():
    @dataclass(frozen=True, eq=False)
    class Many(Shown):
        table: pd.DataFrame
        numbers: tuple[int, ...]
        text: str
        deep: dict

    many = Many(pd.DataFrame({"a": range(99)}), tuple(range(1000)), "x" * 10_000, dict.fromkeys(range(50), "y" * 99))
    said = repr(many)
    assert "table of 99 rows × 1 columns" in said
    assert "1000 × int" in said
    assert "50 entries" in said
    assert len(said) < 400


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1 / 3, "0.333333"),
        (np.float64(4), "4.0"),
        (True, "True"),
        (np.int64(3), "3"),
        (Words("2 × 2"), "2 × 2"),
        ("two", "'two'"),
        (None, "None"),
        ((), "()"),
        ((1,), "(1,)"),
        (object(), "object"),
        (len, "len"),
        (float("nan"), "nan"),
        ({"a": [1.5]}, "{'a': [1.5]}"),
        (np.zeros((2, 9)), "float64 array (2, 9)"),
    ],
)
def test_brief(value, said):
    assert brief(value) == said
