"""Somebody leaves, on each page: with clocks nobody is held up, without them one click is enough.

With clocks most of the time is waiting for them: these sessions are played side by side.
"""

import json
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.apps.people import ANSWERS, APP, People, act, checked, go_to_the_end
from tests.lab import PATIENCE, Lab, call, visit
from tests.shared import mostly_thorough

SECONDS = 8  # the time of a page
LIMITS = {
    "nowhere": "seconds_consent", "Consent": "seconds_consent", "Declined": "seconds_consent",
    "Instructions": "seconds_instructions", "Quiz": "seconds_quiz", "Belief": "seconds_guess", "Decide": "seconds",
    "Feedback": "seconds_result",
}  # fmt: skip
"""Where somebody leaves, and the only page that has a time limit."""
NONE = dict.fromkeys(LIMITS.values(), 0)
NOT_IN = ("nowhere", "Consent", "Declined")
"""Who leaves there does not take part: the others are compensated."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("leavers"))
    guesses = (lab.folder / "treatments/chen_serial.toml").read_text("utf-8") + "\n[beliefs]\npoints = 10\n"
    (lab.folder / "treatments/guesses.toml").write_text(guesses, "utf-8")
    return lab


@pytest.fixture(scope="module")
def address(lab):
    with lab.server() as address:
        yield address


def session_with_a_leaver(address, page, rounds=3, **changes):
    """Four people, of whom the last has come to a page (or nowhere) and does nothing any more."""
    quiz = {"quiz": page == "Quiz", "quiz_attempts": 1}
    people = People(address, "guesses", 4, rounds=rounds, matching="stranger", **{**NONE, **quiz, **changes})
    people.open(*([1, 2, 3] if page == "nowhere" else [1, 2, 3, 4]))
    if page == "Declined":
        people.send(4, consent="False")
    deadline = time.monotonic() + PATIENCE
    while page != "nowhere" and (here := people.page(4)) != page:  # all go there together, then one of them stays
        assert time.monotonic() < deadline, f"the leaver is at {here}, not at {page}"
        for k in (1, 2, 3, 4):
            now = people.page(k)
            if now in (*ANSWERS, "Instructions") and not (k == 4 and here == page):
                act(people, k, now)
    return people


def assert_sound(people, folder):
    result = checked(people, APP, folder)
    assert result.ok, result.findings.to_string()
    assert result.unpaid == 0


def played_with_clocks(address, where):
    """The others have played to the end, and who left has come back then."""
    people = session_with_a_leaver(address, where, **{LIMITS[where]: SECONDS})
    go_to_the_end(people, (1, 2, 3))
    if where not in NOT_IN:
        people.open(4)
        go_to_the_end(people, (4,))
    return people


@pytest.fixture(scope="module")
def with_clocks(address, request):
    """Page -> the session in which somebody leaves there, being played."""
    asked = [where for where in LIMITS if any(item.name == f"{HOLDS_UP}[{where}]" for item in request.session.items)]
    with ThreadPoolExecutor(len(LIMITS)) as pool:
        yield {where: pool.submit(played_with_clocks, address, where) for where in asked}


HOLDS_UP = "test_who_leaves_on_any_page_holds_up_nobody"


@pytest.mark.parametrize("where", mostly_thorough(LIMITS, "nowhere", "Quiz", "Belief", "Decide"))
def test_who_leaves_on_any_page_holds_up_nobody(with_clocks, tmp_path, where):
    people = with_clocks[where].result()
    causes = {row["decided_by"] for row in people.rows(APP) if row["participant_id"] == "4"}
    if where in NOT_IN:
        assert causes == {""}
        with pytest.raises(urllib.error.HTTPError, match="404") as full:  # a seat that is out is no free one
            visit(call(f"{people.address}/api/sessions/{people.code}")["session_wide_url"])
        full.value.close()
    else:
        assert causes <= {"participant", "clock", "absent"}
        assert "absent" in causes
        assert {row["event"] for row in people.rows(APP, "record")} >= {"absent", "returned"}
    assert_sound(people, tmp_path)


@pytest.mark.parametrize("where", mostly_thorough(LIMITS, "Quiz", "Decide"))
def test_without_clocks_the_computer_takes_the_seat_for_all_that_remains(address, tmp_path, where):
    people = session_with_a_leaver(address, where, rounds=2)
    people.admin(4, seat="computer")
    go_to_the_end(people, (1, 2, 3))
    rows = [row for row in people.rows(APP) if row["participant_id"] == "4"]
    assert {row["decided_by"] for row in rows} <= {"participant", "computer"}
    assert rows[-1]["decided_by"] == "computer"
    assert all(row["points"] for row in people.rows(APP))  # nobody has lost a round by it
    assert_sound(people, tmp_path)


RIGHT = """
import json, sys
code, sys.argv = sys.argv[1], ["otree", "x"]
from otree.main import setup
setup()
from demand.models import Player
from engine.quiz.questions_game import quiz_answers
from engine.words.language import use
from otree.database import db
from otree.models import Session
db.new_session()
session = Session.objects_get(code=code)
with use("en"):
    first = Player.objects_filter(session=session, round_number=1)
    print(json.dumps({player.participant.id_in_session: quiz_answers(player) for player in first}))
"""


def right_answers(lab, code):
    done = lab.python("-c", RIGHT, code)
    assert done.returncode == 0, done.stderr[-2000:]
    return {int(k): answers for k, answers in json.loads(done.stdout.splitlines()[-1]).items()}


def test_who_has_failed_the_quiz_is_waited_for_by_nobody(lab, address, tmp_path):
    """Without clocks, and nobody clicks: the browser is closed on the page that says so."""
    people = People(address, "guesses", 4, rounds=3, quiz=True, quiz_failure="leave", quiz_attempts=1, **NONE)
    people.start(1, 2, 3, 4)
    right = right_answers(lab, people.code)
    for k in (1, 2, 3):
        people.page(k)
        people.send(k, **right[k])
    people.page(4)
    act(people, 4, "Quiz")
    people.send(4, go="on")
    assert people.page(4) == "QuizLeft"
    go_to_the_end(people, (1, 2, 3))
    assert people.page(4) == "QuizLeft"
    assert [row["participant_id"] for row in people.rows(APP, "record") if row["event"] == "excluded"] == ["4"]
    assert_sound(people, tmp_path)
