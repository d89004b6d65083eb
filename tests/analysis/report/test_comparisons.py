"""Differences between treatments in the report: planted ones by plain Python, and where no test is possible."""

import csv
import itertools
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ExportError
from analysis.inference import Comparison, UnitMeans, permutation_test
from analysis.inference.effects import effect_sizes
from analysis.inference.hypothesis_tests.levels import NOT_KEPT, OF_TWO
from analysis.inference.hypothesis_tests.ranks import mann_whitney
from analysis.inference.unit_means import NO_INTERVAL
from analysis.measures.outcomes import OUTCOMES
from analysis.report import further
from analysis.report.effect_tables import effects_table, remarks, robustness_table, told_of_main
from analysis.report.further.section import Section
from analysis.report.plan import Plan
from analysis.report.tables import Numbers
from tests.analysis import simulate
from tests.analysis.report.reports import report
from tests.shared import thorough


def test_one_session_in_each_treatment_is_no_test(two):
    path, page = two
    assert "No test. cason_pivotal − cason_groves: No test is possible" in page.text
    rows = page.tables["Differences between treatments"]
    assert {row[rows[0].index("p")] for row in rows[1:]} == {"–"}
    text = path.with_name("methods.txt").read_text(encoding="utf-8")
    counts = re.findall(r"For (\d+) differences? no test is possible: ", text)  # by reason
    assert sum(map(int, counts)) == len(rows) - 1


