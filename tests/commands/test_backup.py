import sqlite3

import pytest

from commands.backup import OF_OTREE, backup, restore
from commands.opening import RefusedError
from tests.lab import create_session, visit
from tests.postgres import postgres
from tests.shared import thorough


@pytest.fixture(scope="module")
def server():
    with postgres() as found:
        yield found


def make_sqlite(file, *words):
    with sqlite3.connect(file) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table said (word text)")
        for table in OF_OTREE:
            connection.execute(f"create table {table} (id integer)")
        connection.executemany("insert into said values (?)", [(word,) for word in words])
    connection.close()


def words_in(file):
    connection = sqlite3.connect(file)
    found = [word for (word,) in connection.execute("select word from said")]
    connection.close()
    return found


def test_a_copy_beside_an_open_writer_and_back(tmp_path):
    make_sqlite(tmp_path / "db.sqlite3", "one")
    writer = sqlite3.connect(tmp_path / "db.sqlite3")
    writer.execute("insert into said values ('two')")
    writer.commit()  # in the write-ahead log, not in the file
    copy = backup("", tmp_path)
    writer.execute("insert into said values ('three')")
    writer.commit()
    writer.close()
    assert copy.stat().st_mode & 0o077 == 0
    assert words_in(copy) == ["one", "two"]
    before = restore("", tmp_path, copy)
    assert words_in(tmp_path / "db.sqlite3") == ["one", "two"]
    assert words_in(before) == ["one", "two", "three"]


def test_only_the_database_of_the_folder_is_meant(tmp_path):
    """oTree uses no other SQLite file, whatever the address says; it may be reached by a link."""
    real, folder = tmp_path / "real.sqlite3", tmp_path / "folder"
    folder.mkdir()
    make_sqlite(real, "one")
    (folder / "db.sqlite3").symlink_to(real)
    with pytest.raises(RefusedError, match="SQLite is always db"):
        backup(f"sqlite:///{tmp_path / 'other.sqlite3'}", folder)
    copy = backup(f"sqlite:///{real}", folder)
    assert words_in(copy) == ["one"]
    make_sqlite(tmp_path / "new.sqlite3", "two")
    restore("sqlite:///db.sqlite3", folder, tmp_path / "new.sqlite3")
    assert (words_in(real), (folder / "db.sqlite3").is_symlink()) == (["two"], True)


def test_what_cannot_be_copied_or_put_back_changes_nothing(tmp_path):
    with pytest.raises(RefusedError, match="does not exist"):
        backup("", tmp_path)
    make_sqlite(tmp_path / "db.sqlite3", "one")
    (tmp_path / "other").write_text("no database")
    with pytest.raises(RefusedError, match="no backup of SQLite"):
        restore("", tmp_path, tmp_path / "other")
    whole = backup("", tmp_path).read_bytes()
    cut = tmp_path / "cut.sqlite3"
    cut.write_bytes(whole[: len(whole) - 3000])
    with pytest.raises(RefusedError, match=r"damaged|could not be copied"):
        restore("", tmp_path, cut)
    with sqlite3.connect(tmp_path / "foreign.sqlite3") as foreign:
        foreign.execute("create table a (b)")
    with pytest.raises(RefusedError, match="no table otree_session and no otree_participant"):
        restore("", tmp_path, tmp_path / "foreign.sqlite3")
    with pytest.raises(RefusedError, match="cannot be written"):
        backup("", tmp_path, tmp_path / "other" / "x.sqlite3")
    assert words_in(tmp_path / "db.sqlite3") == ["one"]
    assert not (tmp_path / "db.sqlite3.new").exists()


def test_a_running_laboratory_is_copied_and_not_overwritten(own_lab):
    with own_lab.server() as address:
        _, links = create_session(address, "park_vcg", 3)
        copy = backup("", own_lab.folder)
        visit(links[0])
        with pytest.raises(RefusedError, match="laboratory runs"):
            restore("", own_lab.folder, copy)
    restore("", own_lab.folder, copy)
    with own_lab.server() as address:
        assert "/p/" in visit(f"{address}{links[0][links[0].index('/Init') :]}")[0]


@thorough
def test_on_postgresql_a_session_goes_on_from_its_copy(own_lab, server):
    url = server.url
    with own_lab.server(DATABASE_URL=url) as address:
        _, links = create_session(address, "park_vcg", 3)
        page, _ = visit(links[0])
        copy = backup(url, own_lab.folder)
        after, _ = visit(page, consent="True")
        assert after != page
        with pytest.raises(RefusedError, match="laboratory runs"):
            restore(url, own_lab.folder, copy)
    assert restore(url, own_lab.folder, copy).suffix == ".dump"
    with own_lab.server(DATABASE_URL=url) as address:
        again, _ = visit(f"{address}{page[page.index('/p/') :]}")
        assert again.endswith(page[page.index("/p/") :])


def test_a_database_that_is_not_there_is_one_line(tmp_path, server):
    with pytest.raises(RefusedError, match="does not exist") as refused:
        backup(f"{server.url}_of_yesterday", tmp_path)
    assert "\n" not in str(refused.value)
    assert list((tmp_path / "exports" / "backups").iterdir()) == []
