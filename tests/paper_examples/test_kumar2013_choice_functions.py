"""The two shipped social choice functions: Theorems 2 and 3 for the serial one, the counterexample of K section 5."""

import numpy as np
import pytest

from mechanisms.certificate import certify
from mechanisms.treatments import load_treatment

SERIAL, PROPORTIONAL = (load_treatment(f"treatments/{name}_direct.toml") for name in ("serial", "proportional"))
SECURE = ("strategy-proofness", "rectangularity property", "secure implementation by Proposition 1",
          "secure implementation by Definition 4")  # fmt: skip


def test_they_differ_in_the_rule_alone():
    own = {"name", "title", "description", "source", "mechanism"}
    ours, theirs = ({k: v for k, v in t.definition.items() if k not in own} for t in (SERIAL, PROPORTIONAL))
    assert ours == theirs
    assert SERIAL.definition["mechanism"] | {"name": "proportional_direct"} == PROPORTIONAL.definition["mechanism"]


def test_k_theorem_3_the_serial_function_is_securely_implementable():
    rows = {row.concept: row.verdict.status for row in certify(SERIAL).rows}
    assert [rows[name] for name in SECURE] == ["holds"] * 4
    rows = {row.concept: row.verdict.status for row in certify(PROPORTIONAL).rows}
    assert [rows[name] for name in SECURE] == ["fails"] * 4


@pytest.mark.parametrize("b", [(6, 6), (6, 8), (10, 8), (9, 7), (7, 13)])
def test_k_section_5_demands_and_cost_shares(b):
    """q_i = (4/3)(b_i - b_j/2), x_i = (4/9)(b_i - b_j/2)(b_i + b_j), where both demand something."""
    play = PROPORTIONAL.play([6, 6], b)
    own, other = np.array(b, float), np.array(b[::-1], float)
    assert play.quantities == pytest.approx(4 / 3 * (own - other / 2), abs=1e-8)
    assert play.cost_shares == pytest.approx(4 / 9 * (own - other / 2) * (own + other), abs=1e-7)


def test_k_section_5_the_best_report_is_five_quarters_of_the_truth():
    """Against the report b of the same type the best one is (3/2) b - b/4 = (5/4) b."""
    reports = SERIAL.positions[0].messages
    profiles = np.stack([reports, np.full(len(reports), 8.0)], axis=-1)
    best = {t.name: reports[t.play([8, 8], profiles).utilities[:, 0].argmax()] for t in (SERIAL, PROPORTIONAL)}
    assert best == {"serial_direct": 8, "proportional_direct": 10}
