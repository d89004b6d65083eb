"""The whole comparison: what counts, what is left out, what is said, and that planted effects come back."""

import numpy as np
import pandas as pd
import pytest

from analysis.inference.compare import analysed, compare
from analysis.inference.hypothesis_tests.permutation import permutation_test
from analysis.inference.unit_means import unit_means
from analysis.inference.units import add_units, independent_units
from analysis.measures import rates
from analysis.predictions import predict
from tests.analysis import simulate
from tests.analysis.inference.sessions import alternating, silos


@pytest.fixture(scope="module")
def planted():
    """Eight sessions; B plays 25 percentage points more than A."""
    return silos(np.random.default_rng(3), alternating(8), {"A": 0.4, "B": 0.65}, correlation=0.03)


def test_a_planted_effect_is_found_by_all(planted):
    result = compare(planted, "hit", margin=0.6)
    rates = planted.groupby("treatment")["hit"].mean()
    assert result.main.effect == pytest.approx(rates["B"] - rates["A"])
    assert result.main.interval[0] < 0.25 < result.main.interval[1]
    tests = [estimate for estimate in result.estimates if not np.isnan(estimate.p)]
    assert len(tests) == 9
    assert all(estimate.p < 0.05 for estimate in tests)
    assert result.main.p == permutation_test(unit_means(add_units(planted), "hit", "treatment")).p
    log_odds = next(e for e in result.others if e.method.startswith("logit"))
    assert log_odds.effect == pytest.approx(np.log(rates["B"] / (1 - rates["B"]) / (rates["A"] / (1 - rates["A"]))))


def test_every_estimate_names_unit_n_method_and_library(planted):
    result = compare(planted, "hit", margin=0.3)
    for estimate, sentence in zip(result.estimates, result.sentences(), strict=True):
        assert estimate.method in sentence
        assert "N = 4 (A) and 4 (B) sessions, 160 (A) and 160 (B) decisions; " in sentence
        assert any(f"{name} " in estimate.library for name in ("numpy", "scipy", "statsmodels"))
        assert estimate.library in sentence
        assert sentence.startswith("hit: B − A: ")
    table = result.table()
    assert len(table) == len(result.estimates)
    assert (table["unit"] == "session").all()
    assert (table["n_units"] == 8).all()
    assert (table["n_decisions"] == 320).all()
    assert table["method"].is_unique or table["effect_name"].nunique() > 1
    assert table["sentence"].tolist() == result.sentences()


def test_the_order_of_rows_and_arms(planted):
    result = compare(planted, "hit", regressions=False)
    shuffled = compare(planted.sample(frac=1, random_state=4), "hit", regressions=False)
    assert [e.sentence() for e in shuffled.estimates] == [e.sentence() for e in result.estimates]
    turned = compare(planted, "hit", arms=["B", "A"], regressions=False).main
    assert (turned.effect, turned.p) == (pytest.approx(-result.main.effect), result.main.p)
    assert turned.question == "hit: A − B"


def test_timeouts_practice_and_groups(planted):
    table = planted.assign(message=1.0, timed_out=False, practice=False, group_timed_out=False, nash_distance=0.0)
    table["nash_played"] = table.groupby(["session_code", "round", "group"])["hit"].transform("all")
    table.loc[0, "timed_out"] = True
    table.loc[1, "practice"] = True
    table.loc[table["round"] == 2, "group_timed_out"] = True
    rows, notes = analysed(table, "hit")
    assert len(rows) == 318
    assert notes == ("1 decision not made or made by the computer is left out",)
    groups, notes = analysed(table.assign(practice=False), "nash_played")
    assert len(groups) == 8 * 9 * 2
    assert notes == ("16 groups not made or made by the computer are left out",)
    result = compare(table.assign(practice=False), "nash_played")
    assert sum(n for _, n in result.main.n_decisions) == 144
    assert "16 groups not made" in result.main.note
    assert "random intercept of the session" in result.others[-1].method


def test_leaks_are_named_and_units_decide():
    rng = np.random.default_rng(1)
    table = silos(rng, alternating(8), {"A": 0.5, "B": 0.5}, people=8)
    table["silo"] = np.where(table["participant_id"] <= 4, "left", "right")
    main = compare(table, "hit", regressions=False).main
    assert main.n_units == (("A", 4), ("B", 4))  # not 8 and 8
    assert "Participants of silo left, right of session s000 met: they are one independent unit" in main.note


