"""Order and period effects: planted ones come back apart from each other, and the section is there for both orders."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.inference import UnitMeans
from analysis.inference.multiple import adjusted
from analysis.measures.outcomes import OUTCOMES
from analysis.report.further.order import EFFECTS, _crossed, order_effects
from analysis.report.plan import Plan
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


def test_orders_are_compared_within_strata():
    """Laboratories that differ in the order most of their units had: what they differ by is no carry-over."""
    means, _ = planted(0.3, 0.2, 0.0)
    begins = np.array([True] * 5 + [False] * 7)
    laboratory = np.array([0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 2, 2])  # of the third all begin with the second treatment
    apart = replace(means, means=means.means + 50.0 * laboratory[:, None], strata=laboratory)
    carry_over, alone = (_crossed(OUTCOMES[0], apart, begins).estimates[k] for k in (2, 3))
    within, *_ = (_crossed(OUTCOMES[0], replace(means, strata=laboratory), begins).estimates[k] for k in (2, 3))
    assert (carry_over.effect, carry_over.p) == pytest.approx((within.effect, within.p))
    assert "unit means within strata" in carry_over.method
    assert [n for _, n in carry_over.n_units] == [5, 5]
    assert "2 units in strata with one arm only do not count." in carry_over.note
    assert alone.n_units == (("A", 5), ("B", 5))


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
    sources = sources_of(tmp_path, *crossover([False, True] * 4))
    found = section(order_effects, sources)
    rows = found.estimates[found.estimates["outcome"] == "dominant_played"].set_index("question")
    names = [f"dominant_played, {name}" for name in EFFECTS]
    by_name = {name: rows[rows.index.str.startswith(name)].iloc[0] for name in names}
    assert by_name[names[0]]["low"] < 0.3 < by_name[names[0]]["high"]
    assert by_name[names[1]]["low"] < 0.2 < by_name[names[1]]["high"]
    assert by_name[names[0]]["p"] == by_name[names[1]]["p"] == pytest.approx(2 / 70)
    assert by_name[names[2]]["low"] < 0 < by_name[names[2]]["high"]
    assert {row[3] for row in found.tables[0].rows} == {"4 + 4"}
    first = found.estimates.iloc[:: len(EFFECTS)]  # of one effect: Holm's correction is of what stands beside
    assert first["p_holm"].to_numpy() == pytest.approx(adjusted(first["p_strict"]))
    assert "within" not in found.methods
    wave = sources.predicted["session_code"].str[1].astype(int) // 4
    waves = replace(sources, predicted=sources.predicted.assign(wave=wave),
                    inference=replace(sources.inference, plan=Plan(stratum=("wave",))))  # fmt: skip
    found = section(order_effects, waves)
    assert found.estimates["method"].str.contains("within strata").all()
    assert "within each entry of wave" in found.methods
    assert "within each entry of wave" in found.tables[0].note


def test_one_order_only_has_no_section(tmp_path, learned):
    assert section(order_effects, sources_of(tmp_path, *crossover([False] * 4))) is None
    assert section(order_effects, learned) is None  # no unit plays two treatments
