"""The two designs after Cason, Saijo, Sjöström and Yamato (2006): the properties that made their experiment."""

from mechanisms.treatments import load_treatment


def test_pivotal_game_has_327_equilibria_and_two_dominant_reports_each():
    pivotal = load_treatment("treatments/cason_pivotal.toml")
    game = pivotal.game([-6, 8])
    assert (game.payoffs.min(), game.payoffs.max()) == (14, 294)
    assert game.shape == (25, 25)
    assert len(pivotal.nash_equilibria([-6, 8])) == 327
    assert pivotal.dominant_messages(0, -6).tolist() == [-7, -6]
    assert pivotal.dominant_messages(1, 8).tolist() == [7, 8]
    assert pivotal.dominant_messages(0, -6, "strict").tolist() == []
    assert pivotal.play([-6, 8], [-6, 8]).points.tolist() == [210, 210]


def test_pivotal_project_is_built_if_the_reports_sum_to_zero_or_more():
    pivotal = load_treatment("treatments/cason_pivotal.toml")
    labels = [pivotal.outcome_label(pivotal.play([-6, 8], [-8, other]).outcome) for other in (7, 8, 9)]
    assert labels == ["not built", "built", "built"]


def test_groves_game_has_one_equilibrium_in_dominant_reports():
    groves = load_treatment("treatments/cason_groves.toml")
    assert groves.dominant_messages(0, 12, "strict").tolist() == [12]
    assert groves.dominant_messages(1, 17, "strict").tolist() == [17]
    assert groves.nash_equilibria([12, 17]).tolist() == [[12, 17]]
    assert groves.play([12, 17], [12, 17]).outcome == 14.5


def test_groves_points_by_hand():
    # y = (10 + 20) / 2 = 15: 2 (-(15 - 12)^2 - (15 - 20)^2) + 600 and 2 (-(15 - 17)^2 - (15 - 10)^2) + 600
    assert load_treatment("treatments/cason_groves.toml").play([12, 17], [10, 20]).points.tolist() == [532, 542]