def mostly(share):
    """A rule: the dominant report of treatment S with this probability, else the next lower one."""
    return lambda rng, kind, grid: kind if rng.random() < share else kind - 1


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Three arms of four sessions, which differ in nothing but how often people play the dominant report."""
    base = simulate.treatment("cason_groves", rounds=4)
    sessions = []
    for name, share in {"arm_a": 0.3, "arm_b": 0.7, "arm_c": 0.7}.items():
        t = type(base).from_definition({**base.definition, "name": name, "title": name})
        for k in range(4):
            code = f"{name[-1]}{k}abcdef"
            sessions.append(simulate.session(t, code, rule=mostly(share + 0.02 * k), seed=10 * len(sessions) + k))
    return sessions, *report(tmp_path_factory.mktemp("planted") / "exports", *sessions)


def test_planted_differences_in_plain_python(planted):
    sessions, path, page = planted
    rates = {}
    for rows in sessions:
        hits = [float(row["message"]) == float(row["type"]) for row in rows]
        rates.setdefault(rows[0]["treatment"], []).append(sum(hits) / len(hits))
    table = pd.read_csv(path.with_name("estimates.csv"))
    tested = table["method"].str.startswith("permutation test of unit means")
    main = table[tested & (table["outcome"] == "dominant_played")]
    assert len(main) == 3
    for first, second in itertools.combinations(sorted(rates), 2):
        row = main[main["question"] == f"dominant_played: {second} − {first}"].iloc[0]
        assert row["effect"] == pytest.approx(sum(rates[second]) / 4 - sum(rates[first]) / 4)
        assert row["n_units"] == 8
        if first == "arm_a":
            assert max(rates[first]) < min(rates[second])  # no overlap: the least possible p
            assert row["p"] == pytest.approx(2 / 70)
    (file,) = (path.parent / "tables").glob("table_*_differences_between_treatments*.csv")  # the page shows it in parts
    with file.open(encoding="utf-8", newline="") as stream:
        shown = {(row[0], row[2]): row for row in list(csv.reader(stream))[1:]}
    effect = 100 * (sum(rates["arm_b"]) - sum(rates["arm_a"])) / 4
    row = shown["Dominant-strategy play (%)", "arm_b - arm_a"]
    assert (row[3], float(row[4]), row[6]) == ("4 + 4", pytest.approx(effect, abs=0.051), "0.029")
    assert {row[1] for row in shown.values()} == {"exploratory"}
    assert "whatever the data, nothing can be significant at 5 % after correction" in page.text


def test_three_treatments(planted):
    sessions, path, page = planted
    methods = path.with_name("methods.txt").read_text(encoding="utf-8")
    assert "(studentised; Chung and Romano 2013)" in methods
    assert "Regressions have no covariates." in methods
    notes = " ".join(page.text.split())
    assert "by Newcombe's score, approximate too, but widened to 0.5 (0) where the exact test of ranks" in notes
    assert ("Mixed logit: random" in notes) == ("Mixed logit" in page.tables["p-values of other methods"][0])
    assert methods.count("Welch") == 1  # as many units in each, and one game: in the correction for several tests only
    assert "each p of several tests first raised to Welch's if that is larger" in methods
    assert len({rows[0]["identity"] for rows in sessions}) == 1  # one game, three treatments: they are not pooled
    assert len(page.tables["Any difference between treatments"]) > 1
    assert page.tables["Main outcomes by treatment"][0] == ["Outcome", "arm_a", "arm_b", "arm_c"]
    holm = pd.read_csv(path.with_name("estimates.csv"))[["p", "p_holm"]].dropna()
    assert (holm["p_holm"] >= holm["p"]).all()
    assert (holm["p_holm"] > holm["p"]).any()


def test_one_treatment_is_compared_with_nothing(tmp_path, pairwise):
    path, page = report(tmp_path / "r", pairwise)
    assert "Nothing is compared" in page.text
    assert "Differences between treatments" not in page.tables
    assert "no test was made" in path.with_name("methods.txt").read_text(encoding="utf-8")
    assert "test" not in set(pd.read_csv(path.with_name("estimates.csv"))["of"])


@thorough
def test_units_in_both_treatments_and_an_outcome_that_never_varies(tmp_path):
    """Each session plays both parts; at random nobody reaches the efficient outcome: no regression of a constant."""
    sessions = []
    for k in range(3):
        names = ("production_serial", "production_vcg")
        parts = [simulate.treatment(name, rounds=3, practice_rounds=0, seed=100 + k) for name in names]
        sessions.append([row for part in simulate.several_parts(parts, f"both{k}abc") for row in part])
    path, page = report(tmp_path / "r", *sessions)
    rows = {row[0]: row for row in page.tables["Differences between treatments"]}
    assert {row[2] for row in rows.values()} == {"Units", "3"}
    table = pd.read_csv(path.with_name("estimates.csv"))
    assert "Wilcoxon signed-rank test" in "".join(table["method"])
    constant = table[(table["outcome"] == "transfers_sum_above_chance") & table["method"].str.startswith("sign-flip")]
    assert constant["least_p"].tolist() == [0.25]


@pytest.fixture(scope="module")
def pairs():
    """Exports of two arms of the same game, four sessions of two fixed pairs each."""
    base = simulate.treatment("chen_serial", rounds=2, participants=4)
    made = []
    for k in range(8):
        name = f"arm_{'ab'[k % 2]}"
        t = type(base).from_definition({**base.definition, "name": name, "title": name})
        made.append(simulate.session(t, f"s{k}abcdef", seed=k))
    return made


def test_whole_sessions_stand_beside_finer_units(tmp_path, pairs):
    path, page = report(tmp_path / "exports", *pairs)
    rows = page.tables["Differences between treatments"]
    assert "The units are finer than sessions." in page.text
    assert page.text.count("with whole sessions as units p ") > 4  # in the abstract, too
    assert page.text.count("Where the two differ, the test with whole sessions is the one to rely on.") == 1
    estimates = pd.read_csv(path.with_name("estimates.csv"))
    whole = estimates[estimates["method"].str.startswith("session level: permutation test")].set_index("outcome")
    assert set(whole["n_units"]) == {8}
    place = rows[0].index("p, whole sessions")
    assert float(rows[1][place]) == pytest.approx(whole.loc["nash_played", "p"], abs=6e-4)


def test_further_sections_on_finer_units_say_so(monkeypatch):
    estimates = pd.DataFrame({"p": [0.5]})
    made = [Section("a", "A", ("Said.",), (), "", estimates=estimates), Section("b", "B", ("Said.",), (), "")]
    monkeypatch.setattr(further, "SECTIONS", (lambda *_: made[0], lambda *_: made[1]))
    sources = SimpleNamespace(units=SimpleNamespace(finer_than_sessions=True))
    assert [one.sentences[1:] for one in further.further(sources, Numbers(), print)] == [(further.FINER,), ()]
    sources = SimpleNamespace(units=SimpleNamespace(finer_than_sessions=False))
    assert further.further(sources, Numbers(), print) == made


@thorough
def test_units_as_asked_for(tmp_path, pairs):
    path, page = report(tmp_path / "exports", *pairs, plan=Plan(unit=("session",)))
    assert "p, whole sessions" not in page.tables["Differences between treatments"][0]
    assert "The independent unit is the session, as was asked for (whole sessions): 8 sessions" in page.text
    assert set(pd.read_csv(path.with_name("estimates.csv"))["n_units"]) == {8}


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (Plan(unit=("shed",)), "--unit shed: no such column; expected one of the codebook"),
        (Plan(unit=("round",)), "--unit: round has several entries for participant . of session s0abcdef"),
        (Plan(stratum=("group",)), "--strata: group differs within unit s0abcdef; expected one entry a unit"),
    ],
)
def test_a_plan_that_the_data_do_not_fit(tmp_path, pairs, plan, words):
    plan = replace(plan, unit=("session",)) if plan.stratum else plan
    with pytest.raises(ExportError, match=words):
        report(tmp_path / "exports", pairs[0], plan=plan)


def test_doubts_about_a_test_and_columns_that_are_not_there():
    """What is wrong with the main test stands in the report; a note explains the columns of its table alone."""
    still = UnitMeans.from_arrays({"A": [0.5] * 3, "B": [0.7] * 3})
    two = UnitMeans.from_arrays({"A": [0.1, 0.3], "B": np.arange(8) / 9})
    pairs = [Comparison(permutation_test(m), (mann_whitney(m), *effect_sizes(m)), m, 0.0, ()) for m in (still, two)]
    main = pd.DataFrame({"method": [pair.main.method for pair in pairs]})
    inference = SimpleNamespace(comparisons=list(zip(OUTCOMES, pairs, strict=False)), plan=Plan(), main=main)
    title, other = (outcome.title for outcome in OUTCOMES[:2])
    assert told_of_main(inference, NO_INTERVAL) == [f"B − A ({title}): no interval: nothing varies within the arms."]
    assert told_of_main(inference, NOT_KEPT) == [f"B − A ({other}): {OF_TWO[0].lower()}{OF_TWO[1:]}"]
    assert f"Cohen's d (Hedges' g) of B − A ({title}): not defined: units" in effects_table(inference, "").note
    note = robustness_table(inference, "").note
    assert "Ranks: exact" in note
    assert not any(word in note for word in ("Wild", "logit", "Linear", "CR2", "regressions"))


def test_why_a_regression_is_not_possible_stands_under_the_table():
    """Not in estimates.csv alone; once for all outcomes that have the same reason."""
    means = UnitMeans.from_arrays({"A": [0.1, 0.2], "B": [0.3, 0.5]})
    refused = means.refusal("linear regression of groups, CR2", ["numpy"], "the regressors (wave, lab) are collinear.")
    pair = Comparison(refused, (refused,), means, 0.0, ())
    found = remarks(SimpleNamespace(comparisons=[(outcome, pair) for outcome in OUTCOMES[:2]]))
    titles = " and ".join(outcome.title for outcome in OUTCOMES[:2])
    assert found == [f"Regressions of {titles}: no test is possible: the regressors (wave, lab) are collinear."]
