"""Mixtures of types against a second computation with loops."""

import numpy as np
import pytest

from analysis.behaviour import LevelK, TypesMixture
from mechanisms.bayesian import pure_bayesian_equilibria
from tests.analysis.behaviour.oracle import mixture
from tests.mechanisms.subjects.models.against_oracle import even


def test_mixture_table_gives_the_same_probabilities(game):
    _, choices, _ = game
    for kind, values in ((LevelK, [0.1, 0.5, 0.4]), (TypesMixture, [0.3, 0.3, 0.4])):
        model = kind(choices)
        number = len(model.classes)
        shares = np.array([*values, 0.7])[:number] / sum([*values, 0.7][:number])
        own = np.full(len(model.parameters) - number, 0.02 if kind is LevelK else 0.3)
        every = np.concatenate([shares, own])
        logs, row = model.log_table(every)
        rows = choices.decisions
        assert np.exp(logs).sum(axis=1) == pytest.approx(1)
        assert logs[row[rows], choices.message[rows]] == pytest.approx(model.log_probabilities(every), abs=1e-9)


def test_types_mixture(game):
    _, choices, oracle = game
    model = TypesMixture(choices)
    noises = [0.1, 0.3, 0.5][: len(model.classes) - 1]
    classes = []
    for name, noise in zip(model.classes, noises, strict=False):
        first = name.split(" = ")[0]
        if first == "best-replier":
            classes.append(oracle.replies(lambda own, noise=noise: spread(own == own.max(), noise)))
        elif first == "truthful":
            at = {(i, v): oracle.grids[i] == v for i in range(oracle.n) for v in oracle.types(i)}
            classes.append(oracle.by_type({key: spread(own, noise) for key, own in at.items()}))
        else:
            classes.append(oracle.by_type({key: spread(own, noise) for key, own in equilibrium_parts(oracle).items()}))
    classes.append(oracle.by_type({key: np.log(p) for key, p in even(oracle).items()}))
    shares = np.arange(1, len(classes) + 1) / np.arange(1, len(classes) + 1).sum()
    total = model.log_probabilities(np.array([*shares, *noises])).sum()
    assert total == pytest.approx(mixture(shares, classes), abs=1e-8)


def spread(target, noise):
    return np.log((1 - noise) * target / target.sum() + noise / len(target))


def equilibrium_parts(oracle):
    """(position, type) -> which messages are the type's in some pure (Bayesian) equilibrium, each checked here."""
    strategies = pure_bayesian_equilibria(oracle.t.bayesian_game())
    names = [(i, t, v) for i in range(oracle.n) for t, v in enumerate(oracle.types(i))]
    parts = {(i, v): np.zeros(len(oracle.grids[i]), dtype=bool) for i, _, v in names}
    for k in range(len(strategies[0])):
        pure = {(i, v): np.eye(len(oracle.grids[i]))[strategies[i][k, t]] for i, t, v in names}
        for key, payoffs in oracle.expected(pure).items():
            assert (payoffs @ pure[key]) == pytest.approx(payoffs.max(), abs=1e-6)
            parts[key] |= pure[key] > 0
    assert len(strategies[0])
    return parts
