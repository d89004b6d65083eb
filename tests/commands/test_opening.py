import os
import socket
import stat

import pytest

from commands.opening import KEY, LEVEL, PASSWORD, RefusedError, check_free, closed, opened, place, stored

GOOD = {PASSWORD: "a long one 7", KEY: "0123456789abcdef"}


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path):
    file, said = tmp_path / "lab.env", []
    first = opened({}, file, ask=lambda: "", say=said.append)
    assert first[LEVEL] == "STUDY"
    assert len(first[PASSWORD]) >= 12
    assert len(first[KEY]) >= 32
    assert first[PASSWORD] in said[0]
    assert opened({}, file, say=said.append) == first
    assert len(said) == 1
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_password_that_is_typed_is_stored(tmp_path):
    assert opened({}, tmp_path / "lab.env", ask=lambda: "kiwi-and-plum", say=print)[PASSWORD] == "kiwi-and-plum"
    assert stored(tmp_path / "lab.env")[PASSWORD] == "kiwi-and-plum"


def test_the_environment_goes_first_and_is_not_written_down(tmp_path):
    found = opened(GOOD, tmp_path / "lab.env")
    assert found == {**GOOD, LEVEL: "STUDY"}
    assert not (tmp_path / "lab.env").exists()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({LEVEL: "DEMO"}, LEVEL),
        ({PASSWORD: ""}, PASSWORD),
        ({PASSWORD: "otree"}, PASSWORD),
        ({PASSWORD: "Password"}, PASSWORD),
        ({PASSWORD: "aaaaaaaaaaaa"}, PASSWORD),
        ({KEY: ""}, KEY),
        ({KEY: "short"}, KEY),
        ({"OTREE_SHOW_ERRORS": "1"}, "OTREE_SHOW_ERRORS"),
        ({"OTREE_PRODUCTION": "0"}, "OTREE_PRODUCTION"),
    ],
)
def test_what_lets_strangers_in_is_refused(tmp_path, changed, named):
    with pytest.raises(RefusedError, match=named) as refused:
        opened({**GOOD, **changed}, tmp_path / "lab.env")
    assert "\n" not in str(refused.value)


def test_what_is_wrong_in_the_file_is_refused_too(tmp_path):
    (tmp_path / "lab.env").write_text(f"{PASSWORD}=admin\n{KEY}={GOOD[KEY]}\n")
    with pytest.raises(RefusedError, match=r"lab\.env"):
        opened({}, tmp_path / "lab.env")


def test_for_this_computer_the_key_stays_and_there_is_no_password(tmp_path):
    first = closed({}, tmp_path / "lab.env")
    assert set(first) == {KEY}
    assert closed({}, tmp_path / "lab.env") == first


@pytest.mark.parametrize("argument", ["x", "127.0.0.1:", "127.0.0.1:0", "70000", "lab:80a"])
def test_no_port(argument):
    if argument == "127.0.0.1:":
        assert place(argument, False) == ("127.0.0.1", 8000)
        return
    with pytest.raises(RefusedError, match="is no port"):
        place(argument, False)


def test_a_used_port_and_an_address_of_another_computer():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(RefusedError, match="in use"):
            check_free("127.0.0.1", other.getsockname()[1])
    with pytest.raises(RefusedError, match="no address of this computer"):
        check_free("203.0.113.7", 8000)
