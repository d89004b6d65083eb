"""The specification curve: every combination of what the data leave open, each by hand; the first is the main test."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from analysis.games import GROUP
from analysis.inference import UnitMeans, permutation_test
from analysis.measures.outcomes import OUTCOMES
from analysis.report.comparisons import ARM
from analysis.report.further.specification import (
    AFFECTED,
    DRAWN,
    Curve,
    _said,
    affected,
    choices_in,
    rows_under,
    specification_curve,
)
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, rising, section, sources_of
from tests.shared import mostly_thorough


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """Two arms, four sessions each, with timeouts; some have failed the quiz, others have left (planted as flags)."""
    sessions = [
        simulate.session(
            arm(f"arm_{name}", rounds=4, seconds=30), f"{name}{k}abcdef", rising(share, 0.0), seed=k, timeouts=0.1
        )
        for name, share in (("a", 0.4), ("b", 0.6))
        for k in range(4)
    ]
    sources = sources_of(tmp_path_factory.mktemp("late"), *sessions)
    rows = sources.predicted
    flags = {"quiz_not_passed": rows["participant_id"] == 3, "dropout": rows["participant_id"].isin([7, 8])}
    return replace(sources, predicted=rows.assign(**flags))


@pytest.fixture(scope="module")
def curve(late):
    return section(specification_curve, late)


def by_hand(rows, timeouts_in, last_half, quiz_out, dropouts_out, group):
    out = (rows["quiz_not_passed"] & quiz_out) | (rows["dropout"] & dropouts_out)
    if not timeouts_in:
        out |= rows["timed_out"]
    if group:
        out = out.groupby([rows[name] for name in GROUP]).transform("any")
        out |= rows["position"] != 1
    out |= (rows["round"] <= 2) & last_half
    column = "nash_played" if group else "dominant_played"
    means = rows[~out].groupby([ARM, "session_code"])[column].mean().astype(float)
    return means["arm_b"].mean() - means["arm_a"].mean()


@pytest.mark.parametrize("group", mostly_thorough([False, True], True))
def test_every_specification_by_hand(late, curve, group):
    column = "nash_played" if group else "dominant_played"
    rows = curve.estimates[curve.estimates["outcome"] == column]
    expected = [by_hand(late.predicted, *choice, group) for choice in product([False, True], repeat=4)]
    np.testing.assert_allclose(rows["effect"], expected, rtol=1e-9)
    assert len(set(np.round(expected, 6))) > 10
    main = late.inference.main.set_index("outcome").loc[column]
    assert (rows["effect"].iloc[0], rows["p"].iloc[0]) == (main["effect"], main["p"])
    assert rows["note"].iloc[-1] == (
        "Timeouts: drawn decisions in; Rounds: last half; Quiz: not passed: out; Dropouts: out"
    )


def test_the_first_row_is_the_main_test_itself(late):
    """Not the same test with other random arrangements; how many these are is said."""
    inference = late.inference
    marked = tuple((o, replace(c, main=replace(c.main, p=0.123))) for o, c in inference.comparisons)
    found = section(specification_curve, replace(late, inference=replace(inference, comparisons=marked)))
    first = found.estimates.groupby("outcome", sort=False)["p"].first()
    assert set(first) == {0.123}
    assert "up to 20,000, beyond that of 4,999 random ones" in found.methods


def test_figures_and_sentences(curve):
    assert len(curve.figures) == DRAWN
    above, below = curve.figures[0]["figure"].axes
    assert len(below.get_yticks()) == 8
    assert sum(len(line.get_xdata()) for line in above.lines if line.get_marker() == "o") == 16 + 1
    chosen = sum(len(line.get_xdata()) for line in below.lines if line.get_marker() == "o")
    assert chosen == 16 * 4
    assert "in 16 specifications the difference lies between" in curve.sentences[0]


def test_only_choices_that_the_data_leave(learned):
    found = section(specification_curve, learned)
    assert found.tables[0].head[2:-3] == ["Rounds"]
    assert len(found.tables[0].rows) == 2 * 5
    assert not found.figures  # two tests are read in the table


def test_a_difference_that_does_not_change_is_said_so(curve):
    means = UnitMeans.from_arrays({"A": [0.1, 0.2, 0.3, 0.4], "B": [0.2, 0.3, 0.4, 0.5]})
    same = Curve(OUTCOMES[0], "B − A", ((), ()), (permutation_test(means),) * 2)
    assert _said(same).startswith(f"{OUTCOMES[0].title}, B − A: in 2 specifications the difference is 10.0 in each, ")


def test_no_comparison_no_curve(tmp_path):
    assert section(specification_curve, sources_of(tmp_path, simulate.session(arm("alone", rounds=4)))) is None


def test_decisions_after_a_partner_was_gone_by_hand(late):
    """From that round on, and in that part: whoever has met somebody in whose place the computer decided."""
    rows = late.predicted.reset_index(drop=True)
    late_or_not = np.where(rows["timed_out"], "clock", "participant")
    rows["decided_by"] = np.where((rows["participant_id"] == 5) & (rows["round"] == 3), "absent", late_or_not)
    met = {
        (row.session_code, mate)
        for row in rows[(rows["participant_id"] == 5) & (rows["round"] == 3)].itertuples()
        for mate in rows.loc[
            (rows["session_code"] == row.session_code) & (rows["round"] == 3) & (rows["group"] == row.group),
            "participant_id",
        ]
    }
    expected = [(row.session_code, row.participant_id) in met and row.round >= 3 for row in rows.itertuples()]
    shuffled = rows.sample(frac=1, random_state=1)
    assert affected(shuffled).reindex(rows.index).tolist() == expected
    assert AFFECTED in choices_in(rows.assign(half=1))
    kept = rows_under(rows, "dominant_played", frozenset({AFFECTED}))
    assert set(kept.index) == set(rows.index[~np.array(expected) & (rows["decided_by"] == "participant")])
    assert AFFECTED not in choices_in(late.predicted.assign(half=1))


def test_excluded_in_or_out(tmp_path):
    """In: what the report without the file of exclusions says."""
    sessions = [
        simulate.session(arm(f"arm_{name}", rounds=1), f"{name}{k}abcdef", rising(share, 0.0), seed=k)
        for name, share in (("a", 0.4), ("b", 0.6))
        for k in range(3)
    ]
    path = tmp_path / "out.csv"
    who = sessions[0][3]
    lines = [f"{who['session_code']},{who['participant_code']},slept", "b2abcdef,,crashed"]
    path.write_text("\n".join(["session_code,participant_code,reason", *lines]), "utf-8")
    every, kept = sources_of(tmp_path, *sessions), sources_of(tmp_path, *sessions, exclude=path)
    found = section(specification_curve, kept)
    assert found.tables[0].head[2:-3] == ["Excluded"]
    for column in ("dominant_played", "nash_played"):
        out, all_in = found.estimates.loc[found.estimates["outcome"] == column, "effect"]
        of = [one.inference.main.set_index("outcome").loc[column, "effect"] for one in (kept, every)]
        assert [out, all_in] == pytest.approx(of)
        assert out != all_in
    assert section(specification_curve, every) is None
