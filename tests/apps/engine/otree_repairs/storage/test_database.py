"""What can go wrong with the database says in one line what to do, at the start and while people play."""

import os
import re
import resource
import shutil
import sqlite3
import urllib.error
import urllib.request

import pytest

from tests.lab import PATIENCE, ROOT, Lab, create_session, otree_command, visit
from tests.shared import thorough


def server_ends_with(lab, *before):
    """The line with which `otree prodserver` gives up."""
    done = lab.run(*before, otree_command(), "prodserver", "127.0.0.1:1")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    [line] = [line for line in lines if "Warning" not in line and not line.startswith((" ", "Exception ignored"))]
    return line


def test_a_second_server_on_the_same_database_does_not_start(own_lab, tmp_path):
    """Nor in another folder, whose database is a link to this one."""
    file, other = own_lab.folder / "db.sqlite3", Lab(tmp_path / "other")
    (other.folder / "db.sqlite3").symlink_to(file)
    with own_lab.server():
        line = server_ends_with(other)
    assert line == f"Another server runs on {file}: stop it, or start this one in another folder."
    (own_lab.folder / "second").hardlink_to(file)
    assert "has a second name (a hard link)" in server_ends_with(own_lab)


def test_a_file_that_was_moved_away_is_missed_at_once_and_nothing_is_lost(own_lab):
    file, aside = own_lab.folder / "db.sqlite3", own_lab.folder / "aside.sqlite3"
    with own_lab.server() as address:
        code, links = create_session(address, "park_vcg", 3)
        page, _ = visit(links[0])
        file.rename(aside)
        for url in (f"/AdminReport/{code}", f"/SessionFiles/{code}", "/api/sessions", "/demo"):
            status, text = refused(address + url)
            assert (status, "move it back" in text, text.count("\n")) == (503, True, 1), url
        for url in ("/api/sessions", "/demo/park_vcg/alone"):
            assert refused(address + url, data=b"{}")[0] == 503
        status, text = refused(page, data=b"consent=True")
        assert (status, "raise your hand" in text) == (503, True)
        assert not file.exists()
        aside.rename(file)
        assert "/WaitForAll/" in visit(page, consent="True")[0]
        assert "consent" in visit(f"{address}/api/export_app?app=welcome")[1]
    assert "Traceback" not in (own_lab.folder / "server.log").read_text()


def refused(url, data=None):
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(url, data, timeout=PATIENCE)
    return answer.value.code, answer.value.read().decode()


@thorough
def test_after_a_kill_the_next_server_starts(own_lab):
    with own_lab.server():
        own_lab.process.kill()
        own_lab.process.wait()
    with own_lab.server() as address:
        visit(f"{address}/demo")


def test_what_is_no_database_is_not_overwritten(own_lab):
    file = own_lab.folder / "db.sqlite3"
    file.write_bytes(b"a letter to my aunt" * 400)
    assert "move it away" in server_ends_with(own_lab)
    assert file.read_bytes() == b"a letter to my aunt" * 400


def test_a_file_that_cannot_be_written_to_and_a_damaged_one(own_lab):
    with own_lab.server() as address:
        create_session(address, "park_vcg", 3)
    assert "writable for this user" in ended_where_nobody_may_write(own_lab)
    file = own_lab.folder / "db.sqlite3"
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + bytes(len(whole) - middle))
    line = server_ends_with(own_lab)
    assert "damaged" in line
    assert "put back the last backup" in line


def test_a_new_folder_that_cannot_be_written_to(own_lab):
    assert "writable for this user" in ended_where_nobody_may_write(own_lab)


def ended_where_nobody_may_write(lab):
    """The line with which it gives up. Root may write everywhere, and is asked to give that up."""
    as_others = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    files = [*lab.folder.glob("db.sqlite3*")]
    for file in files:
        file.chmod(0o444)
    lab.folder.chmod(0o555)
    try:
        return server_ends_with(lab, *as_others)
    finally:
        for file in [lab.folder, *files]:
            file.chmod(0o755)


def test_run_py_says_what_to_do_about_a_file_that_cannot_be_opened(own_lab):
    """oTree opens it when it is imported, before any repair can speak."""
    shutil.copy(ROOT / "run.py", own_lab.folder)
    (own_lab.folder / "db.sqlite3").mkdir()
    done = own_lab.python("run.py", "check-database")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "writable for this user" in done.stdout


def test_a_full_disk_loses_nothing_and_says_so(own_lab):
    with own_lab.server() as address:
        _, links = create_session(address, "park_vcg", 3)
        pages = [visit(link)[0] for link in links]
        visit(pages[0], consent="True")
        limit = resource.prlimit(own_lab.process.pid, resource.RLIMIT_FSIZE)
        room = (own_lab.folder / "server.log").stat().st_size + 4096  # for the log, not for the database
        resource.prlimit(own_lab.process.pid, resource.RLIMIT_FSIZE, (room, limit[1]))
        with pytest.raises(urllib.error.HTTPError) as refused:
            visit(pages[1], consent="True")
        assert refused.value.code == 503
        assert "raise your hand" in refused.value.read().decode()
        resource.prlimit(own_lab.process.pid, resource.RLIMIT_FSIZE, limit)
        assert "/WaitForAll/" in visit(pages[1], consent="True")[0]
    log = (own_lab.folder / "server.log").read_text()
    assert re.search(r"The database could not be used \(.*\): (free space|the disk fails or is full)", log)
    assert "Traceback" not in log
    rows = sqlite3.connect(own_lab.folder / "db.sqlite3").execute("select consent from welcome_player order by id")
    assert [row[0] for row in rows] == [1, 1, None]


def test_reading_does_not_stop_a_writer(own_lab):
    """In SQLite's older journal it does, and exports read while people play."""
    with own_lab.server() as address:
        _, links = create_session(address, "park_vcg", 3)
        page, _ = visit(links[0])
        reader = sqlite3.connect(own_lab.folder / "db.sqlite3", isolation_level=None)
        reader.execute("begin")
        reader.execute("select count(*) from otree_participant").fetchone()
        assert "/WaitForAll/" in visit(page, consent="True")[0]
        assert reader.execute("select consent from welcome_player where id = 1").fetchone() == (None,)
        reader.close()
