"""Models in games without a table: what they ask is what a table of the same game says; large games are played."""

import numpy as np
import pytest

from mechanisms.subjects.crowded import CrowdGame, game_of
from mechanisms.subjects.models.level_k import level_payoffs
from mechanisms.subjects.played import PlayedGame
from mechanisms.subjects.population import Population, PopulationError
from mechanisms.subjects.simulation import simulate_sessions
from mechanisms.treatments import Treatment, load_treatment
from tests.lab import ROOT

SMALL = ["chen_serial", "production_proportional", "goods_incremental"]
LARGE = load_treatment(ROOT / "treatments" / "production_serial_large.toml")


def both(name):
    treatment = load_treatment(ROOT / "treatments" / f"{name}.toml")
    return PlayedGame(treatment), CrowdGame(treatment)


@pytest.mark.parametrize("name", SMALL)
def test_points_against_others_are_those_of_the_table(name):
    table, crowd = both(name)
    messages = np.stack(
        [np.random.default_rng(i).integers(size, size=40) for i, size in enumerate(table.sizes)], axis=1
    )
    messages[3, 0] = -1
    numbers = [game.number_of(messages.reshape(-1)).reshape(messages.shape) for game in (table, crowd)]
    np.testing.assert_array_equal(numbers[0] < 0, numbers[1] < 0)
    decided = numbers[0][:, 0] >= 0
    for i in range(len(table.sizes)):
        own = [game.against(i, n[decided, i]) for game, n in zip((table, crowd), numbers, strict=True)]
        np.testing.assert_array_equal(*own)


@pytest.mark.parametrize("name", SMALL)
def test_expectations_are_near_those_of_the_table(name):
    """2,000 draws: within five standard errors; the best replies, of which higher levels are made, are the same."""
    table, crowd = both(name)
    for own, other, columns in zip(table.against_uniform, crowd.against_uniform, table.columns, strict=True):
        assert (np.abs(own - other) <= 5 * columns.std(axis=1) / np.sqrt(2000) + 1e-9).all()
    assert 0.5 * table.range <= crowd.range <= table.range
    exact = level_payoffs(table.form(), 2)[1]
    sampled = np.split(crowd.levels(2)[1], crowd.first_situation[1:-1])
    for own, other in zip(exact, sampled, strict=True):
        assert np.abs(own - other[:, : own.shape[1]]).max() <= 0.05 * table.range


def test_equilibria_and_dominant_messages_are_those_of_the_table():
    table, crowd = both("chen_serial")
    found = simulate_sessions(table.treatment, Population.of("equilibrium"), range(1))
    assert found.messages[0, 0, 0].tolist() == crowd.equilibria(np.zeros(2, dtype=int))[0].tolist() == [3, 5]
    assert not crowd.dominant.any()


def large(n=40, **changes):
    definition = {**LARGE.definition, **changes}
    definition["group"] = {**definition["group"], "size": n}
    definition["session"] = {**definition["session"], "participants": n}
    return Treatment.from_definition(definition)


@pytest.mark.parametrize(
    "text",
    ["uniform", "fixed(messages=4)", "inattentive", "reply(lambda=0.05)",
     "level(k=2, lambda=0.1)", "beliefs(lambda=0.05, phi=0.9)",
     "0.5*ewa(lambda=0.05, phi=1, delta=1, kappa=0) + 0.5*uniform"],
)  # fmt: skip
def test_forty_people_play_and_are_paid_by_the_rule(text):
    treatment = large()
    assert isinstance(game_of(treatment), CrowdGame)
    found = simulate_sessions(treatment, Population.of(text), range(2))
    types, messages = found.values()
    np.testing.assert_array_equal(found.points, treatment.play(types, messages).points)
    again = simulate_sessions(treatment, Population.of(text), range(1, 2))
    np.testing.assert_array_equal(found.messages[1:], again.messages)


def test_an_equilibrium_with_private_types_is_one_whatever_the_types():
    """Of the large treatment: low types 3, high ones 4, as its file says; nobody gains in any group that was drawn."""
    found = simulate_sessions(LARGE, Population.of("equilibrium"), range(1))
    types, messages = found.values()
    assert set(zip(types.ravel(), messages.ravel(), strict=True)) == {(17.9, 3.0), (26.9, 4.0)}
    group = messages[0, 0, 0]
    for other in LARGE.positions[0].messages:
        changed = group.copy()
        changed[0] = other
        assert LARGE.play(types[0, 0, 0], changed).points[0] <= found.points[0, 0, 0, 0]


def test_replies_with_high_precision_are_best_replies_to_the_last_round():
    found = simulate_sessions(LARGE, Population.of("reply(lambda=1000)"), range(1))
    types, messages = found.values()
    grid = LARGE.positions[0].messages
    for i in range(15):
        tried = np.tile(messages[0, 0, 0], (len(grid), 1))
        tried[:, i] = grid
        own = LARGE.play(np.tile(types[0, 1, 0], (len(grid), 1)), tried).points[:, i]
        assert own[found.messages[0, 1, 0, i]] == own.max()


def test_equilibria_of_types_that_all_know():
    """Forty people, whose types are drawn once: nobody gains by another demand, and level 2 replies to what they do."""
    treatment = large(group={**LARGE.definition["group"], "information": "complete"})
    treatment = treatment.with_protocol(rounds=1)
    found = simulate_sessions(treatment, Population.of("equilibrium"), range(1))
    types, messages = (values[0, 0, 0] for values in found.values())
    grid = treatment.positions[0].messages
    for i in range(0, 40, 7):
        tried = np.tile(messages, (len(grid), 1))
        tried[:, i] = grid
        assert treatment.play(np.tile(types, (len(grid), 1)), tried).points[:, i].max() == found.points[0, 0, 0, i]
    assert simulate_sessions(treatment, Population.of("level(k=2, lambda=9)"), range(1)).points.shape == (1, 1, 1, 40)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("qre(lambda=1)", "qre cannot be played in groups of 15: all payoffs would have to be looked at; use some of"),
        ("dominant", "some type has no dominant message"),
        ("truthful", "messages are demands"),
        ("equilibrium(number=2)", "the game has 1 pure equilibrium"),
    ],
)
def test_what_cannot_be_played_is_refused_by_name(text, why):
    with pytest.raises(PopulationError, match=why):
        simulate_sessions(LARGE, Population.of(text), range(1))


def test_no_equilibrium_for_all_types_is_said():
    with pytest.raises(
        PopulationError, match="equilibrium cannot be played in groups of 40: no strategy is an equilib"
    ):
        simulate_sessions(large(), Population.of("equilibrium"), range(1))
