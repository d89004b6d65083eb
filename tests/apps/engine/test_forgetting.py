"""Who has withdrawn is deleted after the payment, from a real database: all of them at once, nobody else."""

import csv
import sqlite3
import sys
from types import SimpleNamespace

import pytest

from tests.apps.guests import at_their_first_decision, exports_of, to_the_end
from tests.lab import Lab, create_session

STUDY = """
setting = "online"
[consent]
contact = "lab@example.org"
withdrawn_data = "{promise}"
[dropouts]
policy = "computer"
[payments]
show_up_fee = 2
[[arms]]
treatment = "chen_serial"
participants = 4
"""
PLAIN = {"quiz": False, "practice_rounds": 0, "rounds": 1, "seconds": 600}


def withdrawn_at_the_decision(address, study):
    """Four people; the first two leave at their first decision, the others play to the end."""
    code, _ = create_session(address, study, 4, **PLAIN)
    people = at_their_first_decision(address, code, 4)
    for person in people[:2]:
        person.go(person.at, withdraw="1")
    to_the_end(people[2:])
    rows = list(csv.DictReader(exports_of(address, code).table("demand").splitlines()))
    endings = {row["participant_code"]: row["ending"] for row in rows}
    assert [endings[person.code()] for person in people] == ["withdrew", "withdrew", "complete", "complete"]
    return SimpleNamespace(code=code, people=[person.code() for person in people])


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("forgetting"))
    for promise in ("deleted", "kept"):
        (lab.folder / "studies" / f"{promise}_study.toml").write_text(STUDY.format(promise=promise), "utf-8")
    with lab.server() as address:
        found = {promise: withdrawn_at_the_decision(address, f"{promise}_study") for promise in ("deleted", "kept")}
    return SimpleNamespace(lab=lab, **found)


def forget(played, *arguments):
    return played.lab.run(sys.executable, "-m", "engine.forgetting", *arguments, PYTHONPATH="apps:.")


def stored(played):
    return b"".join(path.read_bytes() for path in played.lab.folder.glob("db.sqlite3*"))


def there(played, session):
    return [code.encode() in stored(played) for code in session.people]


def test_a_session_that_promises_nothing_and_one_that_is_not_there_delete_nobody(played):
    for code in (played.kept.code, "nosuchone"):
        done = forget(played, "--withdrawn", code)
        assert done.returncode == 1
        assert "is no session of a study that deletes the data of who withdraws" in done.stderr
    assert there(played, played.kept) == [True] * 4


def test_all_who_withdrew_leave_nothing_and_the_others_keep_everything(played):
    assert there(played, played.deleted) == [True] * 4
    done = forget(played, "--withdrawn", played.deleted.code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2 deleted.")
    assert there(played, played.deleted) == [False, False, True, True]
    assert there(played, played.kept) == [True] * 4
    base = sqlite3.connect(played.lab.folder / "db.sqlite3")
    rows = base.execute(
        "select p.code, d.message from demand_player d join otree_participant p on p.id = d.participant_id "
        "join otree_session s on s.id = p.session_id where s.code = ? order by p.id_in_session",
        [played.deleted.code],
    ).fetchall()
    assert len(rows) == 4
    assert [message for _, message in rows[:2]] == [None, None]
    assert all(message is not None for _, message in rows[2:])
    assert [code for code, _ in rows[2:]] == played.deleted.people[2:]


def test_once_more_finds_nobody(played):
    forget(played, "--withdrawn", played.deleted.code)
    again = forget(played, "--withdrawn", played.deleted.code)
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("0 deleted.")
