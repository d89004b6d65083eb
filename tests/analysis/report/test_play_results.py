"""The tables and figures of one treatment say what the measures say."""

from contextlib import nullcontext
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.inference.units import add_units
from analysis.measures import rates
from analysis.measures.bands import METHOD
from analysis.predictions import predict
from analysis.report import play_results, tables
from analysis.report.play_results import replies_compared, with_bands
from analysis.report.results import results
from tests.analysis import simulate
from tests.analysis.report.reports import without_pictures


def predicted(load, name, sessions=4, **options):
    t = simulate.treatment(name, rounds=4)
    rows = [simulate.session(t.with_protocol(seed=k), f"sess000{k}", seed=k, **options) for k in range(sessions)]
    return predict(add_units(load(*rows)))


def shown(load, name, sessions=4, drawn=False, **options):
    """Predictions and results, with figures or without."""
    found = predicted(load, name, sessions, **options)
    [solutions] = found.solutions.values()
    with nullcontext() if drawn else without_pictures():
        return found, results(found.decisions, solutions, tables.Numbers())


def table_with(made, words):
    return next(table for table in made.tables if words in table.caption)


def test_planted_truth(load):
    found, made = shown(load, "cason_groves", rule=simulate.truth)
    groups = len(found.decisions) // 2
    kinds = table_with(made, "What groups played")
    assert kinds.rows == [
        ["all rounds", str(groups), "100.0", "0.0", "0.0", "0.0"],
        ["first half", str(groups // 2), "100.0", "0.0", "0.0", "0.0"],
        ["last half", str(groups // 2), "100.0", "0.0", "0.0", "0.0"],
    ]
    halves = table_with(made, "by halves")
    assert [row[:2] for row in halves.rows[:3]] == [
        ["Dominant message", part] for part in ("all rounds", "first half", "last half")
    ]
    nash = next(row for row in halves.rows if row[:2] == ["Nash equilibrium", "all rounds"])
    assert nash[2:] == [str(groups), "100.0", "0.2", "99.8", "100.0", "0.0"]
    settled = table_with(made, "Convergence")
    assert [row[1:] for row in settled.rows] == [["4", "4", "1.0", "100.0", "100.0", "0.00", "0.000"]] * 2
    assert all(row[4:7] == ["0.00"] * 3 for row in table_with(made, "points foregone").rows)


def test_figures_have_names_and_captions_with_their_numbers(load):
    _, made = shown(load, "cason_pivotal", drawn=True)
    assert [figure["name"] for figure in made.figures] == [
        *("rates_by_round", "rates_by_type", "distance_and_surplus", "messages", "foregone")
    ]
    assert [figure["caption"].split(".")[0] for figure in made.figures] == [f"Figure {k}" for k in range(1, 6)]
    words = f"pointwise 95 % intervals, 4 independent units ({METHOD})."
    stated = [words in figure["caption"] or "no uncertainty is drawn" in figure["caption"] for figure in made.figures]
    assert stated == [True] * 5
    assert f"Bands: {words}" in made.figures[0]["caption"]
    assert f"Bars: {words}" in made.figures[1]["caption"]
    assert all(figure["figure"].axes and figure["picture"].alt for figure in made.figures)


def test_with_few_units_it_says_that_there_are_no_bands(load):
    _, made = shown(load, "production_serial", sessions=2, drawn=True)
    assert "No bands: 2 independent units, and bands need 4." in made.figures[0]["caption"]
    assert not made.figures[0]["figure"].axes[0].collections
    assert "messages" in [figure["name"] for figure in made.figures]


@pytest.mark.parametrize("name", ["park_agv", "chen_proportional"])
def test_treatments_without_dominant_messages_or_equilibria(load, name):
    _, made = shown(load, name)
    captions = " ".join(table.caption for table in made.tables)
    assert "points foregone" in captions
    assert ("Convergence" in captions) == (name == "chen_proportional")
    assert "What groups played" not in captions


def test_bands_lie_around_the_rates(load):
    own = rates.own_decisions(predicted(load, "cason_pivotal", sessions=6).decisions)
    table = with_bands(rates.success(own, rates.DOMINANT, ["round"]), own, "dominant_played")
    assert (table["low"] <= table["rate"]).all()
    assert (table["rate"] <= table["high"]).all()
    assert (table["low"] < table["high"]).any()


def test_treatments_side_by_side(load):
    rows = [simulate.session(simulate.treatment(name), f"{name[:4]}1234") for name in ("cason_groves", "chen_serial")]
    found = predict(add_units(load(*rows)))
    names = {identity: solution.treatment.name for identity, solution in found.solutions.items()}
    numbers = tables.Numbers()
    compared, drawn = replies_compared(found.decisions, names, numbers)
    means = found.decisions.groupby("treatment")["foregone_points"].mean()
    assert {row[0]: float(row[4]) for row in compared[0].rows} == pytest.approx(means.to_dict(), abs=0.0051)
    assert len(drawn[0]["figure"].axes[0].lines) == 2
    assert drawn[0]["caption"].startswith("Figure 1.")


def test_of_many_profiles_of_types_the_most_frequent_ones_are_listed(monkeypatch):
    counts = {"c": 3, "a": 1, "d": 2, "b": 3}
    names = [name for name, n in counts.items() for _ in range(n)]
    groups = pd.DataFrame({"nash_count": 2, "nash_index": 1, "payoff_dominant_played": True}, index=range(len(names)))
    monkeypatch.setattr(play_results, "type_names", lambda *_: names)
    monkeypatch.setattr(play_results.theory, "MAX_LISTED_PROFILES", 3)
    chosen = play_results._selection(None, groups, SimpleNamespace(treatment=None))
    assert [(name, row["n"]) for name, row in chosen] == [("b", 3), ("c", 3), ("d", 2)]
