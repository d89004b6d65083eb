"""Replies: distances in chunks, and planted play."""

import numpy as np

from analysis.predictions import best_reply, predict
from analysis.predictions.best_reply import Replies, profile_numbers, replies_of
from analysis.predictions.solutions import Solutions
from tests.analysis import simulate
from tests.shared import thorough


def test_distances_do_not_depend_on_chunks(monkeypatch):
    replies = Replies(np.random.default_rng(1).integers(0, 4, (6, 5)), np.array([0.0, 1.0, 2.5, 4.0, 7.0]))
    others, own = (axis.ravel() for axis in np.meshgrid(np.arange(6), np.arange(5), indexing="ij"))
    expected = [
        min(
            abs(replies.messages[a] - replies.messages[b]) for b in range(5) if replies.own[o, b] == max(replies.own[o])
        )
        for o, a in zip(others, own, strict=True)
    ]
    assert replies.distance(others, own).tolist() == expected
    monkeypatch.setattr(best_reply, "CHUNK_ENTRIES", 1)
    assert replies.distance(others, own).tolist() == expected


def test_profiles_of_the_others_are_numbered_as_the_rows_of_replies():
    t = simulate.treatment("production_serial")
    rng = np.random.default_rng(4)
    messages = np.stack([rng.integers(0, len(p.messages), 20) for p in t.positions], axis=-1)
    sizes = [len(p.messages) for p in t.positions]
    for i in range(3):
        replies = replies_of(Solutions(t), i, 16.0)
        numbers = profile_numbers(np.delete(messages, i, axis=1), sizes, i)
        values = np.stack([p.messages[messages[:, k]] for k, p in enumerate(t.positions)], axis=-1)
        types = [16.0] * 3
        assert replies.own[numbers, messages[:, i]].tolist() == t.play(types, values).points[:, i].tolist()


def test_truth_foregoes_nothing_where_it_is_dominant_and_all_its_columns_say_so(load):
    table = predict(load(simulate.session(simulate.treatment("cason_groves"), rule=simulate.truth))).decisions
    assert table[["truthful", "dominant_played", "best_reply_played", "group_dominant", "nash_played"]].all(axis=None)
    zero = ["foregone_points", "foregone_share", "dominant_loss_mean", "dominant_loss_max", "nash_distance"]
    assert (table[zero] == 0).all(axis=None)
    assert (table["foregone_by_chance"] > 0).all()


@thorough
def test_random_play_foregoes_what_chance_says(load):
    t = simulate.treatment("cason_groves")
    table = predict(
        load(*(simulate.session(t.with_protocol(seed=k), f"random{k}x", seed=k) for k in range(8)))
    ).decisions
    gap = table["foregone_points"] - table["foregone_by_chance"]
    assert abs(gap.mean()) < 4 * gap.std() / len(gap) ** 0.5
    assert table["foregone_points"].mean() > 0