def test_units_of_the_whole_export_for_a_part_of_it(planted):
    """In the part that is analysed nobody meets anybody; before, all did."""
    later = planted[(planted["round"] == 10) & (planted["group"] == 1)]
    assert sum(n for _, n in compare(later, "hit", regressions=False).main.n_units) == 8
    alone = later.assign(group=later["participant_id"])
    assert sum(n for _, n in compare(alone, "hit", regressions=False).main.n_units) == 16
    told = compare(alone, "hit", regressions=False, units=independent_units(planted))
    assert sum(n for _, n in told.main.n_units) == 8


def within(seed=2, first="A"):
    """Six sessions that play both arms, A in part 1."""
    rng = np.random.default_rng(seed)
    parts = []
    for part, arm in enumerate(["A", "B"] if first == "A" else ["B", "A"], 1):
        table = silos(rng, [arm] * 6, {"A": 0.3, "B": 0.7}, correlation=0.05)
        parts.append(table.assign(part=part, decided_at=pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(part, "h")))
    return pd.concat(parts, ignore_index=True)


def test_sessions_that_play_both_arms_are_pairs():
    result = compare(within(), "hit")
    assert result.main.method.startswith("sign-flip permutation test")
    assert result.main.n_units == (("", 6),)
    assert result.main.p == 2 / 64
    assert "All units were in A first: the effect of the order cannot be told from that of the arm." in result.main.note
    assert "Wilcoxon" in result.others[0].method
    other_way = within(3, "B").assign(session_code=lambda d: "t" + d["session_code"])
    both_orders = pd.concat([within(), other_way], ignore_index=True)
    assert "first" not in compare(both_orders, "hit", regressions=False).main.note


def test_some_units_in_both_arms():
    table = within()
    mixed = table[(table["session_code"] != "s000") | (table["treatment"] == "A")]
    main = compare(mixed, "hit", regressions=False).main
    assert main.n_units == (("", 5),)
    assert "1 session in one arm only left out" in main.note
    only_b, both = table["session_code"] == "s001", table["session_code"] == "s000"
    few = table[both | (table["treatment"] == np.where(only_b, "B", "A"))]
    assert "1 session in both arms left out" in compare(few, "hit", regressions=False).main.note


def test_one_session_an_arm_is_refused_in_words():
    table = silos(np.random.default_rng(0), ["A", "B"], {"A": 0.2, "B": 0.9}, rounds=50)
    result = compare(table, "hit")
    assert all(np.isnan(estimate.p) for estimate in result.estimates)
    assert (
        "No test is possible: the independent unit is the session, and there are too few of them (1 in A, 1 in B)"
        in (result.main.sentence())
    )
    assert all(estimate.note.startswith(("No test is possible", "Not defined")) for estimate in result.others)


def test_strata_and_covariates(planted):
    table = planted.assign(lab=np.where(planted["session_code"] < "s004", "north", "south"))
    result = compare(table, "hit", stratum="lab", covariates=["round"])
    assert result.main.p_method == "exact, all 36 arrangements"
    assert not np.isnan(result.others[-1].p)


def test_numbers_are_compared_without_logits(planted):
    result = compare(planted.assign(points=10.0 * planted["hit"]), "points")
    assert not any("logit" in estimate.method for estimate in result.estimates)
    assert result.main.effect > 1


def test_correlation_of_the_outcome_in_units(planted):
    assert -0.05 < compare(planted, "hit", regressions=False).correlation < 0.15
    strong = silos(np.random.default_rng(1), alternating(40), {"A": 0.4, "B": 0.6}, correlation=0.4)
    assert compare(strong, "hit", regressions=False).correlation == pytest.approx(0.4, abs=0.15)


def test_on_an_export_with_predictions(load):
    """From files to the comparison: two treatments that were played with the truth in 3 and in 9 of 10 decisions."""
    rules = {"cason_pivotal": 0.3, "cason_groves": 0.9}

    def rule_of(share):
        return lambda rng, own, grid: (simulate.truth if rng.random() < share else simulate.at_random)(rng, own, grid)

    sessions = [
        simulate.session(
            simulate.treatment(name, rounds=4), f"{k}{name[6:]}", rule=rule_of(share), seed=k, timeouts=0.05
        )
        for name, share in rules.items()
        for k in range(4)
    ]
    predicted = predict(load(*sessions)).decisions
    truthful = compare(predicted, "truthful", arms=list(rules), regressions=False).main
    assert truthful.effect == pytest.approx(0.6, abs=0.1)
    assert truthful.p == pytest.approx(2 / 70)
    assert sum(n for _, n in truthful.n_decisions) == len(rates.own_decisions(predicted))
    nash = compare(predicted, "nash_played", regressions=False).main
    assert sum(n for _, n in nash.n_decisions) == len(rates.own_groups(predicted))
    assert " groups; numpy" in nash.sentence()
    assert nash.n_units == (("cason_groves", 4), ("cason_pivotal", 4))
