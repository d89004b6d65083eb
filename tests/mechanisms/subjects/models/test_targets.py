"""Models with target messages: each equilibrium, the truth, stated messages, joint lies, repeated messages."""

import numpy as np
import pytest

from mechanisms.bayesian import best_joint_lie, pure_bayesian_equilibria
from mechanisms.subjects.models.inattentive import Inattentive
from mechanisms.subjects.models.liars import Liars
from mechanisms.subjects.models.model import NotApplicableError
from mechanisms.subjects.models.targets import Dominant, Equilibrium, Fixed, Nash, Truthful
from mechanisms.subjects.sessions import empty_sessions
from tests.analysis.behaviour.small import coarse_production, coarse_serial
from tests.analysis.simulate import treatment


def said(model, noise=0.0):
    """The certain message of each row."""
    logs, row = model.log_table(np.array([noise]))
    assert np.exp(logs).sum(axis=1) == pytest.approx(1)
    return logs.argmax(axis=1)[row]


def test_every_equilibrium_can_be_played():
    pivotal = empty_sessions(treatment("cason_pivotal"), 1)
    game = treatment("cason_pivotal").game([-6, 8])
    profiles = set()
    for number in (1, 100, 327):
        messages = said(Equilibrium(pivotal, number))[pivotal.members]
        assert len(np.unique(messages, axis=0)) == 1
        i, j = messages[0]
        assert game.payoffs[0][i, j] == game.payoffs[0][:, j].max()
        assert game.payoffs[1][i, j] == game.payoffs[1][i].max()
        profiles.add((i, j))
    assert len(profiles) == 3
    with pytest.raises(NotApplicableError, match="number = 328: the game has 327 pure equilibria"):
        Equilibrium(pivotal, 328)


def test_bayesian_equilibria_by_number():
    production = coarse_production()
    empty, every = empty_sessions(production, 2), pure_bayesian_equilibria(production.bayesian_game())
    messages = said(Equilibrium(empty, 1))
    for i, own in enumerate(every):
        rows = empty.position == i
        assert (messages[rows] == own[0, empty.type_index[rows]]).all()


def test_the_focal_equilibrium_is_the_truth_where_it_is_dominant():
    vcg = empty_sessions(treatment("park_vcg"), 2)
    assert (said(Equilibrium(vcg)) == said(Truthful(vcg))).all()


def test_any_equilibrium_and_any_dominant_message_are_those_of_the_game():
    t = treatment("cason_pivotal")
    pivotal, game = empty_sessions(t, 1), t.game([-6, 8])
    best = [game.payoffs[i] == game.payoffs[i].max(axis=i, keepdims=True) for i in (0, 1)]
    nash = best[0] & best[1]
    assert nash.sum() == 327
    for model, parts in (
        (Nash(pivotal), [nash.any(axis=1), nash.any(axis=0)]),
        (Dominant(pivotal), [best[0].all(axis=1), best[1].all(axis=0)]),
    ):
        chances, row = model.log_table(np.array([0.0]))
        for i in (0, 1):
            own = np.exp(chances[row][pivotal.members[:, i]])
            assert own == pytest.approx(np.tile(parts[i] / parts[i].sum(), (len(own), 1)))
    assert [int(parts[i].sum()) for i in (0, 1)] == [2, 2]
    with pytest.raises(NotApplicableError, match="no dominant message"):
        Dominant(empty_sessions(treatment("chen_serial"), 1))


def test_noise_is_uniform_over_the_own_grid():
    logs = Truthful(empty_sessions(treatment("park_vcg"), 1)).log_table(np.array([0.5])).logs
    assert np.exp(logs).max(axis=1) == pytest.approx(0.75)


def test_fixed_messages_are_checked():
    empty = empty_sessions(coarse_serial(), 1)
    assert said(Fixed(empty, [3, 9]))[empty.members].tolist() == [[1, 4]] * len(empty.members)
    with pytest.raises(NotApplicableError, match="4 is not on the grid 1 to 9"):
        Fixed(empty, [4])
    with pytest.raises(NotApplicableError, match="demands"):
        Truthful(empty)


@pytest.mark.parametrize("name", ["park_vcg", "production_vcg", "park_pairwise"])
def test_liars_play_the_joint_lie_of_the_certificate(name):
    game = treatment(name).bayesian_game()
    empty = empty_sessions(treatment(name), 30)
    for members in ((0, 1), (0, 1, 2)):
        lie = best_joint_lie(game, members)
        model = Liars(empty, [i + 1 for i in members])
        messages, types = said(model)[empty.members], empty.type_index[empty.members]
        assert (messages[:, 2] == game.truthful[2][types[:, 2]]).all() or len(members) == 3
        if lie is None:
            assert (messages == np.stack([game.truthful[i][types[:, i]] for i in range(3)], axis=1)).all()
            continue
        assert model.gain == pytest.approx(lie.gain / 10 ** treatment(name).rounding)
        met = (types[:, members] == lie.types).all(axis=1)
        assert met.any()
        assert (messages[met][:, members] == lie.lies).all()


def test_without_names_the_coalition_that_gains_most_lies():
    model = Liars(empty_sessions(treatment("production_vcg"), 1))
    gains = [
        best_joint_lie(treatment("production_vcg").bayesian_game(), c) for c in ((0, 1), (0, 2), (1, 2), (0, 1, 2))
    ]
    assert model.gain == pytest.approx(
        max(lie.gain for lie in gains if lie) / 10 ** treatment("production_vcg").rounding
    )
    with pytest.raises(NotApplicableError, match="name two or more"):
        Liars(empty_sessions(treatment("park_vcg"), 1), [1])


def test_demands_can_be_agreed_too():
    """Chen's serial game: together both demand less than in equilibrium."""
    chen = treatment("chen_serial")
    empty = empty_sessions(chen, 1)
    i, j = said(Liars(empty))[empty.members][0]
    total = chen.game([16.1, 20.1]).payoffs.sum(axis=0)
    assert total[i, j] == total.max() > total[3, 5]


def test_inattentive_repeats():
    empty = empty_sessions(coarse_serial(rounds=4), 1)
    message = np.where(empty.round == 1, 2, -1)
    played = empty.with_messages(message)
    logs = Inattentive(played).log_table(np.array([0.6])).logs
    assert np.exp(logs[empty.round == 1]) == pytest.approx(0.2)
    assert np.exp(logs[empty.round == 3, 2]) == pytest.approx(0.6 + 0.4 / 5)
