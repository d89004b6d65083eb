"""Registered tests of every name, run on the arms that they name, in their direction, against plain computations."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.inference import UnitMeans, compare, equivalence_test, permutation_test
from analysis.inference.hypothesis_tests.trend import trend_test
from analysis.registration.testing import OF_DECISIONS, OF_MEANS, OF_OWN_SCALE, of_pair
from analysis.report.abstract import abstract
from analysis.report.further.registered import registered
from analysis.report.plan import Plan, planned_by, registration_of
from analysis.report.registered_tests import corrected, least_corrected, results_of
from analysis.report.tables import Numbers
from mechanisms.studies import TESTS
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, rising, sources_of

ALONE = {"part": 1, "round": 1, "group": 1}
ALL = '"b", "a", "c"'
ASKED = [
    ('["b", "a"]', 'test = "t"\nalternative = "less"'),
    ('["b", "a"]', 'test = "noninferiority"\nalternative = "greater"\nmargin = 10'),
    ('["a", "b"]', 'test = "ranks"\nfamily = "other"'),
    ('["a"]', 'value = 40\nalternative = "greater"'),
    ('["a"]', 'value = "chance"\ntest = "t"'),
    ('["a"]', 'value = 62.5\ntest = "equivalence"\nmargin = 20'),
    (f"[{ALL}]", 'alternative = "less"'),
    (f"[{ALL}]", 'kind = "secondary"'),
]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Dominant play of 50, 60 and 70 % in a, b and c; three sessions of each."""
    folder = tmp_path_factory.mktemp("testing")
    (folder / "data").mkdir()
    rows = [
        simulate.session(arm(name, rounds=3), f"{name}{k}abcdef", rising(0.5 + 0.1 * place, 0), seed=9 * place + k)
        for place, name in enumerate("abc") for k in range(3)
    ]  # fmt: skip
    text = "".join(f'[[hypotheses]]\noutcome = "dominant_played"\narms = {arms}\n{rest}\n' for arms, rest in ASKED)
    path = folder / "study.toml"
    path.write_text(text, "utf-8")
    registration = registration_of(path)
    plan = Plan(planned_by(registration, path), registration=registration)
    sources = sources_of(folder / "data", *rows, plan=plan)
    return sources, results_of(registration, sources.inference)


@pytest.fixture(scope="module")
def section(results):
    return registered(results[0], Numbers())


def units(results):
    means = results[0].inference.means["dominant_played"]
    return {name: column[~np.isnan(column)] for name, column in zip(means.arms, means.means.T, strict=True)}


def test_each_is_run_as_registered(results):
    of = units(results)
    area = results[0].inference.means["dominant_played_by_chance"].means
    found = [one.p for one in results[1]]
    expected = [
        stats.ttest_ind(of["a"], of["b"], equal_var=False, alternative="less").pvalue,
        permutation_test(UnitMeans.from_arrays({"b": of["b"], "a": of["a"] + 0.1}), "greater").p,
        stats.mannwhitneyu(of["b"], of["a"]).pvalue if len(set(np.concatenate([of["a"], of["b"]]))) == 6 else found[2],
        permutation_test(UnitMeans.from_pairs(np.full(3, 0.4), of["a"]), "greater").p,
        stats.ttest_1samp(of["a"] - np.nanmean(area), 0.0).pvalue,
        equivalence_test(UnitMeans.from_pairs(np.full(3, 0.625), of["a"]), 0.2).p,
        trend_test(UnitMeans.from_arrays({name: of[name] for name in "bac"}), "less").p,
    ]
    np.testing.assert_allclose(found[:7], expected)
    assert [one.pair for one in results[1]] == [
        "a − b", "a − b", "b − a", "a − 40", "a − chance", "a − 62.5", "b, a, c", "b, a, c",
    ]  # fmt: skip


def test_they_are_told_in_the_table_and_on_the_first_page(results, section):
    sources, tested = results
    assert [row[4] for row in section.tables[0].rows] == [
        "t", "noninferiority, margin 10 percentage points", "ranks", "permutation", "t",
        "equivalence, margin 20 percentage points", "trend", "any",
    ]  # fmt: skip
    assert [row[3] for row in section.tables[0].rows][2:8:5] == ["other", "secondary"]
    first = dict(abstract(sources))["Result"]
    assert first.startswith("H1, dominant-strategy play: a less b −")
    assert "percentage points (one-sided 95 % interval −∞ to " in first
    assert tested[0].verdict(corrected(tested)[0], least_corrected(tested)[0]) in first
    assert "6 other registered tests below" in first


def test_what_no_data_could_support_is_said_beforehand(results, section):
    """H4, one arm of three units against a value: no p below 1/8. Holm's least p: all tests of a family at theirs."""
    _, tested = results
    least = least_corrected(tested)
    assert tested[3].estimate.least_p == 1 / 8
    primary = [0 if np.isnan(one.estimate.least_p) else one.estimate.least_p for one in tested]
    assert least[3] >= max(1 / 8, 6 * min(primary[k] for k in (0, 1, 3, 4, 5, 6)))
    said = "H4, a − 40: with 3 sessions the test can give no p-value below 0.125"
    assert any(line.startswith(said) for line in section.sentences)
    place = section.tables[0].head.index("Least possible p (family)")
    assert section.tables[0].rows[3][place].startswith("0.125 (")
    assert section.tables[0].rows[3][-1] == "not possible with so few units"
    assert section.tables[0].rows[0][place] == "–"  # Student's t has none


def test_every_name_has_its_test():
    assert set(TESTS) == {*OF_MEANS, *OF_DECISIONS}
    assert set(TESTS) >= OF_OWN_SCALE


@pytest.mark.parametrize("name", OF_DECISIONS)
def test_regressions_are_those_of_the_comparison_in_either_direction(name):
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"unit": np.repeat(list("klmnopqr"), 20), "arm": np.repeat(["x", "y"], 80)})
    rows["hit"] = rng.random(160) < np.repeat(rng.uniform(0.2, 0.8, 8), 20)
    rows = rows.assign(session_code=rows["unit"], participant_id=np.tile(np.arange(4), 40), **ALONE)
    compared = compare(rows, "hit", "arm")
    there, back = of_pair(name, compared, ("x", "y")), of_pair(name, compared, ("y", "x"))
    assert there in compared.others
    assert (back.p, back.question) == (there.p, "hit: x − y")
    np.testing.assert_array_equal([back.effect, *back.interval], [-there.effect, *(-x for x in there.interval[::-1])])


def test_what_the_data_do_not_allow_is_said():
    """Units that hit in part are none for Fisher; units in one arm none for signs; means none for logit."""
    rows = pd.DataFrame({"unit": list("klmn"), "arm": list("xxyy"), "hit": [0.5, 1.0, 0.25, 0.0]})
    rows = pd.concat([rows] * 2).assign(session_code=lambda t: t["unit"], participant_id=1, **ALONE)
    compared = compare(rows, "hit", "arm", exchangeable=False)
    for name, why in (
        ("fisher", "neither 0 nor 1"),
        ("sign", "in both arms"),
        ("logit", "compared above chance"),
    ):
        refused = of_pair(name, compared, ("x", "y"))
        assert np.isnan(refused.p)
        assert why in refused.note
