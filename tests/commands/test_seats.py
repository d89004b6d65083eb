import pytest

from commands.opening import KEY, PASSWORD, RefusedError
from commands.seats import links
from tests.lab import ROOT

ROOMS = ROOT / "_rooms"


def test_a_link_for_each_seat_that_nobody_can_guess():
    found = links([], ROOMS, {KEY: "one", PASSWORD: "two"})
    assert len(found) == 40
    assert found[0].startswith("lab01,http://localhost:8000/room/lab?participant_label=lab01&hash=")
    marks = {line.rpartition("=")[2] for line in found}
    assert len(marks) == 40
    assert marks.isdisjoint(line.rpartition("=")[2] for line in links([], ROOMS, {KEY: "other", PASSWORD: "two"}))


def test_the_address_that_the_seats_use():
    assert links(["https://lab.example.org"], ROOMS, {KEY: "one"})[0].startswith("lab01,https://lab.example.org/room/")
    assert links(["10.0.0.5:80"], ROOMS, {KEY: "one"})[0].startswith("lab01,http://10.0.0.5:80/room/")


def test_without_key_or_room_one_line_says_so():
    with pytest.raises(RefusedError, match=KEY):
        links([], ROOMS, {})
    with pytest.raises(RefusedError, match="no room with seats"):
        links(["8000", "online"], ROOMS, {KEY: "one"})


def test_a_label_with_a_space_is_no_link(tmp_path):
    (tmp_path / "lab.txt").write_text("lab01, lab02\r\nlab 03\r\n")
    with pytest.raises(RefusedError, match="'lab 03' has a space"):
        links([], tmp_path, {KEY: "one"})
