"""Distribution functions of foregone points, read back from the figure; chance against plain loops."""

from collections import Counter

import numpy as np
import pytest

from analysis.figures.colours import ROLES, TREATMENTS
from analysis.figures.foregone import DASHES, chance_foregone, foregone_distributions
from analysis.predictions import predict
from tests.analysis import brute_force, simulate


@pytest.mark.parametrize("name", ["cason_pivotal", "production_vcg"])
def test_chance_is_the_mean_over_own_messages_at_each_place(load, name):
    t = simulate.treatment(name, rounds=2)
    found = predict(load(simulate.session(t)))
    expected = Counter()
    for _, group in found.decisions.groupby(["round", "group"]):
        group = group.sort_values("position")
        points = brute_force.points_of(t, tuple(group["type"]))
        m = tuple(group["message"])
        for i in range(t.group_size):
            own = [points[brute_force.with_message(m, i, a)][i] for a in brute_force.grid(t, i)]
            for earned in own:
                expected[max(own) - earned] += 1 / len(own) / len(found.decisions)
    table = chance_foregone(found.decisions, found.solutions[t.identity])
    assert table["points"].tolist() == sorted(expected)
    assert table["weight"].tolist() == pytest.approx([expected[lost] for lost in sorted(expected)])
    mean = (table["points"] * table["weight"]).sum()
    assert mean == pytest.approx(found.decisions["foregone_by_chance"].mean())


def test_the_lines_are_distribution_functions():
    drawing = foregone_distributions({"a": np.array([0.0, 2.0, 2.0, 5.0, np.nan]), "b": np.array([1.0])}, "points")
    a, b = drawing.figure.axes[0].lines
    assert list(zip(*a.get_data(), strict=True)) == [(0, 0), (0, 25), (2, 75), (5, 100), (5, 100)]
    assert list(zip(*b.get_data(), strict=True)) == [(0, 0), (1, 100), (5, 100)]
    assert "points" in drawing.alt


def test_lines_differ_in_colour_and_in_dashes_and_more_are_refused():
    assert len({str(dashes) for dashes in DASHES}) == len(DASHES) <= min(len(set(ROLES)), len(set(TREATMENTS)))
    samples = {str(k): np.array([1.0]) for k in range(len(DASHES) + 1)}
    with pytest.raises(ValueError, match=f"at most {len(DASHES)} lines"):
        foregone_distributions(samples, "points")
