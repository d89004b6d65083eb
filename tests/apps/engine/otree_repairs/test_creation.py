"""A session is there whole or not at all, and people play on while it is made."""

import sqlite3
import threading
import urllib.error
import urllib.request

import pytest

from tests.lab import call, create_session, visit


def rows(lab, table):
    database = sqlite3.connect(f"file:{lab.folder / 'db.sqlite3'}?mode=ro", uri=True)
    [count] = database.execute(f"select count(*) from {table}").fetchone()
    database.close()
    return count


WRONG = {
    "7 participants cannot be divided into groups of 3: use 6 or 9": {"num_participants": 7},
    "num_participants = 'x' must be a whole number": {"num_participants": "x"},
    "num_participants = -3 must be a whole number": {"num_participants": -3},
    "room_name = 'y' is no room: use lab or online": {"room_name": "y"},
    "session.rounds = 0": {"modified_session_config_fields": {"rounds": 0}},
    "session.seed = -1": {"modified_session_config_fields": {"seed": -1}},
    "session_config_name must be": {"session_config_name": None},
    "'colour' is no argument": {"colour": 1},
    "'num_participant' is no argument: did you mean 'num_participants'?": {"num_participant": 6},
    "round = 3: sessions of park_vcg have no such key; did you mean 'rounds'?": {
        "modified_session_config_fields": {"round": 3}
    },
    "zzz = 1: sessions of park_vcg have no such key; use some of": {"modified_session_config_fields": {"zzz": 1}},
    'Session config "nothing" not found': {"session_config_name": "nothing"},
}


def test_a_refused_session_leaves_nothing_and_says_what_to_do(own_lab):
    with own_lab.server() as address:
        create_session(address, "park_vcg", 6)
        for words, change in WRONG.items():
            with pytest.raises(urllib.error.HTTPError) as refused:
                call(f"{address}/api/sessions", {"session_config_name": "park_vcg", "num_participants": 6, **change})
            text = refused.value.read().decode()
            assert (refused.value.code, words in text) == (400, True), text
            assert "Nothing of it was stored" in text
        assert rows(own_lab, "otree_session") == 1
        assert rows(own_lab, "otree_participant") == 6
        assert urllib.request.urlopen(f"{address}/api/export_wide", timeout=120).status == 200


def test_sessions_made_at_once_are_all_whole_while_people_play(own_lab):
    """oTree: 16 of 16 failed, and a running session was destroyed."""
    with own_lab.server(certificates=True) as address:
        _, links = create_session(address, "park_vcg", 3, quiz=False)
        pages = [visit(link)[0] for link in links]
        failed = []

        def make():
            try:
                create_session(address, "park_vcg", 6)
            except OSError as error:
                failed.append(error)

        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        answered = 0
        while any(thread.is_alive() for thread in threads):
            pages = [visit(page, consent="True")[0] if "/Consent/" in page else visit(page)[0] for page in pages]
            answered += len(pages)
        for thread in threads:
            thread.join()
        assert failed == []
        assert answered > 2 * len(threads)  # one page after each session, if these had to be waited for
        assert all("/Instructions/" in visit(page)[0] for page in pages)
    assert rows(own_lab, "otree_session") == 9
    assert rows(own_lab, "otree_participant") == 3 + 8 * 6
    database = sqlite3.connect(own_lab.folder / "db.sqlite3")
    assert database.execute("pragma foreign_key_check").fetchall() == []
    joined = "from direct_player p join otree_participant q on q.id = p.participant_id"
    assert database.execute(f"select count(*) {joined} where p.session_id != q.session_id").fetchone() == (0,)
    seats = database.execute("select count(*) from direct_player group by session_id, round_number").fetchall()
    assert {count for [count] in seats} == {3, 6}


def test_a_room_has_the_newest_session(own_lab):
    with own_lab.server() as address:
        order = {"session_config_name": "park_vcg", "num_participants": 3, "room_name": "online"}
        codes = [call(f"{address}/api/sessions", order)["code"] for _ in range(2)]
        rooms = {room["name"]: room["session_code"] for room in call(f"{address}/api/rooms")}
    assert rooms == {"lab": None, "online": codes[1]}
