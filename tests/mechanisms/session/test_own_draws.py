"""What is drawn for somebody who ends early: evenly, apart from the session's draw, steady when a round comes in."""

import numpy as np

from mechanisms.session.draws import paid_round
from mechanisms.session.own_draws import own_paid_part, own_paid_round
from mechanisms.treatments import load_treatment

ONE = load_treatment("treatments/park_vcg.toml").with_protocol(pay="one")
MANY = range(2000)


def test_every_round_that_counted_is_as_likely_and_no_other_is_drawn():
    drawn = [own_paid_round(ONE, f"session{k}", 1, [1, 3, 4]) for k in MANY]
    assert set(drawn) == {1, 3, 4}
    assert np.bincount(drawn).max() < 2000 / 3 + 100
    parts = [own_paid_part(f"session{k}", 1, [1, 2]) for k in MANY]
    assert 900 < parts.count(1) < 1100
    assert own_paid_round(ONE.with_protocol(pay="all"), "abc", 1, [1]) is None


def test_it_tells_nothing_of_the_draw_of_the_session_or_of_others():
    every = range(1, ONE.protocol.rounds + 1)
    own = [own_paid_round(ONE, f"session{k}", 1, every) for k in MANY]
    others = [own_paid_round(ONE, f"session{k}", 2, every) for k in MANY]
    of_session = [paid_round(ONE, f"session{k}") for k in MANY]
    for first, second in ((own, others), (own, of_session)):
        assert 0.07 < np.mean(np.equal(first, second)) < 0.13


def test_a_round_that_is_played_later_is_drawn_or_changes_nothing():
    before = [own_paid_round(ONE, f"session{k}", 1, [1, 2]) for k in MANY]
    after = [own_paid_round(ONE, f"session{k}", 1, [1, 2, 3]) for k in MANY]
    assert all(new in (old, 3) for old, new in zip(before, after, strict=True))
    assert 560 < after.count(3) < 780
