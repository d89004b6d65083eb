"""Sessions with other rules: several parts, a failed quiz, guesses, less feedback, a clock, a slider, a warning."""

import pytest

from tests.browser.hands import Enlarged, Keyboard, Mouse, Touch
from tests.browser.session import Session, edited, write_treatments
from tests.browser.subject import Subject, message_of, play_through
from tests.lab import Lab
from tests.shared import thorough

QUICK = {"rounds": "2", "practice_rounds": "0", "quiz": "false"}
FILES = {
    "production_serial": edited("production_serial", session={**QUICK, "rounds": "1"}),
    "production_proportional": edited("production_proportional", session={**QUICK, "rounds": "1"}),
    "production_counterbalanced": edited("production_counterbalanced"),
    "averages": edited(
        "chen_serial",
        session={**QUICK, "feedback": '"average"', "matching": '"stranger"', "pay": '"one"', "language": '"de"'},
    )
    + '\n[beliefs]\nrounds = "all"\nrule = "binarized"\npoints = 40\n',
    "silence": edited(
        "production_vcg",
        session={
            "practice_against": '"others"', "feedback": '"none"', "quiz_attempts": "2", "quiz_failure": '"leave"',
            "partner_left": '"void"',
        },
    ).replace("rounds = 10", "rounds = 2"),
    "clock": edited(
        "cason_groves",
        session={**QUICK, "matching": '"partner"', "feedback": '"own"', "seconds": "60"},
        screen={"table": "false", "input": '"slider"', "confirmation": "true", "warn_dominated": "true"},
    )
    + '\n[beliefs]\nrounds = [2]\nrule = "quadratic"\npoints = 20\n',
}  # fmt: skip


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("protocols"))
    write_treatments(lab, FILES)
    return lab


def enter(session, seats, hands, **habits):
    """Everybody at the first page; `habits` by name: one value for each person."""
    pages = seats(session.links, [kind.screen for kind in hands])
    return [
        Subject(session, person, page, hands[person], **{name: values[person] for name, values in habits.items()})
        for person, page in enumerate(pages)
    ]


@thorough
def test_two_parts_in_both_orders(lab, address, seats):
    session = Session(lab, address, "production_counterbalanced", 6)
    subjects = enter(session, seats, [*[Mouse] * 4, Touch, Enlarged], inquiring=[False] * 6)
    play_through(subjects)
    assert {session.order(person) for person in range(6)} == {(1, 2), (2, 1)}
    for subject in subjects:
        assert subject.seen.count("Instructions") == 2
        assert subject.seen.count("Feedback") == 2


@thorough
def test_guesses_averages_and_one_round_that_is_paid(lab, address, seats):
    session = Session(lab, address, "averages")
    subjects = enter(session, seats, [Mouse, Touch, Mouse, Enlarged])
    play_through(subjects)
    for subject in subjects:
        assert subject.seen.count("Belief") == 2
    earned = [guess for person in range(4) for guess in session.points(person, 1)[1]]
    assert set(earned) <= {0, 40}  # all or nothing; which one, the code of the session decides


def test_who_fails_the_quiz_leaves_and_the_others_play_on(lab, address, seats):
    session = Session(lab, address, "silence")
    subjects = enter(session, seats, [Mouse] * 6, careless=[0, 1, 0, 0, 0, 2])
    play_through(subjects)
    assert subjects[5].seen == ["Consent", "Instructions", "Quiz", "QuizLeft", "Receipt"]
    played = [place for person in range(5) for place in session.places[person] if not session.is_void(place)]
    assert len(played) == 9  # three in each round, practice included
    for person in range(5):
        points = session.points(person, 1)[0]
        assert [p == 0 for p in points] == [session.is_void(p) for p in session.places[person] if not p.practice]


def test_time_runs_out_and_a_slider_asks_again(lab, address, seats):
    session = Session(lab, address, "clock", 2)
    habits = {"late": [(), (2,)], "message": [best_or_not] * 2, "inquiring": [False] * 2}  # both use one clock's time
    subjects = enter(session, seats, [Keyboard, Mouse], **habits)
    play_through(subjects)
    assert [subject.warnings for subject in subjects] == [1, 0]
    assert [subject.seen.count("Belief") for subject in subjects] == [1, 1]


def best_or_not(person, place):
    """A dominated report of the first person in the first round, else dominant ones."""
    return message_of(person, place) if (person, place.counted) == (0, 1) else place.own_type
