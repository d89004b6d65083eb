"""Order and period effects: planted ones come back apart from each other, and the section is there for both orders."""

import numpy as np
import pytest

from analysis.inference import UnitMeans
from analysis.measures.outcomes import OUTCOMES
from analysis.report.further.order import EFFECTS, _crossed, order_effects
from examples.rows import add_payments
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, rising, section, sources_of


def planted(treatment, period, left_behind, n=12):
    """Units that differ; `left_behind`: what the second treatment leaves for the first, played after it."""
    units = np.linspace(0, 1, n)
    begins = np.arange(n) % 2 == 0  # with the first treatment
    first = units + np.where(begins, 0.0, period + left_behind)
    second = units + treatment + np.where(begins, period, 0.0)
    return UnitMeans.from_pairs(first, second, ("A", "B")), begins


@pytest.mark.parametrize(("treatment", "period", "left_behind"), [(0.3, 0.0, 0.0), (0.0, 0.2, 0.0), (0.3, -0.1, 0.4)])
def test_effects_are_told_apart(treatment, period, left_behind):
    means, begins = planted(treatment, period, left_behind)
    found = dict(zip(EFFECTS, _crossed(OUTCOMES[0], means, begins).estimates, strict=True))
    assert found[EFFECTS[0]].effect == pytest.approx(treatment - left_behind / 2)
    assert found[EFFECTS[1]].effect == pytest.approx(period + left_behind / 2)
    base = np.linspace(0, 1, 12)
    apart = base[begins].mean() - base[~begins].mean()
    assert found[EFFECTS[2]].effect == pytest.approx(apart - left_behind / 2)
    assert found[EFFECTS[3]].effect == pytest.approx(treatment - apart)
    for name, nothing in zip(EFFECTS[:2], (treatment == 0, period == 0), strict=True):
        if not left_behind:
            assert (found[name].p > 0.9) == nothing  # no noise: it is found, or there is nothing at all


def crossover(orders):
    """Sessions that play arm_a and arm_b: B adds 0.3, the second part 0.2."""
    sessions = []
    for k, turned in enumerate(orders):
        code, rows = f"c{k}abcdef", []
        for number, name in enumerate(("arm_a", "arm_b"), 1):
            t = arm(name, rounds=4).with_protocol(seed=100 + k)
            second = (number == 2) != turned
            share = 0.2 + 0.02 * k + 0.3 * (number == 2) + 0.2 * second
            rows += simulate.part_rows(t, code, rising(share, 0.0), seed=20 * k + number, part=number)
        for row in rows:
            row["app"], row["parts"], row["order"] = "parts", "arm_a;arm_b", "2;1" if turned else "1;2"
        add_payments(t.protocol.show_up_fee, rows)
        sessions += [[row for row in rows if row["part"] == number] for number in "12"]
    return sessions


def test_counterbalanced_parts(tmp_path):
    found = section(order_effects, sources_of(tmp_path, *crossover([False, True] * 4)))
    rows = found.estimates[found.estimates["outcome"] == "dominant_played"].set_index("question")
    names = [f"dominant_played, {name}" for name in EFFECTS]
    by_name = {name: rows[rows.index.str.startswith(name)].iloc[0] for name in names}
    assert by_name[names[0]]["low"] < 0.3 < by_name[names[0]]["high"]
    assert by_name[names[1]]["low"] < 0.2 < by_name[names[1]]["high"]
    assert by_name[names[0]]["p"] == by_name[names[1]]["p"] == pytest.approx(2 / 70)
    assert by_name[names[2]]["low"] < 0 < by_name[names[2]]["high"]
    assert {row[3] for row in found.tables[0].rows} == {"4 + 4"}


def test_one_order_only_has_no_section(tmp_path, learned):
    assert section(order_effects, sources_of(tmp_path, *crossover([False] * 4))) is None
    assert section(order_effects, learned) is None  # no unit plays two treatments
