"""What the bubble plots draw, read back from the figures."""

import numpy as np
import pytest

from analysis.figures.bubbles import MAX_PANELS, joint_messages, own_and_others
from analysis.figures.saved import save_figure
from analysis.measures import rates
from analysis.predictions import predict
from tests.analysis import simulate


@pytest.fixture
def predictions(load):
    def of(name, **options):
        t = simulate.treatment(name)
        found = predict(load(simulate.session(t, seed=2, **options)))
        return found.decisions, found.solutions[t.identity]

    return of


def marks(axis, label):
    return next(part for part in axis.collections if part.get_label() == label)


def bubbles(axis):
    return next(part for part in axis.collections if part.get_label().startswith("_") and len(part.get_sizes()))


def test_a_bubble_for_each_pair_of_messages_and_a_cross_for_each_equilibrium(predictions):
    decisions, solutions = predictions("cason_pivotal")
    axis = joint_messages(decisions, solutions).figure.axes[0]
    wide = decisions.pivot(index=["round", "group"], columns="position", values="message")
    counts = wide.value_counts()
    drawn = bubbles(axis)
    places = dict(zip(map(tuple, drawn.get_offsets().tolist()), drawn.get_sizes().tolist(), strict=True))
    assert set(places) == set(counts.index)
    sizes = np.array([places[place] for place in counts.index])
    assert sizes / counts.to_numpy() == pytest.approx(
        sizes[0] / counts.iloc[0]
    )  # the area is proportional to the number
    crosses = marks(axis, "Nash").get_offsets().tolist()
    assert sorted(crosses) == solutions.nash((-6.0, 8.0)).tolist()
    lines = {(tuple(line.get_xdata()), tuple(line.get_ydata())) for line in axis.lines}
    assert {x[0] for x, y in lines if x[0] == x[1]} == {-7, -6}
    assert {y[0] for x, y in lines if y[0] == y[1]} == {7, 8}


def test_a_payoff_dominant_equilibrium_is_a_star(predictions):
    decisions, solutions = predictions("chen_serial")
    axis = joint_messages(decisions, solutions).figure.axes[0]
    assert marks(axis, "best").get_offsets().tolist() == [[4, 6]]
    assert len(marks(axis, "Nash").get_offsets()) == 0


def test_groups_with_timeouts_are_not_drawn(load):
    t = simulate.treatment("cason_groves", seconds=9)
    found = predict(load(simulate.session(t, timeouts=0.3)))
    drawing = joint_messages(found.decisions, found.solutions[t.identity])
    kept = rates.own_groups(found.decisions)
    assert 0 < len(bubbles(drawing.figure.axes[0]).get_offsets()) <= len(kept) < 100
    assert joint_messages(found.decisions.assign(group_timed_out=True), found.solutions[t.identity]) is None


def test_pairs_only(predictions):
    decisions, solutions = predictions("park_vcg")
    with pytest.raises(ValueError, match="groups of 3"):
        joint_messages(decisions, solutions)


def test_own_message_against_the_mean_of_the_others_with_best_replies(predictions):
    decisions, solutions = predictions("production_serial")
    decisions = decisions.assign(who=decisions["type"].map("type {:g}".format))
    figure = own_and_others(rates.own_decisions(decisions), decisions, solutions, "who").figure
    names = sorted(decisions["who"].unique())
    assert 1 < len(names) <= MAX_PANELS
    assert sorted(axis.get_title(loc="left") for axis in figure.axes) == names
    mean = (decisions.groupby(["round", "group"])["message"].transform("sum") - decisions["message"]) / 2
    for axis in figure.axes:
        here = decisions["who"] == axis.get_title(loc="left")
        expected = set(zip(mean[here], decisions.loc[here, "message"], strict=True))
        assert set(map(tuple, bubbles(axis).get_offsets().tolist())) == expected
        value = float(axis.get_title(loc="left").removeprefix("type "))
        line = dict(zip(*axis.lines[0].get_data(), strict=True))
        best = [
            [q for q, points in replies.items() if points == max(replies.values())]
            for others in ((a, 4.0 - a) for a in range(5))  # every pair whose mean is 2
            for replies in [
                {q: solutions.treatment.play([value] * 3, [q, *others]).points[0] for q in map(float, range(9))}
            ]
        ]
        assert line[2.0] == pytest.approx(np.mean([np.mean(replies) for replies in best]))


def test_same_data_same_bytes(predictions, tmp_path):
    decisions, solutions = predictions("cason_pivotal")
    for folder, rows in (("a", decisions), ("b", decisions.sample(frac=1, random_state=1))):
        save_figure(joint_messages(rows, solutions).figure, tmp_path / folder, "messages")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
